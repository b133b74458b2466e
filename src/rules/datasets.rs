//! What `datasets.load_dataset` gives: the annotation names four classes, the arguments say which.

use crate::python::facts::{Call, Value};

/// The function.
pub const LOADER: &str = "datasets.load_dataset";

/// Where `split` stands among the arguments by place, in every release.
const SPLIT: usize = 4;

/// The public path of the class, where the arguments are constants.
pub fn loaded(call: &Call) -> Option<&'static str> {
    if call.open || call.partial {
        return None;
    }
    let keyword = |name: &str| call.keywords.iter().find(|given| given.name.name == name);
    let streams = match keyword("streaming").map(|given| &given.value) {
        None | Some(Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(_) => return None,
    };
    let by_place = call.positional.get(SPLIT).map(|given| &given.value);
    let split = keyword("split").map(|given| &given.value).or(by_place);
    let is_one = match split {
        None | Some(Value::None) => false,
        Some(Value::Str(_)) => true,
        Some(_) => return None,
    };
    Some(match (streams, is_one) {
        (false, false) => "datasets.DatasetDict",
        (false, true) => "datasets.Dataset",
        (true, false) => "datasets.IterableDatasetDict",
        (true, true) => "datasets.IterableDataset",
    })
}

/// The class of what a mapping of splits holds.
pub fn split_of(mapping: &str) -> Option<&'static str> {
    match mapping {
        "datasets.DatasetDict" => Some("datasets.Dataset"),
        "datasets.IterableDatasetDict" => Some("datasets.IterableDataset"),
        _ => None,
    }
}
