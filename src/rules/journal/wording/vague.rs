//! HFP802

use crate::embedded::Format;
use crate::journal::plan::{FieldName, Step};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::journal::prose::{prose, words};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP802",
    name: "vague-wording",
    severity: Severity::Information,
    summary: "words where a value is needed",
    explanation: "\"An appropriate batch size\" and \"choose a model\" leave the decision to whoever does the step, \
who knows less than whoever made the plan. Write the value, or a question under *Risks and Open Questions* where it is \
open. Only a short list of English phrases is known; what is quoted or in a code span is left alone, and so is a \
step that has the value in `Model:`, `Dataset:` or `Params:`.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Measure the time with an appropriate batch size\n  - Verify: it is below 3 s\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Measure the time with a batch size of 8\n  - Verify: it is below 3 s\n",
    },
    check: Check::Journal(check),
};

/// Words that stand for a value that nobody has decided about.
const VAGUE: [&str; 8] = [
    "appropriate",
    "suitable",
    "reasonable",
    "adequate",
    "sensible",
    "optimal",
    "sufficient",
    "proper",
];

/// Verbs that leave a decision for later.
const CHOOSE: [&str; 5] = ["choose", "select", "pick", "determine", "decide"];

/// Words that may stand between these and what is chosen.
const BETWEEN: [&str; 13] = [
    "a", "an", "the", "on", "some", "best", "right", "good", "better", "number", "amount", "of",
    "base",
];

/// What has a value.
const VALUES: [&str; 27] = [
    "model",
    "models",
    "dataset",
    "datasets",
    "batch",
    "size",
    "rate",
    "learning",
    "rank",
    "epochs",
    "steps",
    "length",
    "memory",
    "optimizer",
    "optimiser",
    "scheduler",
    "schedule",
    "threshold",
    "split",
    "hyperparameters",
    "parameters",
    "seed",
    "precision",
    "temperature",
    "dropout",
    "gpu",
    "tokenizer",
];

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    for step in &plan.steps {
        let fields = step
            .fields
            .iter()
            .filter(|field| field.name != Some(FieldName::Why));
        let ranges = std::iter::once(step.title).chain(fields.map(|field| field.value));
        for place in ranges.flat_map(|range| phrases(text, range)) {
            if is_decided(text, step, place) {
                continue;
            }
            let message = format!("\"{}\" leaves a value open", place.slice(text));
            findings.push(RULE.plain_finding(place, message));
        }
    }
}

/// The phrases in a range: "appropriate batch size", "choose a model".
fn phrases(text: &str, range: TextRange) -> Vec<TextRange> {
    let mut found = Vec::new();
    for part in prose(text, range) {
        let words = words(text, part);
        let is = |at: usize, list: &[&str]| {
            words
                .get(at)
                .is_some_and(|(word, _)| list.contains(&word.as_str()))
        };
        let mut at = 0;
        while at < words.len() {
            let (vague, chosen) = (is(at, &VAGUE), is(at, &CHOOSE));
            let mut end = at + 1;
            while (vague || chosen) && (is(end, &BETWEEN) || chosen && is(end, &VAGUE)) {
                end += 1;
            }
            // "choose the model that wins": "the model" is one that is known.
            let is_known = chosen && is(at + 1, &["the"]) && end == at + 2;
            // "Choose" with nothing between may be a name: "select model 2".
            let is_phrase = vague || (chosen && end > at + 1 && !is_known);
            if !is_phrase || !is(end, &VALUES) {
                at += 1;
                continue;
            }
            while is(end + 1, &VALUES) {
                end += 1;
            }
            found.push(words[at].1.cover(words[end].1));
            at = end + 1;
        }
    }
    found
}

/// Whether a field of the step has the value.
fn is_decided(text: &str, step: &Step, place: TextRange) -> bool {
    let phrase = place.slice(text).to_lowercase();
    let names = if phrase.contains("dataset") || phrase.contains("split") {
        &[FieldName::Dataset][..]
    } else if phrase.contains("model") || phrase.contains("tokenizer") {
        &[FieldName::Model]
    } else {
        &[FieldName::Params]
    };
    names.iter().any(|name| step.field(*name).is_some())
}
