//! The network for subcommands: a runtime, and the Hub under the settings of this process.

use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

use super::Error;
use crate::hub::network::Subject;
use crate::hub::{Given, Hub, Mode, Need, Settings};
use crate::workspace::files::Files;

/// What does look-ups, and what remembers the answers.
pub struct Network {
    /// Waits for them.
    pub runtime: Runtime,
    /// Remembers them.
    pub hub: Hub,
}

impl Network {
    /// Nothing is asked yet. Who asks on the command line trusts the folder. Where the environment forbids
    /// what `subject` needs, that is said.
    ///
    /// # Errors
    /// Where the system gives no threads.
    pub fn new(files: Arc<dyn Files>, mode: Mode, subject: Subject) -> Result<Self, Error> {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| Error(error.to_string()))?;
        let given = Given {
            mode: Some(mode),
            trusted: Some(true),
            ..Given::default()
        };
        let settings = Settings::new(&*files, given);
        for problem in &settings.problems {
            anstream::eprintln!("warning: {problem}");
        }
        if mode == Mode::On
            && let Err(why) = settings.allows(subject, Need::Hover)
        {
            anstream::eprintln!("warning: nothing is looked up: {why}");
        }
        let hub = Hub::new(settings, files, runtime.handle().clone());
        Ok(Self { runtime, hub })
    }
}
