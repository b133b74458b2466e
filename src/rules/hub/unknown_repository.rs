//! HF401

use super::{finding, known, rewritten};
use crate::embedded::Format;
use crate::hub::facts::{Common, Existence};
use crate::rules::context::Context;
use crate::rules::finding::{Applicability, Finding, Fix, Severity};
use crate::rules::repository::{Kind, Repository, Revision};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF401",
    name: "unknown-repository",
    severity: Severity::Warning,
    summary: "a repository that is not on the Hub, or goes by another name",
    explanation: "The Hub was asked for the repository and has none of that name: loading it fails. Without a token it \
tells nobody whether a repository is private or missing, so that is a mere note then. A repository \
that was renamed still answers under its old name; the finding offers the new one.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"acme-labs/chat-8bb\")\n",
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
    let kind = match used.kind {
        Kind::Model => "model",
        Kind::Dataset => "dataset",
    };
    let id = &used.id;
    let about = |message| finding(ctx, &RULE, used, message);
    match common.existence {
        Existence::NotFound => Some(about(format!("there is no {kind} `{id}` on the Hub"))),
        Existence::NotFoundOrPrivate => {
            let mut found = about(format!("the {kind} `{id}` is not on the Hub, or private"));
            found.severity = Severity::Information;
            found.help = Some("check the name, or log in".to_owned());
            Some(found)
        }
        Existence::NoRevision => {
            let Revision::Named(revision) = &used.revision else {
                return None;
            };
            Some(about(format!(
                "the {kind} `{id}` has no revision `{revision}`"
            )))
        }
        Existence::Exists => {
            let now = common.id.as_ref().filter(|now| *now != id)?;
            let mut found = about(format!("the {kind} `{id}` is called `{now}` now"));
            found.severity = Severity::Information;
            found.replacement = Some(now.clone());
            found.fix = rewritten(ctx, used.range, now).map(|edit| Fix {
                title: format!("Change to `{now}`"),
                applicability: Applicability::Safe,
                edits: vec![edit],
            });
            Some(found)
        }
        Existence::Unknown => None,
    }
}
