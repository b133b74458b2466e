//! A project as its journal sees it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::prefilter::imports_a_library;
use crate::journal::kept::KeptOfPlan;
use crate::journal::past::ticked;
use crate::journal::project::{Place, Project};
use crate::workspace::document::{Document, Language};
use crate::workspace::documents::{Documents, Opened};
use crate::workspace::files::{DEFAULT_LIMIT, FileKind, Files, read_text};
use crate::workspace::git::{ObjectId, Past, Repository};
use crate::workspace::requirements::Kind;
use crate::workspace::versions::LOCK_FILES;

/// A project with more files and folders than this is not searched for scripts.
const MOST_ENTRIES: usize = 5_000;

/// More texts that a plan had are not looked at.
const MOST_TEXTS: usize = 100;

/// Folders that hold other people's code or none.
const SKIPPED: [&str; 5] = [
    "node_modules",
    "site-packages",
    "__pycache__",
    "venv",
    "env",
];

/// The project of a checker.
#[derive(Debug)]
pub struct ProjectFiles {
    root: PathBuf,
    real_root: OnceLock<Option<PathBuf>>,
    files: Arc<dyn Files>,
    documents: Documents,
    /// What is only found out by looking at all files, until one is created, deleted or saved.
    walked: Mutex<Option<Arc<Walked>>>,
    kept: KeptOfPlan,
    /// What version control says, for the commit that was the present one.
    past: Mutex<Option<Remembered>>,
}

#[derive(Debug)]
struct Remembered {
    head: ObjectId,
    past: Past,
    /// By paths: the file in each commit.
    blobs: BTreeMap<String, Arc<Vec<Option<ObjectId>>>>,
    texts: BTreeMap<ObjectId, Option<Arc<str>>>,
    /// By paths of plans.
    ticked: BTreeMap<String, Arc<BTreeMap<String, u32>>>,
}

impl Remembered {
    fn blobs(&mut self, repository: &Repository<'_>, path: &str) -> Arc<Vec<Option<ObjectId>>> {
        let past = &self.past;
        let known = self.blobs.entry(path.to_owned());
        Arc::clone(known.or_insert_with(|| Arc::new(repository.blobs(past, path))))
    }

    fn text(&mut self, repository: &Repository<'_>, blob: ObjectId) -> Option<Arc<str>> {
        let known = self.texts.entry(blob);
        let read = || repository.text(&blob).map(Arc::from);
        known.or_insert_with(read).clone()
    }

    fn ticked(&mut self, repository: &Repository<'_>, plan: &str) -> BTreeMap<String, u32> {
        let blobs = self.blobs(repository, plan);
        let mut runs: Vec<(u32, ObjectId)> = Vec::new();
        for (commit, blob) in (0..).zip(blobs.iter()) {
            match (blob, runs.last_mut()) {
                (None, _) => break,
                (Some(blob), Some((oldest, known))) if known == blob => *oldest = commit,
                (Some(blob), _) => runs.push((commit, *blob)),
            }
        }
        runs.truncate(MOST_TEXTS);
        let texts = runs.into_iter().map_while(|(commit, blob)| {
            // Not kept: each is looked at once.
            Some((commit, repository.text(&blob)?))
        });
        ticked(texts)
    }
}

#[derive(Debug)]
struct Walked {
    paths: Arc<Vec<String>>,
    scripts: Arc<Vec<String>>,
    ignored: Gitignore,
}

impl ProjectFiles {
    /// The project in a folder.
    pub fn new(root: PathBuf, files: Arc<dyn Files>, opened: Arc<Opened>) -> Self {
        let documents = Documents::new(Arc::clone(&files), opened);
        Self {
            root,
            real_root: OnceLock::new(),
            files,
            documents,
            walked: Mutex::default(),
            kept: KeptOfPlan::default(),
            past: Mutex::default(),
        }
    }

    /// The path of a file relative to the project's folder, with `/` between its parts; `None` where it lies
    /// outside.
    pub fn relative(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(&self.root).ok()?;
        let parts = below.components().map(|part| part.as_os_str().to_str());
        Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
    }

    /// The file of a relative path; `None` where that leads out of the project, by its words or by links.
    pub fn absolute(&self, path: &str) -> Option<PathBuf> {
        let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
        let mut absolute = self.root.clone();
        for part in parts {
            if part == ".." || part.contains(['\\', ':', '\0']) {
                return None;
            }
            absolute.push(part);
        }
        match self.files.canonical(&absolute) {
            Some(real) => real.starts_with(self.real_root()?).then_some(absolute),
            None => Some(absolute),
        }
    }

    /// What was found out for the last version of its plan.
    pub const fn kept(&self) -> &KeptOfPlan {
        &self.kept
    }

    /// The project's folder with all links resolved, found out once.
    fn real_root(&self) -> Option<&Path> {
        let real = self
            .real_root
            .get_or_init(|| self.files.canonical(&self.root));
        real.as_deref()
    }

