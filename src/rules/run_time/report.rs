//! What the rules about refused calls share.

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
        let passed = self.parts.iter().filter(|part| part.site.is_some()).count();
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

/// The finding, at the argument that was written last; the others are related.
pub fn finding(ctx: &Context<'_>, rule: &Rule, refusal: &Refusal, message: String) -> Finding {
    let call = ctx.facts.call(refusal.call);
    let own = |part: &&Part| {
        let site = part.site.map(|(_, whole)| whole);
        site.is_some_and(|whole| call.range.contains_range(whole))
    };
    let sites = |part: &Part| part.site.map(|(_, whole)| whole);
    let primary: Option<&Part> = refusal
        .parts
        .iter()
        .filter(own)
        .max_by_key(|part| sites(part).map(|site| site.start));
    let range = primary.and_then(sites).unwrap_or(call.callee_range);
    let mut finding = rule.finding(ctx, range, &refusal.callee.symbol, message);
    finding.argument = primary
        .or(refusal.parts.first())
        .map(|part| part.name.clone());
    finding.related = refusal
        .parts
        .iter()
        .filter_map(|part| Some((sites(part)?, part)))
        .filter(|(site, _)| *site != range)
        .map(|(site, part)| Related {
            range: site,
            message: format!("{} takes part", part.written()),
        })
        .collect();
    finding
        .notes
        .push(format!("it raises where `{}`", refusal.condition()));
    finding
}

/// The place of a value that is passed.
pub fn value_range(part: &Part) -> Option<TextRange> {
    part.site.map(|(value, _)| value)
}
