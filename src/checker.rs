//! One project's checks: settings, versions and knowledge brought together.
//!
//! The command line makes one checker, the server one for each workspace folder; both call the same
//! function for the findings of a file.

mod asked;
mod estimating;
mod journal;
mod known;
mod machine;
mod planning;
mod prefilter;
mod project;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use dashmap::DashMap;

pub use asked::Asked;
pub use estimating::{Described, NotKnown};
pub use journal::InProject;
pub use known::known_model;
pub use prefilter::imports_a_library;
pub use project::ProjectFiles;

use crate::budget::{self, Failure};
use crate::embedded::{Format, analyse, declares};
use crate::environment::{Environment, Version};
use crate::hub::Hub;
use crate::incident::{ANALYSIS, Broken, Incident, Incidents, REST};
use crate::knowledge::choose::Knowledge;
use crate::knowledge::store::Store;
use crate::notebook::{Joined, Written};
use crate::python::facts::Facts;
use crate::python::module::{Module, Modules, Script};
use crate::rules::context::Context;
use crate::rules::finding::Finding;
use crate::rules::hub::LookUp;
use crate::rules::memory::Machine;
use crate::rules::rule::Rule;
use crate::rules::{self, Beside};
use crate::workspace::documents::Opened;
use crate::workspace::files::Files;
use crate::workspace::modules::Finder;
use crate::workspace::problem::Problem;
use crate::workspace::requirements::{self, Kind};
use crate::workspace::settings::{Layer, Loaded, RuleNames, Settings};
use crate::workspace::versions::{
    Answer, Catalog, Interpreter, KnownReleases, Options, Resolver, Targets,
};

/// What a checker is told from outside of the project.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The project's folder; names in messages are relative to it.
    pub root: PathBuf,
    /// The interpreter or environment to take versions from.
    pub python: Option<PathBuf>,
    /// Settings above those of the project's files.
    pub layer: Layer,
    /// Whether the activated environment counts.
    pub use_active: bool,
    /// What is asked about repositories; nothing is where it is absent.
    pub hub: Option<Hub>,
    /// What the editor has open.
    pub opened: Arc<Opened>,
}

/// Checks the files of one project. Cheap to call from many threads.
#[derive(Debug)]
pub struct Checker {
    files: Arc<dyn Files>,
    knowledge: Arc<Knowledge>,
    catalog: Catalog,
    request: Request,
    above: Settings,
    interpreter: Option<Interpreter>,
    resolver: Resolver,
    settings: DashMap<PathBuf, Arc<Loaded>>,
    modules: Finder,
    /// The projects that keep a journal, by their folders.
    projects: DashMap<PathBuf, Arc<ProjectFiles>>,
    /// Whether its folder was searched for them.
    searched: OnceLock<()>,
    incidents: Incidents,
    broken: Option<Broken>,
}

/// What the rules found in one text.
#[derive(Debug, Default)]
pub struct Found {
    /// In order of their places.
    pub findings: Vec<Finding>,
    /// Whether every rule came to its end.
    pub complete: bool,
}

struct Releases(&'static Store);

impl KnownReleases for Releases {
    fn libraries(&self) -> Vec<String> {
        self.0.names().map(str::to_owned).collect()
    }

    fn releases(&self, library: &str) -> Vec<Version> {
        self.0.releases(library)
    }
}

/// Whether what cells write may run with other releases: in an image of a cloud, or with requirements of its own.
fn runs_elsewhere(cells: &Joined) -> bool {
    const CLOUDS: [&str; 5] = ["sagemaker", "aiplatform", "azure", "modal", "boto3"];
    let installs =
        |file: &Written| file.path.contains("requirements") || file.format == Format::Dockerfile;
    let text = cells.source();
    !cells.written().is_empty()
        && (CLOUDS.iter().any(|name| text.contains(name))
            || text.contains("writefile requirements")
            || cells.written().iter().any(installs))
}

/// The scripts that cells write, each by one cell alone, where nothing goes to other folders.
fn written_scripts(cells: &Joined) -> Vec<Script> {
    let all = || {
        let written = cells.written().iter();
        written.filter(|file| file.format == Format::Python)
    };
    let is_once = |file: &&Written| all().filter(|other| other.path == file.path).count() == 1;
    let text = cells.source();
    if text.contains("cd ") || text.contains("chdir") {
        return Vec::new();
    }
    let script = |file: &Written| Script {
        name: file.path.clone(),
        module: Arc::new(Module::new(
            file.path.clone(),
            file.range.slice(text).to_owned(),
        )),
        imports: Vec::new(),
    };
    all().filter(is_once).map(script).collect()
}

/// The codes and names of all rules.
pub fn rule_names() -> RuleNames<'static> {
    static NAMES: std::sync::LazyLock<Vec<(&str, &str)>> =
        std::sync::LazyLock::new(|| rules::names().collect());
    &NAMES
}

