//! The journal beside the code.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Asked, Checker, ProjectFiles};
use crate::budget;
use crate::embedded::declares;
use crate::journal::role::{Names, Role};
use crate::journal::surroundings::{Memo, Surroundings};
use crate::rules::finding::Finding;
use crate::rules::hub::LookUp;
use crate::rules::journal;
use crate::workspace::discover::discover;
use crate::workspace::document::{Document, Language};

/// A document in the project whose journal speaks of it.
#[derive(Debug)]
pub struct InProject {
    /// The project.
    pub project: Arc<ProjectFiles>,
    /// Where it keeps its journal.
    pub names: Names,
    /// The document's path, relative to the project's folder.
    pub path: String,
    /// What the document is for, where it belongs to the journal.
    pub role: Option<Role>,
}

impl Checker {
    /// The project with a journal that a file belongs to: the nearest folder above it, up to that of this checker,
    /// that has one.
    pub fn in_project(&self, path: &Path) -> Option<InProject> {
        let names = self.journal_names(path);
        let root = self.journal_root(path, &names)?;
        let project = self.projects.entry(root.clone()).or_insert_with(|| {
            let (files, opened) = (Arc::clone(&self.files), Arc::clone(&self.request.opened));
            Arc::new(ProjectFiles::new(root, files, opened))
        });
        let project = Arc::clone(&project);
        let path = project.relative(path)?;
        Some(InProject {
            role: names.role(&path),
            project,
            names,
            path,
        })
    }

    /// Where the settings for a file say that the journal is.
    pub fn journal_names(&self, path: &Path) -> Names {
        let folder = path.parent().unwrap_or(Path::new(""));
        let names = self.loaded(folder).settings.journal(Names::default());
        self.above.journal(names)
    }

    /// The plans of the projects of this checker, as far as they are known: that of its folder, and those that a
    /// question was about.
    pub fn plans(&self) -> Vec<PathBuf> {
        let mut roots: Vec<PathBuf> = self.projects.iter().map(|it| it.key().clone()).collect();
        roots.push(self.root().to_path_buf());
        roots.sort();
        roots.dedup();
        let plan = |root: PathBuf| {
            let names = self.journal_names(&root.join("plan"));
            root.join(names.path(Role::Plan))
        };
        roots.into_iter().map(plan).collect()
    }

    /// The plans below the folder of this checker that are there: the folder is searched once, and what is made later is
    /// heard of by [`Checker::forget_in_journals`].
    pub fn all_plans(&self) -> Vec<PathBuf> {
        self.searched.get_or_init(|| {
            let settings = Arc::new(self.settings(self.root()));
            let found = discover(&[self.root().to_path_buf()], &settings);
            let documents = found.files.iter().map(|it| it.path.as_path());
            let of_journals = documents.filter(|it| self.is_named_as_plan(it));
            of_journals.for_each(|it| drop(self.in_project(it)));
        });
        let mut plans = self.plans();
        plans.retain(|it| self.files.is_file(it));
        plans
    }

    fn is_named_as_plan(&self, path: &Path) -> bool {
        path.extension().is_some_and(|name| name == "md")
            && path.ends_with(self.journal_names(path).path(Role::Plan))
    }

    /// Forgets what journals know of a file that was created, changed or deleted; says whether there is a journal
    /// that it may belong to.
    pub fn forget_in_journals(&self, path: &Path) -> bool {
        let mut is_known = false;
        for project in &self.projects {
            if path.starts_with(project.key()) {
                project.forget(path);
                is_known = true;
            }
        }
        let names = self.journal_names(path);
        let is_named = |role| path.ends_with(names.path(role));
        if is_named(Role::Plan) && path.starts_with(self.root()) {
            // A project that nobody asked about yet.
            drop(self.in_project(path));
        }
        is_known || Role::ALL.into_iter().any(is_named)
    }

    fn journal_root(&self, path: &Path, names: &Names) -> Option<PathBuf> {
        let inside = |folder: &&Path| folder.starts_with(self.root());
        let has_journal = |folder: &&Path| {
            let document = |role| folder.join(names.path(role));
            document(Role::Plan) == path
                || Role::ALL
                    .into_iter()
                    .any(|role| self.files.is_file(&document(role)))
        };
        let mut above = path.ancestors().skip(1).take_while(inside);
        above.find(has_journal).map(Path::to_path_buf)
    }

    /// All findings of a document that the settings leave, in order of their places: `found`, which the rules about
    /// code found in it, and what a journal says about it, or what is said about it as a part of a journal.
    pub fn with_journal(
        &self,
        path: &Path,
        document: &Document,
        found: Vec<Finding>,
    ) -> Vec<Finding> {
        let mut others = Some(found);
        let all = self.with_surroundings(path, document, |surroundings| {
            self.compared(path, surroundings, others.take().unwrap_or_default())
        });
        all.unwrap_or_else(|| self.filtered(path, others.unwrap_or_default()))
    }

    /// The same where the project is known already.
    pub fn compared(
        &self,
        path: &Path,
        surroundings: &Surroundings<'_>,
        found: Vec<Finding>,
    ) -> Vec<Finding> {
        let limit = budget::for_rule(surroundings.text().len());
        let run = |rule: &'static crate::rules::rule::Rule| {
            let done = budget::within(limit, || {
                self.broken.iter().for_each(|broken| broken.act(rule.code));
                journal::findings(rule, surroundings)
            });
            self.noted(path, rule.code, done)
        };
        let found = journal::check(surroundings, found, run);
        self.filtered(path, found)
    }

    /// Forgets what was read of a file that was written since.
    pub fn forget_document(&self, path: &Path) {
        for project in &self.projects {
            project.forget(path);
        }
    }

    /// What `work` makes of a document in its project; `None` where it has nothing to do with a journal.
    pub fn with_surroundings<T>(
        &self,
        path: &Path,
        document: &Document,
        work: impl FnOnce(&Surroundings<'_>) -> T,
    ) -> Option<T> {
        self.with_project(path, document, |surroundings, _| work(surroundings))
    }

    /// The same, for who has to know where the project lies.
    pub fn with_project<T>(
        &self,
        path: &Path,
        document: &Document,
        work: impl FnOnce(&Surroundings<'_>, &ProjectFiles) -> T,
    ) -> Option<T> {
        let is_looked_at = document.language() == Language::Python
            || matches!(document.language(), Language::Embedded(_));
        let place = is_looked_at.then(|| self.in_project(path)).flatten()?;
        let text = document.code();
        let declared = match document.language() {
            Language::Embedded(format) => declares(format, text),
            _ => text.into(),
        };
        let answer = self.versions(path, Some(&declared));
        let folder = path.parent().unwrap_or(Path::new(""));
        let asked = self.request.hub.as_ref().map(|hub| Asked {
            hub,
            files: &*self.files,
            folders: [folder, self.root()],
        });
        let memo = Memo::default();
        let surroundings = Surroundings {
            path: &place.path,
            document,
            role: place.role,
            names: &place.names,
            project: &*place.project,
            knowledge: &self.knowledge,
            environment: &answer.environment,
            repositories: asked.as_ref().map(|asked| asked as &dyn LookUp),
            memo: &memo,
            kept: place.project.kept(),
        };
        Some(work(&surroundings, &place.project))
    }
}
