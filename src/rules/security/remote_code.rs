//! HF602

use crate::embedded::Format;
use crate::python::facts::{Call, Guard, Value};
use crate::rules::arguments::{ArgumentUse, Verdict};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF602",
    name: "unpinned-remote-code",
    severity: Severity::Information,
    summary: "code of a repository that is run at whatever revision it has then",
    explanation: "`trust_remote_code=True` downloads Python files of the repository and runs them. Without \
`revision` (or `code_revision`) that is whatever stands there on the day: its owner, or whoever takes the \
account over, decides what runs on this machine. Look at the files, and pin `revision` to that commit.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained(\"someone/model\", trust_remote_code=True)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained(\n    \"someone/model\",\n    trust_remote_code=True,\n    revision=\"9b3e1b6f4b0f4f8fa1e1c2d3e4f5a6b7c8d9e0f1\",\n)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    // Where the release does nothing with it, other rules say so.
    let counts =
        |used: &&ArgumentUse<'_>| matches!(used.verdict, Verdict::Fine | Verdict::Deprecated(_));
    for used in ctx.arguments().iter().filter(counts) {
        let (call, keyword) = (used.call(ctx), used.keyword(ctx));
        if call.guard == Guard::Guarded || call.open {
            continue;
        }
        let trusts = keyword.name.name == "trust_remote_code" && keyword.value == Value::Bool(true);
        if trusts && !is_pinned(call) && is_remote(call) {
            let message = "the repository's code runs at whatever revision it has then";
            let symbol = &used.callee.symbol;
            let mut finding = RULE.finding(ctx, keyword.range, symbol, message.to_owned());
            finding.help = Some("pin `revision` to a commit that was looked at".to_owned());
            finding.argument = Some(keyword.name.name.to_string());
            findings.push(finding);
        }
    }
}

/// Whether the call names a commit, branch or tag.
pub(super) fn is_pinned(call: &Call) -> bool {
    let pins = |name: &str| matches!(name, "revision" | "code_revision");
    call.keywords.iter().any(|keyword| pins(&keyword.name.name))
}

/// Whether the first argument is the id of a repository for sure, and no folder.
pub(super) fn is_remote(call: &Call) -> bool {
    let by_name = ["pretrained_model_name_or_path", "path", "model", "repo_id"];
    let named = call
        .keywords
        .iter()
        .find(|keyword| by_name.contains(&keyword.name.name.as_str()))
        .map(|keyword| &keyword.value);
    let named = named.or_else(|| {
        let mut values = call.positional.iter().map(|positional| &positional.value);
        values.find(|value| matches!(value, Value::Str(text) if text.contains('/')))
    });
    let Some(Value::Str(id)) = named else {
        return false;
    };
    let mut parts = id.split('/');
    let is_name = |part: Option<&str>| {
        part.is_some_and(|part| !part.is_empty() && !part.starts_with(['.', '~']))
    };
    is_name(parts.next()) && is_name(parts.next()) && parts.next().is_none()
}
