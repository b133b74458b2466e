//! HF606

use super::remote_code::{is_pinned, is_remote};
use crate::embedded::Format;
use crate::python::facts::Value;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF606",
    name: "unpinned-revision",
    severity: Severity::Information,
    summary: "a download of whatever stands in a repository then",
    explanation: "Without `revision` a download takes what the repository's main branch holds on the day: \
results change without a change of the program, and whoever gets hold of the account decides what is \
downloaded. Pin `revision` to a commit. Most programs have good reasons not to, so this rule reports only \
where the settings ask for it: `extend-select = [\"HF606\"]`.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained(\"someone/model\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained(\n    \"someone/model\", revision=\"9b3e1b6f4b0f4f8fa1e1c2d3e4f5a6b7c8d9e0f1\"\n)\n",
    },
    check: Check::Code(check),
};

/// Functions that download; methods called `from_pretrained` do so too.
const DOWNLOADS: &[&str] = &[
    "datasets.load_dataset",
    "huggingface_hub.hf_hub_download",
    "huggingface_hub.snapshot_download",
];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (call, callee) in ctx.library_calls() {
        let downloads = callee.symbol.ends_with(".from_pretrained")
            || DOWNLOADS.contains(&callee.symbol.as_str());
        // HF602 tells of code that is run.
        let runs_code = call
            .keyword("trust_remote_code")
            .is_some_and(|given| given.value == Value::Bool(true));
        if !downloads || runs_code || call.open || is_pinned(call) || !is_remote(call) {
            continue;
        }
        let message = format!(
            "`{}` takes whatever stands in the repository then",
            callee.label()
        );
        let mut finding = RULE.finding(ctx, call.callee_range, &callee.symbol, message);
        finding.argument = Some("revision".to_owned());
        finding.help = Some("pin `revision` to a commit".to_owned());
        findings.push(finding);
    }
}
