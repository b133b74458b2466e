//! What was found out for the version before: somebody who types in a title changes nothing else.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use crate::rules::finding::Finding;

/// The last answer to a question, with what it was asked about.
#[derive(Debug)]
pub struct Kept<T>(Mutex<Option<(u64, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Kept<T> {
    /// The last answer where it was about the same, else the one that `find` gives.
    pub fn get(&self, about: impl Hash, find: impl FnOnce() -> T) -> Arc<T> {
        let mut hasher = DefaultHasher::new();
        about.hash(&mut hasher);
        let key = hasher.finish();
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = kept().as_ref().filter(|(known, _)| *known == key) {
            return Arc::clone(known);
        }
        // Nothing is locked meanwhile.
        let found = Arc::new(find());
        *kept() = Some((key, Arc::clone(&found)));
        found
    }
}

/// What is kept of a project's plan.
#[derive(Debug, Default)]
pub struct KeptOfPlan {
    /// What the rules about code say about the calls under `Params:`, written as one Python text.
    pub calls: Kept<Vec<Finding>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_answer_is_kept() {
        let kept = Kept::default();
        assert_eq!(*kept.get("a", || 1), 1);
        assert_eq!(*kept.get("a", || 2), 1);
        assert_eq!(*kept.get("b", || 3), 3);
        assert_eq!(*kept.get("a", || 4), 4);
    }
}
