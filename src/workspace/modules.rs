//! The project's own modules that a file imports, looked for where Python would.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use dashmap::DashMap;
use rustc_hash::FxBuildHasher;

use super::files::{Files, read_text};
use crate::python::module::{Imported, Module, Modules, imports};

/// More modules of one file are not read.
const MAX_MODULES: usize = 8;

/// Larger modules are no configuration, in bytes.
const SIZE_LIMIT: u64 = 256 * 1024;

/// Folders above a file are looked into so far up.
const MAX_FOLDERS: usize = 8;

/// Modules that are Python's own or installed everywhere; they are not looked for.
const FOREIGN: &[&str] = &[
    "__future__",
    "abc",
    "argparse",
    "ast",
    "asyncio",
    "base64",
    "collections",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "gc",
    "glob",
    "hashlib",
    "importlib",
    "inspect",
    "io",
    "itertools",
    "json",
    "logging",
    "math",
    "matplotlib",
    "multiprocessing",
    "numpy",
    "operator",
    "os",
    "packaging",
    "pandas",
    "pathlib",
    "pickle",
    "pytest",
    "random",
    "re",
    "requests",
    "scipy",
    "shutil",
    "signal",
    "sklearn",
    "socket",
    "string",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "torch",
    "torchvision",
    "tqdm",
    "traceback",
    "types",
    "typing",
    "typing_extensions",
    "unittest",
    "urllib",
    "uuid",
    "warnings",
    "yaml",
];

/// Finds and remembers modules. A change on disk is seen by the time of writing, a new file only after
/// [`Finder::forget`].
#[derive(Debug)]
pub struct Finder {
    pub(super) files: Arc<dyn Files>,
    pub(super) root: PathBuf,
    /// By file.
    known: ByPath<(Option<SystemTime>, Option<Arc<Module>>)>,
    /// By the path of a module without its ending.
    places: ByPath<Place>,
    /// By folder, where the modules may lie that its files import.
    bases: ByPath<Arc<[PathBuf]>>,
}

/// Paths are told apart by their bytes: taking them for components is dear, and these are all made here.
type ByPath<T> = DashMap<OsString, T, FxBuildHasher>;

/// What lies where a module of a name would.
#[derive(Clone, Debug)]
enum Place {
    Nothing,
    /// One module, or a package by its `__init__.py`.
    File(Arc<Path>),
    /// A folder without that file, or more than one of them: which is meant is not known.
    Unclear,
}

impl Finder {
    /// A finder for the project at `root`.
    pub fn new(files: Arc<dyn Files>, root: PathBuf) -> Self {
        Self {
            files,
            root,
            known: ByPath::default(),
            places: ByPath::default(),
            bases: ByPath::default(),
        }
    }

    /// The modules that the Python at `path` imports, less those of packages that are a library's. None at all
    /// where none of them makes an object.
    pub fn modules(&self, path: &Path, text: &str, is_library: impl Fn(&str) -> bool) -> Modules {
        let mut found = self.imported(path, text, is_library);
        if !found.iter().any(|(_, module)| module.makes_objects()) {
            found.clear();
        }
        Modules::new(found)
    }

    /// All of these modules, by the names by which they are imported.
    pub(super) fn imported(
        &self,
        path: &Path,
        text: &str,
        is_library: impl Fn(&str) -> bool,
    ) -> Vec<(String, Arc<Module>)> {
        let mut found: Vec<(String, Arc<Module>)> = Vec::new();
        let Some(folder) = path.parent().filter(|folder| folder.is_absolute()) else {
            return found;
        };
        let inside = self.bases(folder);
        for Imported { module, names } in imports(text) {
            let package = module.split('.').next().unwrap_or_default();
            if FOREIGN.contains(&package) || is_library(package) {
                continue;
            }
            let bases = match relative(folder, module) {
                Some(base) => Cow::Owned(base.into_iter().collect()),
                None => Cow::Borrowed(&*inside),
            };
            let file = self.file_of(&bases, module, "");
            // Only what may be a package holds modules.
            let inner = match &file {
                Some(file) if !file.ends_with("__init__.py") => &[][..],
                _ => &names[..],
            };
            let inner = inner.iter().map(|name| within(module, name));
            let inner = inner.map(|name| {
                let part = name.rsplit('.').next().unwrap_or_default();
                let file = self.file_of(&bases, &name, part);
                (name, file)
            });
            for (name, file) in std::iter::once((module.to_owned(), file)).chain(inner) {
                if found.len() >= MAX_MODULES {
                    break;
                }
                if found.iter().any(|(known, _)| *known == name) {
                    continue;
                }
                let file = file.filter(|file| **file != *path);
                let module = file.and_then(|file| self.read(&file));
                found.extend(module.map(|module| (name, module)));
            }
        }
        found
    }

