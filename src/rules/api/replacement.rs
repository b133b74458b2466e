//! What takes the place of an argument that went away: from the overlay, or from the sources' own words
//! in the last release that had it.

use crate::knowledge::overlay::ArgumentFix;
use crate::rules::arguments::{ArgumentUse, Verdict};
use crate::rules::context::Context;
use crate::rules::finding::Fix;
use crate::rules::fix::argument_fix;

/// Follows at most this many notices that point to names which went away too.
const MAX_CHAIN: u32 = 4;

/// What to write instead, in three forms.
#[derive(Debug, Default)]
pub struct Replacement {
    /// The plain name, for programs.
    pub name: Option<String>,
    /// For people: "use `eval_strategy`, available since 4.41".
    pub help: Option<String>,
    /// The edit.
    pub fix: Option<Fix>,
}

/// Which rule tells of a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The same thing lives on under another name, or in another form, in the same call.
    Renamed,
    /// It belongs to another object now.
    Moved,
    /// Nothing takes its place.
    Gone,
}

/// Which rule tells of the removal of this argument.
pub fn kind(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> Kind {
    match used.entry.map(|entry| &entry.fix) {
        Some(ArgumentFix::Move { .. }) => Kind::Moved,
        Some(ArgumentFix::Remove { .. }) => Kind::Gone,
        Some(
            ArgumentFix::Rename { .. }
            | ArgumentFix::RenameValue { .. }
            | ArgumentFix::Wrap { .. }
            | ArgumentFix::Ratio { .. }
            | ArgumentFix::Value { .. },
        ) => Kind::Renamed,
        Some(ArgumentFix::None) | None => match stated_name(ctx, used) {
            Some(_) => Kind::Renamed,
            None => Kind::Gone,
        },
    }
}

/// What takes the place of this argument.
pub fn replacement(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> Replacement {
    match used.entry {
        Some(entry) if !matches!(entry.fix, ArgumentFix::None) => Replacement {
            name: curated_name(&entry.fix),
            help: Some(help(ctx, used, &entry.fix, &entry.why)),
            fix: argument_fix(ctx, used, &entry.fix),
        },
        // That nothing can be done, people have seen: only a decorator knows better.
        entry => match stated_name(ctx, used).filter(|(_, exact)| *exact || entry.is_none()) {
            Some((name, exact)) => {
                let what = ArgumentFix::Rename {
                    to: name.clone(),
                    since: None,
                    safe: exact,
                };
                Replacement {
                    help: Some(help(ctx, used, &what, "")),
                    fix: argument_fix(ctx, used, &what).filter(|_| !is_taken(ctx, used, &name)),
                    name: Some(name),
                }
            }
            None => Replacement {
                help: entry.map(|entry| entry.why.clone()),
                ..Replacement::default()
            },
        },
    }
}

/// Whether an argument before this one gets that name already: no call can have it twice.
fn is_taken(ctx: &Context<'_>, used: &ArgumentUse<'_>, name: &str) -> bool {
    let before = ctx.arguments().iter().filter(|other| {
        other.call == used.call
            && other.index < used.index
            && !matches!(other.verdict, Verdict::Fine)
    });
    let mut names = before.filter_map(|other| match other.entry {
        Some(entry) => curated_name(&entry.fix),
        None => stated_name(ctx, other).map(|(name, _)| name),
    });
    names.any(|other| other == name)
}

fn curated_name(fix: &ArgumentFix) -> Option<String> {
    match fix {
        ArgumentFix::Rename { to, .. }
        | ArgumentFix::RenameValue { to, .. }
        | ArgumentFix::Ratio { to, .. }
        | ArgumentFix::Value { to, .. } => Some(to.clone()),
        ArgumentFix::Move { to_symbol, to, .. } => Some(format!("{to_symbol}({to})")),
        ArgumentFix::Wrap { into, .. } => Some(into.clone()),
        ArgumentFix::Remove { .. } | ArgumentFix::None => None,
    }
}

fn help(ctx: &Context<'_>, used: &ArgumentUse<'_>, fix: &ArgumentFix, why: &str) -> String {
    match fix {
        ArgumentFix::Rename { to, since, .. } => {
            let since = since.clone().or_else(|| since_timeline(ctx, used, to));
            match since {
                Some(since) => format!("use `{to}`, available since {since}"),
                None => format!("use `{to}`"),
            }
        }
        _ => why.to_owned(),
    }
}

fn since_timeline(ctx: &Context<'_>, used: &ArgumentUse<'_>, name: &str) -> Option<String> {
    let timeline = ctx.view.argument_timeline(&used.callee.symbol, name)?;
    timeline.since().map(str::to_owned)
}

/// The plain name that the sources gave as replacement, as long as the selected release takes it; and
/// whether it is an exact rename (a decorator passed the value on under the new name).
fn stated_name(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> Option<(String, bool)> {
    let mut name = used.keyword(ctx).name.name.clone();
    let mut exact = true;
    for _ in 0..MAX_CHAIN {
        let (next, by_decorator) = stated_once(ctx, &used.callee.symbol, &name)?;
        exact &= by_decorator;
        if used.takes(ctx, &next) {
            return Some((next, exact));
        }
        name = next.into();
    }
    None
}

/// What the newest release that has a notice about `name` says.
fn stated_once(ctx: &Context<'_>, symbol: &str, name: &str) -> Option<(String, bool)> {
    use crate::knowledge::fact::Acceptance;
    let timeline = ctx.view.argument_timeline(symbol, name)?;
    let library = timeline.library.name();
    for release in (0..=timeline.current).rev() {
        if !timeline.deprecated[release] {
            continue;
        }
        let view = ctx.view.at(library, release);
        let Some(signature) = view.signature(&view.resolve(symbol)) else {
            continue;
        };
        let replacement = signature
            .deprecation(name)
            .and_then(|(_, notice)| notice.replacement.clone());
        if let Some(replacement) = replacement.filter(|new| new != name) {
            let by_decorator = signature.accepts.get(name) == Some(&Acceptance::Decorator);
            return Some((replacement, by_decorator));
        }
    }
    None
}
