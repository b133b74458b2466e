//! Every condition that is read from a library, beside the library itself: for each that some plain arguments
//! fulfil, the real release is called with these arguments, and has to raise. What trainers ask of their `args`
//! is tried with real settings and a small model.
//!
//! `python3 tests/oracle/make.py` installs the releases, `cargo test --test refusals -- --ignored` asks them.
//! The cases and the answers lie beside those of the oracle; `tests/oracle/refusals.txt` lists those of the
//! newest releases: verdict, what was raised, the callable, the call.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod common;

#[path = "oracle/answer.rs"]
#[allow(dead_code, reason = "shared with another test")]
mod answer;
#[path = "oracle/eras.rs"]
mod eras;
#[path = "oracle/tries.rs"]
mod tries;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use hf_lsp::environment::Environment;
use hf_lsp::knowledge::fact::{Fact, OwnerKind};
use hf_lsp::knowledge::overlay::overlay;
use hf_lsp::knowledge::raising::Raise;
use hf_lsp::knowledge::view::{Entity, View};
use hf_lsp::python::analyse;
use hf_lsp::rules::context::Context;
use hf_lsp::rules::refusal::Refusal;
use serde::{Deserialize, Serialize};
use tries::{Tries, tries};

/// One call that should raise.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    /// `peft.LoraConfig`
    symbol: String,
    /// `LoraConfig(use_dora=True)`
    call: String,
    /// `ValueError`
    exception: String,
    /// What is read from the source.
    condition: String,
    /// Classes of settings that the call makes; where there is one, it takes what is prepared for trainers.
    imports: Vec<String>,
    /// Whether it raises only when a loss is computed.
    trains: bool,
}

