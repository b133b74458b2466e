//! What somebody wants a plan for.

use std::collections::BTreeMap;

use crate::estimate::gpu::Gpu;

/// What was asked for; what is absent is taken from the project, else from the library.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The use cases, in the order of the work; none to recognise them.
    pub use_cases: Vec<String>,
    /// The script that the plan is made around, from the root of the project.
    pub script: Option<String>,
    /// A model of the Hub, or a folder.
    pub model: Option<String>,
    /// A dataset of the Hub, or a file or folder.
    pub dataset: Option<String>,
    /// The machine.
    pub gpu: Option<Gpu>,
    /// What is to be reached.
    pub goal: Option<String>,
    /// Settings by their names.
    pub set: BTreeMap<String, String>,
}

/// Settings that every use case takes beside its own.
pub const COMMON: [(&str, &str); 6] = [
    (
        "format",
        "how the data lie, by the name of one of the use case's forms",
    ),
    ("tracker", "trackio, wandb, mlflow or tensorboard"),
    (
        "repository",
        "where the result goes, `name` or `organisation/name`",
    ),
    (
        "parameters",
        "how many weights a model has that is not known, such as 8B",
    ),
    ("licence", "the licence of a model that is not known"),
    ("python", "the release of Python, such as 3.12"),
];
