//! Finds the packages of a Python interpreter or environment by looking at folders. Nothing is run.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use pep440_rs::Version;

use crate::workspace::files::{FileKind, Files};

/// An environment: where its packages lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The environment's folder (`.venv`), or the installation's (`/usr`).
    pub prefix: PathBuf,
    /// Folders of packages, the first shadows the others.
    pub site_packages: Vec<PathBuf>,
    /// The Python version, as far as the folders tell.
    pub python: Option<Version>,
}

/// Why a path does not lead to an environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InterpreterError {
    /// Nothing there.
    #[error("`{}` does not exist; give a Python interpreter or the folder of an environment", .0.display())]
    NotFound(PathBuf),
    /// No packages found.
    #[error("`{}` does not lead to a Python environment: it has no site-packages", .0.display())]
    NoPackages(PathBuf),
}

impl Interpreter {
    /// From an interpreter (`.venv/bin/python`), an environment's folder or a site-packages folder.
    pub fn find(files: &dyn Files, path: &Path) -> Result<Self, InterpreterError> {
        let found = match files.kind(path) {
            None => return Err(InterpreterError::NotFound(path.to_path_buf())),
            Some(FileKind::Folder) => Self::at(files, path).or_else(|| Self::bare(files, path)),
            // As Python does: where the link lies first, then where it leads.
            Some(_) => Self::of_executable(files, path).or_else(|| {
                let target = files.canonical(path)?;
                Self::of_executable(files, &target)
            }),
        };
        found.ok_or_else(|| InterpreterError::NoPackages(path.to_path_buf()))
    }

    /// The environment or installation with this folder.
    pub fn at(files: &dyn Files, prefix: &Path) -> Option<Self> {
        let settings = Settings::read(files, prefix);
        let (mut site_packages, folder_version) =
            site_packages(files, prefix, settings.python.as_ref());
        if settings.include_system {
            let base = settings.home.as_deref().and_then(Path::parent);
            let system = base.map(|base| site_packages_of(files, base, settings.python.as_ref()));
            site_packages.extend(system.into_iter().flatten());
        }
        (!site_packages.is_empty()).then(|| Self {
            prefix: prefix.to_path_buf(),
            site_packages,
            python: settings.python.or(folder_version),
        })
    }

    fn of_executable(files: &dyn Files, executable: &Path) -> Option<Self> {
        let folder = executable.parent()?;
        // On Windows an installation has the interpreter in its top folder.
        let beside = || Self::at(files, folder);
        folder
            .parent()
            .and_then(|prefix| Self::at(files, prefix))
            .or_else(beside)
    }

    /// A folder that itself holds packages.
    fn bare(files: &dyn Files, folder: &Path) -> Option<Self> {
        let entries = files.list(folder).ok()?;
        let packages = entries
            .iter()
            .any(|entry| entry.extension().is_some_and(|e| e == "dist-info"));
        packages.then(|| Self {
            prefix: folder.to_path_buf(),
            site_packages: vec![folder.to_path_buf()],
            python: None,
        })
    }
}

/// Whether a folder is an environment, as venv, virtualenv, uv and conda mark them.
pub(super) fn is_environment(files: &dyn Files, folder: &Path) -> bool {
    files.is_file(&folder.join("pyvenv.cfg")) || files.is_folder(&folder.join("conda-meta"))
}

/// What `pyvenv.cfg` says.
#[derive(Default)]
struct Settings {
    python: Option<Version>,
    home: Option<PathBuf>,
    include_system: bool,
}

impl Settings {
    fn read(files: &dyn Files, prefix: &Path) -> Self {
        let bytes = files
            .head(&prefix.join("pyvenv.cfg"), 64 * 1024)
            .unwrap_or_default();
        let mut settings = Self::default();
        for line in String::from_utf8_lossy(&bytes).lines() {
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            let value = value.trim();
            match key.trim() {
                "home" => settings.home = Some(PathBuf::from(value)),
                "version" | "version_info" => settings.python = python_version(value),
                "include-system-site-packages" => {
                    settings.include_system = value.eq_ignore_ascii_case("true");
                }
                _ => {}
            }
        }
        settings
    }
}

/// The numbers at the beginning of `3.11.7` or `3.11.7.final.0`.
fn python_version(text: &str) -> Option<Version> {
    let numbers = text.split('.').map_while(|part| part.parse::<u64>().ok());
    let release: Vec<u64> = numbers.take(3).collect();
    (release.len() >= 2).then(|| Version::new(release))
}

fn site_packages_of(files: &dyn Files, prefix: &Path, python: Option<&Version>) -> Vec<PathBuf> {
    site_packages(files, prefix, python).0
}

/// The folders of packages under a prefix, of one Python version: the given one, or else the newest.
fn site_packages(
    files: &dyn Files,
    prefix: &Path,
    python: Option<&Version>,
) -> (Vec<PathBuf>, Option<Version>) {
    let mut versioned: Vec<(Version, PathBuf)> = ["lib", "lib64"]
        .iter()
        .flat_map(|lib| files.list(&prefix.join(lib)).unwrap_or_default())
        .filter_map(|folder| {
            let name = folder.file_name()?.to_str()?.strip_prefix("python")?;
            let site = folder.join("site-packages");
            let version = Version::from_str(name).ok()?;
            (version.release().len() >= 2 && files.is_folder(&site)).then_some((version, site))
        })
        .collect();
    let wanted = python.map(|python| Version::new(python.release().iter().take(2)));
    let newest = versioned.iter().map(|(version, _)| version).max().cloned();
    let chosen = versioned
        .iter()
        .map(|(version, _)| version)
        .find(|version| Some(*version) == wanted.as_ref())
        .cloned()
        .or(newest);
    versioned.retain(|(version, _)| Some(version) == chosen.as_ref());
    let mut found: Vec<PathBuf> = versioned.into_iter().map(|(_, site)| site).collect();
    let others = [
        "Lib/site-packages",
        "lib/site-packages",
        "lib/python3/dist-packages",
    ];
    let others = others.iter().map(|other| prefix.join(other));
    found.extend(others.filter(|other| files.is_folder(other)));
    (unlinked(files, found), chosen)
}

/// Drops folders that are links to earlier ones (`lib64` to `lib`), and on file systems without case `Lib`.
fn unlinked(files: &dyn Files, folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut real = Vec::new();
    let first = |folder: &PathBuf| {
        let target = files.canonical(folder);
        let new = !real.contains(&target);
        real.push(target);
        new
    };
    folders.into_iter().filter(first).collect()
}
