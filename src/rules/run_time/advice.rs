//! How frequent refusals are said, and mended.

use super::report::source;
use crate::knowledge::overlay::AdviceFix;
use crate::python::facts::{Call, Keyword};
use crate::rules::context::Context;
use crate::rules::finding::{Applicability, Edit, Finding, Fix};
use crate::rules::fix::{fix, insert_argument, remove_argument};
use crate::rules::refusal::Refusal;

/// Says what is wrong in the words of the overlay, where it has some.
pub fn advise(ctx: &Context<'_>, refusal: &Refusal, finding: &mut Finding) {
    let names: Vec<&str> = refusal
        .parts
        .iter()
        .map(|part| part.name.rsplit('.').next().unwrap_or_default())
        .collect();
    let condition = refusal.raise.when.to_string();
    let Some(advice) = ctx.overlay.advice(&refusal.owner, &names, &condition) else {
        return;
    };
    finding.message = format!(
        "`{}` raises `{}` in {}: {}",
        refusal.callee.label(),
        refusal.raise.exception,
        source(ctx, refusal),
        advice.say
    );
    finding.help = Some(advice.help.clone());
    // What stands in another file cannot be mended here.
    let is_here = refusal.parts.iter().all(|part| part.elsewhere.is_none());
    if let Some(what) = advice.fix.as_ref().filter(|_| is_here) {
        finding.fix = mend(ctx, refusal, what);
    }
}

fn mend(ctx: &Context<'_>, refusal: &Refusal, what: &AdviceFix) -> Option<Fix> {
    let of = |name: &str| argument(ctx, refusal, name);
    let (title, edit) = match what {
        AdviceFix::Remove(name) => {
            let (call, keyword) = of(name)?;
            let edit = remove_argument(ctx, call, keyword)?;
            (format!("Remove `{name}`"), edit)
        }
        AdviceFix::Set { name, to } => (format!("Set `{name}={to}`"), set(ctx, refusal, name, to)?),
        AdviceFix::Copy { name, from } => {
            let (_, other) = of(from)?;
            let value = other.value_range.slice(ctx.text);
            (
                format!("Set `{name}={value}`"),
                set(ctx, refusal, name, value)?,
            )
        }
    };
    fix(title, Applicability::Unsafe, vec![edit])
}

/// Gives an argument a value: in its place, or in a new one behind the others of the call.
fn set(ctx: &Context<'_>, refusal: &Refusal, name: &str, value: &str) -> Option<Edit> {
    if let Some((_, keyword)) = argument(ctx, refusal, name) {
        return Some(Edit {
            range: keyword.value_range,
            content: value.to_owned(),
        });
    }
    let part = refusal.parts.iter().find(|part| part.site.is_some())?;
    let (call, _) = argument(ctx, refusal, part.name.rsplit('.').next()?)?;
    Some(insert_argument(ctx, call, &format!("{name}={value}")))
}

/// The named argument that takes part under that name, with its call.
fn argument<'a>(
    ctx: &Context<'a>,
    refusal: &Refusal,
    name: &str,
) -> Option<(&'a Call, &'a Keyword)> {
    let is_it = |part: &&crate::rules::refusal::Part| part.name.rsplit('.').next() == Some(name);
    let (_, whole) = refusal.parts.iter().find(is_it)?.site?;
    ctx.facts.calls.iter().find_map(|call| {
        let keyword = call
            .keywords
            .iter()
            .find(|keyword| keyword.range == whole)?;
        Some((call, keyword))
    })
}
