//! What the rules about refused calls share.

use super::advice::advise;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Related};
use crate::rules::refusal::{Part, Refusal};
use crate::rules::report::release;
use crate::rules::rule::Rule;
use crate::text::TextRange;

/// Which rule tells a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One argument that is passed has a value that is not taken.
    Value,
    /// Arguments do not go together.
    Conflict,
    /// Something has to be passed and is not.
    Missing,
}

impl Refusal {
    /// Which rule tells it.
    pub fn kind(&self) -> Kind {
        let passed = self.parts.iter().filter(|part| part.is_given()).count();
        if passed == 0 {
            Kind::Missing
        } else if self.parts.len() == 1 {
            Kind::Value
        } else if passed == 1 && self.parts.iter().skip(1).all(Part::is_absent) {
            Kind::Missing
        } else {
            Kind::Conflict
        }
    }
}

/// The release that a refusal is read from: "transformers 5.23.0".
pub fn source(ctx: &Context<'_>, refusal: &Refusal) -> String {
    let version = ctx
        .resolved(&refusal.owner)
        .map_or_else(String::new, |resolved| resolved.version.to_string());
    release(ctx, &refusal.owner, &version)
}

/// The finding, at the argument that was written last, in the call itself where one is; the others are
/// related. Where something is missing, the call is what is wrong.
pub fn finding(ctx: &Context<'_>, rule: &Rule, refusal: &Refusal, message: String) -> Finding {
    let call = ctx.facts.call(refusal.call);
    let sites = || {
        let parts = refusal.parts.iter();
        parts.filter_map(|part| Some((part.site?.1, part)))
    };
    let own = |site: TextRange| call.range.contains_range(site);
    let primary = match refusal.kind() {
        Kind::Missing => None,
        _ => sites().max_by_key(|(site, _)| (own(*site), site.start)),
    };
    let range = primary.map_or(call.callee_range, |(site, _)| site);
    let mut finding = rule.finding(ctx, range, &refusal.callee.symbol, message);
    let named = primary.map(|(_, part)| part).or(refusal.parts.first());
    finding.argument = named.map(|part| part.name.clone());
    finding.related = sites()
        .filter(|(site, _)| *site != range)
        .map(|(site, part)| Related {
            range: site,
            message: format!("{} takes part", part.written()),
        })
        .collect();
    if !own(range) {
        finding.related.push(Related {
            range: call.callee_range,
            message: format!("`{}` raises", refusal.callee.label()),
        });
    }
    finding
        .notes
        .push(format!("it raises where `{}`", refusal.condition));
    let parts = refusal.parts.iter();
    let elsewhere = parts.filter_map(|part| Some((part, part.elsewhere.as_ref()?)));
    let notes = elsewhere.map(|(part, place)| format!("{} is passed in {place}", part.written()));
    finding.notes.extend(notes);
    advise(ctx, refusal, &mut finding);
    finding
}

/// Tells the refusals of one kind, each with the circumstances that make it.
pub fn tell(ctx: &Context<'_>, rule: &Rule, kind: Kind, findings: &mut Vec<Finding>) {
    let wanted = ctx
        .refusals()
        .iter()
        .filter(|refusal| refusal.kind() == kind);
    findings.extend(wanted.map(|refusal| {
        let message = format!(
            "`{}` raises `{}` {} in {}",
            refusal.callee.label(),
            refusal.raise.exception,
            refusal.circumstances(),
            source(ctx, refusal)
        );
        finding(ctx, rule, refusal, message)
    }));
}

/// The place of a value that is passed.
pub fn value_range(part: &Part) -> Option<TextRange> {
    part.site.map(|(value, _)| value)
}
