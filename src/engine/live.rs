//! The engine behind the language server: one checker for each workspace folder.

mod code;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use dashmap::DashSet;
use serde_json::Value;

use self::code::{code_source, holds_code, source};
use super::{
    Action, Cancel, Change, Compared, Engine, Hint, HoverText, Inline, Lens, LibraryVersion, Link,
    Location, Network, Overview, Step, Symbol, Tell, journal, reading,
};
use crate::assist::documentation::Shelf;
use crate::assist::item::Items;
use crate::assist::proposal::Proposal;
use crate::assist::repositories::Mention;
use crate::assist::signature_help::{SignatureHelp, signature_help};
use crate::checker::{Asked, Checker, Request};
use crate::docs::describe::Limits;
use crate::docs::source::Reader;
use crate::hub::{Given, Mode};
use crate::incident::Incident;
use crate::journal::{navigate, overview, symbols};
use crate::knowledge::choose::Knowledge;
use crate::rules::finding::Finding;
use crate::text::TextRange;
use crate::workspace::discover::discover;
use crate::workspace::document::Document;
use crate::workspace::documents::Opened;
use crate::workspace::files::{DEFAULT_LIMIT, Files, read_text};
use crate::workspace::settings::Layer;
use crate::workspace::versions::project_root;

/// Everything the server asks, answered from disk and from what is built in.
pub struct LiveEngine {
    pub(super) files: Arc<dyn Files>,
    pub(super) knowledge: Arc<Knowledge>,
    /// Reads the documentation of installed packages.
    reader: Reader,
    /// What the editor has open.
    pub(super) opened: Arc<Opened>,
    /// Nothing until the client has said what is allowed.
    pub(super) network: OnceLock<Network>,
    pub(super) state: RwLock<State>,
    /// What was said already.
    said: DashSet<String>,
    /// What could not be understood in the editor's settings.
    complaints: DashSet<String>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) folders: Vec<PathBuf>,
    checkers: Vec<Arc<Checker>>,
    /// For files outside of all folders, by their project's root.
    strays: Vec<Arc<Checker>>,
    pub(super) editor: Editor,
}

/// The editor's settings.
#[derive(Clone, Debug, Default)]
pub(super) struct Editor {
    python: Option<PathBuf>,
    /// Whether words stand beside names.
    inlay_hints: bool,
    /// Whether nothing stands above lines.
    pub(super) no_lenses: bool,
    layer: Layer,
}

impl LiveEngine {
    /// An engine without workspace folders.
    pub fn new(files: Arc<dyn Files>) -> Self {
        Self {
            files,
            knowledge: Arc::default(),
            reader: Reader::default(),
            opened: Arc::default(),
            network: OnceLock::new(),
            state: RwLock::default(),
            said: DashSet::new(),
            complaints: DashSet::new(),
        }
    }

    /// A checker; where the editor's settings make no sense, that is said and they do not count.
    fn checker(&self, root: &Path, editor: &Editor) -> Arc<Checker> {
        let request = |layer: Layer, python: Option<PathBuf>| Request {
            root: root.to_path_buf(),
            python,
            layer,
            use_active: false,
            hub: self.network.get().map(|network| network.hub.clone()),
            opened: Arc::clone(&self.opened),
        };
        let make = |request| {
            Checker::new(
                Arc::clone(&self.files),
                Arc::clone(&self.knowledge),
                request,
            )
        };
        let attempts = [
            request(editor.layer.clone(), editor.python.clone()),
            request(editor.layer.clone(), None),
        ];
        for attempt in attempts {
            match make(attempt) {
                Ok(checker) => return Arc::new(checker),
                Err(error) => {
                    self.complaints
                        .insert(format!("the editor's settings: {error}"));
                }
            }
        }
        Arc::new(make(request(Layer::default(), None)).expect("default settings always make sense"))
    }

    fn rebuild(&self, state: &mut State) {
        state.strays.clear();
        state.checkers = state
            .folders
            .iter()
            .map(|folder| self.checker(folder, &state.editor))
            .collect();
    }

