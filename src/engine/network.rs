//! What the network knows: repositories of the Hub, and pages of documentation.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::broadcast::error::RecvError;

use super::pages::Fetched;
use crate::hub::{Event, Given, Hub, Settings};
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
    /// What does the look-ups.
    pub runtime: Handle,
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
        let pages = Fetched::new(client, runtime.clone(), Box::new(move || tell(News::Done)));
        Self {
            hub,
            pages,
            runtime,
        }
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
