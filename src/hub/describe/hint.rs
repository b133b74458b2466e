//! What stands beside a name in the editor: a few words.

use super::text::{count, thousands};
use crate::hub::dataset::DatasetFacts;
use crate::hub::facts::Common;
use crate::hub::model::ModelFacts;

/// "8.03 B · llama3.1 · gated"; `None` where none of it is known.
pub fn model(facts: &ModelFacts) -> Option<String> {
    let parameters = facts.parameters.as_ref().map(|it| count(it.total));
    words(parameters, &facts.common)
}

/// "17,000 rows · mit"
pub fn dataset(facts: &DatasetFacts) -> Option<String> {
    let rows = facts.rows().map(|rows| format!("{} rows", thousands(rows)));
    words(rows, &facts.common)
}

fn words(size: Option<String>, common: &Common) -> Option<String> {
    // Licences are the Hub's identifiers, shown as they are only where they look like it.
    let plain = |id: &&str| {
        id.len() <= 40
            && id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let licence = common.licence.as_ref().map(|licence| licence.id.as_str());
    let licence = licence.filter(plain).map(str::to_owned);
    let gated = common.gate.is_closed().then(|| "gated".to_owned());
    let words: Vec<String> = size.into_iter().chain(licence).chain(gated).collect();
    (!words.is_empty()).then(|| words.join(" · "))
}
