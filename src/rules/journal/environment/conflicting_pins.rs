//! HFP403

use std::collections::BTreeMap;

use super::release::is_missing;
use crate::embedded::Format;
use crate::journal::releases::exact;
use crate::journal::surroundings::Surroundings;
use crate::knowledge::packages::{Conflict, Pin, Wanted, packages};
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::journal::pins::{Pinned, pins};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP403",
    name: "packages-that-exclude-each-other",
    severity: Severity::Error,
    summary: "packages that cannot be installed together",
    explanation: "What the releases require, step by step, excludes another package of the plan: no installer can \
satisfy both. The message names the chain. Give one of them an environment of its own: name it in parentheses \
behind the package, as in `` `vllm==0.33.0` (serve) ``. What is not known of a release never counts against it.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.1 Pin the packages\n  - Packages: `transformers==5.23.0`, `huggingface_hub==0.36.0`\n  \
- Verify: both can be imported\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.1 Pin the packages\n  - Packages: `transformers==5.23.0`, `huggingface_hub==2.4.0`, \
`transformers==4.57.6` (serve)\n  - Verify: both can be imported\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let mut pins = pins(surroundings.text(), plan);
    // What does not exist is told of already.
    pins.retain(|pinned| {
        let is_gone = exact(&pinned.specifiers).is_some_and(|it| is_missing(&pinned.name, it));
        !pinned.specifiers.is_empty() && !is_gone
    });
    let mut told: Vec<TextRange> = Vec::new();
    let mut tell = |together: &[&Pinned<'_>]| {
        for conflict in conflicts(together) {
            let places: Vec<TextRange> = places(&conflict, together);
            if !places.iter().any(|it| told.contains(it)) {
                findings.push(finding(&conflict, together));
                told.extend(places);
            }
        }
    };
    // Those of one step are meant together for sure.
    for of_step in pins.chunk_by(|one, next| one.step == next.step) {
        for environment in environments(of_step.iter()) {
            let is_there = |it: &&Pinned<'_>| it.environment == environment;
            tell(&of_step.iter().filter(is_there).collect::<Vec<_>>());
        }
    }
    // Of several steps, those that nothing later replaces.
    for environment in environments(pins.iter()) {
        let all: Vec<&Pinned<'_>> = pins
            .iter()
            .filter(|it| it.environment == environment)
            .collect();
        let mut by_name: BTreeMap<&str, (&Pinned<'_>, bool)> = BTreeMap::new();
        for pinned in all {
            let (first, is_once) = by_name.entry(&pinned.name).or_insert((pinned, true));
            *is_once &= first.specifiers == pinned.specifiers;
        }
        let kept = by_name.into_values().filter(|(_, is_once)| *is_once);
        let mut together: Vec<&Pinned<'_>> = kept.map(|(pinned, _)| pinned).collect();
        together.sort_by_key(|pinned| pinned.pin.range);
        if together.iter().any(|it| it.step != together[0].step) {
            tell(&together);
        }
    }
}

/// The environments of some packages, each once.
fn environments<'p>(pins: impl Iterator<Item = &'p Pinned<'p>>) -> Vec<Option<String>> {
    let mut found: Vec<Option<String>> = pins.map(|it| it.environment.clone()).collect();
    found.sort();
    found.dedup();
    found
}

fn conflicts(together: &[&Pinned<'_>]) -> Vec<Conflict> {
    if together.len() < 2 {
        return Vec::new();
    }
    let pins = together.iter().map(|pinned| Pin {
        name: pinned.name.clone(),
        extras: pinned.extras.clone(),
        wanted: Wanted::Versions(pinned.specifiers.clone()),
    });
    packages().conflicts(&pins.collect::<Vec<_>>(), None)
}

fn places(conflict: &Conflict, together: &[&Pinned<'_>]) -> Vec<TextRange> {
    let pins = conflict.pins.iter();
    pins.map(|pin| together[*pin].pin.range).collect()
}

fn finding(conflict: &Conflict, together: &[&Pinned<'_>]) -> Finding {
    let blamed = conflict.blamed();
    let mut finding = RULE.plain_finding(together[blamed].pin.range, conflict.to_string());
    let others = conflict.pins.iter().filter(|pin| **pin != blamed);
    finding.related = others
        .map(|pin| Related {
            range: together[*pin].pin.range,
            message: format!("`{}` is pinned here", together[*pin].pin.name),
        })
        .collect();
    finding.help = Some("give one of them an environment of its own".to_owned());
    finding.library = Some(together[blamed].name.clone());
    finding
}
