//! HF402

use super::{finding, known};
use crate::embedded::Format;
use crate::hub::facts::{Common, Existence, Gate};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::repository::Repository;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF402",
    name: "gated-repository",
    severity: Severity::Warning,
    summary: "a repository whose files are refused as things stand",
    explanation: "The owners of the repository want to be asked before they let anybody download it. As things stand \
(no token, or one whose account was not let in) loading it fails, on a rented machine after minutes \
of set-up. Ask for access on its page, and give the machine that runs the script a token of that \
account.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"acme-labs/gated-8b\")\n",
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
    let judged = known(ctx).filter_map(|(used, common)| judge(ctx, used, &common));
    findings.extend(judged);
}

fn judge(ctx: &Context<'_>, used: &Repository, common: &Common) -> Option<Finding> {
    let id = &used.id;
    if common.disabled == Some(true) {
        return Some(finding(
            ctx,
            &RULE,
            used,
            format!("the Hub has disabled `{id}`"),
        ));
    }
    if common.existence != Existence::Exists || !common.refused {
        return None;
    }
    let who = match common.gate {
        Gate::Manual => "its owners let in whom they choose",
        Gate::Automatic => "its terms have to be accepted on its page",
        Gate::Open | Gate::Unknown => return None,
    };
    let mut found = finding(
        ctx,
        &RULE,
        used,
        format!("`{id}` is gated, and refused as things stand"),
    );
    found.help = Some(format!("{who}; then a token of that account is needed"));
    Some(found)
}
