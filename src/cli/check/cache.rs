//! What is remembered from one run to the next: the findings of a text in an environment.
//!
//! Keys are hashes of contents alone, so nothing has to be told that a file was moved, touched or
//! restored. The hashes are seeded at random for each cache: no text can be made to have another's. Whatever is wrong
//! with the cache (unreadable, from another build, a full disk), it is only slower without it.

use std::fmt::Write as _;
use std::fs;
use std::hash::{BuildHasher, Hash, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::UNIX_EPOCH;

use dashmap::DashMap;
use etcetera::BaseStrategy;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_128_with_seed};

use crate::checker::Found;
use crate::embedded::Format;
use crate::environment::Environment;
use crate::python::module::Modules;
use crate::rules::finding::Finding;
use crate::workspace::files::{Disk, Files};

/// A larger file is not ours.
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;

/// More than this is not kept: then only what was asked for in this run.
const LIMIT: usize = 100_000;

/// See the module documentation.
pub struct Cache {
    /// `None`: nothing is kept.
    file: Option<PathBuf>,
    seed: u64,
    known: DashMap<u128, Remembered, FxBuildHasher>,
    changed: AtomicBool,
}

/// A text by its [`Cache::digest`], what it is written in, and the project's own modules that it imports.
pub type Content<'c> = (u128, Format, &'c Modules);

struct Remembered {
    findings: Vec<Finding>,
    asked: bool,
}

/// The file, as JSON.
#[derive(Serialize, Deserialize)]
struct Written {
    build: String,
    seed: u64,
    /// By key, in hexadecimal.
    findings: Vec<(String, Vec<Finding>)>,
    /// The keys of texts in which nothing was found, 32 digits each.
    clean: String,
}

impl Cache {
    /// Remembers nothing.
    pub fn disabled() -> Self {
        Self {
            file: None,
            seed: 0,
            known: DashMap::default(),
            changed: AtomicBool::new(false),
        }
    }

    /// The cache of the project at `root`, in the user's cache folder.
    pub fn open(root: &Path) -> Self {
        let Ok(strategy) = etcetera::choose_base_strategy() else {
            return Self::disabled();
        };
        let root = xxh3_128_with_seed(root.as_os_str().as_encoded_bytes(), 0);
        let folder = strategy.cache_dir().join("hf-lsp").join("check");
        Self::at(folder.join(format!("{root:032x}.json")))
    }

    fn at(file: PathBuf) -> Self {
        let read = Disk
            .read(&file, SIZE_LIMIT)
            .map_err(|error| error.to_string());
        let content = read.and_then(|bytes| {
            serde_json::from_slice::<Written>(&bytes).map_err(|error| error.to_string())
        });
        let content = match content {
            Ok(content) if Some(&content.build) == build().as_ref() => Some(content),
            Ok(_) => None,
            Err(error) => {
                tracing::debug!(file = %file.display(), error, "no cache");
                None
            }
        };
        let cache = Self {
            seed: content
                .as_ref()
                .map_or_else(|| RandomState::new().hash_one(0), |content| content.seed),
            file: Some(file),
            ..Self::disabled()
        };
        if let Some(content) = content {
            cache.fill(content);
        }
        cache
    }

    fn fill(&self, content: Written) {
        let clean = content.clean.as_bytes().chunks(32);
        let clean = clean.filter_map(|key| std::str::from_utf8(key).ok());
        let known = content.findings.into_iter();
        let all = known.chain(clean.map(|key| (key.to_owned(), Vec::new())));
        for (key, findings) in all {
            if let Ok(key) = u128::from_str_radix(&key, 16) {
                let asked = false;
                self.known.insert(key, Remembered { findings, asked });
            }
        }
    }

    /// The findings of `content` in `environment`, found by `find` where they are not known. What is not
    /// complete is not remembered.
    pub fn findings(
        &self,
        content: Content<'_>,
        environment: &Environment,
        find: impl FnOnce() -> Found,
    ) -> Vec<Finding> {
        let Some(key) = self.key(content, environment) else {
            return find().findings;
        };
        if let Some(known) = self.recall(key) {
            return known;
        }
        let Found { findings, complete } = find();
        if complete {
            self.remember(key, findings.clone());
        }
        findings
    }

    /// Whether nothing can be found in the text of that digest, whatever the environment.
    pub fn is_unconcerned(&self, digest: u128, find: impl FnOnce() -> bool) -> bool {
        if self.file.is_none() {
            return find();
        }
        if self.recall(digest).is_some() {
            return true;
        }
        let unconcerned = find();
        if unconcerned {
            self.remember(digest, Vec::new());
        }
        unconcerned
    }

    /// What stands for a text here; nothing is computed where nothing is remembered.
    pub fn digest(&self, text: &str) -> u128 {
        match self.file {
            Some(_) => xxh3_128_with_seed(text.as_bytes(), self.seed),
            None => 0,
        }
    }

    fn recall(&self, key: u128) -> Option<Vec<Finding>> {
        let mut known = self.known.get_mut(&key)?;
        known.asked = true;
        Some(known.findings.clone())
    }

    fn remember(&self, key: u128, findings: Vec<Finding>) {
        let asked = true;
        self.known.insert(key, Remembered { findings, asked });
        self.changed.store(true, Ordering::Relaxed);
    }

