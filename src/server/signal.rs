//! Signals that ask the process to end.

/// Resolves when the system or the user asks the process to end; never where signals cannot be heard.
#[cfg(unix)]
pub async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};

    let heard = [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
    ]
    .map(signal);
    let mut signals: Vec<_> = heard.into_iter().flatten().collect();
    let waits = signals.iter_mut().map(|signal| Box::pin(signal.recv()));
    match waits.collect::<Vec<_>>() {
        none if none.is_empty() => std::future::pending().await,
        waits => drop(futures::future::select_all(waits).await),
    }
}

/// Elsewhere the end of the input has to do.
#[cfg(not(unix))]
pub async fn asked_to_end() {
    std::future::pending().await
}
