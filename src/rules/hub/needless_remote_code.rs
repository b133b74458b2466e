//! HF405

use super::{finding, models};
use crate::embedded::Format;
use crate::python::facts::Value;
use crate::rules::context::Context;
use crate::rules::finding::{Applicability, Finding, Fix, Severity};
use crate::rules::fix::remove_argument;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF405",
    name: "needless-remote-code",
    severity: Severity::Information,
    summary: "`trust_remote_code=True` for a repository without code",
    explanation: "The repository holds no Python code that could be loaded, so the argument does nothing today. It \
does something on the day when its owner, or whoever takes the account over, adds some: then that \
code runs on this machine unasked.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"acme-labs/chat-8b\", trust_remote_code=True, revision=\"main\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"acme-labs/chat-8b\")\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (loaded, facts) in models(ctx) {
        let keyword = loaded.call.keyword("trust_remote_code");
        let Some(keyword) = keyword.filter(|given| given.value == Value::Bool(true)) else {
            continue;
        };
        if facts.custom_code != Some(false) || !facts.custom_classes.is_empty() {
            continue;
        }
        let message = format!("`{}` has no code of its own to trust", loaded.used.id);
        let mut found = finding(ctx, &RULE, loaded.used, message);
        found.range = keyword.range;
        found.argument = Some(keyword.name.name.to_string());
        let edit = remove_argument(ctx, loaded.call, keyword);
        found.fix = edit.map(|edit| Fix {
            title: "Remove `trust_remote_code`".to_owned(),
            applicability: Applicability::Unsafe,
            edits: vec![edit],
        });
        findings.push(found);
    }
}
