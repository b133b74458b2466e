//! Failures of our own: kept until somebody tells the user, each once.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use dashmap::DashSet;

use crate::budget::{self, Failure};
use crate::workspace::files::Files;

/// The part that analyses, where that and no rule failed.
pub const ANALYSIS: &str = "the analysis";

/// The rules that were not begun, because the document's time was over.
pub const REST: &str = "the rest of the checks";

/// One piece of work that did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Incident {
    /// The file that was checked.
    pub path: PathBuf,
    /// A rule's code, or [`ANALYSIS`].
    pub part: String,
    /// What happened.
    pub failure: Failure,
}

impl fmt::Display for Incident {
    /// One sentence without final period.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} {} in {}",
            self.part,
            self.failure,
            self.path.display()
        )
    }
}

/// Incidents that nobody has been told of.
#[derive(Debug, Default)]
pub struct Incidents {
    met: DashSet<Incident>,
    waiting: Mutex<Vec<Incident>>,
}

impl Incidents {
    /// Keeps an incident that has not been met before.
    pub fn add(&self, incident: Incident) {
        if self.met.insert(incident.clone()) {
            let waiting = self.waiting.lock();
            waiting
                .unwrap_or_else(PoisonError::into_inner)
                .push(incident);
        }
    }

    /// What has been met since the last call.
    pub fn take(&self) -> Vec<Incident> {
        let waiting = self.waiting.lock();
        std::mem::take(&mut *waiting.unwrap_or_else(PoisonError::into_inner))
    }
}

/// For tests: a rule, or the analysis, that is broken on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    part: String,
    how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Panics,
    NeverEnds,
}

impl Broken {
    /// What the environment asks for: `HF_LSP_TEST_BREAK=HF103:panic` (or `:hang`), where
    /// `HF_LSP_TEST` is 1.
    pub fn from_environment(files: &dyn Files) -> Option<Self> {
        files.variable("HF_LSP_TEST").filter(|test| test == "1")?;
        let asked = files.variable("HF_LSP_TEST_BREAK")?;
        let (part, how) = asked.split_once(':')?;
        let how = match how {
            "panic" => How::Panics,
            "hang" => How::NeverEnds,
            _ => return None,
        };
        Some(Self {
            part: part.to_owned(),
            how,
        })
    }

    /// Fails if this is the part.
    pub fn act(&self, part: &str) {
        match self.how {
            _ if self.part != part => {}
            How::Panics => panic!("broken on purpose"),
            How::NeverEnds => loop {
                budget::tick();
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::files::MemoryFiles;

    fn incident(part: &str) -> Incident {
        Incident {
            path: "/p/a.py".into(),
            part: part.to_owned(),
            failure: Failure::OutOfTime,
        }
    }

    #[test]
    fn each_incident_is_told_once() {
        let incidents = Incidents::default();
        for part in ["HF101", "HF102", "HF101"] {
            incidents.add(incident(part));
        }
        assert_eq!(incidents.take(), [incident("HF101"), incident("HF102")]);
        incidents.add(incident("HF101"));
        assert_eq!(incidents.take(), []);
        assert_eq!(
            incident("HF101").to_string(),
            "HF101 took too long and was stopped in /p/a.py"
        );
    }

    #[test]
    fn nothing_is_broken_unless_a_test_asks() {
        let files = MemoryFiles::new();
        files.set("HF_LSP_TEST_BREAK", "HF103:panic");
        assert_eq!(Broken::from_environment(&files), None);
        files.set("HF_LSP_TEST", "1");
        let broken = Broken::from_environment(&files).unwrap();
        broken.act("HF102");
        let failed = budget::within(std::time::Duration::MAX, || broken.act("HF103"));
        assert_eq!(
            failed,
            Err(Failure::Panicked("broken on purpose".to_owned()))
        );
    }
}
