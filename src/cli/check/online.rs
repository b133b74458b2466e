//! `check --online`: everything that a file names is looked up before its rules run.

use std::path::Path;
use std::sync::Arc;

use futures::future::join_all;

use crate::checker::Checker;
use crate::cli::Error;
use crate::cli::network::Network;
use crate::embedded::{Format, analyse};
use crate::environment::Environment;
use crate::hub::network::Subject;
use crate::hub::{Hub, Kind, Mode, Need, RepoId};
use crate::rules;
use crate::rules::repository::{Purpose, Repository, Revision};
use crate::workspace::files::Files;

/// The Hub, asked about what files name.
pub struct Online(Network);

impl Online {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// Where the system gives no threads.
    pub fn new(files: Arc<dyn Files>) -> Result<Self, Error> {
        Network::new(files, Mode::On, Subject::Repository).map(Self)
    }

    /// Remembers the answers.
    pub fn hub(&self) -> Hub {
        self.0.hub.clone()
    }

    /// Waits until everything that a text names was looked up, or could not be.
    pub fn look_up(
        &self,
        checker: &Checker,
        path: &Path,
        (text, format): (&str, Format),
        environment: &Environment,
    ) {
        let facts = analyse(format, text);
        let mut named: Vec<(Kind, RepoId, Option<String>)> = Vec::new();
        for used in rules::repositories(checker.knowledge(), text, &facts, environment) {
            let Some(question) = question(checker, path, used) else {
                continue;
            };
            if !named.contains(&question) {
                named.push(question);
            }
        }
        let asked = named.iter().map(|(kind, id, revision)| async move {
            let revision = revision.as_deref();
            match kind {
                Kind::Model => drop(
                    self.0
                        .hub
                        .wait_for_model(id, revision, Need::Background)
                        .await,
                ),
                Kind::Dataset => {
                    drop(
                        self.0
                            .hub
                            .wait_for_dataset(id, revision, Need::Background)
                            .await,
                    );
                }
            }
        });
        self.0.runtime.block_on(join_all(asked));
    }
}

/// What is asked about a use; nothing about what is local or only written to.
fn question(
    checker: &Checker,
    path: &Path,
    used: Repository,
) -> Option<(Kind, RepoId, Option<String>)> {
    let revision = match used.revision {
        Revision::Main => None,
        Revision::Named(name) => Some(name),
        Revision::Unknown => return None,
    };
    let folders = [path.parent()?, checker.root()];
    let id = RepoId::of_workspace(&used.id, &**checker.files(), &folders).ok()?;
    (used.purpose != Purpose::Write).then_some((used.kind, id, revision))
}
