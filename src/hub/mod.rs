//! Facts about models and datasets on the Hugging Face Hub.
//!
//! The only module that uses the network. [`Hub`] answers at once with what is known (memory, our own cache, the
//! user's downloads) and looks up the rest in tasks of its own, where [`Settings`] allow that; [`Hub::news`] tells
//! when it has come in. What is asked, sent and kept is described in `docs/hub.md`.

pub mod answer;
pub mod client;
pub mod dataset;
pub mod describe;
pub mod downloads;
pub mod error;
pub mod facts;
#[cfg(test)]
mod hostile;
pub mod id;
mod json;
mod limits;
pub mod model;
pub mod network;
mod parts;
mod paths;
pub mod request;
mod shelf;
pub mod store;
mod token;

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::broadcast;

pub use answer::{Answer, Event, News, Origin};
pub use dataset::DatasetFacts;
pub use error::Error;
pub use id::{Kind, NotAnId, RepoId};
pub use model::ModelFacts;
pub use network::{Given, Mode, Need, Settings};
pub use request::Request;

use crate::workspace::files::Files;
use client::Client;
use downloads::Downloads;
use parts::Question;
use shelf::{Desk, Shelf};

/// News that nobody has read yet; who falls behind further misses some.
const NEWS_KEPT: usize = 256;

/// What knows the Hub. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Hub {
    desk: Arc<Desk>,
    models: Arc<Shelf<ModelFacts>>,
    datasets: Arc<Shelf<DatasetFacts>>,
}

impl Hub {
    /// With these settings, reading files through `files` and working on `runtime`. Nothing is asked yet. For
    /// other settings another one is made; what is remembered on disk serves both.
    pub fn new(settings: Settings, files: Arc<dyn Files>, runtime: Handle) -> Self {
        let settings = Arc::new(settings);
        let root = settings.hub_cache.clone();
        let desk = Desk {
            client: Arc::new(Client::new(Arc::clone(&settings), Arc::clone(&files))),
            downloads: root.map(|root| Downloads::new(root, files)),
            settings,
            runtime,
            news: broadcast::channel(NEWS_KEPT).0,
        };
        Self {
            desk: Arc::new(desk),
            models: Arc::default(),
            datasets: Arc::default(),
        }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.desk.settings
    }

    /// The client, for pages of the documentation ([`Request::documentation`]).
    pub fn client(&self) -> &Arc<Client> {
        &self.desk.client
    }

    /// What has happened to look-ups from now on.
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.desk.news.subscribe()
    }

    /// What is known of a model, at once. A look-up is started where something is missing or old and `need`
    /// allows it; then the answer is pending. Reads a few small files the first time, never the network.
    pub fn model(&self, id: &RepoId, revision: Option<&str>, need: Need) -> Answer<ModelFacts> {
        self.models.ask(&self.desk, &question(id, revision), need)
    }

    /// The same for a dataset.
    pub fn dataset(&self, id: &RepoId, revision: Option<&str>, need: Need) -> Answer<DatasetFacts> {
        self.datasets.ask(&self.desk, &question(id, revision), need)
    }

    /// What is known of a model when the look-up, where one is allowed, has ended: in at most some 30 s.
    pub async fn wait_for_model(
        &self,
        id: &RepoId,
        revision: Option<&str>,
        need: Need,
    ) -> Answer<ModelFacts> {
        self.models
            .wait(&self.desk, &question(id, revision), need)
            .await
    }

    /// The same for a dataset.
    pub async fn wait_for_dataset(
        &self,
        id: &RepoId,
        revision: Option<&str>,
        need: Need,
    ) -> Answer<DatasetFacts> {
        self.datasets
            .wait(&self.desk, &question(id, revision), need)
            .await
    }

    /// The configuration of a model in the user's cache: `config.json`. Reads a few small files, never the network.
    pub fn configuration(&self, id: &RepoId) -> Option<serde_json::Value> {
        let allowed = self.settings().mode() != Mode::Off;
        let downloads = self.desk.downloads.as_ref().filter(|_| allowed)?;
        let snapshot = downloads.snapshot(Kind::Model, id, None)?;
        snapshot.json("config.json").cloned()
    }

    /// What lies in the user's cache, for completion without a network. Reads one folder.
    pub fn downloaded(&self, kind: Kind) -> Vec<RepoId> {
        let allowed = self.settings().mode() != Mode::Off;
        let downloads = self.desk.downloads.as_ref().filter(|_| allowed);
        downloads.map_or_else(Vec::new, |downloads| downloads.ids(kind))
    }
}

fn question(id: &RepoId, revision: Option<&str>) -> Question {
    Question {
        id: id.clone(),
        revision: revision.map(ToOwned::to_owned),
    }
}