    /// Where Python may look for a module that a file of `folder` imports by its full name: beside the file,
    /// and below the folders above it.
    pub(super) fn bases(&self, folder: &Path) -> Arc<[PathBuf]> {
        if let Some(known) = self.bases.get(folder.as_os_str()) {
            return Arc::clone(&known);
        }
        let inside = folder.ancestors().take(MAX_FOLDERS);
        let inside = inside.filter(|above| above.starts_with(&self.root) || *above == folder);
        let mut bases: Vec<PathBuf> = inside.map(Path::to_path_buf).collect();
        for base in [self.root.clone(), self.root.join("src")] {
            if folder.starts_with(&self.root) && !bases.contains(&base) {
                bases.push(base);
            }
        }
        let bases: Arc<[PathBuf]> = bases.into();
        let key = folder.as_os_str().to_owned();
        self.bases.insert(key, Arc::clone(&bases));
        bases
    }

    /// The one file that a module can be. `part` is what of its name is imported `from` the rest: a name that
    /// the package binds itself may be meant instead.
    fn file_of(&self, bases: &[PathBuf], name: &str, part: &str) -> Option<Arc<Path>> {
        let name = name.trim_start_matches('.');
        let first = name.split('.').next().filter(|first| !first.is_empty())?;
        let is_there = |base: &&PathBuf| !matches!(self.place_at(base.join(first)), Place::Nothing);
        let mut having = bases.iter().filter(is_there);
        let (Some(base), None) = (having.next(), having.next()) else {
            return None;
        };
        let mut stem = base.clone();
        stem.extend(name.split('.'));
        let folder = stem.parent()?.to_path_buf();
        let Place::File(file) = self.place_at(stem) else {
            return None;
        };
        (part.is_empty() || !self.binds(&folder, part)).then_some(file)
    }

    /// Whether the `__init__.py` of a folder may bind a name.
    fn binds(&self, folder: &Path, name: &str) -> bool {
        let package = folder.join("__init__.py");
        match self.read(&package) {
            Some(module) => module.text().contains(name),
            None => self.files.is_file(&package),
        }
    }

    /// What lies at the path of a module without its ending; asked once.
    fn place_at(&self, stem: PathBuf) -> Place {
        if let Some(known) = self.places.get(stem.as_os_str()) {
            return known.clone();
        }
        let files = [stem.with_extension("py"), stem.join("__init__.py")];
        let is_folder = self.files.is_folder(&stem);
        let module = self.files.is_file(&files[0]);
        let package = is_folder && self.files.is_file(&files[1]);
        let place = match (module, package) {
            (true, false) => Place::File(files[0].as_path().into()),
            (false, true) => Place::File(files[1].as_path().into()),
            (false, false) if !is_folder => Place::Nothing,
            _ => Place::Unclear,
        };
        self.places.insert(stem.into_os_string(), place.clone());
        place
    }

    /// Nothing for a file that is too large or no text.
    pub(super) fn read(&self, file: &Path) -> Option<Arc<Module>> {
        let modified = self.files.modified(file);
        if let Some(known) = self
            .known
            .get(file.as_os_str())
            .filter(|known| known.0 == modified)
        {
            return known.1.clone();
        }
        let text = read_text(&*self.files, file, SIZE_LIMIT).ok();
        let module = text.map(|text| Arc::new(Module::new(self.place(file), text)));
        let known = (modified, module.clone());
        self.known.insert(file.as_os_str().to_owned(), known);
        module
    }

    /// How messages call a file: below the project's root, with `/`.
    fn place(&self, file: &Path) -> String {
        let inside = file.strip_prefix(&self.root).ok();
        let name = inside.or_else(|| file.file_name().map(Path::new));
        name.unwrap_or(file).to_string_lossy().replace('\\', "/")
    }

    /// Forgets a Python file that was created, changed or deleted; says whether some other may have imported it.
    pub fn forget(&self, path: &Path) -> bool {
        let mut concerned = self.known.remove(path.as_os_str()).is_some();
        for stem in path.with_extension("").ancestors() {
            concerned |= self.places.remove(stem.as_os_str()).is_some();
        }
        concerned
    }
}