    /// Forgets what is known of a file that was created, changed or deleted.
    pub fn forget(&self, path: &Path) {
        self.documents.forget(path);
        *self.walked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What `ask` learns from the project's past; `None` where its folder is not the top of a repository.
    fn past<T>(&self, ask: impl FnOnce(&mut Remembered, &Repository<'_>) -> T) -> Option<T> {
        let repository = Repository::open(&*self.files, &self.root)?;
        let head = repository.head()?;
        let mut known = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        known.take_if(|known| known.head != head);
        let known = known.get_or_insert_with(|| Remembered {
            head,
            past: repository.past(head),
            blobs: BTreeMap::new(),
            texts: BTreeMap::new(),
            ticked: BTreeMap::new(),
        });
        Some(ask(known, &repository))
    }

    fn walked(&self) -> Arc<Walked> {
        let mut walked = self.walked.lock().unwrap_or_else(PoisonError::into_inner);
        let known = walked.get_or_insert_with(|| {
            let ignored = self.gitignore();
            let paths = self.find_files(&ignored).unwrap_or_default();
            let is_script = |path: &&String| {
                let path = self.root.join(path.as_str());
                Language::from_path(&path) == Language::Python && self.is_script(&path)
            };
            let scripts = paths.iter().filter(is_script).cloned().collect();
            Arc::new(Walked {
                scripts: Arc::new(scripts),
                paths: Arc::new(paths),
                ignored,
            })
        });
        Arc::clone(known)
    }

    fn gitignore(&self) -> Gitignore {
        let mut builder = GitignoreBuilder::new(&self.root);
        let path = self.root.join(".gitignore");
        let text = read_text(&*self.files, &path, DEFAULT_LIMIT).unwrap_or_default();
        for line in text.lines() {
            // A line that makes no sense ignores nothing.
            let _ = builder.add_line(None, line);
        }
        builder.build().unwrap_or_else(|_| Gitignore::empty())
    }

    /// `None` where there is too much to look at.
    fn find_files(&self, ignored: &Gitignore) -> Option<Vec<String>> {
        let mut folders = vec![self.root.clone()];
        let mut found = Vec::new();
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for path in self.files.list(&folder).unwrap_or_default() {
                seen += 1;
                if seen > MOST_ENTRIES {
                    return None;
                }
                let name = path
                    .file_name()
                    .and_then(|name| name.to_str())
                    .unwrap_or(".");
                let kind = self.files.kind(&path);
                let is_folder = kind == Some(FileKind::Folder);
                let is_left_out = name.starts_with('.')
                    || SKIPPED.contains(&name)
                    || ignored.matched(&path, is_folder).is_ignore();
                if is_left_out
                    || self
                        .relative(&path)
                        .and_then(|it| self.absolute(&it))
                        .is_none()
                {
                    continue;
                }
                if is_folder {
                    folders.push(path);
                } else if kind == Some(FileKind::File) {
                    found.extend(self.relative(&path));
                }
            }
        }
        found.sort();
        Some(found)
    }

    fn is_script(&self, path: &Path) -> bool {
        let document = self.documents.get(path);
        document.is_some_and(|document| imports_a_library(document.text()))
    }
}

impl Project for ProjectFiles {
    fn place(&self, path: &str) -> Option<Place> {
        match self.files.kind(&self.absolute(path)?)? {
            FileKind::File => Some(Place::File),
            FileKind::Folder => Some(Place::Folder),
            FileKind::Special => None,
        }
    }

    fn document(&self, path: &str) -> Option<Arc<Document>> {
        self.documents.get(&self.absolute(path)?)
    }

    fn scripts(&self) -> Arc<Vec<String>> {
        Arc::clone(&self.walked().scripts)
    }

    fn paths(&self) -> Arc<Vec<String>> {
        Arc::clone(&self.walked().paths)
    }

    fn listed(&self, folder: &str) -> Vec<String> {
        let inside = |path: &PathBuf| {
            let relative = self.relative(path)?;
            self.absolute(&relative).map(|_| relative)
        };
        let absolute = self.absolute(folder);
        let listed = absolute.and_then(|it| self.files.list(&it).ok());
        let listed = listed.unwrap_or_default();
        let mut found: Vec<String> = listed
            .iter()
            .take(MOST_ENTRIES)
            .filter_map(inside)
            .collect();
        found.sort();
        found
    }

    fn head(&self, path: &str, limit: u64) -> Option<Vec<u8>> {
        self.files.head(&self.absolute(path)?, limit).ok()
    }

    fn manifests(&self) -> Vec<String> {
        let entries = self.files.list(&self.root).unwrap_or_default();
        let is_manifest = |path: &PathBuf| {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            Kind::of(path).is_some() || LOCK_FILES.contains(&name)
        };
        entries
            .iter()
            .filter(|path| is_manifest(path) && self.files.is_file(path))
            .filter_map(|path| self.relative(path))
            .collect()
    }

    fn is_ignored(&self, path: &str) -> bool {
        let is_folder = path.ends_with('/');
        let Some(absolute) = self.absolute(path) else {
            return false;
        };
        let walked = self.walked();
        walked
            .ignored
            .matched_path_or_any_parents(absolute, is_folder)
            .is_ignore()
    }

    fn changed_on(&self, path: &str) -> Option<Date> {
        let modified = self.files.modified(&self.absolute(path)?)?;
        let timestamp = Timestamp::try_from(modified).ok()?;
        Some(Offset::UTC.to_datetime(timestamp).date())
    }

    fn ticked(&self, plan: &str) -> Arc<BTreeMap<String, u32>> {
        let found = self.past(|known, repository| {
            if let Some(ticked) = known.ticked.get(plan) {
                return Arc::clone(ticked);
            }
            let ticked = Arc::new(known.ticked(repository, plan));
            known.ticked.insert(plan.to_owned(), Arc::clone(&ticked));
            ticked
        });
        found.unwrap_or_default()
    }

    fn past_text(&self, path: &str, commit: u32) -> Option<Arc<str>> {
        self.past(|known, repository| {
            let blobs = known.blobs(repository, path);
            let blob = *blobs.get(usize::try_from(commit).ok()?)?;
            known.text(repository, blob?)
        })?
    }

    fn today(&self) -> Date {
        Offset::UTC.to_datetime(Timestamp::now()).date()
    }
}
