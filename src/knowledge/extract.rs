//! From package sources to facts.
//!
//! Pure: texts in, facts out. `module` reads what one module's text says by itself, `link` joins the
//! modules of a distribution (re-exports, decorators, inherited dataclasses) and keeps what
//! `coverage` wants.

mod alias;
mod body;
mod class;
mod command;
pub mod coverage;
mod decorator;
mod field;
mod forward;
mod function;
mod getattr;
mod guard;
mod kwargs;
mod lazy;
mod link;
mod literals;
mod message;
mod metadata;
mod module;
mod namespace;
mod notice;
mod open;
mod raises;
mod removed;
mod render;
mod shape;
mod text;
mod visit;

use std::collections::BTreeMap;

use super::fact::{Fact, OwnerKind};

pub use command::{Script, owners as commands, script};
pub use link::link;
pub use module::{RawModule, read};
pub use raises::{BASE, FORWARDED, OTHERS};

/// A definition path with what it names.
pub type OwnerKey = (String, OwnerKind);

/// All that was read of one release of one library: for each owner its facts in source order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extract {
    /// Sorted by path.
    pub owners: BTreeMap<OwnerKey, Vec<Fact>>,
}

/// The text of one module.
#[derive(Clone, Copy, Debug)]
pub struct ModuleText<'a> {
    /// Absolute dotted name.
    pub name: &'a str,
    /// Whether it is an `__init__`.
    pub is_package: bool,
    /// The text; that of the `.pyi` stub for a compiled module.
    pub text: &'a str,
    /// The text of the stub that lies beside the source, where there are both.
    pub stub: Option<&'a str>,
}

/// What a distribution says about itself.
#[derive(Clone, Debug, Default)]
pub struct Distribution {
    /// Normalised name, `huggingface-hub`.
    pub name: String,
    /// The text of `METADATA`.
    pub metadata: String,
    /// The text of `entry_points.txt`, empty where there is none.
    pub entry_points: String,
}

/// Reads a whole distribution.
pub fn extract<'a>(
    distribution: &Distribution,
    modules: impl IntoIterator<Item = ModuleText<'a>>,
) -> Extract {
    let modules: Vec<ModuleText<'a>> = modules
        .into_iter()
        .filter(|module| coverage::of(&distribution.name, module.name).is_some())
        .collect();
    let raw: Vec<RawModule> = modules.iter().map(read).collect();
    let mut extract = link(distribution, raw.iter());
    extract.owners.extend(commands(distribution, &modules));
    extract
}
