//! The Hub, asked about the repositories that one file names.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use crate::hub::dataset::DatasetFacts;
use crate::hub::describe::{self, Place};
use crate::hub::id::is_revision;
use crate::hub::model::ModelFacts;
use crate::hub::{Hub, Kind, Need, RepoId};
use crate::rules::hub::LookUp;
use crate::rules::repository::Revision;
use crate::workspace::files::Files;

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

    fn downloaded(&self, kind: Kind) -> Vec<String> {
        let ids = self.hub.downloaded(kind);
        ids.iter().map(ToString::to_string).collect()
    }

    fn dataset(&self, id: &str, revision: Option<&str>) -> Option<Arc<DatasetFacts>> {
        let answer = self.hub.dataset(&self.id(id)?, revision, Need::Background);
        answer.facts
    }
}
