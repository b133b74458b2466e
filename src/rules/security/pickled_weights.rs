//! HF604

use crate::embedded::Format;
use crate::python::facts::Value;
use crate::rules::arguments::Callee;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF604",
    name: "pickled-weights",
    severity: Severity::Information,
    summary: "weights as pickled files, by choice",
    explanation: "`use_safetensors=False` takes the pickled weights of a repository also where it has \
safetensors, and `safe_serialization=False` writes such files for others to load. Pickled files may run code \
where they are loaded without `weights_only`, and load more slowly. Leave the argument out.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained(\"someone/model\", use_safetensors=False)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained(\"someone/model\")\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (call, callee) in ctx.library_calls() {
        let pickles = call.keywords.iter().find(|given| {
            let name = given.name.name.as_str();
            matches!(name, "use_safetensors" | "safe_serialization")
                && given.value == Value::Bool(false)
        });
        let Some(given) = pickles else { continue };
        let name = given.name.name.as_str();
        let what = match name {
            "use_safetensors" if method(callee).starts_with("from_") => "loads",
            "safe_serialization" if writes(ctx, callee) => "writes",
            _ => continue,
        };
        let message = format!("`{name}=False` {what} pickled weights, which may run code");
        let mut finding = RULE.finding(ctx, given.range, &callee.symbol, message);
        finding.argument = Some(name.to_owned());
        finding.help = Some("leave it out".to_owned());
        findings.push(finding);
    }
}

fn method(callee: &Callee) -> &str {
    callee.symbol.rsplit('.').next().unwrap_or_default()
}

/// Whether a method saves, and the release asks it how: transformers 5 always writes safetensors.
fn writes(ctx: &Context<'_>, callee: &Callee) -> bool {
    let method = method(callee);
    let signature = ctx.view.signature(&callee.entity);
    (method.starts_with("save") || method.starts_with("push"))
        && signature.is_some_and(|signature| signature.takes("safe_serialization"))
}