    /// The checker of the innermost folder that holds a file; one made for the file's project where none
    /// does.
    pub(super) fn checker_for(&self, path: &Path) -> Arc<Checker> {
        let of = |checkers: &[Arc<Checker>]| {
            checkers
                .iter()
                .filter(|checker| path.starts_with(checker.root()))
                .max_by_key(|checker| checker.root().as_os_str().len())
                .cloned()
        };
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = of(&state.checkers).or_else(|| of(&state.strays)) {
            return known;
        }
        let editor = state.editor.clone();
        drop(state);
        let folder = path.parent().unwrap_or(Path::new("/"));
        let checker = self.checker(&project_root(&*self.files, folder), &editor);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.strays.push(Arc::clone(&checker));
        checker
    }

    /// Where a document lies; buffers without a file belong to the first folder. JupyterLab shows
    /// notebooks as files of a folder that does not matter.
    pub(super) fn path_of(&self, document: &Document) -> PathBuf {
        let path = document.path().map(Path::to_path_buf).unwrap_or_else(|| {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            let folder = state.folders.first().cloned().unwrap_or_default();
            folder.join("untitled.py")
        });
        let parts = path.components();
        parts
            .filter(|part| part.as_os_str() != ".virtual_documents")
            .collect()
    }

    pub(super) fn all_checkers(&self) -> Vec<Arc<Checker>> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state
            .checkers
            .iter()
            .chain(&state.strays)
            .cloned()
            .collect()
    }
}

impl Engine for LiveEngine {
    fn check(&self, document: &Document, cancel: &Cancel<'_>) -> Vec<Finding> {
        let path = self.path_of(document);
        let checker = self.checker_for(&path);
        self.check_code(&checker, &path, document, cancel)
    }

    fn compare(&self, document: &Document, found: Vec<Finding>, cancel: &Cancel<'_>) -> Compared {
        match cancel() {
            true => Compared::default(),
            false => self.compared(document, found),
        }
    }

    fn opened(&self, document: &Arc<Document>) {
        self.opened.put(document);
    }

    fn closed(&self, path: &Path) {
        self.opened.remove(path);
    }

    fn stamp(&self, document: &Document) -> u64 {
        journal::stamp(&self.beside(document))
    }

    fn dependents(&self, changed: &Document) -> Vec<PathBuf> {
        let beside = self.beside(changed);
        let paths = beside.iter().filter_map(|it| it.path());
        paths.map(Path::to_path_buf).collect()
    }

    fn document(&self, path: &Path) -> Option<Arc<Document>> {
        self.document_of(path)
    }

    fn actions(&self, document: &Arc<Document>, range: TextRange) -> Vec<Action> {
        let mut actions = self.journal_actions(document, range);
        actions.extend(self.plan_action(document));
        actions.extend(self.estimate_actions(document, range));
        actions
    }

    fn command(
        &self,
        document: &Arc<Document>,
        name: &str,
        arguments: &[Value],
    ) -> Result<Change, String> {
        self.journal_command(document, name, arguments)
    }

    fn estimate(&self, document: &Document) -> Result<String, String> {
        self.estimate_page(document)
    }

