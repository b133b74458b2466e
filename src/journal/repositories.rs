//! The models and datasets that a plan names: under `Model:` and `Dataset:`, and in the rows of the target.

use super::plan::{FieldName, Row};
use super::span::code_spans;
use super::surroundings::Surroundings;
use crate::assist::repositories::Mention;
use crate::hub::{Kind, RepoId};
use crate::text::TextRange;

/// All of them, in order.
pub fn mentions(surroundings: &Surroundings<'_>) -> Vec<Mention> {
    let Some(plan) = surroundings.plan() else {
        return Vec::new();
    };
    let text = surroundings.text();
    let mention = |kind: Kind, range: TextRange| {
        let id = RepoId::parse(range.slice(text)).ok();
        // A word alone may be anything: `llama`, `none`.
        let id = id.filter(|id| id.namespace().is_some())?;
        Some(Mention {
            range,
            end: (range.end + 1).min(u32::try_from(text.len()).unwrap_or(u32::MAX)),
            kind,
            id,
            revision: None,
            is_use: true,
        })
    };
    let mut found = Vec::new();
    for (name, kind) in [
        (FieldName::Model, Kind::Model),
        (FieldName::Dataset, Kind::Dataset),
    ] {
        let spans = plan.steps.iter().flat_map(|step| step.spans(name));
        found.extend(spans.filter_map(|span| mention(kind, span)));
    }
    for (key, kind) in [("Model", Kind::Model), ("Dataset", Kind::Dataset)] {
        let row: Option<(Row, &str)> = plan.target(text, key);
        let spans = row
            .into_iter()
            .flat_map(|(row, _)| code_spans(text, row.value));
        found.extend(spans.filter_map(|span| mention(kind, span)));
    }
    found.sort_by_key(|it| it.range);
    found.dedup_by_key(|it| it.range);
    found
}
