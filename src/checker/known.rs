//! What the Hub and the user's downloads say of a model that the planner has no entry for.

use crate::hub::model::ModelFacts;
use crate::hub::{Hub, RepoId};
use crate::planner::inventory::of_config;
use crate::planner::library::Model;

/// As the planner takes it: the shape out of the configuration on this machine, the rest as the Hub says it.
pub fn known_model(hub: &Hub, id: &RepoId, facts: Option<&ModelFacts>) -> Option<Model> {
    let shape = hub.configuration(id).map(|config| of_config(&config));
    if shape.is_none() && facts.is_none() {
        return None;
    }
    let mut model = shape.unwrap_or_default();
    model.id = id.to_string();
    "it was asked for".clone_into(&mut model.why);
    if let Some(facts) = facts {
        model.parameters = facts.parameters.as_ref().map(|it| it.total);
        model.context = model.context.or(facts.context_length);
        model.gated = facts.common.gate.is_closed();
        let licence = facts.common.licence.as_ref().map(|it| it.id.as_str());
        // Text from outside: what is no name is left out of the plan.
        let is_name = |id: &&str| {
            id.bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"-._".contains(&it))
        };
        model.licence = licence.filter(is_name).unwrap_or_default().to_owned();
    }
    Some(model)
}
