//! The releases that a plan means: those that it pins, else those of the project.

use std::collections::BTreeMap;

use crate::environment::{Environment, Resolved, Source, Version};
use crate::journal::plan::{Pin, Plan};
use crate::journal::surroundings::Surroundings;
use crate::knowledge::store::normalise;

/// The environment of the project with the exact pins under `Packages:` on top. A library that is pinned twice, or
/// for an environment of its own (`vllm==0.33.0` (serve)), is left as it is.
pub fn environment(surroundings: &Surroundings<'_>) -> Environment {
    let mut environment = surroundings.environment.clone();
    let text = surroundings.text();
    let plan = surroundings.document.plan();
    for (name, version) in pinned(text, plan) {
        let known = environment.libraries.get(&name);
        if version
            .as_ref()
            .is_none_or(|version| known.is_some_and(|it| it.version == *version))
        {
            continue;
        }
        let source = Source::Pinned(surroundings.path.to_owned());
        let resolved = version.map(|version| Resolved::new(version, source));
        environment.libraries.extend(resolved.map(|it| (name, it)));
    }
    environment
}

/// The pinned releases by normalised names; `None` where there are several.
fn pinned(text: &str, plan: &Plan) -> BTreeMap<String, Option<Version>> {
    let mut pinned: BTreeMap<String, Option<Version>> = BTreeMap::new();
    let pins = plan.steps.iter().flat_map(|step| step.packages(text));
    for pin in pins.filter(|pin| !is_of_another(text, pin)) {
        let Some(version) = pin.exact().and_then(|it| it.parse::<Version>().ok()) else {
            continue;
        };
        let known = pinned
            .entry(normalise(pin.name))
            .or_insert(Some(version.clone()));
        known.take_if(|known| *known != version);
    }
    pinned
}

/// Whether the name of an environment stands behind a pin.
fn is_of_another(text: &str, pin: &Pin<'_>) -> bool {
    let behind = text.get(pin.range.end as usize..).unwrap_or_default();
    behind.trim_start_matches('`').trim_start().starts_with('(')
}