impl Checker {
    /// A checker for one project.
    ///
    /// # Errors
    /// A sentence where an option makes no sense: an unknown target, interpreter or rule.
    pub fn new(
        files: Arc<dyn Files>,
        knowledge: Arc<Knowledge>,
        request: Request,
    ) -> Result<Self, String> {
        let catalog = Catalog::new(&Releases(knowledge.store()));
        let targets = request.layer.targets.iter().map(String::as_str);
        let targets = Targets::parse(targets, &catalog).map_err(|error| error.to_string())?;
        let above = Settings::from_layer(&request.layer, &request.root, rule_names())?;
        let interpreter = request
            .python
            .as_deref()
            .map(|path| Interpreter::find(&*files, path))
            .transpose()
            .map_err(|error| error.to_string())?;
        let options = Options {
            root: request.root.clone(),
            targets,
            interpreter: interpreter.clone(),
            use_active: request.use_active,
        };
        Ok(Self {
            resolver: Resolver::new(Arc::clone(&files), catalog.clone(), options),
            broken: Broken::from_environment(&*files),
            incidents: Incidents::default(),
            modules: Finder::new(Arc::clone(&files), request.root.clone()),
            files,
            knowledge,
            catalog,
            request,
            above,
            interpreter,
            settings: DashMap::new(),
            projects: DashMap::new(),
            searched: OnceLock::new(),
        })
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        &self.request.root
    }

    /// What all checkers know.
    pub fn knowledge(&self) -> &Arc<Knowledge> {
        &self.knowledge
    }

    /// The door to files.
    pub fn files(&self) -> &Arc<dyn Files> {
        &self.files
    }

    /// The settings for the files of a folder.
    pub fn settings(&self, folder: &Path) -> Settings {
        self.loaded(folder)
            .settings
            .clone()
            .merge(self.above.clone())
    }

    /// Whether the settings leave a file out.
    pub fn is_excluded(&self, path: &Path) -> bool {
        let folder = path.parent().unwrap_or(Path::new(""));
        self.loaded(folder).settings.is_excluded(path) || self.above.is_excluded(path)
    }

    fn loaded(&self, folder: &Path) -> Arc<Loaded> {
        if let Some(known) = self.settings.get(folder) {
            return Arc::clone(&known);
        }
        let (files, root) = (&*self.files, &self.request.root);
        let above = |above: &Path| self.loaded(above);
        let loaded = Settings::load_by(files, folder, root, rule_names(), above);
        self.settings
            .insert(folder.to_path_buf(), Arc::clone(&loaded));
        loaded
    }

    /// The versions that apply to a file with that text.
    pub fn versions(&self, path: &Path, text: Option<&str>) -> Arc<Answer> {
        let answer = self.resolver.resolve(path, text);
        let folder = path.parent().unwrap_or(Path::new(""));
        let settings = self.loaded(folder);
        let written: Vec<&str> = settings
            .settings
            .targets()
            .map(|target| target.written.as_str())
            .collect();
        if written.is_empty() {
            return answer;
        }
        // Targets of the command line or the editor stand above those of the project's settings.
        match Targets::parse(written, &self.catalog) {
            Ok(targets) => {
                let mut answer = Answer::clone(&answer);
                targets.below(&mut answer.environment);
                Arc::new(answer)
            }
            Err(_) => answer,
        }
    }

    /// The findings of a file, in order of their places. A rule that fails, or takes too long,
    /// finds nothing; see [`Checker::incidents`].
    pub fn check(&self, path: &Path, text: &str, facts: &Facts) -> Vec<Finding> {
        if !rules::concerns(&self.knowledge, text, facts) {
            return Vec::new();
        }
        let answer = self.versions(path, Some(&declares(facts.format, text)));
        let modules = self.modules(path, text, facts.format);
        let found = self.ruled(path, text, facts, &answer.environment, &modules);
        // A journal has codes of its own for them, which the settings speak of: see `with_journal`.
        let is_journal = facts.format == Format::Markdown
            && self.in_project(path).is_some_and(|it| it.role.is_some());
        match is_journal {
            true => found.findings,
            false => self.filtered(path, found.findings),
        }
    }

