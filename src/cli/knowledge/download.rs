//! Gets missing wheels with pip.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::ProgressBar;

use super::{Error, plan};
use crate::environment::Version;

/// The final releases of a library that pip can see.
pub fn versions(library: &str) -> Result<Vec<Version>, Error> {
    let output = pip(&["index", "versions", library])?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("Available versions:"))
        .ok_or_else(|| Error::Pip(format!("no versions of {library} are listed")))?;
    Ok(line
        .split(',')
        .filter_map(|version| version.trim().parse().ok())
        .collect())
}

/// The wheels in a folder, sorted.
#[expect(
    clippy::disallowed_methods,
    reason = "the maintainer's wheels, not a user's project"
)]
pub fn present(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut wheels = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Error::file(folder))? {
        let path = entry.map_err(Error::file(folder))?.path();
        if plan::parse_wheel(&path).is_some() {
            wheels.push(path);
        }
    }
    wheels.sort();
    Ok(wheels)
}

/// Whether a wheel's directory of contents can be read; it stands at the end of the file.
#[expect(
    clippy::disallowed_methods,
    reason = "the maintainer's wheels, not a user's project"
)]
pub fn is_whole(path: &Path) -> bool {
    std::fs::File::open(path).is_ok_and(|file| zip::ZipArchive::new(file).is_ok())
}

/// Downloads the wheels of `missing`, `jobs` at a time; gives those that have none.
pub fn fetch(
    missing: &[(&str, Version)],
    folder: &Path,
    jobs: usize,
    progress: &ProgressBar,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, 16) {
            scope.spawn(|| {
                while let Some((library, version)) =
                    missing.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    progress.set_message(format!("{library} {version}"));
                    if let Err(error) = download(library, version, folder) {
                        let mut failed = failed.lock().unwrap_or_else(|error| error.into_inner());
                        failed.push(format!("{library} {version}: {error}"));
                    }
                    progress.inc(1);
                }
            });
        }
    });
    let mut failed = failed
        .into_inner()
        .unwrap_or_else(|error| error.into_inner());
    failed.sort();
    failed
}

/// A wheel for this machine, else one for a common platform: only its sources are read.
fn download(library: &str, version: &Version, folder: &Path) -> Result<(), Error> {
    let requirement = format!("{library}=={version}");
    let folder = folder.display().to_string();
    let mut arguments = vec![
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--dest",
        &folder,
    ];
    let here = [&arguments[..], &["--ignore-requires-python", &requirement]].concat();
    if pip(&here).is_ok() {
        return Ok(());
    }
    arguments.extend(["--python-version", "3.10", "--platform", "any"]);
    arguments.extend([
        "--platform",
        "manylinux2014_x86_64",
        "--platform",
        "manylinux_2_17_x86_64",
    ]);
    arguments.push(&requirement);
    pip(&arguments).map(drop)
}

fn pip(arguments: &[&str]) -> Result<Output, Error> {
    let output = Command::new("python3")
        .args(["-m", "pip", "--disable-pip-version-check"])
        .args(arguments)
        .output()
        .map_err(|error| Error::Pip(error.to_string()))?;
    if output.status.success() {
        return Ok(output);
    }
    let error = String::from_utf8_lossy(&output.stderr);
    let reason = error.lines().rev().find(|line| line.starts_with("ERROR"));
    Err(Error::Pip(reason.unwrap_or("failed").to_owned()))
}
