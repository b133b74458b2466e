//! From resolved versions to a view.

use std::fmt::Write as _;
use std::sync::Arc;

use dashmap::DashMap;

use super::store::{Store, store};
use super::view::{Choice, Loader, View};
use crate::environment::{Environment, Resolved, Version};

/// Makes views and keeps them: most files of a project share one.
#[derive(Debug)]
pub struct Knowledge {
    store: &'static Store,
    views: DashMap<String, Arc<View>>,
}

impl Default for Knowledge {
    fn default() -> Self {
        Self::new(store())
    }
}

impl Knowledge {
    /// Views on that store.
    pub fn new(store: &'static Store) -> Self {
        Self {
            store,
            views: DashMap::new(),
        }
    }

    /// The store.
    pub fn store(&self) -> &'static Store {
        self.store
    }

    /// The view for these versions. About libraries that the environment does not name nothing is said.
    pub fn view(&self, environment: &Environment) -> Arc<View> {
        self.view_of(|name| environment.libraries.get(name))
    }

    /// The view for the versions that apply without the targets; `None` where there are no targets.
    pub fn baseline(&self, environment: &Environment) -> Option<Arc<View>> {
        let has_target = environment
            .libraries
            .values()
            .any(|resolved| resolved.baseline.is_some());
        has_target.then(|| {
            self.view_of(|name| {
                let resolved = environment.libraries.get(name)?;
                Some(resolved.baseline.as_deref().unwrap_or(resolved))
            })
        })
    }

    fn view_of<'e>(&self, version: impl Fn(&str) -> Option<&'e Resolved>) -> Arc<View> {
        let mut key = String::new();
        for name in self.store.names() {
            if let Some(resolved) = version(name) {
                let place = resolved.sources.as_ref().map(|_| &resolved.source);
                let written = write!(key, "{name}=={} {place:?};", resolved.version);
                debug_assert!(written.is_ok(), "writing to a string does not fail");
            }
        }
        if let Some(known) = self.views.get(&key) {
            return Arc::clone(&known);
        }
        let choices = self.store.packages().map(|(name, packages)| {
            let load = match version(name) {
                Some(resolved) => self.loader(name, resolved),
                None => Loader::Ready(None),
            };
            Choice::new(name, packages.to_vec(), load)
        });
        let view = Arc::new(View::new(choices));
        self.views.insert(key, Arc::clone(&view));
        view
    }

    /// An installed release that is newer than the store is read; everything else is answered from the
    /// store.
    fn loader(&self, name: &str, resolved: &Resolved) -> Loader {
        let newest = self.store.releases(name).pop();
        let is_new = newest.is_some_and(|newest| minor(&newest) < minor(&resolved.version));
        match &resolved.sources {
            Some(sources) if is_new => {
                Loader::Installed(self.store, resolved.version.clone(), Arc::clone(sources))
            }
            _ => Loader::Store(self.store, resolved.version.clone()),
        }
    }
}

/// `(5, 23)` of `5.23.1`: patches of one minor are taken for the same release.
fn minor(version: &Version) -> (u64, u64) {
    let part = |index: usize| version.release().get(index).copied().unwrap_or(0);
    (part(0), part(1))
}
