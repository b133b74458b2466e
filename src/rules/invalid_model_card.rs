//! HF716

use crate::embedded::Format;
use crate::embedded::markdown::CARD;
use crate::python::facts::CardFault;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

const LIBRARY: &str = "huggingface-hub";

/// The release since which the source of a result needs a URL (`EvalResult.__post_init__`).
const SOURCE_SINCE: &str = "0.20.0";

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF716",
    name: "invalid-model-card",
    severity: Severity::Warning,
    summary: "results in the front matter of a model card that cannot be read",
    explanation: "`ModelCard.load` and `ModelCardData` raise where a result of `model-index` lacks its name, \
task, dataset, metrics, or the type and value of a metric. Other keys of the front matter are free: whatever \
they hold is kept.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "---\nmodel-index:\n- name: my-model\n  results:\n  - task:\n      type: text-classification\n    \
dataset:\n      type: imdb\n      name: IMDb\n    metrics:\n    - type: accuracy\n---\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "---\nmodel-index:\n- name: my-model\n  results:\n  - task:\n      type: text-classification\n    \
dataset:\n      type: imdb\n      name: IMDb\n    metrics:\n    - type: accuracy\n      value: 0.9\n---\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for CardFault { range, part, key } in &ctx.facts.card {
        if *part == CARD {
            continue;
        }
        if *part == "source" && !ctx.is_at_least(LIBRARY, SOURCE_SINCE) {
            continue;
        }
        let resolved = ctx.environment.libraries.get(LIBRARY);
        let release = resolved.map_or(String::new(), |it| format!(" in {LIBRARY} {}", it.version));
        let message = match *part {
            "eval_results" => {
                format!("`ModelCardData` raises with `eval_results` and no `{key}`{release}")
            }
            _ => format!("`ModelCardData` raises where `{part}` lacks `{key}`{release}"),
        };
        let mut found = RULE.plain_finding(*range, message);
        found.library = Some(LIBRARY.to_owned());
        found.symbol = Some("huggingface_hub.ModelCardData".to_owned());
        found.argument = Some((*key).to_owned());
        found.version = resolved.map(|it| it.version.to_string());
        found.version_source = resolved.map(|it| it.source.to_string());
        findings.push(found);
    }
}
