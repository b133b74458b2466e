//! What is installed: the `*.dist-info` folders of an environment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use pep440_rs::Version;

use super::{Catalog, Interpreter};
use crate::workspace::files::{Files, ReadError};
use crate::workspace::problem::Problem;
use crate::workspace::requirements::{brief, normalise};

/// Name and version come first; the description behind them can be long.
const HEADERS: u64 = 16 * 1024;

/// The known libraries of one environment.
#[derive(Debug, Default)]
pub(super) struct Installed {
    /// By normalised name.
    pub packages: BTreeMap<String, Package>,
    /// Normalised names of all distributions.
    pub names: BTreeSet<String>,
    pub problems: Vec<Problem>,
    pub interpreter: Option<Interpreter>,
}

/// One installed library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Package {
    pub version: Version,
    /// Folders under which its modules lie; an editable installation has its own before the common one.
    pub roots: Vec<PathBuf>,
}

impl Installed {
    /// Reads the known libraries of an environment; broken entries are told and left out.
    pub fn read(files: &dyn Files, interpreter: &Interpreter, catalog: &Catalog) -> Self {
        let mut installed = Self {
            interpreter: Some(interpreter.clone()),
            ..Self::default()
        };
        for site in &interpreter.site_packages {
            let mut here = BTreeMap::new();
            for entry in files.list(site).unwrap_or_default() {
                installed.names.extend(any_title(&entry));
                let read = DistInfo::read(files, &entry, catalog, &mut installed.problems);
                if let Some(found) = read {
                    add(&mut here, found, site, files, &mut installed.problems);
                }
            }
            // An earlier folder shadows this one.
            for (name, package) in here {
                installed.packages.entry(name).or_insert(package);
            }
        }
        installed
    }
}

fn add(
    here: &mut BTreeMap<String, Package>,
    found: DistInfo,
    site: &Path,
    files: &dyn Files,
    problems: &mut Vec<Problem>,
) {
    let package = Package {
        roots: roots(files, &found.folder, site),
        version: found.version,
    };
    let Some(other) = here.insert(found.name.clone(), package.clone()) else {
        return;
    };
    let newest = if other.version > package.version {
        other
    } else {
        package
    };
    let message = format!(
        "`{}` is installed twice in this environment; {} is used",
        found.name, newest.version
    );
    problems.push(Problem::whole(found.folder, message));
    here.insert(found.name, newest);
}

/// What one `NAME-VERSION.dist-info` folder says.
struct DistInfo {
    folder: PathBuf,
    name: String,
    version: Version,
}

impl DistInfo {
    /// Reads a folder; `None` for other folders, unknown libraries and broken ones, which are told.
    fn read(
        files: &dyn Files,
        folder: &Path,
        catalog: &Catalog,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let (title, titled) = title(folder)?;
        let path = folder.join("METADATA");
        let (name, version, line) = match metadata(files, &path) {
            Ok(found) => found,
            Err((line, reason)) => {
                let message = format!("{reason}, so this installation of `{title}` is ignored");
                let problem = Problem {
                    path,
                    line,
                    message,
                };
                problems.extend(catalog.knows(&title).then_some(problem));
                return None;
            }
        };
        if !catalog.knows(&name) {
            return None;
        }
        if name != title || titled.is_some_and(|titled| titled != version) {
            let message = format!("the folder's name disagrees; `{name}` {version} is used");
            problems.push(Problem {
                path,
                line,
                message,
            });
        }
        Some(Self {
            folder: folder.to_path_buf(),
            name,
            version,
        })
    }
}

/// The normalised name and the version that a METADATA file states, with the version's line; or the line and
/// the reason why not.
fn metadata(files: &dyn Files, path: &Path) -> Result<(String, Version, u32), (u32, String)> {
    let bytes = files
        .head(path, HEADERS)
        .map_err(|error| (1, error.to_string()))?;
    // Only ASCII headers matter; the description may be in any encoding.
    let headers = Headers::read(&String::from_utf8_lossy(&bytes));
    let stated = headers.name.zip(headers.version);
    let (name, (line, written)) = stated.ok_or((1, "states no name and version".to_owned()))?;
    let version = Version::from_str(&written)
        .map_err(|_| (line, format!("`{}` is not a version", brief(&written))))?;
    Ok((normalise(&name), version, line))
}

/// The normalised name of whatever a tool installed.
fn any_title(entry: &Path) -> Option<String> {
    let name = entry.file_name()?.to_str()?;
    let suffixes = [".dist-info", ".egg-info", ".egg-link"];
    let stem = suffixes
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))?;
    Some(normalise(stem.split('-').next()?))
}

/// The normalised name and the version in the name of a dist-info folder. A name beginning with `~` is what
/// an interrupted uninstallation leaves.
fn title(folder: &Path) -> Option<(String, Option<Version>)> {
    let stem = folder.file_name()?.to_str()?.strip_suffix(".dist-info")?;
    if stem.starts_with('~') {
        return None;
    }
    let (name, version) = stem.rsplit_once('-').unwrap_or((stem, ""));
    Some((normalise(name), Version::from_str(version).ok()))
}

/// The two headers that matter, the version with its 1-based line.
#[derive(Default)]
struct Headers {
    name: Option<String>,
    version: Option<(u32, String)>,
}

impl Headers {
    fn read(text: &str) -> Self {
        let mut headers = Self::default();
        let (text, _) = crate::workspace::files::without_bom(text);
        for (line, content) in (1..).zip(text.lines()) {
            let Some((key, value)) = content.split_once(':') else {
                // The description begins behind an empty line.
                if content.trim().is_empty() {
                    break;
                }
                continue;
            };
            let value = value.trim().to_owned();
            if key.eq_ignore_ascii_case("name") {
                headers.name.get_or_insert(value);
            } else if key.eq_ignore_ascii_case("version") {
                headers.version.get_or_insert((line, value));
            }
        }
        headers
    }
}

/// Where the modules lie: for an editable installation the project's folder, then the common one.
fn roots(files: &dyn Files, folder: &Path, site: &Path) -> Vec<PathBuf> {
    let project = editable_project(files, folder);
    let project = project
        .into_iter()
        .flat_map(|project| [project.join("src"), project]);
    project.chain([site.to_path_buf()]).collect()
}

fn editable_project(files: &dyn Files, folder: &Path) -> Option<PathBuf> {
    let bytes: Result<_, ReadError> = files.read(&folder.join("direct_url.json"), HEADERS);
    let json: serde_json::Value = serde_json::from_slice(&bytes.ok()?).ok()?;
    if !json.pointer("/dir_info/editable")?.as_bool()? {
        return None;
    }
    let url = url::Url::parse(json.get("url")?.as_str()?).ok()?;
    url.to_file_path().ok()
}
