//! Every curated entry must annotate facts that the store holds, or it has rotted.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

use hf_lsp::environment::{Environment, Resolved, Source, Version};
use hf_lsp::knowledge::choose::Knowledge;
use hf_lsp::knowledge::condition::Term;
use hf_lsp::knowledge::condition::evaluate::Known;
use hf_lsp::knowledge::overlay::{Argument, Effect, overlay};
use hf_lsp::knowledge::store::{normalise, store};
use hf_lsp::knowledge::timeline::Timeline;
use hf_lsp::knowledge::view::{Entity, View};
use std::path::Path;
use std::sync::Arc;

fn newest() -> Arc<View> {
    let mut environment = Environment::default();
    for name in store().names() {
        let resolved = Resolved::new(store().releases(name).pop().unwrap(), Source::Newest);
        environment.libraries.insert(name.to_owned(), resolved);
    }
    Knowledge::default().view(&environment)
}

/// Index of the first release that is at least `minor`.
fn release(view: &View, library: &str, minor: &str) -> Option<usize> {
    let wanted: Version = minor.parse().ok()?;
    let selected = view.library(&normalise(library))?;
    selected
        .library
        .releases()
        .iter()
        .position(|version| *version >= wanted)
}

fn check_argument(view: &View, entry: &Argument) -> Result<(), String> {
    let library = view
        .library(&normalise(&entry.library))
        .ok_or("unknown library")?;
    let timeline = view
        .argument_timeline(&entry.symbol, &entry.name)
        .filter(Timeline::was_ever)
        .ok_or("no release has it")?;
    if timeline.library.name() != library.library.name() {
        return Err(format!("it belongs to {}", timeline.library.name()));
    }
    let Some(gone) = &entry.gone else {
        return Ok(());
    };
    let index = release(view, &entry.library, gone).ok_or("`gone` is no known release")?;
    if entry.effect == Effect::Error && timeline.present[index] {
        return Err(format!("still there in {gone}"));
    }
    if !timeline.present[..index].contains(&true) {
        return Err(format!("never there before {gone}"));
    }
    if entry.effect == Effect::Error && !timeline.present[index - 1] {
        return Err(format!("gone before {gone}"));
    }
    Ok(())
}

/// Compares failures with the entries that are known to rest on more than the facts show, with reasons.
fn compare(kind: &str, failures: &[String], known: &[&str]) {
    let unexpected: Vec<_> = failures
        .iter()
        .filter(|failure| {
            !known
                .iter()
                .any(|entry| failure.starts_with(&format!("{entry}: ")))
        })
        .cloned()
        .collect();
    assert!(unexpected.is_empty(), "{kind}:\n{}", unexpected.join("\n"));
    for entry in known {
        assert!(
            failures
                .iter()
                .any(|failure| failure.starts_with(&format!("{entry}: "))),
            "{kind}: {entry} needs no exception any more"
        );
    }
}

#[test]
fn arguments_match_facts() {
    let view = newest();
    let mut failures: Vec<String> = overlay()
        .arguments()
        .filter_map(|entry| {
            let error = check_argument(&view, entry).err()?;
            Some(format!("{}.{}: {error}", entry.symbol, entry.name))
        })
        .collect();
    failures.sort();
    compare("arguments", &failures, &[]);
}

#[test]
fn symbols_match_facts() {
    let view = newest();
    let mut failures = Vec::new();
    for entry in overlay().symbols() {
        let Some(timeline) = view.symbol_timeline(&entry.path).filter(Timeline::was_ever) else {
            failures.push(format!("{}: no release has it", entry.path));
            continue;
        };
        let Some(gone) = &entry.gone else { continue };
        match release(&view, &entry.library, gone) {
            None => failures.push(format!("{}: `gone` is no known release", entry.path)),
            Some(index) if timeline.present[index] => {
                failures.push(format!("{}: still there in {gone}", entry.path));
            }
            Some(index) if index == 0 || !timeline.present[index - 1] => {
                failures.push(format!("{}: gone before {gone}", entry.path));
            }
            Some(_) => {}
        }
    }
    failures.sort();
    compare("symbols", &failures, &[]);
}

#[test]
fn attributes_match_facts() {
    let view = newest();
    let mut failures = Vec::new();
    for entry in overlay().attributes() {
        let name = format!("{}.{}", entry.class, entry.name);
        let timeline = view.attribute_timeline(&entry.class, &entry.name);
        let Some(timeline) = timeline.filter(Timeline::was_ever) else {
            failures.push(format!("{name}: no release has it"));
            continue;
        };
        let Some(gone) = &entry.gone else { continue };
        match release(&view, &entry.library, gone) {
            None => failures.push(format!("{name}: `gone` is no known release")),
            Some(index) if timeline.present[index] => {
                failures.push(format!("{name}: still there in {gone}"));
            }
            Some(_) => {}
        }
    }
    failures.sort();
    compare("attributes", &failures, &[]);
}

#[test]
fn overrides_match_facts() {
    let view = newest();
    let mut failures = Vec::new();
    for entry in overlay().overrides() {
        let method = format!("{}.{}", entry.class, entry.method);
        let timeline = view.argument_timeline(&method, &entry.parameter);
        let index = release(&view, &entry.library, &entry.since);
        match (timeline, index) {
            (Some(timeline), Some(index)) if timeline.present[index] => {}
            _ => failures.push(format!(
                "{method}({}): not there in {}",
                entry.parameter, entry.since
            )),
        }
    }
    failures.sort();
    compare("overrides", &failures, &[]);
}

