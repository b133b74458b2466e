//! How to see that a step is done.

use super::ground::runner;
use crate::journal::plan::{FieldName, PathSpan, Pin, Step};
use crate::journal::surroundings::Surroundings;

/// What `Verify:` of a step may say, by its commands, its packages and its files.
pub fn verification(surroundings: &Surroundings<'_>, step: &Step) -> Option<String> {
    let text = surroundings.text();
    let runs: Vec<&str> = step
        .spans(FieldName::Run)
        .map(|span| span.slice(text))
        .collect();
    let files = step.files(text);
    let of_runs = runs.iter().find_map(|run| of_run(surroundings, run));
    of_runs
        .or_else(|| of_packages(surroundings, &step.packages(text)))
        .or_else(|| of_files(surroundings, &files))
}

/// The check of a Python file.
pub fn checked(path: &str) -> String {
    format!("`hf-lsp check {path}` → 0 problems")
}

/// A command that makes something: it is there afterwards.
fn of_run(surroundings: &Surroundings<'_>, run: &str) -> Option<String> {
    let words: Vec<&str> = run.split_whitespace().collect();
    let behind = |name: &str| {
        let with = words.iter().position(|word| *word == name);
        let apart = with.and_then(|at| words.get(at + 1).copied());
        let joined = words
            .iter()
            .find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        apart.or(joined)
    };
    let made = [
        "--out",
        "--output",
        "--output-dir",
        "--output_dir",
        "-o",
        "--local-dir",
        "--save-to",
    ];
    let made = made.iter().find_map(|name| behind(name));
    let is_path = |path: &&str| {
        PathSpan::read(path, crate::text::TextRange::from_usize(0, path.len())).is_definite()
    };
    if let Some(path) = made.filter(is_path).filter(|path| !path.starts_with('-')) {
        return Some(format!("`{path}` exists"));
    }
    let start = runner(surroundings);
    let plain = run.strip_prefix("uv run ").unwrap_or(run);
    let repository = plain
        .strip_prefix("hf repos create ")
        .or_else(|| plain.strip_prefix("hf repo create "));
    if let Some(id) =
        repository.and_then(|rest| rest.split_whitespace().find(|it| !it.starts_with('-')))
    {
        let is_private = words.contains(&"--private");
        let attribute = if is_private { "private" } else { "id" };
        let expected = if is_private { "True" } else { id };
        return Some(format!(
            "`{start}python -c \"from huggingface_hub import model_info; print(model_info('{id}').{attribute})\"` → {expected}"
        ));
    }
    let is_login = plain.starts_with("hf auth login");
    is_login.then(|| format!("`{start}hf auth whoami` → the name of the account"))
}

/// Packages are there in the versions that were asked for.
fn of_packages(surroundings: &Surroundings<'_>, pins: &[Pin<'_>]) -> Option<String> {
    let exact: Vec<_> = pins
        .iter()
        .filter_map(|pin| Some((pin.name, pin.exact()?)))
        .take(3)
        .collect();
    let (name, version) = exact.first()?;
    let start = runner(surroundings);
    if exact.len() == 1 {
        return Some(format!(
            "`{start}python -c \"from importlib.metadata import version; print(version('{name}'))\"` → {version}"
        ));
    }
    let names: Vec<_> = exact
        .iter()
        .map(|it| format!("version('{}')", it.0))
        .collect();
    let versions: Vec<_> = exact.iter().map(|it| it.1).collect();
    Some(format!(
        "`{start}python -c \"from importlib.metadata import version; print({})\"` → {}",
        names.join(", "),
        versions.join(" ")
    ))
}

/// Tests pass, Python has no problem, anything else is there.
fn of_files(surroundings: &Surroundings<'_>, files: &[PathSpan<'_>]) -> Option<String> {
    let definite = || files.iter().filter(|it| it.is_definite()).map(|it| it.path);
    let is_test = |path: &&str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        path.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py"))
    };
    if let Some(path) = definite().find(is_test) {
        return Some(format!(
            "`{}python -m pytest {path} -q` → passed",
            runner(surroundings)
        ));
    }
    if let Some(path) = definite().find(|path| path.ends_with(".py")) {
        return Some(checked(path));
    }
    if definite().any(|path| path == "uv.lock") {
        return Some("`uv lock --check` → exit 0".to_owned());
    }
    definite().next().map(|path| format!("`{path}` exists"))
}
