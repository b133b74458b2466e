//! HFP402

use crate::embedded::Format;
use crate::journal::pins::Pinned;
use crate::journal::plan::{FieldName, State, Step};
use crate::journal::releases::{Releases, Said, What, exact};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Edit, Elsewhere, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP402",
    name: "different-release",
    severity: Severity::Warning,
    summary: "a package in another release than the project has",
    explanation: "The release under `Packages:` is not the one in the lock file, in the exact pin of a requirement \
file or in the environment, or lies outside of the range that `pyproject.toml` admits. As long as the step is open, \
this may be what it is about, so it is only an information then, and nothing where a command of the step itself \
installs that release. Packages for another environment, with its name in \
parentheses behind them or in a step that speaks of one, are left alone.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> requirements.txt <==\ntrl==1.16.0\npeft>=0.21\n==> dev-journal/OUR-PLAN.md <==\n\
## 1. Environment Setup\n\n- [x] 1.1 Pin the packages\n  - Packages: `trl==1.15.0`, `peft==0.20.0`\n  - Verify: both can be imported\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> requirements.txt <==\ntrl==1.16.0\npeft>=0.21\n==> dev-journal/OUR-PLAN.md <==\n\
## 1. Environment Setup\n\n- [x] 1.1 Pin the packages\n  - Packages: `trl==1.16.0`, `peft==0.21.2`, `vllm==0.33.0` (serve)\n  - Verify: both can be imported\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let pins = surroundings.document.pins();
    if pins.is_empty() {
        return;
    }
    let releases = Releases::of(surroundings);
    let of_project =
        |pinned: &&Pinned| pinned.environment.is_none() && !pinned.specifiers.is_empty();
    for pinned in pins.iter().filter(of_project) {
        let step = &plan.steps[pinned.step];
        let is_done = step.state == State::Done;
        if !is_done && installs(surroundings.text(), step, pinned) {
            continue;
        }
        match releases.of_package(&pinned.name) {
            Some(said) if !said.agrees(&pinned.specifiers) => {
                let mut finding = differs(surroundings.text(), pinned, &said);
                if !is_done {
                    finding.severity = Severity::Information;
                }
                findings.push(finding);
            }
            _ => {}
        }
    }
}

/// Whether a command of the step itself installs what it pins.
fn installs(text: &str, step: &Step, pinned: &Pinned) -> bool {
    let wanted = format!("{}{}", pinned.written, pinned.specifiers_range.slice(text));
    step.spans(FieldName::Run).any(|span| {
        let command = span.slice(text);
        let words = command.split_whitespace();
        let mut words = words.map(|word| word.trim_matches(['"', '\'']));
        let is_install = command.contains(" add ") || command.contains(" install ");
        is_install && words.any(|word| without_extras(word) == wanted)
    })
}

/// `trl[peft]==1.16.0` as `trl==1.16.0`.
fn without_extras(word: &str) -> String {
    match word
        .split_once('[')
        .map(|(name, rest)| (name, rest.split_once(']')))
    {
        Some((name, Some((_, rest)))) => format!("{name}{rest}"),
        _ => word.to_owned(),
    }
}

fn differs(text: &str, pinned: &Pinned, said: &Said) -> Finding {
    let (has, set) = match (&said.what, said.version()) {
        (_, Some(version)) => (format!("`{}` {version}", pinned.name), Some(version)),
        (What::Exactly(versions), None) => {
            let all: Vec<String> = versions.iter().map(ToString::to_string).collect();
            (format!("`{}` {}", pinned.name, all.join(" and ")), None)
        }
        (What::Within(limits), None) => (format!("`{}{limits}`", pinned.name), None),
    };
    let written = pinned.specifiers_range.slice(text);
    let message = format!("{} has {has}, not `{written}`", said.place);
    let mut finding = RULE.plain_finding(pinned.range, message);
    finding.library = Some(pinned.name.clone());
    finding.version_source = Some(said.place.clone());
    finding.elsewhere.extend(said.range.map(|range| Elsewhere {
        path: said.place.clone(),
        range,
        message: format!("`{}` is set here", pinned.name),
    }));
    let set = set.filter(|_| exact(&pinned.specifiers).is_some());
    if let Some(version) = set {
        let version = version.clone().without_local();
        finding.version = Some(version.to_string());
        finding.replacement = Some(version.to_string());
        finding.fix = Some(Fix {
            title: format!("Take {version} from {}", said.place),
            applicability: Applicability::Unsafe,
            edits: vec![Edit {
                range: pinned.specifiers_range,
                content: format!("=={version}"),
            }],
        });
    }
    finding
}
