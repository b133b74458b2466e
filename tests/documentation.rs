//! The texts that we cut out beside those that Hugging Face's own builder of documentation reads. Needs the wheels that
//! `hf-lsp knowledge build` downloads, Python and pip:
//! `cargo test --release --test documentation -- --ignored --nocapture`
//!
//! `HF_LSP_SAMPLE=5000` compares more parameters, `HF_LSP_SAMPLE=all` every one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use hf_lsp::checker::{Checker, Request};
use hf_lsp::docs::find::{Finder, argument};
use hf_lsp::docs::source::Reader;
use hf_lsp::environment::Environment;
use hf_lsp::knowledge::choose::Knowledge;
use hf_lsp::knowledge::fact::OwnerKind;
use hf_lsp::knowledge::view::{Entity, Function, View};
use hf_lsp::workspace::files::Disk;

/// The packages that are compared, and the one that their documentation refers to.
const LIBRARIES: [&str; 6] = [
    "transformers",
    "trl",
    "peft",
    "datasets",
    "accelerate",
    "diffusers",
];

/// So many parameters are compared, the same number of each library.
const SAMPLE: usize = 200;

/// A parameter of a public callable.
#[derive(Clone)]
struct Question {
    entity: Entity,
    name: String,
    /// Where its text may stand, in order.
    candidates: Vec<String>,
}

/// Where downloads and environments of maintenance commands lie.
fn cache() -> PathBuf {
    let home = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home =
        home.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"));
    home.join("hf-lsp")
}

