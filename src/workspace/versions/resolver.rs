//! The resolver: reads each folder once, answers for every file, forgets what changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use dashmap::{DashMap, DashSet};

use super::decide::{Evidence, decide, installed};
use super::installed::Installed;
use super::level::{ENVIRONMENTS, Level};
use super::manifest::{Reader, place};
use super::statement::Statement;
use super::{Catalog, Interpreter, Targets};
use crate::environment::{Distributions, Environment, Source};
use crate::workspace::files::Files;
use crate::workspace::problem::Problem;
use crate::workspace::requirements::has_script_block;

/// Globs of the files that decide versions, for file watchers.
pub const WATCHED: [&str; 10] = [
    "**/{uv,poetry,pdm,Pipfile}.lock",
    "**/*.py.lock",
    "**/pylock.toml",
    "**/*{requirements,constraints}*.txt",
    "**/requirements/*.txt",
    "**/pyproject.toml",
    "**/setup.cfg",
    "**/environment.{yml,yaml}",
    "**/pyvenv.cfg",
    "**/*.dist-info/METADATA",
];

/// What the resolver is told.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Names in messages are relative to this folder, and the search upward stops here.
    pub root: PathBuf,
    /// Versions to check against.
    pub targets: Targets,
    /// The selected interpreter; then no environment is looked for.
    pub interpreter: Option<Interpreter>,
    /// Whether the activated environment (`VIRTUAL_ENV`, `CONDA_PREFIX`) counts where a file has none of its own.
    pub use_active: bool,
}

/// The versions for one file.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The versions.
    pub environment: Environment,
    /// What was wrong with the files that were read: sorted, each once.
    pub problems: Vec<Problem>,
}

/// Finds versions, from several threads at once.
#[derive(Debug)]
pub struct Resolver {
    files: Arc<dyn Files>,
    catalog: Catalog,
    options: Options,
    levels: DashMap<PathBuf, Arc<Level>>,
    environments: DashMap<PathBuf, Arc<Installed>>,
    answers: DashMap<PathBuf, Arc<Answer>>,
    met: DashSet<Problem>,
    /// Closed while things are forgotten, so that nobody keeps what was read before.
    door: RwLock<()>,
}

impl Resolver {
    /// A resolver that has read nothing yet.
    pub fn new(files: Arc<dyn Files>, catalog: Catalog, options: Options) -> Self {
        Self {
            files,
            catalog,
            options,
            levels: DashMap::new(),
            environments: DashMap::new(),
            answers: DashMap::new(),
            met: DashSet::new(),
            door: RwLock::default(),
        }
    }

    /// The versions for a file, by its absolute path. Its text is needed only to find a script block; files
    /// of one folder share their answer unless they have one.
    pub fn resolve(&self, file: &Path, text: Option<&str>) -> Arc<Answer> {
        let _reading = self.door.read().unwrap_or_else(PoisonError::into_inner);
        let folder = file.parent().unwrap_or(Path::new(""));
        if let Some(text) = text.filter(|text| has_script_block(text)) {
            return Arc::new(self.answer(folder, Some((file, text))));
        }
        self.shared(folder)
    }

    /// The versions for the files of a folder that say nothing themselves.
    fn shared(&self, folder: &Path) -> Arc<Answer> {
        if let Some(answer) = self.answers.get(folder) {
            return Arc::clone(&answer);
        }
        let level = self.level(folder);
        let answer = match folder.parent() {
            Some(above) if level.is_silent() && !self.is_top(folder, &level) => self.shared(above),
            _ => Arc::new(self.answer(folder, None)),
        };
        self.answers
            .insert(folder.to_path_buf(), Arc::clone(&answer));
        answer
    }

    /// Whether the folders above say nothing.
    fn is_top(&self, folder: &Path, level: &Level) -> bool {
        level.is_repository || folder == self.options.root
    }

    /// Forgets what depends on a file or folder that was created, changed or deleted.
    pub fn invalidate(&self, path: &Path) {
        let _changing = self.door.write().unwrap_or_else(PoisonError::into_inner);
        let decides = |folder: &Path, level: &Level| {
            let inside = path.strip_prefix(folder).ok();
            let near = inside.is_some_and(|rest| {
                let mut parts = rest.components();
                let first = parts.next().map(|part| part.as_os_str());
                rest.components().count() <= 2
                    || ENVIRONMENTS.iter().any(|name| first == Some(name.as_ref()))
            });
            near || level.inputs.iter().any(|input| input == path)
        };
        self.levels.retain(|folder, level| !decides(folder, level));
        self.environments.retain(|prefix, environment| {
            let interpreter = environment.interpreter.iter();
            let mut folders = interpreter.flat_map(|it| &it.site_packages).chain([prefix]);
            !folders.any(|folder| path.starts_with(folder))
        });
        self.answers.clear();
        self.met.clear();
    }

