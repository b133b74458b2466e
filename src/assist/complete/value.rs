//! The values that an argument is for.

use super::Place;
use crate::assist::item::Item;
use crate::python::facts::Call;
use crate::rules::arguments::Callee;

/// The strings that may be passed here.
pub fn values(_: &Place<'_, '_>, _: &Call, _: &Callee) -> Vec<Item> {
    Vec::new()
}
