//! Work off the loop: on the blocking pool, with a check whether anybody still waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tower_lsp_server::jsonrpc::{Error, Result};

use super::layer::internal_error;
use super::session::Session;
use crate::budget::panic_message;
use crate::engine::Cancel;

/// Raises its flag when dropped: with the future of a cancelled request.
struct RaiseOnDrop(Arc<AtomicBool>);

impl Drop for RaiseOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs `work` on the blocking pool. When the returned future is dropped, the check that `work` gets
/// turns true, and work that has not begun never will. A panic becomes an error, and is reported.
pub async fn compute<T: Send + 'static>(
    session: &Session,
    work: impl FnOnce(&Cancel<'_>) -> T + Send + 'static,
) -> Result<T> {
    let cancelled = Arc::new(AtomicBool::new(false));
    let _guard = RaiseOnDrop(Arc::clone(&cancelled));
    let task = tokio::task::spawn_blocking(move || {
        let cancel = move || cancelled.load(Ordering::Relaxed);
        (!cancel()).then(|| work(&cancel))
    });
    match task.await {
        Ok(Some(result)) => Ok(result),
        Ok(None) => Err(Error::request_cancelled()),
        Err(error) => Err(failure(session, error)),
    }
}

fn failure(session: &Session, error: tokio::task::JoinError) -> Error {
    let Ok(panic) = error.try_into_panic() else {
        return Error::request_cancelled();
    };
    let message = format!("internal failure: {}", panic_message(panic.as_ref()));
    session.reports.failure(&message);
    internal_error(message)
}
