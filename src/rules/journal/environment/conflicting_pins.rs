//! HFP403

use std::collections::{BTreeMap, BTreeSet};

use pep440_rs::VersionSpecifiers;

use super::release::is_missing;
use crate::embedded::Format;
use crate::journal::pins::Pinned;
use crate::journal::releases::exact;
use crate::journal::surroundings::Surroundings;
use crate::knowledge::packages::{Conflict, Pin, Wanted, packages};
use crate::rules::finding::{Finding, Related, Severity};
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
    if surroundings.own_plan().is_none() {
        return;
    }
    // What does not exist is told of already.
    let counts = |pinned: &&Pinned| {
        let is_gone = exact(&pinned.specifiers).is_some_and(|it| is_missing(&pinned.name, it));
        !pinned.specifiers.is_empty() && !is_gone
    };
    let pins = surroundings.document.pins().iter().filter(counts);
    let mut environments: BTreeMap<&Option<String>, Vec<&Pinned>> = BTreeMap::new();
    for pinned in pins {
        environments
            .entry(&pinned.environment)
            .or_default()
            .push(pinned);
    }
    for together in environments.into_values() {
        of_environment(&together, findings);
    }
}

/// The contradictions in one environment. Those of one step are meant together for sure; of several steps, those that
/// nothing later replaces.
fn of_environment(pins: &[&Pinned], findings: &mut Vec<Finding>) {
    let mut names: BTreeMap<&str, Vec<&VersionSpecifiers>> = BTreeMap::new();
    for pinned in pins {
        let known = names.entry(&pinned.name).or_default();
        if !known.contains(&&pinned.specifiers) {
            known.push(&pinned.specifiers);
        }
    }
    let is_once = |pinned: &&Pinned| names[pinned.name.as_str()].len() == 1;
    let mut told = Vec::new();
    // What does not contradict all others contradicts none of them.
    let mut seen: BTreeSet<Vec<(&str, String)>> = BTreeSet::new();
    let lasting: Vec<&Pinned> = pins.iter().copied().filter(is_once).collect();
    let is_sound = conflicts(&distinct(&lasting)).is_empty();
    for step in pins.chunk_by(|one, other| one.step == other.step) {
        let is_known = is_sound && step.iter().all(is_once);
        let key = step
            .iter()
            .map(|it| (it.name.as_str(), it.specifiers.to_string()));
        if !is_known && seen.insert(key.collect()) {
            tell(step, &mut told, findings);
        }
    }
    if !is_sound {
        tell(&distinct(&lasting), &mut told, findings);
    }
}

/// Of pins that are the same, the first.
fn distinct<'p>(pins: &[&'p Pinned]) -> Vec<&'p Pinned> {
    let mut found: Vec<&Pinned> = Vec::new();
    for pinned in pins {
        let same = |it: &&Pinned| it.name == pinned.name && it.extras == pinned.extras;
        if !found.iter().any(same) {
            found.push(pinned);
        }
    }
    found
}

/// Tells of the contradictions among pins that are not told of yet.
fn tell(together: &[&Pinned], told: &mut Vec<TextRange>, findings: &mut Vec<Finding>) {
    for conflict in conflicts(together) {
        let places: Vec<TextRange> = places(&conflict, together);
        if !places.iter().any(|it| told.contains(it)) {
            findings.push(finding(&conflict, together));
            told.extend(places);
        }
    }
}

fn conflicts(together: &[&Pinned]) -> Vec<Conflict> {
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

fn places(conflict: &Conflict, together: &[&Pinned]) -> Vec<TextRange> {
    let pins = conflict.pins.iter();
    pins.map(|pin| together[*pin].range).collect()
}

fn finding(conflict: &Conflict, together: &[&Pinned]) -> Finding {
    let blamed = conflict.blamed();
    let mut finding = RULE.plain_finding(together[blamed].range, conflict.to_string());
    let others = conflict.pins.iter().filter(|pin| **pin != blamed);
    finding.related = others
        .map(|pin| Related {
            range: together[*pin].range,
            message: format!("`{}` is pinned here", together[*pin].written),
        })
        .collect();
    finding.help = Some("give one of them an environment of its own".to_owned());
    finding.library = Some(together[blamed].name.clone());
    finding
}
