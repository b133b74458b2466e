//! What the callees of a plan's calls are: a plan imports nothing.

use rustc_hash::FxHashMap;

use crate::journal::bind::PlanCall;
use crate::journal::surroundings::Surroundings;
use crate::knowledge::view::{Entity, View};

/// Packages whose names plans use, in the order in which they are asked.
const PACKAGES: [&str; 9] = [
    "trl",
    "transformers",
    "peft",
    "datasets",
    "accelerate",
    "diffusers",
    "sentence_transformers",
    "huggingface_hub",
    "evaluate",
];

/// The modules that have names, each looked for once.
#[derive(Default)]
pub struct Names {
    modules: FxHashMap<String, Option<&'static str>>,
}

impl Names {
    /// The statement that makes the first name of a callee known: `from trl import SFTConfig`. `None` for variables,
    /// and for names that several libraries have.
    pub fn import(
        &mut self,
        surroundings: &Surroundings<'_>,
        view: &View,
        number: usize,
        call: &PlanCall,
    ) -> Option<String> {
        let first = call.callee.split('.').next()?;
        if PACKAGES.contains(&first) {
            return Some(format!("import {first}"));
        }
        if let Some(module) = of_code(surroundings, number, first) {
            return Some(format!("from {module} import {first}"));
        }
        let known = self.modules.entry(first.to_owned());
        let module = (*known.or_insert_with(|| module(view, first)))?;
        Some(format!("from {module} import {first}"))
    }
}

/// The module from which the code that the call means takes a name.
fn of_code(surroundings: &Surroundings<'_>, number: usize, name: &str) -> Option<String> {
    surroundings.binding(number)?.code.iter().find_map(|code| {
        let path = code.call().callee.import_path()?;
        let (module, rest) = path.split_once(&format!(".{name}"))?;
        (rest.is_empty() || rest.starts_with('.')).then(|| module.to_owned())
    })
}

/// The package that has a name at its top: the only one, or those of several that have the same thing; else the one
/// that once had it.
fn module(view: &View, name: &str) -> Option<&'static str> {
    if !name.starts_with(|it: char| it.is_ascii_alphabetic()) || name.len() < 4 {
        return None;
    }
    let known = |package: &&str| view.selected(package).is_some();
    let found = PACKAGES.into_iter().filter(known).filter_map(|package| {
        let entity = view.resolve(&format!("{package}.{name}"));
        matches!(entity, Entity::Class(_) | Entity::Function(_)).then_some((package, entity))
    });
    let found: Vec<_> = found.collect();
    match found.as_slice() {
        [] => gone(view, name),
        [(package, first), rest @ ..] => rest
            .iter()
            .all(|(_, other)| other == first)
            .then_some(package),
    }
}

/// The package that once had a class of that name at its top. Words that are no such names are not looked for.
fn gone(view: &View, name: &str) -> Option<&'static str> {
    let is_class = name.starts_with(|it: char| it.is_ascii_uppercase());
    let was_there = |package: &&str| {
        let timeline = view.symbol_timeline(&format!("{package}.{name}"));
        timeline.is_some_and(|timeline| timeline.was_there())
    };
    let known = |package: &&str| view.selected(package).is_some();
    let mut packages = PACKAGES.into_iter().filter(|_| is_class).filter(known);
    packages.find(was_there)
}
