//! A hub that asks the stand-in.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use hf_lsp::hub::describe::{self, Place};
use hf_lsp::hub::{Answer, DatasetFacts, Given, Hub, Mode, ModelFacts, Need, RepoId, Settings};
use hf_lsp::workspace::files::{Disk, MemoryFiles};
use tempfile::TempDir;
use tokio::runtime::Handle;

use crate::stand_in::StandIn;

/// The token of these tests; it must never be seen anywhere but in one header.
pub const TOKEN: &str = "hf_SoSecretThatNobodyMaySeeIt";

pub struct Desk {
    pub stand_in: StandIn,
    pub folder: TempDir,
}

pub fn id(text: &str) -> RepoId {
    RepoId::parse(text).unwrap()
}

impl Desk {
    pub async fn new() -> Self {
        Self {
            stand_in: StandIn::start().await,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Where the user's downloads lie.
    pub fn downloads(&self) -> PathBuf {
        self.folder.path().join("downloads")
    }

    /// Where our own cache lies.
    pub fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    /// What a user with a trusted workspace gives.
    pub fn given(&self) -> Given {
        Given {
            mode: Some(Mode::OnDemand),
            trusted: Some(true),
            endpoint: Some(self.stand_in.hub.clone()),
            viewer_base: Some(format!("{}/viewer", self.stand_in.foreign)),
            cache_dir: Some(self.cache()),
            ..Given::default()
        }
    }

    /// A hub as after a start of the program.
    pub fn hub_with(&self, given: Given, variables: &[(&str, &str)]) -> Hub {
        let environment = MemoryFiles::new();
        environment.set("HF_HUB_CACHE", self.downloads().to_str().unwrap());
        for (name, value) in variables {
            environment.set(name, value);
        }
        let settings = Settings::new(&environment, given);
        Hub::new(settings, Arc::new(Disk), Handle::current())
    }

    pub fn hub(&self) -> Hub {
        self.hub_with(self.given(), &[])
    }

    pub fn hub_with_token(&self) -> Hub {
        self.hub_with(self.given(), &[("HF_TOKEN", TOKEN)])
    }

    pub async fn model(&self, name: &str) -> Answer<ModelFacts> {
        self.hub()
            .wait_for_model(&id(name), None, Need::Hover)
            .await
    }

    pub async fn dataset(&self, name: &str) -> Answer<DatasetFacts> {
        self.hub()
            .wait_for_dataset(&id(name), None, Need::Hover)
            .await
    }

    /// The hover of a model, with the port of the stand-in replaced.
    pub fn hover(&self, name: &str, answer: &Answer<ModelFacts>) -> Option<String> {
        let (id, endpoint) = (id(name), self.stand_in.hub.parse().unwrap());
        let text = describe::model(answer, &place(&id, &endpoint))?;
        Some(self.without_port(&text))
    }

    /// The hover of a dataset.
    pub fn dataset_hover(&self, name: &str, answer: &Answer<DatasetFacts>) -> Option<String> {
        let (id, endpoint) = (id(name), self.stand_in.hub.parse().unwrap());
        let text = describe::dataset(answer, &place(&id, &endpoint))?;
        Some(self.without_port(&text))
    }

    fn without_port(&self, text: &str) -> String {
        let host = self.stand_in.hub.trim_start_matches("http://");
        text.replace(&self.stand_in.hub, "https://hub.test")
            .replace(host, "hub.test")
    }
}

fn place<'a>(id: &'a RepoId, endpoint: &'a url::Url) -> Place<'a> {
    Place {
        id,
        revision: None,
        endpoint,
        script: &[],
        now: SystemTime::now(),
    }
}
