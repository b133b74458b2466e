//! An answer that may still become better.

use std::sync::Arc;
use std::time::SystemTime;

use super::error::Error;
use super::id::{Kind, RepoId};

/// Where facts come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nothing is known.
    #[default]
    Nowhere,
    /// The user's own downloads: only what these files say.
    Downloads,
    /// An answer of the Hub, now or remembered.
    Hub,
}

/// What is known about a repository at the moment of asking.
#[derive(Debug)]
pub struct Answer<T> {
    /// The facts; `None` where nothing is known yet.
    pub facts: Option<Arc<T>>,
    /// Where they come from.
    pub origin: Origin,
    /// When the Hub said so.
    pub asked: Option<SystemTime>,
    /// Whether a look-up runs: news will come.
    pub pending: bool,
    /// Why there is nothing (or nothing newer), once that is known.
    pub trouble: Option<Error>,
}

impl<T> Default for Answer<T> {
    fn default() -> Self {
        Self {
            facts: None,
            origin: Origin::default(),
            asked: None,
            pending: false,
            trouble: None,
        }
    }
}

/// Not derived: facts are shared, not copied.
impl<T> Clone for Answer<T> {
    fn clone(&self) -> Self {
        Self {
            facts: self.facts.clone(),
            origin: self.origin,
            asked: self.asked,
            pending: self.pending,
            trouble: self.trouble.clone(),
        }
    }
}

impl<T> Answer<T> {
    /// Nothing, and why.
    pub fn refused(error: impl Into<Error>) -> Self {
        Self {
            trouble: Some(error.into()),
            ..Self::default()
        }
    }
}

/// What has happened to a look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// A model or a dataset.
    pub kind: Kind,
    /// Which one.
    pub id: RepoId,
    /// The revision that was asked for; `None` for the default one.
    pub revision: Option<String>,
    /// What has happened.
    pub event: Event,
}

/// What may happen to a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It has begun.
    Begun,
    /// Ask again: the answer is there, or why there is none.
    Done,
}