/// Unpacks the newest wheel of each library.
fn unpack(into: &Path) {
    let wheels: Vec<PathBuf> = std::fs::read_dir(cache().join("wheels"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    for library in LIBRARIES {
        let version = |path: &&PathBuf| -> Option<hf_lsp::environment::Version> {
            let name = path.file_name()?.to_str()?;
            name.strip_prefix(&format!("{library}-"))?
                .split('-')
                .next()?
                .parse()
                .ok()
        };
        let newest = wheels
            .iter()
            .filter(|path| version(path).is_some())
            .max_by_key(|path| version(path))
            .unwrap();
        eprintln!("{}", newest.file_name().unwrap().display());
        zip::ZipArchive::new(File::open(newest).unwrap())
            .unwrap()
            .extract(into)
            .unwrap();
    }
}

/// The interpreter of an environment that has the builder, which is made where it is missing.
fn python() -> PathBuf {
    let environment = cache().join("docs/venv");
    let python = environment.join("bin/python");
    let has_builder = || {
        Command::new(&python)
            .args(["-c", "import doc_builder"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if !has_builder() {
        let run = |program: &Path, arguments: &[&str]| {
            assert!(
                Command::new(program)
                    .args(arguments)
                    .status()
                    .unwrap()
                    .success(),
                "{program:?} {arguments:?}"
            );
        };
        run(
            Path::new("python3"),
            &["-m", "venv", environment.to_str().unwrap()],
        );
        run(
            &python,
            &[
                "-m",
                "pip",
                "install",
                "--quiet",
                "hf-doc-builder==0.5.0",
                "requests",
            ],
        );
    }
    python
}

/// Every parameter of every public class, function and method of a library.
fn questions(view: &View, library: &str) -> Vec<Question> {
    let selected = view.library(library).unwrap();
    let mut found = Vec::new();
    for owner in selected
        .library
        .owners()
        .filter(|owner| owner.presence.contains(selected.release))
    {
        let Some(entity) = public(view, owner.path, owner.kind) else {
            continue;
        };
        let candidates = candidates(view, &entity);
        for param in view
            .signature(&entity)
            .iter()
            .flat_map(|signature| &signature.params)
        {
            let (entity, candidates) = (entity.clone(), candidates.clone());
            found.push(Question {
                entity,
                name: param.param.name.clone(),
                candidates,
            });
        }
    }
    found
}

/// The class or function at a path that users reach from the package.
fn public(view: &View, path: &str, kind: OwnerKind) -> Option<Entity> {
    let (parent, name) = path.rsplit_once('.')?;
    if name.starts_with('_') {
        return None;
    }
    let is_public = |path: &str| view.public_path(path) != path;
    match kind {
        OwnerKind::Class => is_public(path).then(|| Entity::Class(path.to_owned())),
        OwnerKind::Function if view.owner(parent, OwnerKind::Class).is_some() => is_public(parent)
            .then(|| {
                Entity::Function(Function {
                    path: path.to_owned(),
                    class: Some(parent.to_owned()),
                })
            }),
        OwnerKind::Function => is_public(path).then(|| {
            Entity::Function(Function {
                path: path.to_owned(),
                class: None,
            })
        }),
        _ => None,
    }
}

/// The definitions whose docstrings may speak about the arguments of a callable: a class and its bases, or a method and
/// those that it overrides.
fn candidates(view: &View, entity: &Entity) -> Vec<String> {
    match entity {
        Entity::Class(class) => view.mro(class).classes.clone(),
        Entity::Function(Function {
            path,
            class: Some(class),
        }) => {
            let method = path.rsplit('.').next().unwrap();
            view.mro(class)
                .classes
                .iter()
                .map(|base| format!("{base}.{method}"))
                .collect()
        }
        Entity::Function(function) => vec![function.path.clone()],
        _ => Vec::new(),
    }
}

/// What the builder reads for each question.
fn ask(site: &Path, questions: &[Question]) -> Vec<Option<String>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documentation/builder.py");
    let mut child = Command::new(python())
        .arg("-W")
        .arg("ignore")
        .arg(script)
        .arg(site)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: Vec<String> = questions
        .iter()
        .map(|question| {
            serde_json::json!({"candidates": question.candidates, "name": question.name})
                .to_string()
        })
        .collect();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        input
            .write_all((lines.join("\n") + "\n").as_bytes())
            .unwrap()
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let answers = std::str::from_utf8(&output.stdout).unwrap().lines();
    answers
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A few of them, by a fixed seed.
fn sampled(mut questions: Vec<Question>, count: usize, seed: &mut u64) -> Vec<Question> {
    let mut chosen = Vec::new();
    while chosen.len() < count && !questions.is_empty() {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        let at = usize::try_from(*seed % questions.len() as u64).unwrap();
        chosen.push(questions.swap_remove(at));
    }
    chosen
}

fn environment(site: &Path) -> (Arc<Knowledge>, Environment) {
    let knowledge = Arc::new(Knowledge::default());
    let request = Request {
        root: site.to_path_buf(),
        python: Some(site.to_path_buf()),
        ..Request::default()
    };
    let checker = Checker::new(Arc::new(Disk), Arc::clone(&knowledge), request).unwrap();
    let answer = checker.versions(&site.join("script.py"), None);
    (knowledge, answer.environment.clone())
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
#[ignore = "needs the downloaded wheels, Python and pip"]
fn the_builder_of_the_documentation_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path();
    unpack(site);
    let (knowledge, environment) = environment(site);
    let view = knowledge.view(&environment);
    let wanted = match std::env::var("HF_LSP_SAMPLE").as_deref() {
        Ok("all") => usize::MAX,
        Ok(number) => number.parse().unwrap(),
        Err(_) => SAMPLE,
    };
    let mut seed = 0x9e37_79b9_7f4a_7c15;
    let mut all = Vec::new();
    for (at, library) in LIBRARIES.into_iter().enumerate() {
        let questions = questions(&view, library);
        let share = wanted / LIBRARIES.len() + usize::from(at < wanted % LIBRARIES.len());
        println!("{library}: {} parameters", questions.len());
        all.extend(sampled(questions, share, &mut seed));
    }
    let reader = Reader::default();
    let finder = Finder {
        reader: &reader,
        view: &view,
        environment: &environment,
    };
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    for (question, theirs) in all.iter().zip(ask(site, &all)) {
        let found = argument(&finder, &question.entity, &question.name);
        let ours = found.as_ref().map(|doc| spaced(&doc.text));
        let verdict = match (&ours, &theirs) {
            (None, None) => "neither",
            (Some(ours), Some(theirs)) if ours == theirs => "same",
            (Some(_), Some(_)) => "different",
            (Some(_), None) => "only ours",
            (None, Some(_)) => "only theirs",
        };
        *tally.entry(verdict).or_default() += 1;
        if !matches!(verdict, "neither" | "same") {
            let owner = found.map(|doc| doc.owner);
            println!(
                "{verdict}: {:?} {}\n  at     {owner:?}\n  ours   {ours:?}\n  theirs {theirs:?}",
                question.entity, question.name
            );
        }
    }
    println!("{tally:?}");
    assert_eq!(
        tally.get("different").copied().unwrap_or(0)
            + tally.get("only theirs").copied().unwrap_or(0),
        0
    );
}
