//! HF404

use super::{finding, models};
use crate::embedded::Format;
use crate::knowledge::view::Entity;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF404",
    name: "remote-code-needed",
    severity: Severity::Warning,
    summary: "a model that only its own code can load, without `trust_remote_code=True`",
    explanation: "The configuration of the repository names Python files of its own for this auto class (`auto_map`), \
and the resolved release of transformers has no code for this kind of model. Without \
`trust_remote_code=True` it asks on a terminal, and raises `ValueError` everywhere else. Look at the \
files before they run, and pin `revision`.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"acme-labs/own-code\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"acme-labs/own-code\", trust_remote_code=True, revision=\"9b3e1b6f4b0f4f8fa1e1c2d3e4f5a6b7c8d9e0f1\")\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (loaded, facts) in models(ctx) {
        let parts = loaded.callee.symbol.strip_prefix("transformers.");
        let auto = parts
            .and_then(|path| path.split('.').next())
            .unwrap_or_default();
        let served = facts.custom_classes.iter().any(|class| class == auto);
        let says = loaded.call.keyword("trust_remote_code").is_some();
        if !served || says || loaded.call.open || has_own(ctx, facts.model_type.as_deref()) {
            continue;
        }
        let message = format!(
            "`{}` is loaded by code of its repository, which needs `trust_remote_code=True`",
            loaded.used.id
        );
        let mut found = finding(ctx, &RULE, loaded.used, message);
        found.help = Some("look at the code first, and pin `revision`".to_owned());
        findings.push(found);
    }
}

/// Whether transformers may have code for that kind of model.
fn has_own(ctx: &Context<'_>, model_type: Option<&str>) -> bool {
    let Some(model_type) = model_type else {
        return true;
    };
    let path = format!("transformers.models.{}", model_type.replace('-', "_"));
    !matches!(ctx.view.resolve_module(&path), Entity::Missing { .. })
        || ctx.is_newer_than_known(&path)
}
