//! Puts findings together: versions, where they came from, what other admitted releases say.

use super::arguments::{ArgumentUse, label};
use super::context::Context;
use super::finding::Finding;
use super::rule::Rule;
use crate::environment::Source;
use crate::knowledge::overlay::Argument;
use crate::knowledge::store::normalise;
use crate::knowledge::timeline::Timeline;
use crate::text::TextRange;

impl Rule {
    /// A finding of this rule about the symbol of that public path.
    pub fn finding(
        &self,
        ctx: &Context<'_>,
        range: TextRange,
        symbol: &str,
        message: String,
    ) -> Finding {
        let selected = ctx.view.selected(symbol);
        let library = selected.map(|choice| choice.library.name().to_owned());
        let resolved = ctx.resolved(symbol);
        let mut notes = Vec::new();
        if let (Some(choice), Some(resolved)) = (selected.filter(|choice| choice.newer), resolved) {
            notes.push(format!(
                "{} {} is newer than everything known here; answered from {}",
                choice.library.name(),
                resolved.version,
                choice.library.releases()[choice.release]
            ));
        }
        Finding {
            code: self.code,
            name: self.name,
            severity: self.severity,
            message,
            help: None,
            notes,
            range,
            related: Vec::new(),
            elsewhere: Vec::new(),
            fix: None,
            library,
            symbol: Some(symbol.to_owned()),
            argument: None,
            replacement: None,
            deprecated_in: None,
            removed_in: None,
            version: resolved.map(|resolved| resolved.version.to_string()),
            version_source: resolved.map(|resolved| resolved.source.to_string()),
            deprecated: false,
        }
    }

    /// A finding of this rule that has to do with no release.
    pub fn plain_finding(&self, range: TextRange, message: String) -> Finding {
        Finding {
            code: self.code,
            name: self.name,
            severity: self.severity,
            message,
            range,
            ..Finding::default()
        }
    }

    /// A finding of this rule about a named argument.
    pub fn argument_finding(
        &self,
        ctx: &Context<'_>,
        used: &ArgumentUse<'_>,
        symbol: &str,
        message: String,
    ) -> Finding {
        let keyword = used.keyword(ctx);
        let range = if keyword.name.range.is_empty() {
            keyword.range
        } else {
            keyword.name.range
        };
        let mut finding = self.finding(ctx, range, symbol, message);
        finding.argument = Some(keyword.name.name.to_string());
        finding
    }
}

/// "transformers 4.51"
pub fn release(ctx: &Context<'_>, symbol: &str, version: &str) -> String {
    match ctx.view.selected(symbol) {
        Some(choice) => format!("{} {version}", choice.library.name()),
        None => version.to_owned(),
    }
}

/// The release that answers for a symbol: "transformers 5.23.0".
pub fn selected(ctx: &Context<'_>, symbol: &str) -> String {
    let version = ctx
        .resolved(symbol)
        .map(|resolved| resolved.version.to_string());
    release(ctx, symbol, &version.unwrap_or_default())
}

/// A release that a history or else a curated entry tells of, with the library that has it: a base class
/// may be of another one than the callee.
pub fn told<'t>(
    seen: Option<(&'t Timeline, &'t str)>,
    entry: Option<(&'t Argument, Option<&'t str>)>,
) -> Option<(String, &'t str)> {
    if let Some((timeline, version)) = seen {
        return Some((format!("{} {version}", timeline.library.name()), version));
    }
    let (entry, version) = entry?;
    let version = version?;
    Some((format!("{} {version}", normalise(&entry.library)), version))
}

/// Whose argument it was: the callee itself, or the base class that had it, where users know that one.
pub fn declaring(used: &ArgumentUse<'_>, timeline: Option<&Timeline>) -> String {
    let own = &used.callee.symbol;
    match timeline.map(|timeline| &timeline.owner) {
        Some(owner)
            if label(owner) != used.callee.label()
                && !(is_hidden(owner) && package(owner) == package(own)) =>
        {
            owner.clone()
        }
        _ => own.clone(),
    }
}

/// Whether users never see a class: it is private, or no package gives it at its top.
fn is_hidden(path: &str) -> bool {
    let module = path.strip_suffix(label(path)).unwrap_or(path);
    label(path).starts_with('_') || module.matches('.').count() > 1
}

/// The import package that a path begins with.
pub fn package(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// A range may admit releases that answer otherwise; then say so.
pub fn note_other_releases(ctx: &Context<'_>, finding: &mut Finding, timeline: &Timeline) {
    let Some(resolved) = ctx
        .environment
        .libraries
        .get(timeline.library.name())
        .filter(|resolved| matches!(resolved.source, Source::Range(..)))
    else {
        return;
    };
    let Some(oldest) = &resolved.oldest else {
        return;
    };
    let Some(release) = timeline.library.release(oldest) else {
        return;
    };
    let (then, now) = (
        timeline.present[release],
        timeline.present[timeline.current],
    );
    if then != now {
        let has = if then { "still has" } else { "does not have" };
        finding.notes.push(format!(
            "{} {oldest}, which the range also admits, {has} it",
            timeline.library.name()
        ));
    }
}
