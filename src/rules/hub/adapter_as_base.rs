//! HF413

use super::{finding, models};
use crate::embedded::Format;
use crate::hub::model::Presence;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::repository::Purpose;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF413",
    name: "adapter-mismatch",
    severity: Severity::Warning,
    summary: "an adapter where a model is expected, or a model where an adapter is",
    explanation: "`PeftModel.from_pretrained` raises `ValueError` for a repository without an `adapter_config.json`. \
The other way round, loading a repository that holds an adapter as a model loads the base model that \
it names, with the adapter in it, and needs peft: a second adapter on top of it is rarely meant.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "peft==0.21.2"],
        baseline: &[],
        code: "from peft import PeftModel\nfrom transformers import AutoModelForCausalLM\n\nbase = AutoModelForCausalLM.from_pretrained(\"acme-labs/base-8b\")\nmodel = PeftModel.from_pretrained(base, \"acme-labs/chat-8b\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "peft==0.21.2"],
        baseline: &[],
        code: "from peft import PeftModel\nfrom transformers import AutoModelForCausalLM\n\nbase = AutoModelForCausalLM.from_pretrained(\"acme-labs/base-8b\")\nmodel = PeftModel.from_pretrained(base, \"acme-labs/adapter\")\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (loaded, facts) in models(ctx) {
        let id = &loaded.used.id;
        match (loaded.used.purpose, &facts.adapter) {
            (Purpose::Adapter, Presence::No) => {
                let message = format!("`{id}` holds no adapter");
                findings.push(finding(ctx, &RULE, loaded.used, message));
            }
            (Purpose::Load, Presence::Yes(adapter)) if is_model(&loaded.callee.symbol) => {
                let base = adapter.base.as_deref().unwrap_or("its base model");
                let message =
                    format!("`{id}` is an adapter: this loads `{base}` with it, through peft");
                let mut found = finding(ctx, &RULE, loaded.used, message);
                found.severity = Severity::Information;
                findings.push(found);
            }
            _ => {}
        }
    }
}

fn is_model(symbol: &str) -> bool {
    symbol.starts_with("transformers.AutoModel") && symbol.ends_with(".from_pretrained")
}