    /// The project's own modules that a file imports, or the scripts that its commands start.
    pub fn modules(&self, path: &Path, text: &str, format: Format) -> Modules {
        match format {
            Format::Python => self
                .modules
                .modules(path, text, |name| self.is_library(name)),
            Format::Json => Modules::default(),
            _ => Modules::default().with_scripts(self.scripts(path, text)),
        }
    }

    fn scripts(&self, path: &Path, text: &str) -> Vec<Script> {
        self.modules
            .scripts(path, text, |name| self.is_library(name))
    }

    fn is_library(&self, package: &str) -> bool {
        let mut packages = self.knowledge.store().packages();
        packages.any(|(_, packages)| packages.iter().any(|known| known == package))
    }

    /// The same for the cells of a notebook; a fix that no cell can take is left out.
    pub fn check_cells(&self, path: &Path, cells: &Joined, facts: &Facts) -> Vec<Finding> {
        let mut findings = self.check_magics(path, cells);
        if rules::concerns(&self.knowledge, cells.code(), facts) {
            let answer = self.versions(path, Some(cells.declares()));
            let modules = self.modules(path, cells.code(), facts.format);
            let found = self.ruled(path, cells.code(), facts, &answer.environment, &modules);
            findings.extend(self.filtered(path, found.findings));
            findings.sort_by_key(|finding| finding.range);
        }
        cells.fixable(findings)
    }

    /// The findings about what of a notebook is not its Python: commands, and files that cells write.
    pub fn check_magics(&self, path: &Path, cells: &Joined) -> Vec<Finding> {
        let mut findings = self.check_commands(path, cells);
        if !runs_elsewhere(cells) {
            for file in cells.written() {
                findings.extend(self.check_written(path, cells, file));
            }
        }
        findings
    }

    /// The findings in a file that a cell writes, with the releases of the notebook.
    fn check_written(&self, path: &Path, cells: &Joined, file: &Written) -> Vec<Finding> {
        let text = file.range.slice(cells.source());
        let place = path.with_file_name(&file.path);
        let modules = self.modules(&place, text, file.format);
        let answer = self.versions(path, Some(cells.declares()));
        let found = self.unfiltered(&place, text, file.format, &answer.environment, &modules);
        let moved = found.findings.into_iter();
        self.filtered(path, moved.map(|it| it.by(file.range.start)).collect())
    }

    /// The findings about the shell commands of a notebook.
    fn check_commands(&self, path: &Path, cells: &Joined) -> Vec<Finding> {
        let commands = cells.shell();
        if commands.is_empty() {
            return Vec::new();
        }
        let answer = self.versions(path, Some(cells.declares()));
        let text = cells.source();
        let mut scripts = self.scripts(path, text);
        scripts.extend(written_scripts(cells));
        let modules = Modules::default().with_scripts(scripts);
        let found = budget::within(budget::for_document(text.len()), || {
            let environment = &answer.environment;
            let taken = rules::Taken::default();
            rules::check_commands(
                &self.knowledge,
                text,
                commands,
                environment,
                &modules,
                taken,
            )
        });
        self.filtered(path, self.noted(path, ANALYSIS, found))
    }

    /// The findings in a file in that environment with those modules, whatever the settings.
    pub fn unfiltered(
        &self,
        path: &Path,
        text: &str,
        format: Format,
        environment: &Environment,
        modules: &Modules,
    ) -> Found {
        match self.analysed(path, text, || Some(analyse(format, text))) {
            Some(facts) => self.ruled(path, text, &facts, environment, modules),
            None => Found::default(),
        }
    }

