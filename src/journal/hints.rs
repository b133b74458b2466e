//! Words beside the steps of a plan: what a step waits for, and how far that is.

use super::id::Id;
use super::plan::{FieldName, Plan, Step};
use super::surroundings::Surroundings;

/// More steps than these are counted instead of named.
const SHOWN: usize = 3;

/// The words and the bytes behind which they stand, in order.
pub fn hints(surroundings: &Surroundings<'_>) -> Vec<(u32, String)> {
    let Some(plan) = surroundings.plan() else {
        return Vec::new();
    };
    let text = surroundings.text();
    let places = plan.places();
    let mut hints = Vec::new();
    for step in plan.steps.iter().filter(|step| !step.state.is_over()) {
        let waits = |id: &Id| {
            let on = plan.steps.get(*places.get(id)?)?;
            (!on.state.is_over()).then_some(on)
        };
        let depends = step.all(FieldName::Depends);
        let ids: Vec<_> = depends.flat_map(|field| field.ids(text)).collect();
        let open: Vec<_> = ids
            .iter()
            .filter_map(|(id, range)| Some((id, range, waits(id)?)))
            .collect();
        if !open.is_empty() {
            let names: Vec<&str> = open.iter().map(|(id, ..)| id.as_str()).collect();
            hints.push((step.title.end, format!("blocked by {}", listed(&names))));
        }
        let states = open
            .iter()
            .map(|(_, range, on)| (range.end, on.state.as_str().to_owned()));
        hints.extend(states);
    }
    hints.sort();
    hints
}

/// The steps that a step waits for: its dependencies that are not over.
pub fn open_dependencies<'p>(text: &str, plan: &'p Plan, step: &Step) -> Vec<&'p Step> {
    let depends = step.depends(text);
    let steps = depends.iter().filter_map(|(id, _)| plan.step(id));
    steps.filter(|it| !it.state.is_over()).collect()
}

/// "1.1, 1.2 and 3 more"
pub fn listed(names: &[&str]) -> String {
    match names.len() {
        0..=SHOWN => names.join(", "),
        all => format!("{} and {} more", names[..SHOWN].join(", "), all - SHOWN),
    }
}
