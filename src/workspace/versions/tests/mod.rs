//! Projects in memory, and the versions that come out.

mod broken;
mod environments;
mod files;
mod precedence;
mod resolver;
mod scripts;
mod targets;

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use pep440_rs::Version;

use super::*;
use crate::workspace::files::{Files, MemoryFiles};

struct Known;

impl KnownReleases for Known {
    fn libraries(&self) -> Vec<String> {
        ["transformers", "trl", "huggingface-hub"]
            .map(str::to_owned)
            .to_vec()
    }

    fn releases(&self, library: &str) -> Vec<Version> {
        let releases: &[&str] = match library {
            "transformers" => &[
                "5.23.0", "4.30.2", "4.40.2", "4.41.2", "4.57.1", "5.0.0", "6.0.0rc1",
            ],
            "trl" => &["0.8.6", "0.9.6", "0.25.1"],
            _ => &["0.36.0", "2.4.0"],
        };
        releases.iter().map(|text| version(text)).collect()
    }
}

fn version(text: &str) -> Version {
    Version::from_str(text).unwrap()
}

fn catalog() -> Catalog {
    Catalog::new(&Known)
}

/// A project under `/p`, from relative paths and contents.
fn project(entries: &[(&str, &str)]) -> Arc<MemoryFiles> {
    let files = MemoryFiles::new();
    files.make_folder("/p");
    for (path, content) in entries {
        files.write(Path::new("/p").join(path), content);
    }
    Arc::new(files)
}

/// Installs a package into an environment of a project.
fn install(files: &MemoryFiles, environment: &str, name: &str, version: &str) {
    let environment = Path::new("/p").join(environment);
    let config = environment.join("pyvenv.cfg");
    if !files.is_file(&config) {
        files.write(&config, "home = /usr/bin\nversion = 3.11.7\n");
    }
    let site = environment.join("lib/python3.11/site-packages");
    files.write(
        site.join(format!("{name}-{version}.dist-info/METADATA")),
        format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nAbout\n"),
    );
    files.write(site.join(name).join("__init__.py"), "");
}

fn options() -> Options {
    Options {
        root: "/p".into(),
        ..Options::default()
    }
}

fn resolver(files: &Arc<MemoryFiles>, options: Options) -> Resolver {
    Resolver::new(Arc::clone(files) as Arc<dyn Files>, catalog(), options)
}

fn answer(files: &Arc<MemoryFiles>, file: &str) -> Arc<Answer> {
    resolver(files, options()).resolve(&Path::new("/p").join(file), None)
}

/// "4.41.2 (uv.lock)".
fn shown(answer: &Answer, library: &str) -> String {
    match answer.environment.libraries.get(library) {
        Some(resolved) => format!("{} ({})", resolved.version, resolved.source),
        None => "nothing".to_owned(),
    }
}

/// What applies to `transformers` in `/p/train.py`.
fn transformers(files: &Arc<MemoryFiles>) -> String {
    shown(&answer(files, "train.py"), "transformers")
}

/// "uv.lock:3: message" for each problem.
fn problems(answer: &Answer) -> Vec<String> {
    let show = |problem: &crate::workspace::problem::Problem| {
        let path = problem.path.strip_prefix("/p").unwrap_or(&problem.path);
        format!("{}:{}: {}", path.display(), problem.line, problem.message)
    };
    answer.problems.iter().map(show).collect()
}
