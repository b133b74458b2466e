//! Commands beside the real packages; see docs/knowledge.md. Needs the wheels of the libraries.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]
#![allow(clippy::disallowed_methods, reason = "a maintainer's test")]

#[path = "oracle/eras.rs"]
mod eras;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use hf_lsp::embedded::programs;
use hf_lsp::knowledge::choose::Knowledge;
use hf_lsp::knowledge::command::{Known, Named};
use hf_lsp::knowledge::extract::{self, Distribution, Extract, ModuleText};
use hf_lsp::knowledge::fact::Flag;
use hf_lsp::knowledge::history::History;
use hf_lsp::knowledge::store::{normalise, store};
use hf_lsp::knowledge::view::View;
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

/// What `tests/oracle/commands.py` wrote down of one command.
#[derive(serde::Deserialize)]
struct Real {
    failed: Option<String>,
    #[serde(default)]
    options: Vec<RealOption>,
    /// How many words its positionals need at least.
    #[serde(default)]
    needs: usize,
    #[serde(default)]
    subs: BTreeMap<String, Vec<String>>,
}

#[derive(serde::Deserialize)]
struct RealOption {
    names: Vec<String>,
    takes: String,
    choices: Option<Vec<String>>,
    required: bool,
}

/// How the answers of the real parsers and ours compare.
#[derive(Default, Debug)]
struct Score {
    commands: usize,
    options: usize,
    names: usize,
    choices: usize,
    unsure: usize,
    unread: usize,
    failed: usize,
    more: usize,
    differences: Vec<String>,
}

impl Score {
    fn compare(&mut self, view: &View, library: &str, path: &str, real: &Real) {
        if real.failed.is_some() {
            self.failed += 1;
            return;
        }
        let Some(known) = view.command(library, path) else {
            let above = path.match_indices(' ').map(|(at, _)| &path[..at]);
            let open = |path: &str| {
                view.command(library, path)
                    .is_some_and(|it| it.has(Flag::OpenCommands))
            };
            match above.into_iter().any(open) {
                true => self.unread += 1,
                false => self.differences.push(format!("{path}: not known")),
            }
            return;
        };
        self.commands += 1;
        for (name, aliases) in &real.subs {
            for name in aliases.iter().chain([name]) {
                if known.sub(name).is_none() && !known.has(Flag::OpenCommands) {
                    self.differences.push(format!("{path}: no command {name}"));
                }
            }
        }
        for (name, _) in &known.subs {
            if !real.subs.contains_key(name) {
                self.differences
                    .push(format!("{path}: a command {name} more"));
            }
        }
        let (needed, _) = known.needed();
        if needed > real.needs && known.subs.is_empty() {
            self.differences.push(format!(
                "{path}: {needed} words needed, really {}",
                real.needs
            ));
        }
        for option in &real.options {
            self.options += 1;
            for name in &option.names {
                self.option(view, &known, name, option);
            }
        }
        for option in &known.options {
            let is_real = |name: &String| real.options.iter().any(|it| it.names.contains(name));
            // Scripts of trl are compared with their parser, which leaves the rest to others.
            if !option.names.iter().any(is_real) && !path.starts_with("trl ") {
                self.more += 1;
                self.differences
                    .push(format!("{path}: {} more", option.names.join(" ")));
            }
        }
    }

    fn option(&mut self, view: &View, known: &Known, name: &str, real: &RealOption) {
        self.names += 1;
        let path = &known.path;
        match view.option(known, name) {
            Named::Missing => self.differences.push(format!("{path}: no {name}")),
            Named::Unsure => self.unsure += 1,
            Named::Field | Named::Other(_) => {}
            Named::Option(option) => {
                let takes = option.takes.word();
                if takes != real.takes && takes != "~" {
                    let difference = format!("{path}: {name} takes {takes}, really {}", real.takes);
                    self.differences.push(difference);
                }
                let mut choices = option.choices.clone();
                choices.sort();
                if !choices.is_empty() {
                    self.choices += 1;
                    if real.choices.as_ref() != Some(&choices) {
                        let difference = format!(
                            "{path}: {name} one of {choices:?}, really {:?}",
                            real.choices
                        );
                        self.differences.push(difference);
                    }
                }
                if option.required && !real.required {
                    self.differences
                        .push(format!("{path}: {name} is not required"));
                }
            }
        }
    }
}

/// Each command of the real packages of every era is known with all its options, and none is made up.
#[test]
#[ignore = "needs the answers of tests/oracle/commands.py"]
fn the_real_parsers_agree() {
    let home = std::env::var("HOME").unwrap();
    let folder = Path::new(&home).join(".cache/hf-lsp/oracle/commands");
    let mut score = Score::default();
    for (name, era) in eras::names().into_iter().zip(eras::all()) {
        let Ok(text) = std::fs::read_to_string(folder.join(format!("{name}.json"))) else {
            panic!("{name}: no answers");
        };
        let told: BTreeMap<String, Real> = serde_json::from_str(&text).unwrap();
        let view = Knowledge::default().view(&era.environment());
        for (path, real) in &told {
            let program = path.split(' ').next().unwrap();
            let library = programs::distribution(program).unwrap();
            let before = score.differences.len();
            score.compare(&view, library, path, real);
            for difference in &mut score.differences[before..] {
                *difference = format!("{name}: {difference}");
            }
        }
    }
    println!("{}", score.differences.join("\n"));
    println!(
        "{} commands, {} options, {} names, {} lists of values, {} names unsure, {} commands left open, {} that cannot be asked",
        score.commands,
        score.options,
        score.names,
        score.choices,
        score.unsure,
        score.unread,
        score.failed
    );
    let known = include_str!("oracle/commands.txt");
    let new: Vec<&String> = score
        .differences
        .iter()
        .filter(|difference| !known.lines().any(|line| line == difference.as_str()))
        .collect();
    assert!(new.is_empty(), "{} new differences", new.len());
}
