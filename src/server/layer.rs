//! The tower layer that keeps order.
//!
//! `call` runs in the order of the wire; the futures it returns run in any order. So everything that
//! changes what the server knows happens inside `call`, and every request gets, also inside `call`,
//! the documents as they are at that moment. A panic anywhere below becomes an error response.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use tower::Service;
use tower_lsp_server::ExitedError;
use tower_lsp_server::jsonrpc::{Error, Request, Response};

use super::open::Documents;
use crate::budget::panic_message;

tokio::task_local! {
    static DOCUMENTS: Arc<Documents>;
    static TURN: u64;
}

/// The open documents as they were when the request at hand was read.
pub fn documents() -> Arc<Documents> {
    DOCUMENTS.try_with(Arc::clone).unwrap_or_default()
}

/// The turn of the request at hand among those of its kind, in the order of the wire; see [`State::turn`].
pub fn turn() -> u64 {
    TURN.try_with(|turn| *turn).unwrap_or_default()
}

/// What the layer keeps in order.
pub trait State: Send + 'static {
    /// Takes a notification, if it is one that changes what the server knows. Must not wait.
    fn notify(&self, notification: Request) -> Option<Request>;

    /// The open documents now.
    fn documents(&self) -> Arc<Documents>;

    /// The next turn of a request of that method, where a later one makes an earlier one useless; 0 for others.
    fn turn(&self, method: &str) -> u64;

    /// Takes note of a panic.
    fn failed(&self, message: &str);
}

/// The layer around the service.
pub struct Ordered<S, T> {
    inner: S,
    state: T,
}

impl<S, T> Ordered<S, T> {
    /// Puts the layer around `inner`.
    pub const fn new(inner: S, state: T) -> Self {
        Self { inner, state }
    }
}

type Answer = Result<Option<Response>, ExitedError>;

impl<S, T> Service<Request> for Ordered<S, T>
where
    S: Service<Request, Response = Option<Response>, Error = ExitedError>,
    S::Future: Send + 'static,
    T: State + Clone,
{
    type Response = Option<Response>;
    type Error = ExitedError;
    type Future = BoxFuture<'static, Answer>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let id = request.id().cloned();
        let method = request.method().to_owned();
        let state = self.state.clone();
        let failed = move |panic: Box<dyn Any + Send>| {
            let message = describe(&method, panic.as_ref());
            state.failed(&message);
            Ok(id.map(|id| Response::from_error(id, internal_error(message))))
        };
        let called = catch_unwind(AssertUnwindSafe(|| {
            let request = match request.id() {
                Some(_) => request,
                None => self.state.notify(request)?,
            };
            let documents = self.state.documents();
            let turn = self.state.turn(request.method());
            Some(DOCUMENTS.scope(documents, TURN.scope(turn, self.inner.call(request))))
        }));
        match called {
            Ok(None) => ready(Ok(None)).boxed(),
            Ok(Some(future)) => AssertUnwindSafe(future)
                .catch_unwind()
                .map(|result| result.unwrap_or_else(failed))
                .boxed(),
            Err(panic) => ready(failed(panic)).boxed(),
        }
    }
}

fn describe(method: &str, panic: &(dyn Any + Send)) -> String {
    format!("`{method}` failed: {}", panic_message(panic))
}

/// The error response for a failure of ours.
pub fn internal_error(message: String) -> Error {
    Error {
        message: message.into(),
        ..Error::internal_error()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use serde_json::json;

    use super::*;

    /// Panics in `call` or in the future, as the method says.
    struct Fragile;

    impl Service<Request> for Fragile {
        type Response = Option<Response>;
        type Error = ExitedError;
        type Future = BoxFuture<'static, Answer>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ExitedError>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request) -> Self::Future {
            assert_ne!(request.method(), "call", "in the call");
            let (method, id, _) = request.into_parts();
            async move {
                assert_ne!(method, "future", "in the future");
                Ok(id.map(|id| Response::from_ok(id, json!(documents().len()))))
            }
            .boxed()
        }
    }

    #[derive(Clone, Default)]
    struct Nothing(Arc<Mutex<Vec<String>>>);

    impl State for Nothing {
        fn notify(&self, notification: Request) -> Option<Request> {
            assert_ne!(notification.method(), "notify", "in the notification");
            Some(notification)
        }

        fn documents(&self) -> Arc<Documents> {
            Arc::default()
        }

        fn turn(&self, _method: &str) -> u64 {
            0
        }

        fn failed(&self, message: &str) {
            self.0.lock().unwrap().push(message.to_owned());
        }
    }

    #[tokio::test]
    async fn panics_become_error_responses() {
        let state = Nothing::default();
        let mut service = Ordered::new(Fragile, state.clone());
        for (method, id, expected) in [
            ("call", Some(1), Some("`call` failed: ")),
            ("future", Some(2), Some("`future` failed: ")),
            ("notify", None, None),
            ("call", None, None),
        ] {
            let request = Request::build(method);
            let request = match id {
                Some(id) => request.id(id).finish(),
                None => request.finish(),
            };
            let response = service.call(request).await.unwrap();
            let error = response.and_then(|response| response.error().cloned());
            match (error, expected) {
                (Some(error), Some(start)) => assert!(error.message.starts_with(start), "{error}"),
                (error, expected) => assert_eq!((error, expected), (None, None)),
            }
        }
        assert_eq!(state.0.lock().unwrap().len(), 4, "each is reported");
        let request = Request::build("fine").id(3).finish();
        let response = service.call(request).await.unwrap().unwrap();
        assert_eq!(response, Response::from_ok(3.into(), json!(0)));
    }
}
