//! Answers that are kept.

use std::borrow::Borrow;
use std::hash::Hash;

use dashmap::DashMap;
use rustc_hash::FxBuildHasher;

/// A history asks a view for each release of a library, each with answers of its own: they stay small.
const SHARDS: usize = 2;

/// With so many answers a memo begins anew: while somebody types, half of a name after the other is asked
/// about.
const LIMIT: usize = 1 << 14;

/// What was found out, by question; from several threads at once.
#[derive(Debug)]
pub(super) struct Memo<K: Eq + Hash, V>(DashMap<K, V, FxBuildHasher>);

impl<K: Eq + Hash, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(DashMap::with_hasher_and_shard_amount(FxBuildHasher, SHARDS))
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// The known answer, or the one that `find` gives, which is kept. Two threads may find it at once.
    pub fn get<Q>(&self, key: &Q, find: impl FnOnce() -> V) -> V
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(known) = self.0.get(key) {
            return known.clone();
        }
        // Nothing is locked meanwhile: finding an answer asks for others.
        let found = find();
        if self.0.len() >= LIMIT {
            self.0.clear();
        }
        self.0.insert(key.to_owned(), found.clone());
        found
    }
}