    fn ruled(
        &self,
        path: &Path,
        text: &str,
        facts: &Facts,
        environment: &Environment,
        modules: &Modules,
    ) -> Found {
        let limit = budget::for_rule(text.len());
        let complete = Cell::new(true);
        let noted = |part, done: Result<Vec<Finding>, Failure>| {
            complete.set(complete.get() && done.is_ok());
            self.noted(path, part, done)
        };
        let folder = path.parent().unwrap_or(Path::new(""));
        let asked = self.request.hub.as_ref().map(|hub| Asked {
            hub,
            files: &*self.files,
            folders: [folder, self.root()],
        });
        let machine = self.machine(path);
        let beside = Beside {
            modules: Some(modules),
            repositories: asked.as_ref().map(|asked| asked as &dyn LookUp),
            machine: machine.is_known().then_some(&machine as &dyn Machine),
        };
        let run = |rule: &'static Rule, ctx: &Context<'_>| {
            if budget::is_over() {
                return noted(REST, Err(Failure::OutOfTime));
            }
            let done = budget::within(limit, || {
                self.broken.iter().for_each(|broken| broken.act(rule.code));
                rule.findings(ctx)
            });
            noted(rule.code, done)
        };
        // The document has less time than all its rules together.
        let findings = budget::within(budget::for_document(text.len()), || {
            rules::check_by(&self.knowledge, text, facts, environment, beside, run)
        });
        Found {
            findings: noted(ANALYSIS, findings),
            complete: complete.get(),
        }
    }

    /// What a text does; nothing where finding out fails or takes too long.
    pub fn analysed<T: Default>(&self, path: &Path, text: &str, analyse: impl FnOnce() -> T) -> T {
        let done = budget::within(budget::for_document(text.len()), || {
            self.broken.iter().for_each(|broken| broken.act(ANALYSIS));
            analyse()
        });
        self.noted(path, ANALYSIS, done)
    }

    fn noted<T: Default>(&self, path: &Path, part: &str, done: Result<T, Failure>) -> T {
        done.unwrap_or_else(|failure| {
            self.incidents.add(Incident {
                path: path.to_path_buf(),
                part: part.to_owned(),
                failure,
            });
            T::default()
        })
    }

    /// What of our own failed since the last call, each once.
    pub fn incidents(&self) -> Vec<Incident> {
        self.incidents.take()
    }

    /// The findings of a file that declares requirements.
    pub fn check_requirements(&self, path: &Path, text: &str, kind: Kind) -> Vec<Finding> {
        let declared = requirements::declared(path, text, kind);
        let python = self.interpreter.as_ref().and_then(|it| it.python.as_ref());
        let findings = rules::check_requirements(&declared.requirements, python);
        self.filtered(path, findings)
    }

    /// Those that the settings for `path` want to see, with the severities that they give them.
    pub fn filtered(&self, path: &Path, findings: Vec<Finding>) -> Vec<Finding> {
        if findings.is_empty() {
            return findings;
        }
        let settings = self.settings(path.parent().unwrap_or(Path::new("")));
        let keep = |mut finding: Finding| {
            if !settings.is_enabled(finding.code, finding.name, path) {
                return None;
            }
            // The severity of a rule can be set; what a finding lowered stays lowered.
            let rule = rules::default_severity(finding.code)?;
            let wanted = settings.severity(finding.code, finding.name, rule)?;
            if wanted != rule {
                finding.severity = wanted;
            }
            Some(finding)
        };
        findings.into_iter().filter_map(keep).collect()
    }

    /// Forgets what depends on a file that was created, changed or deleted; says whether findings in other
    /// files may differ now. Python decides nothing but what imports it sees.
    pub fn invalidate(&self, path: &Path) -> bool {
        let in_journal = self.forget_in_journals(path);
        if path.extension().is_some_and(|name| name == "py") {
            return self.modules.forget(path) || in_journal;
        }
        if path.extension().is_some_and(|name| name == "md") || path.ends_with(".git/HEAD") {
            return in_journal;
        }
        self.resolver.invalidate(path);
        self.settings.clear();
        true
    }

    /// What was wrong with the project's own files, so far: sorted, each once.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = self.resolver.problems();
        for loaded in &self.settings {
            problems.extend(loaded.problems.iter().cloned());
            problems.extend(self.target_problems(&loaded));
        }
        problems.sort_unstable();
        problems.dedup();
        problems
    }

    fn target_problems(&self, loaded: &Loaded) -> Vec<Problem> {
        let of_target = |target: &crate::workspace::settings::TargetSetting| {
            let error = Targets::parse([target.written.as_str()], &self.catalog).err()?;
            Some(Problem {
                path: target.path.clone()?,
                line: target.line,
                message: error.to_string(),
            })
        };
        loaded.settings.targets().filter_map(of_target).collect()
    }
}
