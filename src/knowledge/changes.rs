//! What is different between two releases of a library, for those who import from it.

use std::collections::BTreeSet;

use super::fact::OwnerKind;
use super::overlay::{ArgumentFix, SymbolFix, overlay};
use super::signature::Signature;
use super::view::{Entity, View};
use crate::budget;

/// A path with more parts than this is no place to import from, unless somebody names it.
const DEEPEST: usize = 3;

/// Something that is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The symbol, by the path of its import.
    pub symbol: String,
    /// What it is about, where it is about an argument.
    pub argument: Option<String>,
    /// What has become of it.
    pub what: What,
    /// What to use instead, where that is known.
    pub instead: Option<String>,
}

/// What has become of a symbol or an argument.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It went.
    Removed,
    /// It has to be given now.
    Required,
    /// Its default is another one: before and after, as Python writes them.
    Default(String, String),
    /// The source says now that it should not be used.
    Deprecated,
    /// It came.
    Added,
}

impl What {
    /// In one word.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Required => "required",
            Self::Default(..) => "default",
            Self::Deprecated => "deprecated",
            Self::Added => "added",
        }
    }
}

/// What is different of these symbols; of all that users import without them. Both views differ in the release of one
/// library alone. What breaks comes first.
pub fn changes(from: &View, to: &View, library: &str, symbols: &[String]) -> Vec<Change> {
    let all: BTreeSet<String> = match symbols.is_empty() {
        true => candidates(from, to, library),
        false => symbols.iter().map(|it| it.trim().to_owned()).collect(),
    };
    let mut found = Vec::new();
    for symbol in &all {
        budget::tick();
        compare(from, to, symbol, &mut found);
    }
    found.sort_by(|a, b| (&a.what, &a.symbol, &a.argument).cmp(&(&b.what, &b.symbol, &b.argument)));
    found
}

/// The symbols of which a release says something else than the other.
fn candidates(from: &View, to: &View, library: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let (Some(before), Some(after)) = (from.library(library), to.library(library)) else {
        return all;
    };
    let (old, new) = (before.release, after.release);
    let known = &before.library;
    for owner in known.owners() {
        budget::tick();
        if owner.kind == OwnerKind::Module
            || owner.path.contains("._") && !is_constructor(owner.path)
        {
            continue;
        }
        let is_other = owner.presence.contains(old) != owner.presence.contains(new)
            || known
                .history_of(owner.path, owner.kind)
                .is_some_and(|history| {
                    history
                        .facts
                        .iter()
                        .any(|(_, presence)| presence.contains(old) != presence.contains(new))
                });
        if !is_other {
            continue;
        }
        let definition = owner
            .path
            .rsplit_once('.')
            .filter(|_| is_constructor(owner.path))
            .map_or(owner.path, |(class, _)| class);
        for view in [from, to] {
            let public = view.public_path(definition);
            let is_short = public.split('.').count() <= DEEPEST;
            let is_method = public
                .rsplit_once('.')
                .is_some_and(|(parent, _)| matches!(view.resolve(parent), Entity::Class(_)));
            if is_short && !public.contains("._") && !is_method && is_there(&view.resolve(&public))
            {
                all.insert(public);
            }
        }
    }
    all
}

fn is_constructor(path: &str) -> bool {
    path.ends_with(".__init__")
}

const fn is_there(entity: &Entity) -> bool {
    !matches!(entity, Entity::Missing { .. } | Entity::Unknown)
}

fn compare(from: &View, to: &View, symbol: &str, found: &mut Vec<Change>) {
    let (before, after) = (from.resolve(symbol), to.resolve(symbol));
    let mut add = |what, instead| {
        found.push(Change {
            symbol: symbol.to_owned(),
            argument: None,
            what,
            instead,
        });
    };
    match (is_there(&before), is_there(&after)) {
        (true, false) => add(What::Removed, successor(symbol)),
        (false, true) => add(What::Added, None),
        (false, false) => {}
        (true, true) => {
            if from.notice_at(symbol).is_none()
                && let Some(notice) = to.notice_at(symbol)
            {
                add(
                    What::Deprecated,
                    notice.replacement.or_else(|| successor(symbol)),
                );
            }
            if let (Some(before), Some(after)) = (from.signature(&before), to.signature(&after)) {
                arguments(symbol, &before, &after, found);
            }
        }
    }
}

