//! HFP502

use super::pins;
use crate::embedded::Format;
use crate::journal::span::code_spans;
use crate::journal::surroundings::Surroundings;
use crate::knowledge::view::{Entity, View};
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP502",
    name: "removed-method",
    severity: Severity::Warning,
    summary: "a way of training that the pinned release of trl does not have any more",
    explanation: "The plan is made for a trainer that was taken out of trl: `PPOTrainer` for one is gone since 1.13. \
The steps that use it cannot be done with the release that the plan pins, or that the project has. Plan \
a trainer that is there (GRPO or RLOO with a reward model in place of PPO), or pin a release that still has it.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "- [ ] 1.1 Train\n  - Params: `PPOConfig(learning_rate=1e-6)`\n  - Verify: the reward grows\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "- [ ] 1.1 Train\n  - Params: `GRPOConfig(learning_rate=1e-6)`\n  - Verify: the reward grows\n",
    },
    check: Check::Journal(check),
};

/// Methods with what stands in front of `Trainer` in the name of their class.
const METHODS: [(&str, &str); 12] = [
    ("ppo", "PPO"),
    ("dpo", "DPO"),
    ("sft", "SFT"),
    ("kto", "KTO"),
    ("orpo", "ORPO"),
    ("cpo", "CPO"),
    ("bco", "BCO"),
    ("xpo", "XPO"),
    ("grpo", "GRPO"),
    ("rloo", "RLOO"),
    ("ddpo", "DDPO"),
    ("alignprop", "AlignProp"),
];

/// A finding of another rule about a plan as one of this, where what is gone is a trainer, or what configures it.
pub fn taken_over(finding: &Finding) -> Option<Finding> {
    let symbol = finding.symbol.as_deref().unwrap_or_default();
    let is_trainer = symbol.ends_with("Trainer") || symbol.ends_with("Config");
    let is_meant = finding.code == "HF101" && symbol.starts_with("trl.") && is_trainer;
    is_meant.then(|| Finding {
        code: RULE.code,
        name: RULE.name,
        severity: RULE.severity,
        help: help(symbol).or_else(|| finding.help.clone()),
        ..finding.clone()
    })
}

/// What to plan instead, where that is known.
fn help(symbol: &str) -> Option<String> {
    symbol
        .contains(".PPO")
        .then(|| "plan GRPO or RLOO with a reward model".to_owned())
}

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let problems = surroundings.api_problems().iter();
    findings.extend(problems.filter(|it| it.code == RULE.code).cloned());
    findings.extend(in_target(surroundings));
}

/// The method of the target.
fn in_target(surroundings: &Surroundings<'_>) -> Option<Finding> {
    let text = surroundings.text();
    let (row, value) = surroundings.own_plan()?.target(text, "method")?;
    let range = code_spans(text, row.value)
        .first()
        .copied()
        .unwrap_or_else(|| {
            let length = value.find([' ', ',', ';']).unwrap_or(value.len());
            TextRange::from_usize(row.value.start as usize, row.value.start as usize + length)
        });
    let word = range.slice(text).to_lowercase();
    let (_, name) = METHODS.iter().find(|(method, _)| *method == word)?;
    let environment = pins::environment(surroundings);
    let view = surroundings.knowledge.view(&environment);
    let symbol = format!("trl.{name}Trainer");
    let gone = gone_in(
        &view,
        &symbol,
        &format!("trl.experimental.{word}.{name}Trainer"),
    )?;
    let resolved = environment.libraries.get("trl")?;
    let message = format!("`{name}Trainer` was removed in trl {gone}");
    let mut finding = RULE.plain_finding(range, message);
    finding.help = help(&symbol);
    finding.library = Some("trl".to_owned());
    finding.symbol = Some(symbol);
    finding.removed_in = Some(gone);
    finding.version = Some(resolved.version.to_string());
    finding.version_source = Some(resolved.source.to_string());
    Some(finding)
}

/// The first release without a trainer that was at one of these places, and is at none now.
fn gone_in(view: &View, symbol: &str, other: &str) -> Option<String> {
    let choice = view.selected("trl")?;
    let is_there = |path: &str| matches!(view.resolve(path), Entity::Class(_));
    if choice.newer || is_there(symbol) || is_there(other) {
        return None;
    }
    let timelines = [symbol, other].map(|path| view.symbol_timeline(path));
    let gone = timelines
        .iter()
        .flatten()
        .rev()
        .find_map(|it| it.removed_in());
    gone.map(str::to_owned)
}
