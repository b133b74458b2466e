//! Makes the store: plan, download, read, merge, write.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use etcetera::BaseStrategy;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::{BuildArgs, Error, download, plan, wheel};
use crate::environment::Version;
use crate::knowledge::extract::{self, Extract, ModuleText, RawModule, coverage};
use crate::knowledge::history::History;
use crate::knowledge::store::normalise;

/// Makes the files of the store; gives a report for people, one line for each library and each release
/// that was left out.
pub fn build(args: &BuildArgs) -> Result<String, Error> {
    let folder = wheel_folder(args)?;
    fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    fs::create_dir_all(&args.out).map_err(Error::file(&args.out))?;
    let libraries = libraries(&args.library)?;
    let mut report = String::new();
    if !args.offline {
        for line in fetch(&libraries, &folder, args.jobs)? {
            report.push_str(&format!("no wheel: {line}\n"));
        }
    }
    let present = download::present(&folder)?;
    for (library, first) in libraries {
        let wheels = plan::wheels(&present, library, &first);
        if wheels.is_empty() {
            return Err(Error::NoWheels(library.to_owned(), folder));
        }
        let text = history(library, &wheels)?;
        let path = args.out.join(format!("{library}.facts"));
        fs::write(&path, &text).map_err(Error::file(&path))?;
        let size = text.len() / 1024;
        report.push_str(&format!(
            "{library}: {} releases, {size} KiB\n",
            wheels.len()
        ));
    }
    if !args.offline && args.library.is_empty() {
        write_date(&args.out)?;
    }
    Ok(report)
}

fn wheel_folder(args: &BuildArgs) -> Result<PathBuf, Error> {
    args.wheels
        .clone()
        .map_or_else(|| cache_folder("wheels"), Ok)
}

/// A folder of this program below the user's cache folder.
pub(super) fn cache_folder(name: &str) -> Result<PathBuf, Error> {
    etcetera::choose_base_strategy()
        .map(|strategy| strategy.cache_dir().join("hf-lsp").join(name))
        .map_err(|error| Error::File {
            path: PathBuf::from("cache"),
            source: std::io::Error::other(error.to_string()),
        })
}

/// The chosen libraries with their first releases; all where none is chosen.
fn libraries(chosen: &[String]) -> Result<Vec<(&'static str, Version)>, Error> {
    let wanted: Vec<String> = chosen.iter().map(|name| normalise(name)).collect();
    for name in &wanted {
        if !plan::LIBRARIES.iter().any(|(library, _)| library == name) {
            return Err(Error::UnknownLibrary(name.clone()));
        }
    }
    Ok(plan::LIBRARIES
        .iter()
        .filter(|(library, _)| wanted.is_empty() || wanted.iter().any(|name| name == library))
        .map(|(library, first)| {
            let first = first.parse().expect("the table holds versions");
            (*library, first)
        })
        .collect())
}

/// Downloads what is planned and not there yet; gives the releases without a wheel.
fn fetch(
    libraries: &[(&'static str, Version)],
    folder: &Path,
    jobs: usize,
) -> Result<Vec<String>, Error> {
    let mut present = Vec::new();
    for path in download::present(folder)? {
        if download::is_whole(&path) {
            present.extend(plan::parse_wheel(&path));
        } else {
            fs::remove_file(&path).map_err(Error::file(&path))?;
        }
    }
    let mut missing = Vec::new();
    for (library, first) in libraries {
        for version in plan::releases(download::versions(library)?, first) {
            let known = present
                .iter()
                .any(|(name, known)| name == library && *known == version);
            if !known {
                missing.push((*library, version));
            }
        }
    }
    let progress = bar(missing.len(), "downloading");
    let failed = download::fetch(&missing, folder, jobs, &progress);
    progress.finish_and_clear();
    Ok(failed)
}

/// The store of one library as text.
fn history(library: &str, wheels: &[(Version, PathBuf)]) -> Result<String, Error> {
    let progress = bar(wheels.len(), library);
    let known = Mutex::new(HashMap::new());
    let mut history = History::new(library);
    // A few releases at a time, so that their sources need not all be in memory.
    for some in wheels.chunks(rayon::current_num_threads().max(1) * 2) {
        let extracts: Vec<Result<Extract, Error>> = some
            .par_iter()
            .map(|(_, path)| {
                let extract = read_release(library, path, &known);
                progress.inc(1);
                extract
            })
            .collect();
        for ((version, _), extract) in some.iter().zip(extracts) {
            history.push(version.clone(), extract?);
        }
    }
    progress.finish_and_clear();
    Ok(history.to_text())
}

/// What was read of a module, by its name and a hash of its text: most modules are the same in the
/// next release.
type Known = Mutex<HashMap<(String, u64), Arc<RawModule>>>;

fn read_release(library: &str, path: &Path, known: &Known) -> Result<Extract, Error> {
    let wanted = |module: &str| coverage::of(library, module).is_some();
    let wheel = wheel::read(path, library, wanted)?;
    let texts: Vec<ModuleText<'_>> = wheel
        .modules
        .iter()
        .map(|(name, module)| {
            let (text, stub) = match (&module.source, &module.stub) {
                (Some(source), stub) => (source.as_str(), stub.as_deref()),
                (None, stub) => (stub.as_deref().unwrap_or_default(), None),
            };
            ModuleText {
                name,
                is_package: module.is_package,
                text,
                stub,
            }
        })
        .collect();
    let modules: Vec<Arc<RawModule>> = texts
        .par_iter()
        .map(|module| read_once(*module, known))
        .collect();
    let mut extract = extract::link(&wheel.distribution, modules.iter().map(AsRef::as_ref));
    let commands = extract::commands(&wheel.distribution, &texts);
    extract.owners.extend(commands);
    Ok(extract)
}

fn read_once(module: ModuleText<'_>, known: &Known) -> Arc<RawModule> {
    let key = (module.name.to_owned(), hash(&(module.text, module.stub)));
    let lock = || known.lock().unwrap_or_else(|error| error.into_inner());
    if let Some(raw) = lock().get(&key) {
        return raw.clone();
    }
    let raw = Arc::new(extract::read(&module));
    lock().insert(key, raw.clone());
    raw
}

fn hash(text: &impl std::hash::Hash) -> u64 {
    use std::hash::{DefaultHasher, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Notes the day on which the newest releases were looked for.
pub(super) fn write_date(out: &Path) -> Result<(), Error> {
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    let path = out.join("DATE");
    fs::write(&path, format!("{}\n", date(seconds / 86_400))).map_err(Error::file(&path))
}

/// `2026-11-22` for a number of days since 1970.
fn date(days: u64) -> String {
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let (mut year, mut day) = (1970, days);
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if day < length {
            break;
        }
        day -= length;
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", day + 1)
}

fn bar(length: usize, message: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:<32} {bar:30} {pos}/{len} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(length as u64).with_style(style);
    bar.set_message(message.to_owned());
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_779), "2026-11-22");
    }

    #[test]
    fn an_unknown_library_is_named() {
        let error = libraries(&["transfomers".to_owned()]).expect_err("it is unknown");
        assert!(error.to_string().contains("transfomers"));
        assert_eq!(
            libraries(&["Huggingface_Hub".to_owned()])
                .expect("known")
                .len(),
            1
        );
    }
}
