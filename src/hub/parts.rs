//! The answers that facts are put together from, and what is asked next: the same steps whether answers
//! come from the network or from what is remembered.

use serde_json::Value;

use super::downloads::Snapshot;
use super::error::Error;
use super::facts::Common;
use super::id::{Kind, RepoId};
use super::network::Settings;
use super::request::Request;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// Which repository.
    pub id: RepoId,
    /// At which revision; `None` for the default one.
    pub revision: Option<String>,
}

/// The answers so far.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// What the Hub says, in full or in brief.
    pub info: Option<Result<Value, Error>>,
    /// Whether the answer above is the brief one.
    pub brief: bool,
    /// The one more answer that the kind needs: `config.json`, or the dataset viewer's.
    pub more: Option<Result<Value, Error>>,
    /// What the user has downloaded.
    pub snapshot: Option<Snapshot>,
}

/// Where an answer belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// [`Parts::info`]
    Info,
    /// [`Parts::info`], after the full one was too large.
    Brief,
    /// [`Parts::more`]
    More,
}

impl Parts {
    /// What the Hub says, where it says something.
    pub fn known_info(&self) -> Option<&Value> {
        self.info.as_ref()?.as_ref().ok()
    }

    /// The further answer, where there is one.
    pub fn known_more(&self) -> Option<&Value> {
        self.more.as_ref()?.as_ref().ok()
    }

    /// Takes an answer in.
    pub fn put(&mut self, slot: Slot, answer: Result<Value, Error>) {
        match slot {
            Slot::Info => self.info = Some(answer),
            Slot::Brief => (self.info, self.brief) = (Some(answer), true),
            Slot::More => self.more = Some(answer),
        }
    }

    /// The first error.
    pub fn trouble(&self) -> Option<&Error> {
        self.info.as_ref()?.as_ref().err()
    }

    /// What all repositories have, and whether the Hub has said so.
    pub fn common(&self) -> Option<Common> {
        match self.info.as_ref()? {
            Ok(info) => Some(Common::of_info(info)),
            Err(error) => Common::of_error(error),
        }
    }

    /// The downloads, where they are what the Hub has, or nothing is known of that. A repository that is hidden
    /// from the user now was not when it was downloaded.
    pub fn fitting_snapshot(&self) -> Option<&Snapshot> {
        let snapshot = self.snapshot.as_ref()?;
        let sha = self.known_info().and_then(|info| info.get("sha")?.as_str());
        sha.is_none_or(|sha| sha == snapshot.commit)
            .then_some(snapshot)
    }
}

/// A kind of repository, with what is asked and what is made of the answers.
pub trait Subject: Send + Sync + Sized + 'static {
    /// Its kind.
    const KIND: Kind;

    /// The request for the further answer that is wanted beside `info`.
    fn more(settings: &Settings, question: &Question, parts: &Parts) -> Option<Request>;

    /// The facts; `None` where the answers say nothing.
    fn compose(parts: &Parts) -> Option<Self>;

    /// What is asked next.
    ///
    /// # Errors
    /// Where the question itself cannot be asked.
    fn next(
        settings: &Settings,
        question: &Question,
        parts: &Parts,
    ) -> Result<Option<(Slot, Request)>, Error> {
        let Question { id, revision } = question;
        let revision = revision.as_deref();
        Ok(match &parts.info {
            None => Some((
                Slot::Info,
                Request::info(settings, Self::KIND, id, revision)?,
            )),
            Some(Err(Error::TooLarge { .. })) if !parts.brief => Some((
                Slot::Brief,
                Request::brief_info(settings, Self::KIND, id, revision)?,
            )),
            Some(Ok(_)) if parts.more.is_none() => {
                Self::more(settings, question, parts).map(|request| (Slot::More, request))
            }
            Some(_) => None,
        })
    }
}
