//! What the server knows: the client, the open documents, the state of the engine.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use tokio::sync::{Notify, mpsc, watch};
use tower_lsp_server::Client;
use tower_lsp_server::gen_lsp_types::{MessageType, Uri};

use super::capabilities::ClientFeatures;
use super::findings::Cache;
use super::flush::Marks;
use super::jobs::Job;
use super::open::{Documents, Open};
use super::publish::Publisher;
use super::refresh::Refresher;
use super::renew::{Renewals, renew};
use super::report::Reports;
use crate::engine::Engine;
use crate::notebook::is_notebook;
use crate::workspace::document::Document;

/// What the caller of the server decides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Offers the commands that only tests use.
    pub test_commands: bool,
}

/// Shared by everything that serves one client.
pub struct Session {
    /// Where the answers come from.
    pub engine: Arc<dyn Engine>,
    /// The other side.
    pub client: Client,
    /// What the caller decided.
    pub options: Options,
    /// Who is told of changed documents.
    pub publisher: Publisher,
    /// What depends on documents that changed.
    pub renewals: Renewals,
    /// Who asks the client to ask again.
    pub refresher: Refresher,
    /// Marks in what is told to the client.
    pub marks: Marks,
    /// Findings already made.
    pub cache: Cache,
    /// Who tells the user of failures.
    pub reports: Reports,
    /// Told when the client's process is gone, or this one is asked to end.
    pub client_gone: Notify,
    features: OnceLock<ClientFeatures>,
    documents: RwLock<Arc<Documents>>,
    folders: Mutex<Vec<PathBuf>>,
    told: Mutex<HashSet<String>>,
    epoch: AtomicU64,
    turns: AtomicU64,
    ready: watch::Sender<bool>,
    shut_down: AtomicBool,
    jobs: mpsc::UnboundedSender<Job>,
}

impl Session {
    /// A session whose engine works are sent to `jobs`.
    pub fn new(
        engine: Arc<dyn Engine>,
        client: Client,
        options: Options,
        jobs: mpsc::UnboundedSender<Job>,
        reports: Reports,
    ) -> Self {
        Self {
            engine,
            client,
            options,
            publisher: Publisher::default(),
            renewals: Renewals::default(),
            refresher: Refresher::default(),
            marks: Marks::default(),
            cache: Cache::default(),
            reports,
            client_gone: Notify::new(),
            features: OnceLock::new(),
            documents: RwLock::default(),
            folders: Mutex::default(),
            told: Mutex::default(),
            epoch: AtomicU64::new(0),
            turns: AtomicU64::new(0),
            ready: watch::Sender::new(false),
            shut_down: AtomicBool::new(false),
            jobs,
        }
    }

    /// What the client can do; nothing before `initialize`.
    pub fn features(&self) -> &ClientFeatures {
        static NONE: ClientFeatures = ClientFeatures::none();
        self.features.get().unwrap_or(&NONE)
    }

    /// Keeps what the client can do. The first `initialize` counts.
    pub fn set_features(&self, features: ClientFeatures) {
        let _ = self.features.set(features);
    }

    /// Whether notifications count: between `initialize` and `shutdown`.
    pub fn is_running(&self) -> bool {
        self.features.get().is_some() && !self.is_shut_down()
    }

    /// Whether `shutdown` was asked for.
    pub fn is_shut_down(&self) -> bool {
        self.shut_down.load(Ordering::SeqCst)
    }

    /// Notes that `shutdown` was asked for.
    pub fn shut_down(&self) {
        self.shut_down.store(true, Ordering::SeqCst);
    }

    /// The open documents now.
    pub fn documents(&self) -> Arc<Documents> {
        let documents = self.documents.read();
        Arc::clone(&documents.unwrap_or_else(PoisonError::into_inner))
    }

    /// The open document now.
    pub fn document(&self, uri: &str) -> Option<Arc<Document>> {
        self.documents().text(uri).cloned()
    }

    /// Whether no change has come since `document`, which is open or made of the cells of a notebook.
    pub fn is_current(&self, document: &Document) -> bool {
        let current = self.documents().analysed(document.uri());
        current.is_some_and(|current| current.revision() == document.revision())
    }

