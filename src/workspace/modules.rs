//! The project's own modules that a file imports, looked for where Python would.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use dashmap::DashMap;

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
    known: DashMap<PathBuf, (Option<SystemTime>, Option<Arc<Module>>)>,
    /// Whether a folder has a module or package of that name.
    has: DashMap<(PathBuf, String), bool>,
}

impl Finder {
    /// A finder for the project at `root`.
    pub fn new(files: Arc<dyn Files>, root: PathBuf) -> Self {
        let (known, has) = (DashMap::new(), DashMap::new());
        Self {
            files,
            root,
            known,
            has,
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
        for Imported { module, names } in imports(text) {
            let package = module.split('.').next().unwrap_or_default();
            if FOREIGN.contains(&package) || is_library(package) {
                continue;
            }
            let bases = self.bases(folder, module);
            let inner = names.iter().map(|name| within(module, name));
            for name in std::iter::once(module.to_owned()).chain(inner) {
                if found.len() >= MAX_MODULES || found.iter().any(|(known, _)| *known == name) {
                    continue;
                }
                let part = name
                    .trim_start_matches('.')
                    .strip_prefix(module.trim_start_matches('.'));
                let module = self.file_of(&bases, &name, part.unwrap_or_default());
                let module = module
                    .filter(|file| file != path)
                    .and_then(|file| self.read(&file));
                found.extend(module.map(|module| (name, module)));
            }
        }
        found
    }

    /// Where Python may look for a module: beside the file, below the folders above it, or for a relative
    /// import in the one folder that it names.
    pub(super) fn bases(&self, folder: &Path, module: &str) -> Vec<PathBuf> {
        let level = module.len() - module.trim_start_matches('.').len();
        if let Some(above) = level.checked_sub(1) {
            let base = folder.ancestors().nth(above).map(Path::to_path_buf);
            return base.into_iter().collect();
        }
        let inside = folder.ancestors().take(MAX_FOLDERS);
        let inside = inside.filter(|above| above.starts_with(&self.root) || *above == folder);
        let mut bases: Vec<PathBuf> = inside.map(Path::to_path_buf).collect();
        for base in [self.root.clone(), self.root.join("src")] {
            if folder.starts_with(&self.root) && !bases.contains(&base) {
                bases.push(base);
            }
        }
        bases
    }

    /// The one file that a module can be. `part` is what of its name is imported `from` the rest: a name that
    /// the package binds itself may be meant instead.
    fn file_of(&self, bases: &[PathBuf], name: &str, part: &str) -> Option<PathBuf> {
        let name = name.trim_start_matches('.');
        let first = name.split('.').next().filter(|first| !first.is_empty())?;
        let mut having = bases.iter().filter(|base| self.has(base, first));
        let (Some(base), None) = (having.next(), having.next()) else {
            return None;
        };
        let stem: PathBuf = std::iter::once(base.as_os_str())
            .chain(name.split('.').map(AsRef::as_ref))
            .collect();
        let files = [stem.with_extension("py"), stem.join("__init__.py")];
        let mut files = files.into_iter().filter(|file| self.files.is_file(file));
        let (Some(file), None) = (files.next(), files.next()) else {
            return None;
        };
        let package = stem.parent()?.join("__init__.py");
        let part = part.trim_start_matches('.');
        let is_bound = || match self.read(&package) {
            Some(module) => module.text().contains(part),
            None => self.files.is_file(&package),
        };
        (part.is_empty() || !is_bound()).then_some(file)
    }

    fn has(&self, base: &Path, name: &str) -> bool {
        let key = (base.to_path_buf(), name.to_owned());
        if let Some(known) = self.has.get(&key) {
            return *known;
        }
        let folder = base.join(name);
        let has = self.files.is_file(&folder.with_extension("py")) || self.files.is_folder(&folder);
        self.has.insert(key, has);
        has
    }

    /// Nothing for a file that is too large or no text.
    pub(super) fn read(&self, file: &Path) -> Option<Arc<Module>> {
        let modified = self.files.modified(file);
        if let Some(known) = self.known.get(file).filter(|known| known.0 == modified) {
            return known.1.clone();
        }
        let text = read_text(&*self.files, file, SIZE_LIMIT).ok();
        let module = text.map(|text| Arc::new(Module::new(self.place(file), text)));
        let known = (modified, module.clone());
        self.known.insert(file.to_path_buf(), known);
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
        let below = |base: &Path| {
            let first = path.strip_prefix(base).ok()?.components().next()?;
            Path::new(&first)
                .with_extension("")
                .to_str()
                .map(str::to_owned)
        };
        let asked = |base: &Path, name: &str| below(base).is_some_and(|first| first == name);
        let mut concerned = self.known.remove(path).is_some();
        self.has.retain(|(base, name), _| {
            let keep = !asked(base, name);
            concerned |= !keep;
            keep
        });
        concerned
    }
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