    fn lenses(&self, document: &Arc<Document>, problems: usize) -> Vec<Lens> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let is_wanted = !state.editor.no_lenses;
        // The same words stand once: behind the call where hints are wanted, else above it.
        let has_hints = state.editor.inlay_hints;
        drop(state);
        if !is_wanted {
            return Vec::new();
        }
        let mut lenses = self.journal_lenses(document, problems);
        if !has_hints {
            lenses.extend(self.estimate_lenses(document));
            lenses.sort_by_key(|it| it.range);
        }
        lenses
    }

    fn next_step(&self, path: Option<&Path>) -> Option<Location> {
        self.next_plan_step(path)
    }

    fn plans(&self) -> Vec<Arc<Document>> {
        self.all_plans()
    }

    fn overview(&self, plan: &Document, findings: &[Finding]) -> Overview {
        overview::overview(plan.text(), plan.plan(), findings)
    }

    fn concerns_plans(&self, document: &Document) -> bool {
        let is_of_project = |path: &Path| self.checker_for(path).in_project(path).is_some();
        document.path().is_some_and(is_of_project)
    }

    fn inline(&self, document: &Document, offset: u32) -> Option<Inline> {
        self.journal_inline(document, offset)
    }

    fn symbols(&self, document: &Document) -> Vec<Symbol> {
        self.in_journal(document, |desk| symbols::symbols(&desk.surroundings))
    }

    fn workspace_symbols(&self, query: &str) -> Vec<(Symbol, Arc<Document>)> {
        self.plan_symbols(query)
    }

    fn folds(&self, document: &Document) -> Vec<TextRange> {
        self.in_journal(document, |desk| symbols::folds(&desk.surroundings))
    }

    fn definition(&self, document: &Arc<Document>, offset: u32) -> Vec<Location> {
        self.with_desk(document, |desk| {
            desk.locations(navigate::definition(&desk.surroundings, offset))
        })
    }

    fn references(&self, document: &Arc<Document>, offset: u32) -> Vec<Location> {
        self.with_desk(document, |desk| {
            desk.locations(navigate::references(&desk.surroundings, offset))
        })
    }

    fn renamable(&self, document: &Document, offset: u32) -> Option<TextRange> {
        self.in_journal(document, |desk| {
            navigate::renamable(&desk.surroundings, offset)
        })
    }

    fn rename(&self, document: &Arc<Document>, offset: u32, name: &str) -> Result<Change, String> {
        let renamed = self.with_desk(document, |desk| {
            let change = navigate::rename(&desk.surroundings, offset, name);
            Some(change.and_then(|change| desk.change(change)))
        });
        renamed.unwrap_or_else(|| Err("nothing here can be renamed".to_owned()))
    }

    fn renamed(&self, files: &[(PathBuf, PathBuf)]) -> Change {
        self.journal_renamed(files)
    }

    fn hover(&self, document: &Document, offset: u32) -> Option<HoverText> {
        let found = self.journal_hover(document, offset);
        found.or_else(|| {
            let known = self.code_hover(document, offset);
            self.estimate_hover(document, offset, known)
        })
    }

    fn documentation_of(&self, document: &Document, offset: u32) -> Option<String> {
        let (hover, checker, answer) = self.hover_at(document, offset)?;
        let view = checker.knowledge().view(&answer.environment);
        reading::address(&view, &hover)
    }

    fn read_documentation(&self, address: &str) -> Result<String, String> {
        let folder = {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            state.folders.first().cloned().unwrap_or_default()
        };
        let path = folder.join("untitled.py");
        let checker = self.checker_for(&path);
        let answer = checker.versions(&path, None);
        let shelf = Shelf {
            limits: Limits::TERMINAL,
            ..self.shelf()
        };
        let knowledge = checker.knowledge();
        let network = self.network.get();
        reading::read(address, network, &shelf, knowledge, &answer.environment)
    }

    fn links(&self, document: &Document) -> Vec<Link> {
        let link = |asked: &Asked<'_>, mention: Mention| {
            let target = asked.page(mention.kind, &mention.id, mention.revision.as_deref());
            let is_local = asked.is_local(&mention.id);
            (!is_local).then(|| Link {
                range: mention.range,
                tooltip: format!("Open the {} {}", mention.kind, mention.id),
                target,
            })
        };
        let mut links = self.at_mentions(document, link);
        links.extend(self.journal_links(document));
        links.sort_by_key(|it| it.range);
        links
    }

    fn hints(&self, document: &Document) -> Vec<Hint> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let wanted = state.editor.inlay_hints;
        drop(state);
        if !wanted {
            return Vec::new();
        }
        let hint = |asked: &Asked<'_>, mention: Mention| {
            let is_use = mention.is_use;
            let label = asked.hint(mention.kind, &mention.id, mention.revision.as_deref());
            label.filter(|_| is_use).map(|label| Hint {
                offset: mention.end,
                label,
            })
        };
        let mut hints = self.at_mentions(document, hint);
        hints.extend(self.journal_hints(document));
        hints.extend(self.estimate_hints(document));
        hints.sort_by_key(|it| it.offset);
        hints
    }

    fn complete(&self, document: &Document, offset: u32, cancel: &Cancel<'_>) -> Items {
        if !holds_code(document) {
            return Items::default();
        }
        let items = self.complete_code(document, offset, cancel);
        match cancel() {
            true => items,
            false => self.with_offers(document, offset, items),
        }
    }

    fn resolve(&self, document: &Document, subject: &Proposal) -> Option<String> {
        let path = self.path_of(document);
        let (checker, answer) = self.place_of(document, &path);
        checker.analysed(&path, "", || {
            subject.describe(checker.knowledge(), &answer.environment, &self.shelf())
        })
    }

    fn signature_help(&self, document: &Document, offset: u32) -> Option<SignatureHelp> {
        if !holds_code(document) {
            return None;
        }
        let path = self.path_of(document);
        let (checker, answer) = self.place_of(document, &path);
        let own = self.journal_code(document, offset);
        let source = own.as_ref().map_or_else(|| source(document), code_source);
        checker.analysed(&path, source.text(), || {
            let environment = own
                .as_ref()
                .map_or(&answer.environment, |it| &it.environment);
            signature_help(checker.knowledge(), &source, environment, offset)
        })
    }

    fn versions(&self, path: Option<&Path>) -> Vec<LibraryVersion> {
        let path = path.map(Path::to_path_buf).unwrap_or_else(|| {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            state
                .folders
                .first()
                .cloned()
                .unwrap_or_default()
                .join("untitled.py")
        });
        let answer = self.checker_for(&path).versions(&path, None);
        let libraries = answer.environment.libraries.iter();
        libraries
            .map(|(library, resolved)| LibraryVersion {
                library: library.clone(),
                version: resolved.version.to_string(),
                source: resolved.source.to_string(),
            })
            .collect()
    }

    fn files(&self, cancel: &Cancel<'_>) -> Vec<PathBuf> {
        let checkers = {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            state.checkers.clone()
        };
        let mut files = Vec::new();
        for checker in checkers {
            if cancel() {
                return Vec::new();
            }
            let settings = Arc::new(checker.settings(checker.root()));
            let found = discover(&[checker.root().to_path_buf()], &settings);
            files.extend(found.files.into_iter().map(|file| file.path));
        }
        files.sort();
        files.dedup();
        files
    }

    fn read(&self, path: &Path) -> Option<String> {
        read_text(&*self.files, path, DEFAULT_LIMIT)
            .map_err(|error| tracing::info!(path = %path.display(), %error, "not checked"))
            .ok()
    }

    fn set_folders(&self, folders: &[PathBuf]) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.folders = folders.to_vec();
        self.rebuild(&mut state);
    }

    fn configure(&self, settings: &Value) {
        let python = settings["python"]
            .as_str()
            .filter(|path| !path.is_empty())
            .map(PathBuf::from);
        let layer = match serde_json::from_value::<Option<Layer>>(settings.clone()) {
            Ok(layer) => layer.unwrap_or_default(),
            Err(error) => {
                self.complaints
                    .insert(format!("the editor's settings cannot be read: {error}"));
                Layer::default()
            }
        };
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.editor = Editor {
            python,
            inlay_hints: settings["inlayHints"] == true,
            no_lenses: settings["codeLens"] == false,
            layer,
        };
        self.rebuild(&mut state);
    }

    fn connect(&self, options: &Value, tell: Tell) {
        let given = match Given::from_options(options) {
            Ok(given) => given,
            Err(error) => {
                self.complaints
                    .insert(format!("`initializationOptions`: {error}"));
                // What was meant is not known; it may have been a restriction.
                Given {
                    mode: Some(Mode::Off),
                    ..Given::default()
                }
            }
        };
        let network = Network::new(given, Arc::clone(&self.files), tell);
        if self.network.set(network).is_ok() {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            self.rebuild(&mut state);
        }
    }

    fn prepare(&self, progress: &dyn Fn(Step)) {
        let store = self.knowledge.store();
        let names: Vec<&str> = store.names().collect();
        for (done, name) in names.iter().enumerate() {
            progress(Step {
                message: format!("reading what is known about {name}"),
                percentage: u32::try_from(done * 100 / names.len().max(1)).unwrap_or(100),
            });
            let _ = store.library(name);
        }
    }

    fn reload(&self, changed: &[PathBuf]) -> bool {
        let mut differs = false;
        for checker in self.all_checkers() {
            for path in changed {
                differs |= checker.invalidate(path);
            }
        }
        differs
    }

    fn incidents(&self) -> Vec<Incident> {
        let checkers = self.all_checkers();
        checkers.iter().flat_map(|it| it.incidents()).collect()
    }

    fn notices(&self) -> Vec<String> {
        let complaints = self.complaints.iter().map(|text| text.clone());
        let mut notices: Vec<String> = complaints.collect();
        for checker in self.all_checkers() {
            for problem in checker.problems() {
                let path = problem
                    .path
                    .strip_prefix(checker.root())
                    .unwrap_or(&problem.path);
                notices.push(format!(
                    "{}:{}: {}",
                    path.display(),
                    problem.line,
                    problem.message
                ));
            }
        }
        notices.retain(|text| self.said.insert(text.clone()));
        notices
    }
}
