//! Works that change the engine: done one after the other, in the order in which they were asked for.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::mpsc;

use super::compute::compute;
use super::progress::Progress;
use super::publish::touch;
use super::refresh;
use super::session::{Session, lock};
use crate::engine::{Engine, News, Tell};

/// A work for the engine.
#[derive(Debug)]
pub enum Job {
    /// What the client gave at the start.
    Connect(Value),
    /// Something that was looked up is there.
    Looked,
    /// These are the workspace folders now.
    Folders(Vec<PathBuf>),
    /// These are the settings now.
    Configure(Value),
    /// These files changed.
    Reload(Vec<PathBuf>),
    /// Folders and first settings are known: get ready for questions.
    Start,
}

/// The works that wait, in order.
struct Queue {
    jobs: mpsc::UnboundedReceiver<Job>,
    held: Option<Job>,
}

impl Queue {
    /// The next work. Changed files that wait behind each other (an installation changes hundreds)
    /// become one.
    async fn next(&mut self) -> Option<Job> {
        let first = match self.held.take() {
            Some(held) => held,
            None => self.jobs.recv().await?,
        };
        let mut changed = match first {
            Job::Reload(changed) => changed,
            Job::Looked => {
                self.skip_looked();
                return Some(Job::Looked);
            }
            other => return Some(other),
        };
        while let Ok(next) = self.jobs.try_recv() {
            match next {
                Job::Reload(more) => changed.extend(more),
                other => {
                    self.held = Some(other);
                    break;
                }
            }
        }
        Some(Job::Reload(changed))
    }
}

impl Queue {
    /// Of many answers that came in together the last is enough.
    fn skip_looked(&mut self) {
        while let Ok(next) = self.jobs.try_recv() {
            if !matches!(next, Job::Looked) {
                self.held = Some(next);
                return;
            }
        }
    }
}

/// Tells the editor what becomes of look-ups: progress while they run, new diagnostics when they are done.
fn teller(session: &Arc<Session>) -> Tell {
    let session = Arc::downgrade(session);
    let shown = Mutex::new(None);
    Arc::new(move |news| {
        let Some(session) = session.upgrade() else {
            return;
        };
        let mut shown = lock(&shown);
        match news {
            News::Begun(title) if shown.is_none() => {
                *shown = Some(Progress::begin(&session, &title))
            }
            News::Begun(_) => {}
            News::Done => {
                *shown = None;
                session.queue(Job::Looked);
            }
        }
    })
}

/// Does the works until the session ends.
pub async fn run(session: Arc<Session>, jobs: mpsc::UnboundedReceiver<Job>) {
    let mut queue = Queue { jobs, held: None };
    while let Some(job) = queue.next().await {
        let done = match job {
            Job::Start if session.is_ready() => continue,
            Job::Start => start(&session).await,
            Job::Connect(options) => {
                let tell = teller(&session);
                with_engine(&session, move |engine| engine.connect(&options, tell)).await;
                false
            }
            Job::Looked => true,
            Job::Folders(folders) => {
                with_engine(&session, move |engine| engine.set_folders(&folders)).await;
                true
            }
            Job::Configure(settings) => {
                with_engine(&session, move |engine| engine.configure(&settings)).await;
                true
            }
            Job::Reload(changed) => with_engine(&session, move |engine| engine.reload(&changed))
                .await
                .unwrap_or(true),
        };
        let teller = Arc::clone(&session);
        let _ = compute(&session, move |_| teller.tell_news()).await;
        if done && session.is_ready() {
            session.next_epoch();
            republish(&session);
        }
    }
}

/// Runs `work` off the loop; `None` when it panicked, which is logged.
async fn with_engine<T: Send + 'static>(
    session: &Session,
    work: impl FnOnce(&dyn Engine) -> T + Send + 'static,
) -> Option<T> {
    let engine = Arc::clone(&session.engine);
    compute(session, move |_| work(engine.as_ref())).await.ok()
}

/// Prepares the engine, showing progress, and lets the questions begin. Nothing has been answered
/// before, so nothing needs to be told again: false.
async fn start(session: &Arc<Session>) -> bool {
    let progress = Progress::begin(session, "hf-lsp: reading the environment");
    with_engine(session, move |engine| {
        engine.prepare(&|step| progress.report(step));
    })
    .await;
    session.set_ready();
    false
}

/// Has the diagnostics of all open documents shown anew.
fn republish(session: &Arc<Session>) {
    for uri in session.documents().uris() {
        touch(session, uri);
    }
    refresh::all(session);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn changed_files_that_wait_become_one_work() {
        let (sender, jobs) = mpsc::unbounded_channel();
        let mut queue = Queue { jobs, held: None };
        let reload = |name: &str| Job::Reload(vec![name.into()]);
        for job in [reload("a"), reload("b"), Job::Start, reload("c")] {
            sender.send(job).unwrap();
        }
        drop(sender);
        let mut works = Vec::new();
        while let Some(job) = queue.next().await {
            works.push(format!("{job:?}"));
        }
        let expected = ["Reload([\"a\", \"b\"])", "Start", "Reload([\"c\"])"];
        assert_eq!(works, expected);
    }
}
