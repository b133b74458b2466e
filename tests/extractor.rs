//! The extractor on small packages, one for each trap. Packages are found from the file tree; a new
//! folder below `tests/fixtures/packages` is a new test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hf_lsp::knowledge::extract::{Distribution, Extract, ModuleText, extract};
use hf_lsp::knowledge::library::Library;
use hf_lsp::knowledge::store::normalise;

fn packages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/packages");
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// A module of a fixture: whether it is a package, its source, its stub.
type Module = (bool, Option<String>, Option<String>);

fn modules(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Module>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a readable entry").path();
        let stem = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let extension = path
            .extension()
            .map(|extension| extension.to_string_lossy().into_owned());
        if path.is_dir() {
            modules(&path, &format!("{prefix}{stem}."), found);
        } else if matches!(extension.as_deref(), Some("py" | "pyi")) {
            let text = fs::read_to_string(&path).expect("UTF-8");
            let is_package = stem == "__init__";
            let name = if is_package {
                prefix.trim_end_matches('.').to_owned()
            } else {
                format!("{prefix}{stem}")
            };
            let module = found.entry(name).or_default();
            module.0 = is_package;
            if extension.as_deref() == Some("pyi") {
                module.2 = Some(text);
            } else {
                module.1 = Some(text);
            }
        }
    }
}

fn read(folder: &Path) -> Extract {
    let mut found = BTreeMap::new();
    modules(folder, "", &mut found);
    let name = folder.file_name().expect("a name").to_string_lossy();
    let file = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
    let distribution = Distribution {
        name: normalise(&name),
        metadata: file("METADATA"),
        entry_points: file("entry_points.txt"),
    };
    let texts = found
        .iter()
        .map(|(name, (is_package, source, stub))| ModuleText {
            name,
            is_package: *is_package,
            text: source.as_deref().or(stub.as_deref()).unwrap_or_default(),
            stub: stub.as_deref().filter(|_| source.is_some()),
        });
    extract(&distribution, texts)
}

fn dump(extract: &Extract) -> String {
    let mut out = String::new();
    for ((path, kind), facts) in &extract.owners {
        out.push_str(&format!("{} {path}\n", kind.keyword()));
        for fact in facts {
            out.push_str(&format!("    {}\n", fact.to_string().replace('\t', "  ")));
        }
    }
    out
}

#[test]
fn every_trap_is_read_as_expected() {
    let packages = packages();
    assert!(packages.len() > 10, "the fixtures are found");
    for folder in packages {
        let text = dump(&read(&folder));
        insta::with_settings!({
            snapshot_path => &folder,
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!("facts", text);
        });
    }
}

/// What is read comes back from the text form, fact by fact.
#[test]
fn facts_survive_the_text_form() {
    for folder in packages() {
        let extract = read(&folder);
        let version = "1.0".parse().expect("a version");
        let library =
            Library::from_extract("fixture", version, extract.clone()).expect("it is right");
        library.check().expect("every line can be read");
        for ((path, kind), facts) in &extract.owners {
            let history = library.history_of(path, *kind).expect("the owner is there");
            let mut written: Vec<String> = facts.iter().map(ToString::to_string).collect();
            let mut read: Vec<String> = history.at(0).map(ToString::to_string).collect();
            written.sort();
            written.dedup();
            read.sort();
            read.dedup();
            assert_eq!(read, written, "{path}");
        }
    }
}

/// Sources that are cut short, or in which a byte is changed, are read as far as they go.
#[test]
fn damaged_sources_do_no_harm() {
    let distribution = Distribution {
        name: "damaged".to_owned(),
        ..Distribution::default()
    };
    let read = |text: &str| {
        let module = ModuleText {
            name: "damaged",
            is_package: false,
            text,
            stub: Some(text),
        };
        extract(&distribution, [module]).owners.len()
    };
    for folder in packages() {
        let mut found = BTreeMap::new();
        modules(&folder, "", &mut found);
        for (_, source, stub) in found.values() {
            let text = source.as_deref().or(stub.as_deref()).unwrap_or_default();
            let text = text.replace("deprecated", "deprécated");
            for cut in (0..text.len()).step_by(97) {
                let lossy = String::from_utf8_lossy(&text.as_bytes()[..cut]);
                assert!(read(&lossy) >= 2);
                let mut bytes = text.clone().into_bytes();
                bytes[cut] = b"\"'({[\n#:"[cut % 8];
                assert!(read(&String::from_utf8_lossy(&bytes)) >= 2);
            }
        }
    }
}
