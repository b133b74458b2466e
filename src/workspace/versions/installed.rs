//! What is installed: the `*.dist-info` folders of an environment.

use std::collections::BTreeMap;
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
        let (title, version) = title(folder)?;
        let path = folder.join("METADATA");
        let known = catalog.knows(&title);
        let mut tell = |line: u32, message: String| {
            let path = path.clone();
            problems.push(Problem {
                path,
                line,
                message,
            });
        };
        let bytes = match files.head(&path, HEADERS) {
            Ok(bytes) => bytes,
            Err(error) => {
                if known {
                    tell(
                        1,
                        format!("{error}, so this installation of `{title}` is ignored"),
                    );
                }
                return None;
            }
        };
        let headers = Headers::read(&String::from_utf8_lossy(&bytes));
        let Some((name, (line, written))) = headers.name.zip(headers.version) else {
            if known {
                let what = "states no name and version, so this installation";
                tell(1, format!("{what} of `{title}` is ignored"));
            }
            return None;
        };
        let name = normalise(&name);
        if !catalog.knows(&name) {
            return None;
        }
        let Ok(found) = Version::from_str(&written) else {
            let written = brief(&written);
            tell(
                line,
                format!("`{written}` is not a version, so this `{name}` is ignored"),
            );
            return None;
        };
        if name != title || version.is_some_and(|version| version != found) {
            tell(
                line,
                format!("the folder's name disagrees; `{name}` {found} is used"),
            );
        }
        Some(Self {
            folder: folder.to_path_buf(),
            name,
            version: found,
        })
    }
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
