//! HFP305

use std::collections::BTreeMap;

use super::named;
use crate::embedded::Format;
use crate::journal::bind::{Mention, Place, definition};
use crate::journal::past::key as ticked_key;
use crate::journal::plan::{Plan, State};
use crate::journal::surroundings::Surroundings;
use crate::python::definition::definitions;
use crate::rules::finding::{Applicability, Edit, Elsewhere, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP305",
    name: "changed-file",
    severity: Severity::Information,
    summary: "a file of a finished step is not what it was when the step was ticked",
    explanation: "According to git, a file (or the function or class) that a step names under `Files:` was changed after \\
the commit in which the step was ticked, and no later step that is done or in progress names it. What was verified then \\
may not hold any more: verify it again, reopen the step, or plan what was changed. Files of pins and locks have rules of \\
their own. Nothing is said where the project's folder is not the top of a git repository; the last 500 commits count.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: BAD,
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\\n- [ ] 1.1 Clean the text\\n  - Files: `clean.py`\\n  - Verify: it is clean\\n==> clean.py <==\\ndef clean(text):\\n    return text.strip()\\n",
    },
    check: Check::Journal(check),
};

/// Reported where the second commit changed `clean.py`.
const BAD: &str = "==> dev-journal/OUR-PLAN.md <==\n- [x] 1.1 Clean the text\n  - Files: `clean.py`\n  - Verify: it is clean\n==> clean.py <==\ndef clean(text):\n    return text.strip()\n";

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let ticked = surroundings.project.ticked(surroundings.path);
    if ticked.is_empty() {
        return;
    }
    let text = surroundings.text();
    let mut files: BTreeMap<&str, Vec<&Mention>> = BTreeMap::new();
    for mention in surroundings
        .mentions()
        .iter()
        .filter(|it| it.place == Place::Files)
    {
        files.entry(&mention.path).or_default().push(mention);
    }
    let manifests = surroundings.project.manifests();
    for (path, mentions) in files {
        let is_left_out = manifests.iter().any(|it| it == path)
            || surroundings.names.role(path).is_some()
            || surroundings.project.is_ignored(path);
        if is_left_out {
            continue;
        }
        let commit = |mention: &Mention| ticked.get(ticked_key(text, plan, mention.step)).copied();
        let Some(last) = last_tick(plan, &mentions, commit) else {
            continue;
        };
        let own = mentions
            .iter()
            .filter(|it| plan.steps[it.step].state == State::Done && commit(it) == Some(last));
        findings.extend(own.filter_map(|mention| judge(surroundings, plan, mention, last)));
    }
}

/// How many commits ago the last of the steps that name a file was ticked; `None` where one is in progress, or was
/// ticked since the last commit: then the file is being changed.
fn last_tick(
    plan: &Plan,
    mentions: &[&Mention],
    commit: impl Fn(&Mention) -> Option<u32>,
) -> Option<u32> {
    let mut last = None;
    for mention in mentions {
        match plan.steps[mention.step].state {
            State::Started => return None,
            State::Done => {
                let own = commit(mention)?;
                last = Some(last.map_or(own, |last: u32| last.min(own)));
            }
            State::Open | State::Blocked | State::Skipped => {}
        }
    }
    last
}

fn judge(
    surroundings: &Surroundings<'_>,
    plan: &Plan,
    mention: &Mention,
    commit: u32,
) -> Option<Finding> {
    let document = surroundings.project.document(&mention.path)?;
    let before = surroundings.project.past_text(&mention.path, commit)?;
    let now = document.text();
    let (before, now, range) = match &mention.symbol {
        None => (&*before, now, TextRange::at(0)),
        Some(symbol) => {
            let all = definitions(&before);
            let then = all.iter().find(|it| it.path == *symbol)?.range;
            let range = definition(&document, symbol)?.range;
            (then.slice(&before), range.slice(now), range)
        }
    };
    if before
        .lines()
        .map(str::trim_end)
        .eq(now.lines().map(str::trim_end))
    {
        return None;
    }
    let step = &plan.steps[mention.step];
    let what = match &mention.symbol {
        None => format!("`{}`", mention.path),
        Some(symbol) => format!("`{symbol}` in `{}`", mention.path),
    };
    let message = format!("{what} was changed since {} was ticked", named(step));
    let mut finding = RULE.plain_finding(mention.range, message);
    finding.elsewhere.push(Elsewhere {
        path: mention.path.clone(),
        range,
        message: "what was changed".to_owned(),
    });
    finding.fix = Some(Fix {
        title: format!("Reopen {}", named(step)),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            range: step.check.inside(),
            content: " ".to_owned(),
        }],
    });
    Some(finding)
}
