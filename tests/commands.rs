//! Commands beside the real packages; see docs/knowledge.md. Needs the wheels of the libraries.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]
#![allow(clippy::disallowed_methods, reason = "a maintainer's test")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use hf_lsp::knowledge::extract::{self, Distribution, Extract, ModuleText};
use hf_lsp::knowledge::history::History;
use hf_lsp::knowledge::store::{normalise, store};
use rayon::prelude::*;

fn wheels() -> PathBuf {
    let cache = std::env::var("HF_LSP_WHEELS").map(PathBuf::from);
    cache
        .unwrap_or_else(|_| Path::new(&std::env::var("HOME").unwrap()).join(".cache/hf-lsp/wheels"))
}

/// The commands in a wheel.
fn commands(path: &Path, library: &str) -> Extract {
    let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut texts: BTreeMap<String, (bool, String)> = BTreeMap::new();
    let mut distribution = Distribution {
        name: library.to_owned(),
        ..Distribution::default()
    };
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let is_entry = name.ends_with(".dist-info/entry_points.txt");
        if !is_entry && !name.ends_with(".py") {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if is_entry {
            distribution.entry_points = text;
            continue;
        }
        let stem = name.trim_end_matches(".py").replace('/', ".");
        let package = stem.strip_suffix(".__init__");
        let module = package.unwrap_or(&stem).to_owned();
        if extract::coverage::of(library, &module).is_some() {
            texts.insert(module, (package.is_some(), text));
        }
    }
    let modules: Vec<ModuleText<'_>> = texts
        .iter()
        .map(|(name, (is_package, text))| ModuleText {
            name,
            is_package: *is_package,
            text,
            stub: None,
        })
        .collect();
    Extract {
        owners: extract::commands(&distribution, &modules),
    }
}

/// Writes the histories of all commands into `$HF_LSP_COMMANDS`, a file for each library: much faster
/// than the whole store, to look at what a change of the extractor does.
#[test]
#[ignore = "needs the wheels"]
fn histories() {
    let out = PathBuf::from(std::env::var("HF_LSP_COMMANDS").unwrap());
    std::fs::create_dir_all(&out).unwrap();
    let files: Vec<PathBuf> = std::fs::read_dir(wheels())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    for name in store().names() {
        let mut history = History::new(name);
        let releases = store().releases(name);
        let wheel = |version: &hf_lsp::environment::Version| {
            let found = files.iter().find(|path| {
                let file = path.file_name().unwrap().to_string_lossy().into_owned();
                let mut parts = file.split('-');
                normalise(parts.next().unwrap()) == name
                    && parts.next().unwrap().parse().ok().as_ref() == Some(version)
            });
            found.unwrap_or_else(|| panic!("{name} {version}")).clone()
        };
        let extracts: Vec<Extract> = releases
            .par_iter()
            .map(|version| commands(&wheel(version), name))
            .collect();
        for (version, extract) in releases.iter().zip(extracts) {
            history.push(version.clone(), extract);
        }
        std::fs::write(out.join(format!("{name}.facts")), history.to_text()).unwrap();
    }
}
