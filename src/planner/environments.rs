//! The environments of a plan: that of the project, and those apart.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::inventory::Inventory;
use super::library::{self, CaseKind};
use super::make::Refusal;
use super::pins::{self, Package, Sources};
use super::stage::Settled;
use super::template::Renderer;
use super::upgrade;
use crate::knowledge::store;

/// The packages of the project's environment and of those apart.
pub struct Environments<'a> {
    /// Those of the project.
    pub own: Vec<Package>,
    /// Why these releases.
    pub why: String,
    /// Those apart: names, what they are for, packages.
    pub apart: Vec<(String, &'a library::Apart, Vec<Package>)>,
}

impl<'a> Environments<'a> {
    /// Of all stages, each package once.
    ///
    /// # Errors
    /// A mistake in the library.
    pub fn of(
        stages: &[Settled<'a>],
        facts: &[Map<String, Value>],
        inventory: &Inventory,
        keep_pins: bool,
        tracker: &str,
    ) -> Result<Self, Refusal> {
        let mut names: Vec<&str> = Vec::new();
        let mut releases = BTreeMap::new();
        let mut apart: BTreeMap<&String, (&'a library::Apart, Vec<&str>)> = BTreeMap::new();
        for (stage, facts) in stages.iter().zip(facts) {
            let renderer = Renderer::new(facts);
            names.extend(stage.case.packages.iter().map(String::as_str));
            if stage.case.id == upgrade::MIGRATION {
                names.extend(upgrade::used(inventory));
            }
            for (condition, more) in &stage.case.packages_when {
                let holds = renderer.holds(condition);
                let holds = holds
                    .map_err(|error| Refusal::Library(format!("{}: {error}", stage.case.id)))?;
                names.extend(more.iter().filter(|_| holds).map(String::as_str));
            }
            if stage.case.kind == CaseKind::Training {
                names.push(tracker);
            }
            releases.extend(stage.case.releases.clone());
            for (name, environment) in &stage.case.environments {
                let entry = apart.entry(name).or_insert((environment, Vec::new()));
                entry
                    .1
                    .extend(environment.packages.iter().map(String::as_str));
            }
        }
        let none = BTreeMap::new();
        let keep_pins = keep_pins
            && !stages
                .iter()
                .any(|stage| stage.case.id == upgrade::MIGRATION);
        let project = if keep_pins { &inventory.pins } else { &none };
        let sources = Sources {
            project,
            own: &releases,
        };
        let own = pins::packages_of(names, sources).map_err(Refusal::Library)?;
        let sources = Sources {
            project: &none,
            own: &releases,
        };
        let apart = apart.into_iter().map(|(name, (environment, names))| {
            let packages = pins::packages_of(names, sources).map_err(Refusal::Library)?;
            Ok((name.clone(), environment, packages))
        });
        let kept = own.iter().any(|it| {
            let name = crate::workspace::requirements::normalise(&it.name);
            let is_newest = library::release(&name) == Some(it.version.as_str());
            project.get(&name) == Some(&it.version) && !is_newest
        });
        let why = match kept {
            true => "the releases that the project fixes, and the newest others that can be installed beside them".to_owned(),
            false => format!("the newest releases that can be installed together, as of {}", store::date()),
        };
        Ok(Self {
            own,
            why,
            apart: apart.collect::<Result<_, Refusal>>()?,
        })
    }
}
