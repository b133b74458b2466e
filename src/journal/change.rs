//! Changes to the files of a project.

use std::collections::BTreeMap;

use crate::rules::finding::Edit;

/// A change to several files that belongs together. Paths are relative to the project's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Edits of files that are there, sorted, never overlapping.
    pub edits: BTreeMap<String, Vec<Edit>>,
    /// Files to be made, with their texts; never one that is there.
    pub creates: BTreeMap<String, String>,
}

impl Change {
    /// The change of one file.
    pub fn edit(path: &str, edits: Vec<Edit>) -> Self {
        let mut change = Self::default();
        change.add(path, edits);
        change
    }

    /// A new file.
    pub fn create(path: &str, text: String) -> Self {
        Self {
            creates: BTreeMap::from([(path.to_owned(), text)]),
            ..Self::default()
        }
    }

    /// Adds edits of a file.
    pub fn add(&mut self, path: &str, edits: Vec<Edit>) {
        if edits.is_empty() {
            return;
        }
        let all = self.edits.entry(path.to_owned()).or_default();
        all.extend(edits);
        all.sort();
        all.dedup();
    }

    /// Adds all of another change.
    pub fn merge(&mut self, other: Self) {
        for (path, edits) in other.edits {
            self.add(&path, edits);
        }
        self.creates.extend(other.creates);
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.creates.is_empty()
    }
}

/// A change that is offered for a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Begins with a verb: "Mark step 1.2 done".
    pub title: String,
    /// What it is for.
    pub kind: ActionKind,
    /// The code of the finding at the place that it removes, where it removes one.
    pub code: Option<&'static str>,
    /// What it does.
    pub change: Change,
}

/// What an action is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// Removes a finding.
    Fix,
    /// Rewrites something that is as right as before: a step of the plan is done, a call takes less memory.
    Rewrite,
    /// Works on the whole document: renumber, convert.
    Source,
}