    /// Every problem met since the last change: sorted, each once.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.met.iter().map(|met| met.clone()).collect();
        problems.sort_unstable();
        problems
    }

    fn answer(&self, folder: &Path, script: Option<(&Path, &str)>) -> Answer {
        let levels = self.climb(folder);
        let mut reader = self.reader();
        let own = script.map_or_else(Vec::new, |(path, text)| {
            script_statements(&mut reader, path, text)
        });
        let environment = self.environment(&levels);
        let mut problems = std::mem::take(&mut reader.problems);
        if let Some((environment, _)) = &environment {
            problems.extend(environment.problems.iter().cloned());
        }
        for level in &levels {
            problems.extend(level.problems.iter().cloned());
        }
        let mut found = Environment::default();
        for library in self.catalog.names() {
            let evidence = self.evidence(library, &own, environment.as_ref(), &levels);
            let resolved = decide(&self.catalog, library, evidence.into_iter(), &mut problems);
            found
                .libraries
                .extend(resolved.map(|r| (library.to_owned(), r)));
        }
        found.installed = environment.and_then(|(environment, place)| {
            let mut resolved = found.libraries.values();
            let counts = resolved.any(|it| matches!(it.source, Source::Installed(_)));
            let names = environment.names.clone();
            counts.then(|| Arc::new(Distributions { place, names }))
        });
        self.options.targets.apply(&mut found);
        problems.sort_unstable();
        problems.dedup();
        for problem in &problems {
            self.met.insert(problem.clone());
        }
        Answer {
            environment: found,
            problems,
        }
    }

    /// All that speaks about a library, the strongest first.
    fn evidence(
        &self,
        library: &str,
        own: &[Statement],
        environment: Option<&(Arc<Installed>, String)>,
        levels: &[Arc<Level>],
    ) -> Vec<Evidence> {
        let interpreter = environment.and_then(|(environment, _)| environment.interpreter.as_ref());
        let python = interpreter.and_then(|interpreter| interpreter.python.as_ref());
        let claims = |statements: &[Statement]| -> Vec<Evidence> {
            let claims = statements.iter().filter_map(|s| s.claim(library, python));
            claims.map(Evidence::Claimed).collect()
        };
        let package = environment.and_then(|(environment, place)| {
            let package = environment.packages.get(library)?;
            Some(Evidence::Installed(installed(&self.files, package, place)))
        });
        let levels = levels.iter().flat_map(|level| claims(&level.statements));
        let selected = self.options.interpreter.is_some();
        let (before, after) = if selected {
            (package, None)
        } else {
            (None, package)
        };
        before
            .into_iter()
            .chain(claims(own))
            .chain(after)
            .chain(levels)
            .collect()
    }

    /// The environment that counts, with its name for messages. One without any known library says nothing.
    fn environment(&self, levels: &[Arc<Level>]) -> Option<(Arc<Installed>, String)> {
        let named = |interpreter: &Interpreter| {
            let name = place(&self.options.root, &interpreter.prefix);
            (self.installed(interpreter), name)
        };
        if let Some(selected) = &self.options.interpreter {
            return Some(named(selected));
        }
        let near = levels
            .iter()
            .flat_map(|level| &level.interpreters)
            .map(named);
        let active = self.active().into_iter();
        near.chain(active.map(|interpreter| named(&interpreter)))
            .find(|(environment, _)| {
                !environment.packages.is_empty() || !environment.problems.is_empty()
            })
    }

    fn installed(&self, interpreter: &Interpreter) -> Arc<Installed> {
        if let Some(known) = self.environments.get(&interpreter.prefix) {
            return Arc::clone(&known);
        }
        let installed = Arc::new(Installed::read(&*self.files, interpreter, &self.catalog));
        self.environments
            .insert(interpreter.prefix.clone(), Arc::clone(&installed));
        installed
    }

    /// The activated environment; conda's base is active for everybody and so says nothing.
    fn active(&self) -> Option<Interpreter> {
        if !self.options.use_active {
            return None;
        }
        let base = self
            .files
            .variable("CONDA_DEFAULT_ENV")
            .is_some_and(|name| name == "base");
        let conda = || self.files.variable("CONDA_PREFIX").filter(|_| !base);
        let prefix = self.files.variable("VIRTUAL_ENV").or_else(conda)?;
        Interpreter::at(&*self.files, Path::new(&prefix))
    }

    /// The folder and those above it, up to the root, a repository's top or the file system's.
    fn climb(&self, folder: &Path) -> Vec<Arc<Level>> {
        let mut levels = Vec::new();
        for folder in folder.ancestors() {
            let level = self.level(folder);
            let last = self.is_top(folder, &level);
            levels.push(level);
            if last {
                break;
            }
        }
        levels
    }

    fn level(&self, folder: &Path) -> Arc<Level> {
        if let Some(level) = self.levels.get(folder) {
            return Arc::clone(&level);
        }
        let level = Arc::new(Level::read(self.reader(), folder));
        self.levels.insert(folder.to_path_buf(), Arc::clone(&level));
        level
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            files: &*self.files,
            catalog: &self.catalog,
            root: &self.options.root,
            problems: Vec::new(),
            inputs: Vec::new(),
        }
    }
}

/// A script's lock (`train.py.lock`) and its block.
fn script_statements(reader: &mut Reader<'_>, path: &Path, text: &str) -> Vec<Statement> {
    let mut lock = path.as_os_str().to_owned();
    lock.push(".lock");
    let lock = reader.lock(Path::new(&lock));
    lock.into_iter()
        .chain([reader.script(path, text)])
        .collect()
}

/// The folder to give as [`Options::root`] for a command line without one: the repository's top, or else the
/// topmost folder that has a pyproject.toml, or else the folder itself.
pub fn project_root(files: &dyn Files, folder: &Path) -> PathBuf {
    let repository = folder
        .ancestors()
        .find(|above| files.kind(&above.join(".git")).is_some());
    let is_project = |above: &&Path| files.is_file(&above.join("pyproject.toml"));
    let project = || folder.ancestors().filter(is_project).last();
    repository.or_else(project).unwrap_or(folder).to_path_buf()
}
