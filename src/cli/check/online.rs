//! `check --online`: everything that a file names is looked up before its rules run.

use std::path::Path;
use std::sync::Arc;

use futures::future::join_all;
use tokio::runtime::{Builder, Runtime};

use crate::checker::Checker;
use crate::embedded::{Format, analyse};
use crate::environment::Environment;
use crate::hub::{Given, Hub, Kind, Mode, Need, RepoId, Settings};
use crate::rules;
use crate::rules::repository::{Purpose, Repository, Revision};
use crate::workspace::files::Files;

/// The Hub, and what does the look-ups.
pub struct Online {
    runtime: Runtime,
    /// Remembers the answers.
    pub hub: Hub,
}

impl Online {
    /// Nothing is asked yet. Who asks for it on the command line trusts the folder.
    ///
    /// # Errors
    /// Where the system gives no threads.
    pub fn new(files: Arc<dyn Files>) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let given = Given {
            mode: Some(Mode::On),
            trusted: Some(true),
            ..Given::default()
        };
        let settings = Settings::new(&*files, given);
        for problem in &settings.problems {
            anstream::eprintln!("warning: {problem}");
        }
        if let Err(why) =
            settings.allows(crate::hub::network::Subject::Repository, Need::Background)
        {
            anstream::eprintln!("warning: nothing is looked up: {why}");
        }
        let hub = Hub::new(settings, files, runtime.handle().clone());
        Ok(Self { runtime, hub })
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
                    self.hub
                        .wait_for_model(id, revision, Need::Background)
                        .await,
                ),
                Kind::Dataset => {
                    drop(
                        self.hub
                            .wait_for_dataset(id, revision, Need::Background)
                            .await,
                    );
                }
            }
        });
        self.runtime.block_on(join_all(asked));
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