    /// Makes `document` the current one of its name, and tells who depends on it.
    pub fn put(self: &Arc<Self>, document: Document) {
        let document = Arc::new(document);
        self.update(|documents| documents.put(Arc::clone(&document)));
        if is_of_file(&document) {
            self.engine.opened(&document);
            renew(self, document);
        }
    }

    /// Forgets a closed document.
    pub fn remove(self: &Arc<Self>, uri: &str) {
        let document = self.document(uri);
        self.update(|documents| documents.remove(uri));
        self.cache.forget(uri);
        self.publisher.forget(uri);
        lock(&self.told).remove(uri);
        if let Some(document) = document.filter(|document| is_of_file(document)) {
            document.path().iter().for_each(|it| self.engine.closed(it));
            renew(self, document);
        }
    }

    /// Changes what is open.
    pub fn update(&self, change: impl FnOnce(&mut Documents)) {
        let documents = self.documents.write();
        change(Arc::make_mut(
            &mut documents.unwrap_or_else(PoisonError::into_inner),
        ));
    }

    /// Adds and removes workspace folders and gives all there are now.
    pub fn change_folders(&self, added: &[Uri], removed: &[Uri]) -> Vec<PathBuf> {
        let paths = |uris: &[Uri]| -> Vec<PathBuf> {
            uris.iter()
                .filter_map(|uri| super::uri::to_path(&uri.0))
                .collect()
        };
        let (added, removed) = (paths(added), paths(removed));
        let mut folders = lock(&self.folders);
        folders.retain(|folder| !removed.contains(folder) && !added.contains(folder));
        folders.extend(added);
        folders.clone()
    }

    /// Grows whenever the same text may have other findings than before.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// The same texts may have other findings from now on.
    pub fn next_epoch(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }

    /// The number of one more question for proposals.
    pub fn next_turn(&self) -> u64 {
        self.turns.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Whether proposals were asked for again since.
    pub fn is_past(&self, turn: u64) -> bool {
        self.turns.load(Ordering::SeqCst) != turn
    }

    /// Waits until the engine has its folders and first settings.
    pub async fn ready(&self) {
        let mut ready = self.ready.subscribe();
        // It cannot fail: the sender lives in `self`.
        let _ = ready.wait_for(|ready| *ready).await;
    }

    /// Lets the questions begin.
    pub fn set_ready(&self) {
        self.ready.send_replace(true);
    }

    /// Whether questions may be answered.
    pub fn is_ready(&self) -> bool {
        *self.ready.borrow()
    }

    /// Queues work for the engine. Works are done in order, one at a time.
    pub fn queue(&self, job: Job) {
        if self.jobs.send(job).is_err() {
            tracing::error!("the engine takes no more work");
        }
    }

    /// Tells what the engine has to say: what failed in it, and what is wrong with the user's files.
    pub fn tell_news(&self) {
        for incident in self.engine.incidents() {
            self.reports.incident(&incident);
        }
        for notice in self.engine.notices() {
            self.reports.notice(notice);
        }
    }

    /// Says once for an open document that it is too large.
    pub async fn tell_too_large(&self, document: &Document) {
        if !lock(&self.told).insert(document.uri().to_owned()) {
            return;
        }
        let name = document
            .path()
            .map_or(document.uri().into(), |path| path.to_string_lossy());
        let megabytes = document.text().len() >> 20;
        let message = format!("{name} has {megabytes} MB; files over 10 MB are not analysed");
        self.client.show_message(MessageType::Info, message).await;
    }
}

/// Whether a document is all of its file: a cell of a notebook is not.
fn is_of_file(document: &Document) -> bool {
    document.path().is_some_and(|path| !is_notebook(path))
}

/// The document that a request asks about, as it was when the request was read.
pub fn open_document(uri: &Uri) -> Option<Open> {
    super::layer::documents().open(&uri.0)
}

/// The same, unless it is too large to be analysed.
pub fn analysed_document(uri: &Uri) -> Option<Open> {
    open_document(uri).filter(|open| !open.analysed().is_too_large())
}

/// Locks what no panic can leave half changed.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
