//! Settings: given at the start, asked for, or sent when they change.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tower_lsp_server::gen_lsp_types::ConfigurationItem;

use super::jobs::Job;
use super::session::Session;

/// The section that belongs to this server.
const SECTION: &str = "hf-lsp";
/// A client that does not answer within this time has no settings.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// The settings in `initializationOptions`: under `settings`.
pub fn initial(options: Option<&Value>) -> Option<Value> {
    let settings = options?.get("settings")?;
    section(settings)
}

/// Our part of a settings object: what stands under our name, else all of it.
fn section(settings: &Value) -> Option<Value> {
    let settings = settings.get(SECTION).unwrap_or(settings);
    settings.is_object().then(|| settings.clone())
}

/// `workspace/didChangeConfiguration`: the new settings, or the news that there are some.
pub fn changed(session: &Arc<Session>, settings: &Value) {
    if session.features().configuration {
        let session = Arc::clone(session);
        tokio::spawn(async move { pull(&session).await });
    } else if let Some(settings) = section(settings) {
        session.queue(Job::Configure(settings));
    }
}

/// Asks the client for our section and hands it to the engine.
pub async fn pull(session: &Arc<Session>) {
    let item = ConfigurationItem {
        section: Some(SECTION.to_owned()),
        scope_uri: None,
    };
    let request = session.client.configuration(vec![item]);
    match tokio::time::timeout(ANSWER_LIMIT, request).await {
        Ok(Ok(answer)) => {
            if let Some(settings) = answer.first().and_then(section) {
                session.queue(Job::Configure(settings));
            }
        }
        Ok(Err(error)) => tracing::warn!("the client gives no settings: {error}"),
        Err(_) => tracing::warn!("the client does not answer workspace/configuration"),
    }
}
