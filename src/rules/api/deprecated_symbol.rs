//! HF107

use super::removed_symbol::curated;
use super::symbols::{SymbolUse, SymbolVerdict};
use crate::embedded::Format;
use crate::environment::Version;
use crate::knowledge::overlay::AttributeFix;
use crate::knowledge::view::{Entity, Function};
use crate::python::facts::{Access, AttributeUse, Guard};
use crate::rules::context::{Context, Thing};
use crate::rules::finding::{Finding, Severity};
use crate::rules::report::{package, release};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF107",
    name: "deprecated-symbol",
    severity: Severity::Warning,
    summary: "a class, function or method that still works and is on its way out",
    explanation: "The source of the resolved release warns when this is used. Announced removal dates \
are often wrong in both directions, so none is shown: change it before an upgrade, and see with \
`--target` what an upgrade would break.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"gpt2\")\nmodel.gradient_checkpointing_enable()\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"gpt2\")\nmodel.activation_checkpointing_enable()\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in ctx.symbols() {
        if matches!(used.verdict, SymbolVerdict::Deprecated(_)) {
            findings.push(deprecated(ctx, used));
        }
    }
    for used in &ctx.facts.attributes {
        // `super().__init__()` is no use of its own: the class is told of where it is named.
        let is_special = used.attr.name.starts_with("__");
        if used.guard == Guard::None && used.access == Access::Load && !is_special {
            findings.extend(deprecated_member(ctx, used));
        }
    }
}

fn deprecated(ctx: &Context<'_>, used: &SymbolUse<'_>) -> Finding {
    let timeline = ctx.view.symbol_timeline(&used.path);
    let since = timeline
        .as_ref()
        .and_then(|timeline| timeline.deprecated_in())
        .or_else(|| used.entry.and_then(|entry| entry.deprecated.as_deref()));
    let mut finding = RULE.finding(
        ctx,
        used.range,
        &used.path,
        message(ctx, &used.path, &used.path, since),
    );
    finding.deprecated = true;
    finding.deprecated_in = since.map(str::to_owned);
    if let SymbolVerdict::Deprecated(notice) = &used.verdict {
        finding.replacement.clone_from(&notice.replacement);
        finding.help = notice
            .replacement
            .as_ref()
            .map(|new| format!("use `{new}`"));
    }
    curated(ctx, used, &mut finding);
    finding
}

fn message(ctx: &Context<'_>, path: &str, shown: &str, since: Option<&str>) -> String {
    let when = since.map_or_else(String::new, |since| {
        format!(" since {}", release(ctx, path, since))
    });
    format!("`{shown}` is deprecated{when}")
}

/// Since when a member is deprecated, and the class that has said so for longest: the one that declares it,
/// `public`, or the one that it was reached by, which may have been there before it was given that base.
fn told_first(
    ctx: &Context<'_>,
    function: &Function,
    public: &str,
    name: &str,
) -> (String, Option<String>) {
    let since = |class: &str| {
        let timeline = ctx.view.attribute_timeline(class, name)?;
        timeline.deprecated_in().map(str::to_owned)
    };
    let declared = since(public);
    let reached = function
        .class
        .as_deref()
        .map(|class| ctx.view.public_path(class));
    let reached = reached.filter(|reached| package(reached) == package(public));
    let earlier = reached.and_then(|reached| {
        let version = |text: &str| text.parse::<Version>().ok();
        let told = since(&reached)?;
        let is_earlier = version(&told) < version(declared.as_deref()?);
        is_earlier.then_some((reached, Some(told)))
    });
    earlier.unwrap_or_else(|| (public.to_owned(), declared))
}

/// A method or property of an instance.
fn deprecated_member(ctx: &Context<'_>, used: &AttributeUse) -> Option<Finding> {
    let receiver = ctx.thing(&used.receiver);
    if matches!(
        receiver,
        Thing::Object(Entity::Module(_)) | Thing::Unknown | Thing::Parsed(_)
    ) {
        return None;
    }
    let Thing::Object(entity @ Entity::Function(_)) = ctx.attribute(&receiver, &used.attr.name)
    else {
        return None;
    };
    let Entity::Function(function) = &entity else {
        return None;
    };
    let notice = ctx.view.notice(&entity)?;
    // Declared in a base: the entry and the history are those of the class that declares it.
    let class = function.path.rsplit_once('.')?.0;
    let public = ctx.view.public_path(class);
    let (class, since) = told_first(ctx, function, &public, &used.attr.name);
    let since = since.as_deref();
    let path = format!("{class}.{}", used.attr.name);
    let shown = crate::rules::arguments::label(&path).to_owned();
    let mut finding = RULE.finding(
        ctx,
        used.attr.range,
        &path,
        message(ctx, &path, &shown, since),
    );
    finding.deprecated = true;
    finding.deprecated_in = since.map(str::to_owned);
    finding.replacement.clone_from(&notice.replacement);
    finding.help = notice
        .replacement
        .as_ref()
        .map(|new| format!("use `{new}`"));
    match ctx.overlay.attribute(&public, &used.attr.name) {
        Some(entry) => super::removed_attribute::curated(ctx, used, entry, &mut finding),
        None => {
            if let Some(to) = notice.replacement {
                let rename = AttributeFix::Rename {
                    to,
                    since: None,
                    safe: false,
                };
                finding.fix = super::removed_attribute::attribute_fix(ctx, used, &rename);
            }
        }
    }
    Some(finding)
}
