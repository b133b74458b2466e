//! Reads the Python sources in a wheel. What a wheel claims about sizes is not believed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

use super::Error;
use crate::knowledge::extract::Distribution;

/// No Python source that people write is larger, in bytes.
const MAX_FILE: u64 = 16 << 20;
/// All sources of one wheel together, in bytes.
const MAX_TOTAL: u64 = 512 << 20;

/// The sources in a wheel.
#[derive(Debug, Default)]
pub struct Wheel {
    /// Name, metadata, entry points.
    pub distribution: Distribution,
    /// By absolute dotted name.
    pub modules: BTreeMap<String, Module>,
}

/// The texts of one module.
#[derive(Debug, Default)]
pub struct Module {
    /// Whether it is an `__init__`.
    pub is_package: bool,
    /// The source.
    pub source: Option<String>,
    /// The `.pyi` stub.
    pub stub: Option<String>,
}

impl Module {
    /// A compiled module that nothing describes: it is there, and may have any name.
    fn compiled() -> Self {
        Self {
            source: Some("def __getattr__(name): return name\n".to_owned()),
            ..Self::default()
        }
    }
}

/// Reads the modules that `wanted` names, and the metadata.
#[expect(
    clippy::disallowed_methods,
    reason = "the maintainer's wheels, not a user's project"
)]
pub fn read(path: &Path, name: &str, wanted: impl Fn(&str) -> bool) -> Result<Wheel, Error> {
    let bad = |reason: String| Error::Wheel {
        path: path.to_owned(),
        reason,
    };
    let file = File::open(path).map_err(Error::file(path))?;
    let mut archive =
        ZipArchive::new(BufReader::new(file)).map_err(|error| bad(error.to_string()))?;
    let mut wheel = Wheel::default();
    let mut compiled: Vec<String> = Vec::new();
    name.clone_into(&mut wheel.distribution.name);
    let mut total = 0;
    for index in 0..archive.len() {
        let mut entry = archive
            .by_index(index)
            .map_err(|error| bad(error.to_string()))?;
        let Ok(file) = entry.name().map(std::borrow::Cow::into_owned) else {
            continue;
        };
        let Some(part) = part(&file).filter(|part| match part {
            Part::Module { name, .. } => wanted(name),
            _ => true,
        }) else {
            compiled.extend(compiled_module(&file).filter(|name| wanted(name)));
            continue;
        };
        let text =
            limited(&mut entry, &mut total).map_err(|reason| bad(format!("{file}: {reason}")))?;
        wheel.add(part, text);
    }
    for name in compiled {
        wheel.modules.entry(name).or_insert_with(Module::compiled);
    }
    Ok(wheel)
}

/// What a file of a wheel is.
enum Part {
    Module {
        name: String,
        is_package: bool,
        is_stub: bool,
    },
    Metadata,
    EntryPoints,
}

fn part(file: &str) -> Option<Part> {
    if let Some((folder, inner)) = file.split_once('/') {
        if folder.ends_with(".dist-info") {
            return match inner {
                "METADATA" => Some(Part::Metadata),
                "entry_points.txt" => Some(Part::EntryPoints),
                _ => None,
            };
        }
        if folder.ends_with(".data") {
            return None;
        }
    }
    let is_stub = file.ends_with(".pyi");
    let stem = file.strip_suffix(".pyi").or(file.strip_suffix(".py"))?;
    let (stem, is_package) = match stem.strip_suffix("/__init__") {
        Some(package) => (package, true),
        None => (stem, false),
    };
    module_name(stem).map(|name| Part::Module {
        name,
        is_package,
        is_stub,
    })
}

/// The module in a compiled file. In `tokenizers.abi3.so` what stands behind the first dot names the platform.
fn compiled_module(file: &str) -> Option<String> {
    file.strip_suffix(".so").or(file.strip_suffix(".pyd"))?;
    let name = file.rfind('/').map_or(0, |slash| slash + 1);
    let end = file[name..].find('.').map_or(file.len(), |dot| name + dot);
    module_name(&file[..end])
}

/// The dotted name of a module by its path without an ending.
fn module_name(stem: &str) -> Option<String> {
    let is_name = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    stem.split('/').all(is_name).then(|| stem.replace('/', "."))
}

/// Reads at most [`MAX_FILE`] bytes, and no more than [`MAX_TOTAL`] of the whole wheel.
fn limited(entry: &mut impl Read, total: &mut u64) -> Result<String, String> {
    let mut bytes = Vec::new();
    entry
        .take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    *total += bytes.len() as u64;
    if bytes.len() as u64 > MAX_FILE || *total > MAX_TOTAL {
        return Err("unpacks to more than sources ever have".to_owned());
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Wheel {
    fn add(&mut self, part: Part, text: String) {
        match part {
            Part::Metadata => self.distribution.metadata = text,
            Part::EntryPoints => self.distribution.entry_points = text,
            Part::Module {
                name,
                is_package,
                is_stub,
            } => {
                let module = self.modules.entry(name).or_default();
                module.is_package = is_package;
                if is_stub {
                    module.stub = Some(text);
                } else {
                    module.source = Some(text);
                }
            }
        }
    }
}
