//! Work-done progress that never delays the work it shows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tower_lsp_server::Client;
use tower_lsp_server::gen_lsp_types::ProgressToken;

use super::flush::flush;
use super::session::Session;
use crate::engine::Step;

/// A client that has not answered within this time shows no progress.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

static TOKENS: AtomicU32 = AtomicU32::new(0);

/// A progress under way; dropping it ends it.
pub struct Progress(Option<mpsc::UnboundedSender<Step>>);

/// Where the end of a progress is waited for.
pub struct Shown(Option<JoinHandle<()>>);

impl Shown {
    /// Waits until the end of a progress that was dropped is on its way to the client.
    pub async fn ended(self, session: &Session) {
        if let Some(shown) = self.0 {
            let _ = shown.await;
            flush(session).await;
        }
    }
}

impl Progress {
    /// Progress that the server begins; nothing where the client shows none.
    pub fn begin(session: &Arc<Session>, title: &str) -> Self {
        if !session.features().progress {
            return Self(None);
        }
        let number = TOKENS.fetch_add(1, Ordering::Relaxed);
        let token = ProgressToken::String(format!("hf-lsp-{number}"));
        Self::spawn(session, token, title, true).0
    }

    /// Progress of a request whose client gave a token for it. The token is the request's until it is answered, so
    /// the end has to be waited for.
    pub fn of_request(
        session: &Arc<Session>,
        token: Option<ProgressToken>,
        title: &str,
    ) -> (Self, Shown) {
        match token {
            Some(token) => {
                let (progress, shown) = Self::spawn(session, token, title, false);
                (progress, Shown(Some(shown)))
            }
            None => (Self(None), Shown(None)),
        }
    }

    fn spawn(
        session: &Arc<Session>,
        token: ProgressToken,
        title: &str,
        create: bool,
    ) -> (Self, JoinHandle<()>) {
        let (sender, steps) = mpsc::unbounded_channel();
        let (client, title) = (session.client.clone(), title.to_owned());
        let shown = tokio::spawn(async move {
            if !create || created(&client, &token).await {
                show(&client, token, title, steps).await;
            }
        });
        (Self(Some(sender)), shown)
    }

    /// Shows how far the work has come.
    pub fn report(&self, step: Step) {
        if let Some(sender) = &self.0 {
            let _ = sender.send(step);
        }
    }
}

async fn created(client: &Client, token: &ProgressToken) -> bool {
    let request = client.create_work_done_progress(token.clone());
    matches!(
        tokio::time::timeout(ANSWER_LIMIT, request).await,
        Ok(Ok(()))
    )
}

async fn show(
    client: &Client,
    token: ProgressToken,
    title: String,
    mut steps: mpsc::UnboundedReceiver<Step>,
) {
    let progress = client
        .progress(token, title)
        .with_percentage(0)
        .begin()
        .await;
    while let Some(mut step) = steps.recv().await {
        while let Ok(newer) = steps.try_recv() {
            step = newer;
        }
        progress
            .report_with_message(step.message, step.percentage)
            .await;
    }
    progress.finish().await;
}