fn successor(symbol: &str) -> Option<String> {
    match &overlay().symbol(symbol)?.fix {
        SymbolFix::Import { to, .. } | SymbolFix::RenameImport { to, .. } => Some(to.clone()),
        _ => None,
    }
}

fn arguments(symbol: &str, before: &Signature, after: &Signature, found: &mut Vec<Change>) {
    let mut add = |name: &str, what, instead| {
        found.push(Change {
            symbol: symbol.to_owned(),
            argument: Some(name.to_owned()),
            what,
            instead,
        });
    };
    let renamed = |name: &str| match &overlay().argument(symbol, name)?.fix {
        ArgumentFix::Rename { to, .. } | ArgumentFix::RenameValue { to, .. } => Some(to.clone()),
        _ => None,
    };
    for old in &before.params {
        let name = old.param.name.as_str();
        if before.param(name).is_none() {
            continue;
        }
        let Some(new) = after.param(name) else {
            if !after.takes(name) {
                add(name, What::Removed, renamed(name));
            } else if before.deprecation(name).is_none() {
                add(name, What::Deprecated, renamed(name));
            }
            continue;
        };
        match (&old.param.default, &new.param.default) {
            (Some(_), None) => add(name, What::Required, None),
            (Some(old), Some(new)) if old != new => {
                add(name, What::Default(old.clone(), new.clone()), None);
            }
            _ => {}
        }
        if before.deprecation(name).is_none()
            && let Some((_, notice)) = after.deprecation(name)
        {
            let instead = notice.replacement.clone().or_else(|| renamed(name));
            add(name, What::Deprecated, instead);
        }
    }
    for new in &after.params {
        let name = new.param.name.as_str();
        if after.param(name).is_some() && !before.takes(name) {
            add(name, What::Added, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::{Environment, Resolved, Source};
    use crate::knowledge::choose::Knowledge;

    fn between(library: &str, from: &str, to: &str, symbols: &[&str]) -> Vec<Change> {
        let view = |version: &str| {
            let mut environment = Environment::default();
            for name in ["transformers", "trl"] {
                let newest = Knowledge::default().store().releases(name).pop().unwrap();
                let resolved = Resolved::new(newest, Source::Newest);
                environment.libraries.insert(name.to_owned(), resolved);
            }
            let resolved = Resolved::new(version.parse().unwrap(), Source::Target);
            environment.libraries.insert(library.to_owned(), resolved);
            Knowledge::default().view(&environment)
        };
        let symbols: Vec<String> = symbols.iter().map(ToString::to_string).collect();
        changes(&view(from), &view(to), library, &symbols)
    }

    #[test]
    fn a_renamed_argument_goes_and_its_successor_comes() {
        let found = between(
            "transformers",
            "4.40.0",
            "5.23.0",
            &["transformers.TrainingArguments"],
        );
        let of = |name: &str| found.iter().find(|it| it.argument.as_deref() == Some(name));
        let gone = of("evaluation_strategy").unwrap();
        assert_eq!(gone.what, What::Removed);
        assert_eq!(gone.instead.as_deref(), Some("eval_strategy"));
        assert_eq!(of("eval_strategy").unwrap().what, What::Added);
        assert!(of("output_dir").is_none_or(|it| it.what != What::Removed));
    }

    #[test]
    fn symbols_come_and_go() {
        let found = between("trl", "0.9.0", "1.16.0", &[]);
        let of = |name: &str| {
            let symbol = format!("trl.{name}");
            found
                .iter()
                .find(|it| it.symbol == symbol && it.argument.is_none())
        };
        assert_eq!(of("PPOConfig").unwrap().what, What::Removed);
        assert_eq!(of("GRPOTrainer").unwrap().what, What::Added);
        let firsts: Vec<&What> = found.iter().map(|it| &it.what).collect();
        assert!(firsts.is_sorted());
        assert_eq!(between("trl", "1.16.0", "1.16.0", &[]), []);
    }
}