/// The one folder in which a relative import looks, if there is one so far up; `None` where the import is none.
fn relative(folder: &Path, module: &str) -> Option<Option<PathBuf>> {
    let level = module.len() - module.trim_start_matches('.').len();
    let above = level.checked_sub(1)?;
    Some(folder.ancestors().nth(above).map(Path::to_path_buf))
}

/// `name` in `module`, which may be nothing but dots.
fn within(module: &str, name: &str) -> String {
    match module.ends_with('.') {
        true => format!("{module}{name}"),
        false => format!("{module}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::files::MemoryFiles;

    const OBJECT: &str = "args = Config('a')\n";

    fn found(files: &Arc<MemoryFiles>, path: &str, text: &str) -> Vec<String> {
        let finder = Finder::new(files.clone(), "/p".into());
        let modules = finder.modules(Path::new(path), text, |package| package == "trl");
        let names = [
            "config.args",
            "pkg.config.args",
            ".config.args",
            "..config.args",
            "trl.args",
        ];
        let found = names.into_iter().filter_map(|name| {
            let (index, _) = modules.find(name)?;
            Some(
                modules.all()[index]
                    .1
                    .place_of(crate::text::TextRange::at(0)),
            )
        });
        found.collect()
    }

    #[test]
    fn modules_lie_beside_above_or_below_the_root() {
        let files = Arc::new(MemoryFiles::new());
        files.write("/p/a/config.py", OBJECT);
        assert_eq!(
            found(&files, "/p/a/t.py", "from config import args"),
            ["a/config.py:1"]
        );
        assert_eq!(
            found(&files, "/p/a/b/t.py", "import config"),
            ["a/config.py:1"]
        );
        assert_eq!(found(&files, "/p/c/t.py", "import config"), [""; 0]);
        assert_eq!(
            found(&files, "/p/a/config.py", "import config"),
            [""; 0],
            "itself"
        );
        files.write("/p/src/pkg/config.py", OBJECT);
        let expected = ["src/pkg/config.py:1"];
        for text in [
            "from pkg.config import args",
            "from pkg import config",
            "import pkg.config",
        ] {
            assert_eq!(found(&files, "/p/t.py", text), expected, "{text}");
        }
        assert_eq!(
            found(&files, "/p/src/pkg/t.py", "from .config import args"),
            expected
        );
        assert_eq!(
            found(&files, "/p/src/pkg/x/t.py", "from .. import config"),
            expected
        );
    }

    #[test]
    fn what_is_not_sure_is_not_found() {
        let files = Arc::new(MemoryFiles::new());
        files
            .write("/p/config.py", OBJECT)
            .write("/p/a/config.py", OBJECT);
        assert_eq!(
            found(&files, "/p/a/t.py", "import config"),
            [""; 0],
            "two of them"
        );
        files.write("/p/pkg/__init__.py", "from .other import config\n");
        files.write("/p/pkg/config.py", OBJECT);
        assert_eq!(found(&files, "/p/t.py", "from pkg import config"), [""; 0]);
        assert_eq!(
            found(&files, "/p/t.py", "from pkg.config import args"),
            ["pkg/config.py:1"]
        );
        files.write("/p/trl.py", OBJECT);
        assert_eq!(found(&files, "/p/t.py", "import trl"), [""; 0], "a library");
        files.write("/q/config.py", "def f(): pass\n");
        assert_eq!(
            found(&files, "/q/t.py", "import config"),
            [""; 0],
            "nothing is made"
        );
        files.write("/q/config.py", "a".repeat(300_000));
        assert_eq!(
            found(&files, "/q/t.py", "import config"),
            [""; 0],
            "too large"
        );
    }

    #[test]
    fn changes_are_seen() {
        let files = Arc::new(MemoryFiles::new());
        let finder = Finder::new(files.clone(), "/p".into());
        let modules = || finder.modules(Path::new("/p/t.py"), "import config", |_| false);
        assert!(modules().is_empty());
        files.write("/p/config.py", OBJECT);
        assert!(!finder.forget(Path::new("/p/other.py")));
        assert!(finder.forget(Path::new("/p/config.py")));
        assert_eq!(modules().all()[0].1.text(), OBJECT);
        assert!(finder.forget(Path::new("/p/config.py")));
        files.remove("/p/config.py");
        assert!(modules().is_empty());
    }
}
