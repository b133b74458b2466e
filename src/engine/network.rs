//! What the network knows: repositories of the Hub, and pages of documentation.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::runtime::Handle;
use tokio::sync::broadcast::error::RecvError;

use super::pages::Fetched;
use crate::hub::dataset::DatasetFacts;
use crate::hub::describe::{self, Place};
use crate::hub::id::is_revision;
use crate::hub::model::ModelFacts;
use crate::hub::{Event, Given, Hub, Kind, Need, RepoId, Settings};
use crate::rules::hub::LookUp;
use crate::rules::repository::Revision;
use crate::workspace::files::Files;

/// What has happened to a look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It has begun: "looking up `gpt2`".
    Begun(String),
    /// Answers may be better from now on.
    Done,
}

/// Who is told.
pub type Tell = Arc<dyn Fn(News) + Send + Sync>;

/// The Hub and the documentation under the user's settings.
pub struct Network {
    /// Models and datasets.
    pub hub: Hub,
    /// Pages.
    pub pages: Fetched,
}

impl Network {
    /// Nothing is asked yet. Must be called inside of a runtime, which does the look-ups.
    pub fn new(given: Given, files: Arc<dyn Files>, tell: Tell) -> Self {
        let runtime = Handle::current();
        let settings = Settings::new(&*files, given);
        for problem in &settings.problems {
            tracing::warn!("{problem}");
        }
        let hub = Hub::new(settings, files, runtime.clone());
        forward(&hub, &runtime, Arc::clone(&tell));
        let client = Arc::clone(hub.client());
        let pages = Fetched::new(client, runtime, Box::new(move || tell(News::Done)));
        Self { hub, pages }
    }
}

/// Tells what the Hub tells.
fn forward(hub: &Hub, runtime: &Handle, tell: Tell) {
    let mut news = hub.news();
    runtime.spawn(async move {
        loop {
            match news.recv().await {
                Ok(news) if news.event == Event::Begun => {
                    tell(News::Begun(format!("looking up {}", news.id)));
                }
                Ok(_) | Err(RecvError::Lagged(_)) => tell(News::Done),
                Err(RecvError::Closed) => return,
            }
        }
    });
}

/// The Hub as rules ask it about one file.
pub struct Asked<'a> {
    /// What answers.
    pub hub: &'a Hub,
    /// Where what is local lies.
    pub files: &'a dyn Files,
    /// Folders that a path in the file may be relative to.
    pub folders: [&'a Path; 2],
}

impl Asked<'_> {
    fn id(&self, text: &str) -> Option<RepoId> {
        RepoId::of_workspace(text, self.files, &self.folders).ok()
    }

    /// Whether something on the disk has that name.
    pub fn is_local(&self, id: &RepoId) -> bool {
        self.id(id.as_str()).is_none()
    }

    /// The page of a repository.
    pub fn page(&self, kind: Kind, id: &RepoId, revision: Option<&str>) -> String {
        let base = self.hub.settings().endpoint.as_str().trim_end_matches('/');
        let folder = match kind {
            Kind::Model => "",
            Kind::Dataset => "datasets/",
        };
        let tree = revision
            .filter(|name| is_revision(name))
            .map_or_else(String::new, |name| {
                format!("/tree/{}", name.replace('/', "%2F"))
            });
        format!("{base}/{folder}{id}{tree}")
    }

    /// Some words about a repository, where they are known.
    pub fn hint(&self, kind: Kind, id: &RepoId, revision: Option<&str>) -> Option<String> {
        let id = self.id(id.as_str())?;
        match kind {
            Kind::Model => {
                let answer = self.hub.model(&id, revision, Need::Background);
                describe::hint::model(answer.facts.as_deref()?)
            }
            Kind::Dataset => {
                let answer = self.hub.dataset(&id, revision, Need::Background);
                describe::hint::dataset(answer.facts.as_deref()?)
            }
        }
    }

    /// What a hover shows about a repository; `None` where nothing is known, and never will be.
    pub fn describe(&self, kind: Kind, text: &str, revision: &Revision) -> Option<String> {
        let id = self.id(text)?;
        let revision = match revision {
            Revision::Named(name) => Some(name.as_str()),
            Revision::Main | Revision::Unknown => None,
        };
        let place = Place {
            id: &id,
            revision,
            endpoint: &self.hub.settings().endpoint,
            script: &[],
            now: SystemTime::now(),
        };
        match kind {
            Kind::Model => describe::model(&self.hub.model(&id, revision, Need::Hover), &place),
            Kind::Dataset => {
                describe::dataset(&self.hub.dataset(&id, revision, Need::Hover), &place)
            }
        }
    }
}

impl LookUp for Asked<'_> {
    fn model(&self, id: &str, revision: Option<&str>) -> Option<Arc<ModelFacts>> {
        let answer = self.hub.model(&self.id(id)?, revision, Need::Background);
        answer.facts
    }

    fn dataset(&self, id: &str, revision: Option<&str>) -> Option<Arc<DatasetFacts>> {
        let answer = self.hub.dataset(&self.id(id)?, revision, Need::Background);
        answer.facts
    }
}
