//! Pages of documentation, fetched when somebody wants to read them, and kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use dashmap::DashMap;
use tokio::runtime::Handle;

use crate::assist::documentation::Pages;
use crate::docs::address::Site;
use crate::docs::inventory::Inventory;
use crate::docs::versions;
use crate::environment::Version;
use crate::hub::client::Client;
use crate::hub::{Error, Need, Request};

/// What could not be had is asked for again after this time; the client remembers refusals of its own.
const PATIENCE: Duration = Duration::from_secs(60);
/// More inventories and pages are forgotten.
const MOST: usize = 64;

/// Something that was asked for.
enum Held<T> {
    /// It is being fetched.
    Pending,
    /// It is there, or could not be had.
    Known(Option<T>, Instant),
}

type Listed = (Site, Arc<Inventory>);

/// Fetched documentation. Answers at once with what is there, and fetches in tasks of its own.
pub struct Fetched(Arc<Inner>);

struct Inner {
    client: Arc<Client>,
    runtime: Handle,
    /// Called when something has come in.
    tell: Box<dyn Fn() + Send + Sync>,
    /// How much is being fetched.
    busy: AtomicUsize,
    inventories: DashMap<String, Held<Listed>>,
    pages: DashMap<String, Held<Arc<str>>>,
}

impl Fetched {
    /// Nothing is fetched yet.
    pub fn new(client: Arc<Client>, runtime: Handle, tell: Box<dyn Fn() + Send + Sync>) -> Self {
        Self(Arc::new(Inner {
            client,
            runtime,
            tell,
            busy: AtomicUsize::new(0),
            inventories: DashMap::new(),
            pages: DashMap::new(),
        }))
    }
}

impl Pages for Fetched {
    fn inventory(&self, site: &Site, symbol: &str) -> Option<Listed> {
        let inner = Arc::clone(&self.0);
        let (wanted, symbol) = (site.clone(), symbol.to_owned());
        let fetch = async move {
            let (site, listed) = inventory(&inner.client, &wanted).await.ok()?;
            if let Some(entry) = listed.find(&symbol) {
                let path = below(&site, &format!("{}.md", entry.page));
                let text = text(&inner.client, &path).await.ok();
                let known = Held::Known(text, Instant::now());
                inner.pages.insert(path, known);
            }
            Some((site, listed))
        };
        self.0.ask(&self.0.inventories, below(site, ""), fetch)
    }

    fn is_busy(&self) -> bool {
        self.0.busy.load(Ordering::Relaxed) > 0
    }

    fn page(&self, site: &Site, page: &str) -> Option<Arc<str>> {
        let inner = Arc::clone(&self.0);
        let path = below(site, &format!("{page}.md"));
        self.0.ask(&self.0.pages, path.clone(), async move {
            text(&inner.client, &path).await.ok()
        })
    }
}

impl Inner {
    fn ask<T: Clone + Send + Sync + 'static>(
        self: &Arc<Self>,
        held: &DashMap<String, Held<T>>,
        key: String,
        fetch: impl Future<Output = Option<T>> + Send + 'static,
    ) -> Option<T>
    where
        Self: Keeps<T>,
    {
        match held.get(&key).as_deref() {
            Some(Held::Pending) => return None,
            Some(Held::Known(Some(found), _)) => return Some(found.clone()),
            Some(Held::Known(None, asked)) if asked.elapsed() < PATIENCE => return None,
            _ => {}
        }
        if held.len() >= MOST {
            held.clear();
        }
        held.insert(key.clone(), Held::Pending);
        let inner = Arc::clone(self);
        self.busy.fetch_add(1, Ordering::Relaxed);
        self.runtime.spawn(async move {
            let found = fetch.await;
            inner.busy.fetch_sub(1, Ordering::Relaxed);
            let came = found.is_some();
            let known = Held::Known(found, Instant::now());
            inner.kept().insert(key, known);
            if came {
                (inner.tell)();
            }
        });
        None
    }
}

/// Where fetched things of one type are kept.
trait Keeps<T> {
    fn kept(&self) -> &DashMap<String, Held<T>>;
}

impl Keeps<Listed> for Inner {
    fn kept(&self) -> &DashMap<String, Held<Listed>> {
        &self.inventories
    }
}

impl Keeps<Arc<str>> for Inner {
    fn kept(&self) -> &DashMap<String, Held<Arc<str>>> {
        &self.pages
    }
}

/// The path of a file below the address of the documentation.
fn below(site: &Site, file: &str) -> String {
    let language = site.language.iter().map(String::as_str);
    let parts = [site.product.as_str(), site.version.as_str()];
    let parts = parts.into_iter().chain(language).chain([file]);
    parts.collect::<Vec<_>>().join("/")
}

async fn bytes(client: &Arc<Client>, path: &str) -> Result<Arc<[u8]>, Error> {
    let request = Request::documentation(client.settings(), path)?;
    Ok(client.fetch(request, Need::Hover).await?.body)
}

/// The Markdown of a page.
///
/// # Errors
/// Why it cannot be had.
pub async fn text(client: &Arc<Client>, path: &str) -> Result<Arc<str>, Error> {
    let body = bytes(client, path).await?;
    let text = std::str::from_utf8(&body).map_err(|_| Error::Unreadable)?;
    Ok(Arc::from(text))
}

/// The list of symbols of a release; where it has none, that of the nearest one.
///
/// # Errors
/// Why it cannot be had.
pub async fn inventory(client: &Arc<Client>, site: &Site) -> Result<Listed, Error> {
    match listed(client, site).await {
        Err(Error::NotFound | Error::NotFoundOrPrivate | Error::NoFile | Error::NoRevision) => {}
        found => return found,
    }
    let all = text(client, &format!("{}/_versions.yml", site.product)).await?;
    let wanted: Version = site
        .version
        .trim_start_matches('v')
        .parse()
        .map_err(|_| Error::NoRevision)?;
    let known = versions::parse(&all);
    let near = versions::nearest(&known, &wanted).ok_or(Error::NoRevision)?;
    let near = Site {
        version: format!("v{near}"),
        ..site.clone()
    };
    listed(client, &near).await
}

async fn listed(client: &Arc<Client>, site: &Site) -> Result<Listed, Error> {
    let body = bytes(client, &below(site, "objects.inv")).await?;
    let parsed = Inventory::parse(&body).map_err(|_| Error::Unreadable)?;
    Ok((site.clone(), Arc::new(parsed)))
}
