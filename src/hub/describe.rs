//! Hovers for models and datasets, as Markdown. Pure.

mod dataset;
pub mod hint;
mod model;
pub mod text;

use std::time::SystemTime;

use url::Url;

use super::answer::Answer;
use super::dataset::DatasetFacts;
use super::id::RepoId;
use super::model::ModelFacts;

/// What a hover is about.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The name in the file.
    pub id: &'a RepoId,
    /// The revision in the file.
    pub revision: Option<&'a str>,
    /// The Hub: where links lead.
    pub endpoint: &'a Url,
    /// Lines about the script around it ("`max_length=200000` is more than the context"), as Markdown that the caller
    /// vouches for.
    pub script: &'a [String],
    /// The time by which the age of facts is counted.
    pub now: SystemTime,
}

/// What is known about a model, in some lines; `None` where there is nothing to say.
pub fn model(answer: &Answer<ModelFacts>, place: &Place<'_>) -> Option<String> {
    model::describe(answer, place)
}

/// The same for a dataset.
pub fn dataset(answer: &Answer<DatasetFacts>, place: &Place<'_>) -> Option<String> {
    dataset::describe(answer, place)
}
