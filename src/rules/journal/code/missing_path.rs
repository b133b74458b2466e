//! HFP301

use std::collections::BTreeMap;

use crate::embedded::Format;
use crate::journal::bind::{Mention, Place};
use crate::journal::plan::State;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP301",
    name: "missing-path",
    severity: Severity::Warning,
    summary: "a finished step names a file that is not there",
    explanation: "`Files:` of a step that is ticked names a path that the project does not have: the file was renamed, \
moved or deleted since, or the step is not done. Whoever reads the plan, a person or an agent, looks for it in vain. \
A step that is still open may name what it is going to make, and paths that git ignores may lie on another machine.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [x] 1.1 Write the settings\n  - Files: `configs/train.yaml`\n  - Verify: it is read\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/OUR-PLAN.md <==\n- [x] 1.1 Write the settings\n  - Files: `configs/train.yaml`\n  - Verify: it is read\n- [ ] 1.2 Write more\n  - Files: `configs/more.yaml`\n  - Verify: it is read\n==> configs/train.yaml <==\nseed: 1\n==> dev-journal/CHANGELOG.md <==\n# Changelog\n\n## [Unreleased]\n\n### Added\n\n- code: the settings (step 1.1)\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let mut found: BTreeMap<&str, Option<Finding>> = BTreeMap::new();
    let all = surroundings.mentions().iter();
    for mention in all.filter(|it| it.place == Place::Files) {
        if plan.steps[mention.step].state == State::Done {
            let known = found.entry(&mention.path);
            let known = known.or_insert_with(|| judge(surroundings, mention));
            findings.extend(known.as_ref().map(|it| moved(it, mention.range)));
        }
    }
}

/// The same at another place that names the path.
fn moved(finding: &Finding, range: TextRange) -> Finding {
    let mut moved = finding.clone();
    moved.range = range;
    let edits = moved.fix.iter_mut().flat_map(|fix| &mut fix.edits);
    edits.for_each(|edit| edit.range = range);
    moved
}

fn judge(surroundings: &Surroundings<'_>, mention: &Mention) -> Option<Finding> {
    let (project, path) = (surroundings.project, mention.path.as_str());
    if project.place(path).is_some() || is_left_out(surroundings, path) {
        return None;
    }
    let message = format!("`{path}` does not exist, and the step is done");
    let mut finding = RULE.plain_finding(mention.range, message);
    if let Some(near) = nearest(&project.paths(), path) {
        finding.help = Some(format!("there is `{near}`"));
        finding.fix = Some(Fix {
            title: format!("Change to `{near}`"),
            applicability: Applicability::Unsafe,
            edits: vec![Edit {
                range: mention.range,
                content: near.to_owned(),
            }],
        });
    }
    Some(finding)
}

/// Whether git leaves a path out, as a file or as a folder: it may be made anew anywhere.
fn is_left_out(surroundings: &Surroundings<'_>, path: &str) -> bool {
    surroundings.project.is_ignored(path) || surroundings.project.is_ignored(&format!("{path}/"))
}

/// The only file of that name in another folder, or else the only one of the folder with nearly that name.
fn nearest<'p>(paths: &'p [String], wanted: &str) -> Option<&'p str> {
    let name = |path: &'_ str| path.rfind('/').map_or(0, |slash| slash + 1);
    let wanted_name = &wanted[name(wanted)..];
    let folder = &wanted[..name(wanted)];
    let same = paths
        .iter()
        .filter(|path| path[name(path)..] == *wanted_name);
    only(same).or_else(|| {
        let beside = paths.iter().filter(|path| path[..name(path)] == *folder);
        only(beside.filter(|path| {
            let distance = strsim::osa_distance(&path[name(path)..], wanted_name);
            wanted_name.len() > 5 && distance <= 2
        }))
    })
}

fn only<'p>(mut paths: impl Iterator<Item = &'p String>) -> Option<&'p str> {
    let first = paths.next()?;
    paths.next().is_none().then_some(first.as_str())
}