#[test]
fn defaults_match_facts() {
    let view = newest();
    let mut failures = Vec::new();
    for entry in overlay().defaults() {
        let name = format!("{}.{}", entry.symbol, entry.name);
        let default = |index: usize| {
            let at = view.at(&normalise(&entry.library), index);
            let signature = at.signature(&at.resolve(&entry.symbol))?;
            signature.param(&entry.name)?.param.default.clone()
        };
        let Some(index) = release(&view, &entry.library, &entry.changed).filter(|i| *i > 0) else {
            failures.push(format!("{name}: `changed` is no known release"));
            continue;
        };
        let same = |shown: Option<String>, written: &str| {
            shown.is_some_and(|shown| shown.replace('\'', "\"") == written.replace('\'', "\""))
        };
        if !same(default(index), &entry.new) || !same(default(index - 1), &entry.old) {
            failures.push(format!(
                "{name}: {:?} -> {:?}",
                default(index - 1),
                default(index)
            ));
        }
    }
    failures.sort();
    compare("defaults", &failures, &[]);
}

#[test]
fn results_name_classes() {
    let view = newest();
    let mut failures = Vec::new();
    for entry in overlay().all_returns() {
        let selected = view.selected(&entry.instance).unwrap();
        let somewhere = (0..selected.library.releases().len()).any(|index| {
            let at = view.at(selected.library.name(), index);
            matches!(at.resolve(&entry.instance), Entity::Class(_))
        });
        if !somewhere {
            failures.push(format!(
                "{}: {} is no class",
                entry.callable, entry.instance
            ));
        }
    }
    compare("results", &failures, &[]);
}

/// Whether any release has a command, by any of the names of its words.
fn had_command(view: &hf_lsp::knowledge::view::View, path: &str, gone: bool) -> bool {
    use hf_lsp::knowledge::command::Known;
    let program = path.split(' ').next().unwrap();
    let library = hf_lsp::embedded::programs::distribution(program).unwrap();
    let library = &view.library(library).unwrap().library;
    let there = |release: usize| {
        let mut words = path.split(' ');
        let mut known = Known::at(library, words.next().unwrap(), release)?;
        for word in words {
            let next = format!("{} {}", known.path, known.sub(word)?);
            known = Known::at(library, &next, release)?;
        }
        known.works().then_some(())
    };
    let newest = library.newest();
    (0..=newest).any(|release| there(release).is_some()) && (!gone || there(newest).is_none())
}

#[test]
fn commands_match_facts() {
    let view = newest();
    let mut failures = Vec::new();
    for entry in overlay().commands() {
        if !had_command(&view, &entry.name, true) {
            failures.push(format!("{}: never there, or there still", entry.name));
        }
        for to in entry.to.iter().filter(|to| !had_command(&view, to, false)) {
            failures.push(format!("{}: no release has `{to}`", entry.name));
        }
    }
    for entry in overlay().command_options() {
        let known = entry.commands.iter().any(|command| {
            let program = command.split(' ').next().unwrap();
            let library = hf_lsp::embedded::programs::distribution(program).unwrap();
            let timeline = view.option_timeline(library, command, &entry.name);
            timeline.is_some_and(|timeline| timeline.was_ever())
        });
        if !known {
            failures.push(format!("{}: no release had it", entry.name));
        }
    }
    compare("commands", &failures, &[]);
}

/// The table of programs is that of the entry points.
#[test]
fn programs_match_facts() {
    use hf_lsp::knowledge::fact::{Fact, OwnerKind};
    let mut failures = Vec::new();
    for name in hf_lsp::knowledge::store::store().names() {
        let library = hf_lsp::knowledge::store::store().library(name).unwrap();
        let Some(history) = library.history_of(name, OwnerKind::Library) else {
            continue;
        };
        for (fact, _) in &history.facts {
            if let Fact::Script { name: script, .. } = fact
                && hf_lsp::embedded::programs::distribution(script) != Some(name)
            {
                failures.push(format!("{script}: of {name}"));
            }
        }
    }
    compare("programs", &failures, &[]);
}

/// The conditions of each function in the store, over all releases: its path, and the arguments.
fn conditions() -> Vec<(String, Vec<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge/store");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut path = String::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("def ") {
                path = rest.split('\t').next().unwrap().to_owned();
            } else if let Some(rest) = line.strip_prefix("\traises\t") {
                let condition: Term = rest.split('\t').nth(1).unwrap().parse().unwrap();
                let last = |name: &String| name.rsplit('.').next().unwrap().to_owned();
                found.push((
                    path.clone(),
                    condition.arguments().iter().map(last).collect(),
                ));
            }
        }
    }
    found
}

#[test]
fn advice_is_about_conditions_that_exist() {
    let conditions = conditions();
    assert!(conditions.len() > 5_000, "{}", conditions.len());
    for advice in overlay().all_advice() {
        let is_it = |(path, arguments): &&(String, Vec<String>)| {
            path.ends_with(&format!(".{}", advice.owner))
                && advice.arguments.iter().all(|name| arguments.contains(name))
        };
        assert!(conditions.iter().any(|it| is_it(&it)), "{advice:?}");
    }
}

#[test]
fn written_conditions_and_values_match_facts() {
    let view = newest();
    let known = |path: &str| view.constant(path) != Known::Unknown;
    for entry in overlay().all_conditions() {
        let when: Term = entry.when.parse().unwrap();
        let signature = view.signature(&view.resolve(&entry.symbol)).unwrap();
        let taken = |name: &String| signature.param(name).is_some();
        assert!(when.arguments().iter().all(taken), "{}", entry.symbol);
        when.visit(&mut |term| {
            if let Term::Const(path) = term {
                assert!(known(path), "{path}");
            }
        });
    }
    for entry in overlay().all_options() {
        assert!(
            entry.table.as_deref().is_none_or(known),
            "{:?}",
            entry.table
        );
        assert!(
            entry.table.is_some() || !entry.values.is_empty(),
            "{}",
            entry.symbol
        );
    }
}
