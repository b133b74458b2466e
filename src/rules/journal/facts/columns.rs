//! HFP506

use crate::embedded::Format;
use crate::journal::bind::PlanCall;
use crate::journal::plan::{Field, FieldName, State};
use crate::journal::surroundings::Surroundings;
use crate::python::facts::Value;
use crate::rules::finding::{Finding, Severity};
use crate::rules::hub::needed_columns;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP506",
    name: "unfit-dataset",
    severity: Severity::Warning,
    summary: "a dataset whose columns the planned trainer cannot use",
    explanation: "`Dataset:` says which columns the dataset has, and `Params:` of the same step which trainer is configured: \
supervised fine-tuning needs `messages`, `text`, or `prompt` with `completion`; preferences need `chosen` and \
`rejected`; reinforcement learning needs `prompt`. Training ends with a `KeyError` before its first step. Plan a step \
that converts the dataset, or another trainer.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "- [ ] 1.1 Train\n  - Dataset: `acme-labs/chats`, columns `prompt`, `completion`\n  - Params: `DPOConfig(beta=0.1)`\n  - Verify: the margin grows\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "- [ ] 1.1 Train\n  - Dataset: `acme-labs/pairs`, columns `prompt`, `chosen`, `rejected`\n  - Params: `DPOConfig(beta=0.1)`\n  - Verify: the margin grows\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    for (number, step) in plan.steps.iter().enumerate() {
        let calls = surroundings.document.params().iter();
        let calls: Vec<&PlanCall> = calls.filter(|call| call.step == number).collect();
        let Some(field) = step.field(FieldName::Dataset) else {
            continue;
        };
        if step.state != State::Skipped {
            findings.extend(judge(text, field, &calls));
        }
    }
}

fn judge(text: &str, field: &Field, calls: &[&PlanCall]) -> Option<Finding> {
    let columns = columns(text, field);
    let trainer = trainer(calls)?;
    let needs = needed_columns(&format!("trl.{trainer}Trainer"))?;
    let has = |name: &str| {
        columns
            .iter()
            .any(|column| column.slice(text) == name || is_typed(column.slice(text), name))
    };
    let text_column = (trainer == "SFT").then(|| given(calls, "dataset_text_field"));
    let text_column = match text_column {
        None => None,
        Some(None) => Some("text"),
        Some(Some(Value::Str(name))) => Some(name.as_str()),
        Some(Some(_)) => return None,
    };
    let makes_its_own = ["formatting_func", "data_collator"];
    let is_fit =
        needs.iter().any(|set| set.iter().all(|name| has(name))) || text_column.is_some_and(has);
    if columns.is_empty()
        || is_fit
        || makes_its_own
            .iter()
            .any(|name| given(calls, name).is_some())
    {
        return None;
    }
    let quoted = |name: &&str| format!("`{name}`");
    let mut wanted: Vec<String> = text_column.iter().map(quoted).collect();
    let sets = needs.iter().filter(|set| !set[0].ends_with("input_ids"));
    wanted.extend(sets.map(|set| set.iter().map(quoted).collect::<Vec<_>>().join(" and ")));
    let names: Vec<String> = columns.iter().map(|it| quoted(&it.slice(text))).collect();
    let message = format!(
        "the dataset has the columns {}; `{trainer}Trainer` needs {}",
        names.join(", "),
        wanted.join(", or ")
    );
    let all = columns.iter().copied().reduce(TextRange::cover)?;
    Some(RULE.plain_finding(all, message))
}

/// `prompt: list[message]` is the column `prompt`.
fn is_typed(column: &str, name: &str) -> bool {
    let rest = column.strip_prefix(name);
    rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
}

/// The code spans behind the word "columns", up to the end of the sentence.
fn columns(text: &str, field: &Field) -> Vec<TextRange> {
    let Some(first) = field.spans.first() else {
        return Vec::new();
    };
    let behind = TextRange::new(first.end, field.value.end);
    let Some(word) = behind.slice(text).to_lowercase().find("column") else {
        return Vec::new();
    };
    let start = behind.start as usize + word;
    let said = &text[start..field.value.end as usize];
    let end = start
        + said
            .find([';', '('])
            .or_else(|| said.find(". "))
            .unwrap_or(said.len());
    let is_there = |span: &&TextRange| span.start as usize > start && span.end as usize <= end;
    field.spans.iter().filter(is_there).copied().collect()
}

/// What stands in front of `Trainer` or `Config` in the one trainer that calls configure.
fn trainer<'c>(calls: &[&'c PlanCall]) -> Option<&'c str> {
    let named = calls.iter().filter_map(|call| {
        let name = call.name();
        let front = name
            .strip_suffix("Trainer")
            .or_else(|| name.strip_suffix("Config"))?;
        needed_columns(&format!("trl.{front}Trainer")).map(|_| front)
    });
    let mut named: Vec<&str> = named.collect();
    named.dedup();
    match named.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

/// The value of an argument that one of the calls is given.
fn given<'c>(calls: &[&'c PlanCall], name: &str) -> Option<&'c Value> {
    let mut given = calls.iter().filter_map(|call| call.argument(name));
    given.next().map(|argument| &argument.value)
}
