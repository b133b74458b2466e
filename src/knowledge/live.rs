//! A release that the store does not know, read from the installed package. Never imported or run.
//!
//! Read are the modules that the newest known release has and that are kept whole; the classes of
//! models stay as that release has them. Since new modules and names made up by lazy tables may be
//! missed, packages count as open: what they seem to lack is not reported.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::extract::coverage::{self, Coverage};
use super::extract::{Distribution, Extract, ModuleText, RawModule, link, read};
use super::fact::{Fact, Flag, OwnerKind};
use super::history::History;
use super::library::{Error, Library};
use crate::environment::{ModuleSource, Version};

/// The library with one more release: `version`, as its sources say.
///
/// # Errors
/// Where the facts of the store itself cannot be read.
pub fn with_installed(
    base: &Library,
    version: &Version,
    sources: &dyn ModuleSource,
) -> Result<Library, Error> {
    let wanted: Vec<&str> = base
        .owners()
        .filter(|owner| owner.kind == OwnerKind::Module && owner.presence.contains(base.newest()))
        .map(|owner| owner.path)
        .filter(|module| coverage::of(base.name(), module) == Some(Coverage::Full))
        .collect();
    let modules: Vec<RawModule> = wanted
        .par_iter()
        .filter_map(|name| {
            let (text, is_package) = sources.module(name)?;
            Some(read(&ModuleText {
                name,
                is_package,
                text: &text,
                stub: None,
            }))
        })
        .collect();
    let distribution = Distribution {
        name: base.name().to_owned(),
        ..Distribution::default()
    };
    let mut extract = link(&distribution, modules.iter());
    let seen: BTreeSet<&str> = wanted.into_iter().collect();
    complete(base, &seen, &mut extract);
    let mut history = History::resume(base);
    history.push(version.clone(), extract);
    Library::from_text(&history.to_text())
}

/// Takes over from the newest known release what was not read.
fn complete(base: &Library, read: &BTreeSet<&str>, extract: &mut Extract) {
    let newest = base.newest();
    for owner in base.owners() {
        if !owner.presence.contains(newest) {
            continue;
        }
        let key = (owner.path.to_owned(), owner.kind);
        let known = || {
            base.history_of(owner.path, owner.kind)
                .map_or_else(Vec::new, |history| history.at(newest).cloned().collect())
        };
        if owner.kind == OwnerKind::Command {
            // Entry points are not read: what was there may still be, and more may have come.
            let mut facts = known();
            for flag in [Flag::Open, Flag::OpenCommands].map(Fact::Flag) {
                if !facts.contains(&flag) {
                    facts.push(flag);
                }
            }
            extract.owners.insert(key, facts);
        } else if owner.kind == OwnerKind::Library || !is_in(owner.path, read) {
            extract.owners.insert(key, known());
        } else if let (OwnerKind::Module, Some(facts)) = (owner.kind, extract.owners.get_mut(&key))
        {
            open(facts, known());
        }
    }
}

/// Whether a definition stands in one of these modules.
fn is_in(path: &str, modules: &BTreeSet<&str>) -> bool {
    let ends = path.match_indices('.').map(|(dot, _)| dot);
    ends.chain([path.len()])
        .any(|end| modules.contains(&path[..end]) && !hides_module(path, end, modules))
}

/// Whether a deeper module, which was not read, comes between: `transformers` was read, but that says
/// nothing about `transformers.models.bert`.
fn hides_module(path: &str, end: usize, modules: &BTreeSet<&str>) -> bool {
    let rest = path.get(end + 1..).unwrap_or_default();
    let Some(next) = rest.split('.').next().filter(|next| !next.is_empty()) else {
        return false;
    };
    let deeper = &path[..end + 1 + next.len()];
    let is_module_name = next
        .chars()
        .all(|c| c.is_lowercase() || c == '_' || c.is_numeric());
    is_module_name && rest.contains('.') && !modules.contains(deeper)
}

/// Adds the names that lazy tables gave before, and says that there may be more.
fn open(facts: &mut Vec<Fact>, known: Vec<Fact>) {
    let is_package = facts.contains(&Fact::Flag(Flag::Package));
    for fact in known {
        let Fact::Binding { name, .. } = &fact else {
            continue;
        };
        let is_there = facts.iter().any(|other| match other {
            Fact::Binding { name: other, .. } | Fact::Attr { name: other, .. } => other == name,
            _ => false,
        });
        if is_package && !is_there {
            facts.push(fact);
        }
    }
    if is_package && !facts.contains(&Fact::Flag(Flag::Open)) {
        facts.push(Fact::Flag(Flag::Open));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::command::Named;
    use crate::knowledge::extract::extract;
    use crate::knowledge::view::{Choice, Entity, LibraryRef, Loader, View, select};
    use std::sync::Arc;

    #[derive(Debug)]
    struct Sources;

    impl ModuleSource for Sources {
        fn module(&self, name: &str) -> Option<(String, bool)> {
            match name {
                "mill" => Some(("from .wheel import grind, stop".to_owned(), true)),
                "mill.wheel" => Some((
                    "def grind(*, corn): ...\ndef stop(): ...\n".to_owned(),
                    false,
                )),
                _ => None,
            }
        }
    }

    fn base() -> Library {
        let module = |name, is_package, text| ModuleText {
            name,
            is_package,
            text,
            stub: None,
        };
        let distribution = Distribution {
            name: "mill".to_owned(),
            entry_points: "[console_scripts]\nmill = mill.wheel:main\n".to_owned(),
            ..Distribution::default()
        };
        let modules = [
            module(
                "mill",
                true,
                "from .wheel import grind\nfrom .old import gone",
            ),
            module(
                "mill.wheel",
                false,
                "import argparse\ndef grind(*, grain): ...\n\
                 def main():\n    argparse.ArgumentParser().parse_args()\n",
            ),
            module("mill.old", false, "def gone(): ...\n"),
        ];
        let extract = extract(&distribution, modules);
        Library::from_extract("mill", "1.0.0".parse().unwrap(), extract).unwrap()
    }

    #[test]
    fn an_unknown_release_is_read_and_compared_with_the_known_ones() {
        let version: Version = "1.1.0".parse().unwrap();
        let library = with_installed(&base(), &version, &Sources).unwrap();
        let selected = select(LibraryRef::Live(Arc::new(library)), &version).unwrap();
        assert!(!selected.newer);
        let packages = vec!["mill".to_owned()];
        let view = View::new([Choice::new("mill", packages, Loader::Ready(Some(selected)))]);
        let signature = view.signature(&view.resolve("mill.grind")).unwrap();
        assert!(signature.takes("corn") && !signature.takes("grain"));
        let timeline = view.argument_timeline("mill.grind", "grain").unwrap();
        assert_eq!(timeline.removed_in(), Some("1.1"));
        // Of a command nothing is known to be missing.
        let command = view.command("mill", "mill").unwrap();
        assert_eq!(view.option(&command, "--fast"), Named::Unsure);
        // A new name is there; one that seems to be missing is not said to be.
        assert!(matches!(view.resolve("mill.stop"), Entity::Function(_)));
        assert!(!matches!(view.resolve("mill.gone"), Entity::Missing { .. }));
    }
}
