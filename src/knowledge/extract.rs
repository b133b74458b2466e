//! From package sources to facts.

use std::collections::BTreeMap;

use super::fact::{Fact, OwnerKind};

/// A definition path with what it names.
pub type OwnerKey = (String, OwnerKind);

/// All that was read of one release of one library: for each owner its facts in source order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extract {
    /// Sorted by path.
    pub owners: BTreeMap<OwnerKey, Vec<Fact>>,
}
