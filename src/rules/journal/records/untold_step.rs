//! HFP703

use crate::embedded::Format;
use crate::journal::changelog::Changelog;
use crate::journal::plan::{Plan, State, Step};
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP703",
    name: "done-step-not-told",
    severity: Severity::Information,
    summary: "a step that is done, of which the changelog says nothing",
    explanation: "Entries of the changelog name the steps that they tell of, as in `- dataset: chats converted (step 3.1)`, and none \
names this one. A parent is told of by its parts, and its parts by it; an entry with the title of the step counts too. \
Changelogs in which no entry names a step are left alone.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/CHANGELOG.md <==\n# Changelog\n\n## [Unreleased]\n\n### Added\n\n- environment: everything is pinned (step 1.1)\n\
==> dev-journal/OUR-PLAN.md <==\n## 1. Environment Setup\n\n- [x] 1.1 Pin the packages\n  - Run: `uv sync`\n  - Verify: it ends\n- [x] 1.2 Log in\n  - Run: `hf auth login`\n  - Verify: it ends\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/CHANGELOG.md <==\n# Changelog\n\n## [Unreleased]\n\n### Added\n\n- environment: everything is pinned (step 1.1)\n- environment: logged in (step 1.2)\n\
==> dev-journal/OUR-PLAN.md <==\n## 1. Environment Setup\n\n- [x] 1.1 Pin the packages\n  - Run: `uv sync`\n  - Verify: it ends\n- [x] 1.2 Log in\n  - Run: `hf auth login`\n  - Verify: it ends\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    if !plan.steps.iter().any(|step| step.state == State::Done) {
        return;
    }
    let Some(document) = surroundings.other(Role::Changelog) else {
        return;
    };
    let changelog = Changelog::read(document.text(), document.outline());
    if changelog.entries.iter().all(|entry| entry.steps.is_empty()) {
        return;
    }
    let told = document.text().to_lowercase();
    for step in plan.leaves().filter(|step| step.state == State::Done) {
        let title = step.title.slice(surroundings.text()).to_lowercase();
        let by_title = title.len() > 8 && told.contains(title.trim_end_matches(['.', '`', '*']));
        if !by_title && !is_told(plan, &changelog, step) {
            findings.extend(finding(surroundings, step));
        }
    }
}

/// Whether an entry names a step, or one that it is a part of.
fn is_told(plan: &Plan, changelog: &Changelog, step: &Step) -> bool {
    let above = |step: &&Step| step.parent.map(|parent| &plan.steps[parent]);
    let mut around = std::iter::successors(Some(step), above);
    around.any(|step| match &step.id {
        Some(id) => changelog.of_step(id).next().is_some(),
        // What has no name cannot be named.
        None => true,
    })
}

fn finding(surroundings: &Surroundings<'_>, step: &Step) -> Option<Finding> {
    let id = step.id.as_ref()?;
    let message = format!("step {id} is done, and the changelog does not name it");
    let mut finding = RULE.plain_finding(step.title, message);
    let name = surroundings.names.name(Role::Changelog);
    finding.help = Some(format!("add an entry with `(step {id})` to {name}"));
    Some(finding)
}