    /// `None` where the findings depend on more than their release numbers: on sources that are read.
    fn key(&self, content: Content<'_>, environment: &Environment) -> Option<u128> {
        self.file.as_ref()?;
        let (digest, format, modules) = content;
        let libraries = &environment.libraries;
        if libraries
            .values()
            .any(|resolved| resolved.sources.is_some())
        {
            return None;
        }
        let mut hasher = Xxh3::with_seed(self.seed);
        (format, libraries, &environment.installed).hash(&mut hasher);
        for (name, module) in modules.contents() {
            let inner = module.digest(|text| self.digest(text));
            (name, module.place(), inner).hash(&mut hasher);
        }
        digest.hash(&mut hasher);
        Some(hasher.digest128())
    }

    /// Writes what is new; a failure is logged.
    pub fn save(self) {
        let Some(file) = &self.file else { return };
        if !self.changed.load(Ordering::Relaxed) {
            return;
        }
        if let Err(error) = self.write(file) {
            tracing::debug!(file = %file.display(), %error, "the cache cannot be written");
        }
    }

    fn write(&self, file: &Path) -> io::Result<()> {
        let all = self.known.len() <= LIMIT;
        let (mut findings, mut clean) = (Vec::new(), String::new());
        for entry in self.known.iter().filter(|entry| all || entry.asked) {
            if entry.findings.is_empty() {
                let _ = write!(clean, "{:032x}", entry.key());
            } else {
                findings.push((format!("{:032x}", entry.key()), entry.findings.clone()));
            }
        }
        let content = Written {
            build: build().unwrap_or_default(),
            seed: self.seed,
            findings,
            clean,
        };
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        // Another run may write at the same time: whoever is last wins, and never half a file.
        let beside = file.with_extension(std::process::id().to_string());
        let written = fs::write(&beside, serde_json::to_vec(&content)?)
            .and_then(|()| fs::rename(&beside, file));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }
}

/// What tells this build from every other: findings of another one may be different.
fn build() -> Option<String> {
    let program = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let built = program.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!(
        "{} {} {}",
        env!("CARGO_PKG_VERSION"),
        program.len(),
        built.as_nanos()
    ))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::environment::{Resolved, Source};
    use crate::python::module::Module;

    fn environment(version: &str) -> Environment {
        let version = version.parse().expect("a version");
        let resolved = Resolved::new(version, Source::Newest);
        Environment {
            libraries: [("trl".to_owned(), resolved)].into(),
            installed: None,
        }
    }

    fn content(cache: &Cache, text: &str) -> Content<'static> {
        static ALONE: Modules = Modules::new(Vec::new());
        (cache.digest(text), Format::Python, &ALONE)
    }

    fn finding() -> Found {
        let finding = Finding {
            code: "HF101",
            name: "removed-symbol",
            message: "gone".to_owned(),
            ..Finding::default()
        };
        Found {
            findings: vec![finding],
            complete: true,
        }
    }

    fn nothing() -> Found {
        Found {
            findings: Vec::new(),
            complete: true,
        }
    }

    #[test]
    fn what_was_found_is_known_in_the_next_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a").join("b.json");
        let (old, new) = (environment("1.0"), environment("1.1"));
        let cache = Cache::at(file.clone());
        cache.findings(content(&cache, "x"), &old, finding);
        cache.findings(content(&cache, "y"), &old, nothing);
        cache.findings(content(&cache, "u"), &old, Found::default);
        assert!(cache.is_unconcerned(cache.digest("z"), || true));
        cache.save();

        let cache = Cache::at(file.clone());
        let known = || unreachable!("it is known");
        assert_eq!(
            cache.findings(content(&cache, "x"), &old, known),
            finding().findings
        );
        assert_eq!(cache.findings(content(&cache, "y"), &old, known), []);
        assert!(cache.is_unconcerned(cache.digest("z"), || unreachable!("it is known")));
        assert_eq!(cache.findings(content(&cache, "x"), &new, nothing), []);
        let found = cache.findings(content(&cache, "u"), &old, finding);
        assert_eq!(
            found,
            finding().findings,
            "what was not complete is forgotten"
        );
        assert!(!cache.is_unconcerned(cache.digest("x"), || false));
        drop(cache);

        fs::write(&file, "{\"build\": \"").expect("it can be written");
        let cache = Cache::at(file);
        assert_eq!(cache.findings(content(&cache, "x"), &old, nothing), []);
    }

    #[test]
    fn modules_that_are_imported_count() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::at(folder.path().join("a.json"));
        let modules = |text: &str| {
            let module = Module::new("config.py".to_owned(), text.to_owned());
            Modules::new(vec![("config".to_owned(), Arc::new(module))])
        };
        let environment = environment("1.0");
        let (old, new) = (modules("a = 1"), modules("a = 2"));
        let with = |modules, find: fn() -> Found| {
            cache.findings(
                (cache.digest("x"), Format::Python, modules),
                &environment,
                find,
            )
        };
        assert_eq!(with(&old, finding), finding().findings);
        assert_eq!(with(&new, nothing), []);
        assert_eq!(with(&old, nothing), finding().findings);
    }
}
