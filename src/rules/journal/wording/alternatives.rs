//! HFP803

use crate::embedded::Format;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::journal::prose::{prose, words};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP803",
    name: "alternatives",
    severity: Severity::Information,
    summary: "two ways in one step",
    explanation: "\"Train with LoRA or full fine-tuning\" is not one step: the two need other commands, other memory \
and another `Verify:`. Write the one that is decided, two steps of which one is `Optional: yes`, or a question where it \
is open. Only titles are looked at that begin with a verb of doing (train, use, label, serve, ...), and in them only \
an \"or\" that stands in no condition: \"Drop rows without prompt or completion\" is one step.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Train with a constant or a cosine schedule\n  - Verify: the loss falls\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Train until the loss is flat or rises\n  - Verify: the loss fell\n",
    },
    check: Check::Journal(check),
};

/// What is done in one way or another.
const VERBS: [&str; 22] = [
    "train",
    "use",
    "label",
    "serve",
    "deploy",
    "host",
    "fine-tune",
    "finetune",
    "quantize",
    "quantise",
    "merge",
    "choose",
    "pick",
    "select",
    "take",
    "load",
    "store",
    "track",
    "log",
    "publish",
    "export",
    "optimize",
];

/// Words behind which "or" belongs to a condition, a range or a negation.
const CONDITIONS: [&str; 34] = [
    "if", "when", "whenever", "until", "unless", "whether", "while", "before", "after", "without",
    "no", "not", "never", "any", "all", "every", "each", "only", "that", "which", "who", "where",
    "than", "at", "either", "neither", "for", "in", "against", "between", "as", "except",
    "because", "so",
];

/// Words behind "or" that say no other way.
const NO_OTHER: [&str; 17] = [
    "more", "less", "fewer", "later", "newer", "older", "higher", "lower", "better", "above",
    "below", "so", "not", "else", "equal", "earlier", "greater",
];

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    let titles = plan.steps.iter().map(|step| step.title);
    for place in titles.filter_map(|title| alternative(text, title)) {
        let message = "the step has two ways".to_owned();
        let mut finding = RULE.plain_finding(place, message);
        finding.help = Some("decide for one, or make it two steps".to_owned());
        findings.push(finding);
    }
}

/// The "or" of a title that leaves two ways.
fn alternative(text: &str, title: TextRange) -> Option<TextRange> {
    let parts = prose(text, title);
    let words: Vec<_> = parts.iter().flat_map(|part| words(text, *part)).collect();
    let at = words.iter().position(|(word, _)| word == "or")?;
    let is_verb = VERBS.contains(&words.first()?.0.as_str());
    let has_condition = words[..at]
        .iter()
        .any(|(word, _)| CONDITIONS.contains(&word.as_str()));
    let (next, place) = words.get(at + 1)?;
    // In parentheses it is a remark.
    let before = TextRange::new(title.start, place.start).slice(text);
    let is_remark = before.matches('(').count() > before.matches(')').count();
    let is_range = |word: &str| word.bytes().all(|it| it.is_ascii_digit());
    let is_other = NO_OTHER.contains(&next.as_str()) || is_range(next);
    (is_verb && !has_condition && !is_remark && !is_other).then(|| words[at].1)
}