/// The classes and functions that a package gives at its top; so do trl's experimental ones, each a package.
fn callables(view: &View, package: &str) -> Vec<(String, Entity)> {
    let Some(module) = view.owner(package, OwnerKind::Module) else {
        return Vec::new();
    };
    let names: BTreeSet<&str> = module
        .facts()
        .filter_map(|fact| match fact {
            Fact::Binding { name, .. } => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let mut found = Vec::new();
    for name in names {
        let path = format!("{package}.{name}");
        let entity = view.resolve(&path);
        if matches!(entity, Entity::Class(_) | Entity::Function(_)) && !name.starts_with('_') {
            found.push((path, entity));
        }
    }
    found
}

fn conditions(view: &View, entity: &Entity) -> Vec<Raise> {
    let chain = match entity {
        Entity::Class(class) => view.construction(class),
        Entity::Function(function) => view.raising(&function.path).into_iter().collect(),
        _ => Arc::from([]),
    };
    chain
        .iter()
        .flat_map(|raising| raising.raises.clone())
        .collect()
}

/// What is written down by hand, with a call for each value that is spoken of.
fn stated(symbol: &str, name: &str) -> Vec<(Raise, Tries)> {
    let mut found = Vec::new();
    for stated in overlay().conditions(symbol) {
        let raise = Raise {
            exception: stated.exception.clone(),
            when: stated.when.parse().unwrap(),
            through: Vec::new(),
            owner: symbol.to_owned(),
        };
        for value in &stated.instead {
            let calls = vec![format!("{name}({}={:?})", stated.about[0], value.value)];
            let tries = Tries {
                calls,
                ..Tries::default()
            };
            found.push((raise.clone(), tries));
        }
    }
    found
}

/// For each condition of a callable that can be fulfilled, the first call that does.
fn cases_of(view: &View, environment: &Environment, symbol: &str, entity: &Entity) -> Vec<Case> {
    let (package, name) = symbol.rsplit_once('.').unwrap();
    let read = conditions(view, entity).into_iter().map(|raise| {
        let tries = tries(view, package, name, entity, &raise.when);
        (raise, tries)
    });
    let mut cases = Vec::new();
    for (raise, tries) in read.chain(stated(symbol, name)) {
        let mut text = tries.before;
        for path in tries.imports.iter().map(String::as_str).chain([symbol]) {
            let (package, name) = path.rsplit_once('.').unwrap();
            writeln!(text, "from {package} import {name}").unwrap();
        }
        for call in &tries.calls {
            writeln!(text, "{call}").unwrap();
        }
        let facts = analyse(&text);
        let ctx = Context::new(&text, &facts, view, None, environment, overlay());
        let refusals = ctx.refusals();
        let range = |refusal: &Refusal| facts.call(refusal.call).range;
        // Settings that are refused themselves would never reach the callable.
        let is_first = |refusal: &Refusal| {
            let own = range(refusal);
            !refusals
                .iter()
                .any(|other| range(other) != own && own.contains_range(range(other)))
        };
        let found = refusals
            .iter()
            .find(|refusal| refusal.raise == raise && is_first(refusal));
        if let Some(refusal) = found {
            let loss = |method: &String| method.rsplit('.').next().unwrap().contains("loss");
            cases.push(Case {
                symbol: symbol.to_owned(),
                call: range(refusal).slice(&text).to_owned(),
                exception: raise.exception.clone(),
                condition: raise.when.to_string(),
                trains: !tries.imports.is_empty() && raise.through.iter().any(loss),
                imports: tries.imports,
            });
        }
    }
    cases
}

fn cases(environment: &Environment) -> Vec<Case> {
    let view = common::KNOWLEDGE.view(environment);
    let mut cases = Vec::new();
    for (library, packages) in common::KNOWLEDGE.store().packages() {
        if !environment.libraries.contains_key(library) {
            continue;
        }
        let selected = view.library(library);
        let experimental = packages.iter().flat_map(|package| {
            let inner = selected.map(|it| it.library.children(&format!("{package}.experimental")));
            let inner = inner.into_iter().flatten();
            inner.filter(|owner| owner.kind == OwnerKind::Module)
        });
        let experimental = experimental.map(|owner| owner.path.to_owned());
        for package in packages.iter().cloned().chain(experimental) {
            for (symbol, entity) in callables(&view, &package) {
                cases.extend(cases_of(&view, environment, &symbol, &entity));
            }
        }
    }
    cases.sort();
    cases.dedup();
    cases
}

/// What the real package did: the name of the exception, `-` where there was none, `import ...` where it
/// could not be asked.
fn ask(era: &str, cases: &[Case]) -> Vec<String> {
    let folder = answer::folder().join("refusals");
    std::fs::create_dir_all(&folder).unwrap();
    let (asked, told) = (
        folder.join(format!("{era}.cases.json")),
        folder.join(format!("{era}.told.json")),
    );
    std::fs::write(&asked, serde_json::to_string_pretty(cases).unwrap()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/refusals.py");
    let done = Command::new("python3")
        .arg(script)
        .arg(era)
        .args([&asked, &told])
        .status()
        .unwrap();
    assert!(done.success(), "the packages of {era} could not be asked");
    serde_json::from_str(&std::fs::read_to_string(told).unwrap()).unwrap()
}

/// Nothing that we say raises is silent. Errors of other kinds, raised earlier, prove nothing and are counted.
#[test]
#[ignore = "needs the real packages"]
fn the_real_packages_refuse_too() {
    let wanted = std::env::var("HF_LSP_ERA").ok();
    let mut list = String::new();
    let mut newest = String::new();
    let mut silent = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (era, name) in eras::all().iter().zip(eras::names()) {
        if wanted.as_ref().is_some_and(|wanted| *wanted != name) {
            continue;
        }
        let cases = cases(&era.environment());
        let told = ask(&name, &cases);
        assert_eq!(told.len(), cases.len());
        writeln!(list, "# {name}").unwrap();
        let begin = list.len();
        for (case, told) in cases.iter().zip(&told) {
            let verdict = if *told == case.exception {
                "same"
            } else if told == "-" {
                silent.push(format!("{name}: {} where {}", case.call, case.condition));
                "silent"
            } else if told.starts_with("import ") {
                "not asked"
            } else {
                "another"
            };
            *counts.entry(verdict).or_default() += 1;
            writeln!(list, "{verdict}\t{told}\t{}\t{}", case.symbol, case.call).unwrap();
        }
        list[begin..].clone_into(&mut newest);
    }
    let counted: Vec<String> = counts
        .iter()
        .map(|(verdict, count)| format!("{verdict}: {count}"))
        .collect();
    writeln!(list, "# {}", counted.join(", ")).unwrap();
    std::fs::write(
        answer::folder().join("refusals").join("refusals.txt"),
        &list,
    )
    .unwrap();
    if wanted.is_none() {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/refusals.txt");
        std::fs::write(kept, newest).unwrap();
    }
    assert!(silent.is_empty(), "silent:\n{}", silent.join("\n"));
}
