//! The one client: every byte that leaves this machine or comes to it goes through here.
//!
//! Connections within 3 s, whole exchanges within 8 s, at most 4 at a time and one for each address; bodies
//! have limits after decompression; redirects are followed by hand and to the same origin alone.

mod exchange;

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use rustc_hash::FxHashMap;
use tokio::sync::Semaphore;

use super::error::Error;
use super::limits::Limits;
use super::network::{Mode, Need, Settings};
use super::request::Request;
use super::store::{Bounds, Entry, Store};
use crate::workspace::files::Files;
use exchange::{Reply, exchange};

/// A connection is made within this time.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// An answer is there within this time, redirects and body included.
const WHOLE_LIMIT: Duration = Duration::from_secs(8);
/// Exchanges at one time.
const AT_ONCE: usize = 4;
/// More addresses that had no answer are forgotten.
const MOST_REFUSALS: usize = 2_000;

/// An answer, shared by all who wait for it.
type Flight = Shared<BoxFuture<'static, Result<Entry, Error>>>;

/// The client with its memory.
#[derive(Debug)]
pub struct Client {
    settings: Arc<Settings>,
    /// Made when the first request is: it reads the system's certificates.
    http: OnceLock<Option<reqwest::Client>>,
    store: Store,
    limits: Limits,
    permits: Semaphore,
    flights: Mutex<FxHashMap<String, Flight>>,
    /// Refusals, until they are asked again.
    refusals: Mutex<FxHashMap<String, (Instant, Error)>>,
}

impl Client {
    /// A client for these settings. Nothing is asked yet.
    pub fn new(settings: Arc<Settings>, files: Arc<dyn Files>) -> Self {
        let store = Store::new(settings.cache_dir.clone(), files, Bounds::default());
        Self {
            settings,
            http: OnceLock::new(),
            store,
            limits: Limits::default(),
            permits: Semaphore::new(AT_ONCE),
            flights: Mutex::default(),
            refusals: Mutex::default(),
        }
    }

    /// What may be asked, and where.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What is remembered for a request, and whether it is as good as new. Reads one small file.
    pub fn stored(&self, request: &Request) -> Option<(Entry, bool)> {
        if self.settings.mode() == Mode::Off {
            return None;
        }
        let entry = self.store.get(&request.key(&self.settings))?;
        let is_fresh = entry.age() < request.fresh;
        Some((entry, is_fresh))
    }

    /// The answer to a request: remembered, or asked for where `need` allows that. Whoever asks for what is
    /// being asked already waits for the same answer; it comes in also when nobody waits any longer.
    ///
    /// # Errors
    /// Why there is none. An old answer is better than none, and returned where the network fails.
    pub async fn fetch(self: &Arc<Self>, request: Request, need: Need) -> Result<Entry, Error> {
        let stored = self.stored(&request);
        let old = match stored {
            Some((entry, true)) => return Ok(entry),
            Some((entry, false)) => Some(entry),
            None => None,
        };
        let answer = self.ask(request, need, old.clone()).await;
        match (answer, old) {
            (Err(error), Some(old)) if error.stands().is_none() => {
                tracing::debug!(%error, "an older answer is used");
                Ok(old)
            }
            (answer, _) => answer,
        }
    }

    async fn ask(
        self: &Arc<Self>,
        request: Request,
        need: Need,
        old: Option<Entry>,
    ) -> Result<Entry, Error> {
        self.settings.allows(request.class.subject(), need)?;
        let key = request.key(&self.settings);
        if let Some(error) = self.refused(&key) {
            return Err(error);
        }
        let flight = {
            let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
            let begin = || Arc::clone(self).begin(key.clone(), request, need, old);
            flights.entry(key.clone()).or_insert_with(begin).clone()
        };
        flight.await
    }

    /// Starts an exchange as a task of its own.
    fn begin(
        self: Arc<Self>,
        key: String,
        request: Request,
        need: Need,
        old: Option<Entry>,
    ) -> Flight {
        let task = tokio::spawn(async move {
            // Whatever happens in it, the exchange ends: others would get its failure for ever.
            let exchange = AssertUnwindSafe(self.exchange(&request, need, old)).catch_unwind();
            let answer = exchange.await.unwrap_or(Err(Error::Unreadable));
            let answer = self.remember(&key, answer).await;
            self.flights
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&key);
            answer
        });
        // A task that is cut off with its runtime has no answer.
        task.map(|joined| joined.unwrap_or(Err(Error::Unreadable)))
            .boxed()
            .shared()
    }

    async fn exchange(
        &self,
        request: &Request,
        need: Need,
        old: Option<Entry>,
    ) -> Result<Entry, Error> {
        let _permit = self
            .permits
            .acquire()
            .await
            .expect("the semaphore is never closed");
        let host = request.url.authority().to_owned();
        self.limits.allow(&host, request.class, need)?;
        let http = self
            .http()
            .ok_or(Error::Unreachable { host: host.clone() })?;
        let etag = old.as_ref().and_then(|old| old.etag.as_deref());
        let exchange = exchange(http, &self.settings, &self.limits, request, etag);
        let reply = tokio::time::timeout(WHOLE_LIMIT, exchange).await;
        let reply = reply.unwrap_or_else(|_| Err(Error::Timeout { host: host.clone() }));
        if matches!(
            reply,
            Err(Error::Timeout { .. } | Error::Unreachable { .. } | Error::Status(502..=504))
        ) {
            self.limits.failed(&host);
        }
        let asked = SystemTime::now();
        match (reply?, old) {
            (Reply::Same, Some(old)) => Ok(Entry { asked, ..old }),
            (Reply::Same, None) => Err(Error::Unreadable),
            (Reply::New { body, .. }, _) if !(request.is_sound)(&body) => Err(Error::Unreadable),
            (Reply::New { body, etag }, _) => Ok(Entry {
                body: body.into(),
                etag,
                asked,
            }),
        }
    }

    async fn remember(
        self: &Arc<Self>,
        key: &str,
        answer: Result<Entry, Error>,
    ) -> Result<Entry, Error> {
        match &answer {
            Ok(entry) => {
                let (client, key, entry) = (Arc::clone(self), key.to_owned(), entry.clone());
                let _ = tokio::task::spawn_blocking(move || client.store.put(&key, &entry)).await;
            }
            Err(error) => self.refuse(key, error),
        }
        answer
    }

    fn refused(&self, key: &str) -> Option<Error> {
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, error) = refusals.get(key)?;
        (*until > Instant::now()).then(|| error.clone())
    }

    fn refuse(&self, key: &str, error: &Error) {
        let Some(stands) = error.stands() else { return };
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        if refusals.len() >= MOST_REFUSALS {
            refusals.clear();
        }
        refusals.insert(key.to_owned(), (Instant::now() + stands, error.clone()));
    }

    fn http(&self) -> Option<&reqwest::Client> {
        self.http.get_or_init(|| build(&self.settings)).as_ref()
    }
}

/// The HTTP client: no cookies, no redirects, no repetitions, no referrer. Proxies are those of this
/// process' environment; what stays on this machine goes through none.
fn build(settings: &Settings) -> Option<reqwest::Client> {
    // Fails where a provider is there already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("hf-lsp/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_LIMIT)
        .timeout(WHOLE_LIMIT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_max_idle_per_host(AT_ONCE)
        .pool_idle_timeout(Duration::from_secs(30));
    if settings.is_local() {
        builder = builder.no_proxy().tls_certs_only([]);
    }
    builder
        .build()
        .inspect_err(|error| tracing::warn!("no request can be made: {error}"))
        .ok()
}
