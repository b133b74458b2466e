//! What is offered where: `tests/fixtures/completion/*.txt`, each with several cases. A case begins with
//! `### what it shows`, `@ transformers==5.23.0` says versions, and `‸` is the cursor.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use hf_lsp::assist::complete::complete;
use hf_lsp::assist::item::{Item, Items};
use hf_lsp::assist::source::Source;
use hf_lsp::embedded::{Format, analyse};
use hf_lsp::environment::Environment;
use hf_lsp::knowledge::overlay::overlay;
use hf_lsp::knowledge::view::Entity;
use hf_lsp::notebook::Joined;
use hf_lsp::rules::context::Context;

use common::{KNOWLEDGE, environment};

/// More items than these are counted.
const SHOWN: usize = 12;

/// One case of a fixture.
struct Case {
    title: String,
    environment: Environment,
    text: String,
    offset: u32,
}

fn cases(text: &str) -> Vec<Case> {
    let cases = text.split("### ").skip(1);
    cases.map(case).collect()
}

fn case(text: &str) -> Case {
    let (title, rest) = text.split_once('\n').unwrap();
    let mut targets = Vec::new();
    let mut marked = String::new();
    for line in rest.split_inclusive('\n') {
        match line.strip_prefix("@ ") {
            Some(target) => targets.push(target.trim_end().to_owned()),
            None => marked.push_str(line),
        }
    }
    let offset = marked.find('‸').expect("a cursor");
    Case {
        title: title.to_owned(),
        environment: environment(&targets, &[]),
        text: marked.replacen('‸', "", 1),
        offset: u32::try_from(offset).unwrap(),
    }
}

fn items(case: &Case, kind: &str) -> Items {
    let never = || false;
    let complete =
        |source: Source<'_>| complete(&KNOWLEDGE, &source, &case.environment, case.offset, &never);
    match kind {
        "markdown" => complete(Source::Embedded(Format::Markdown, &case.text)),
        "notebook" => {
            let cells = case.text.split("# %%\n").enumerate();
            complete(Source::Cells(&Joined::new(cells)))
        }
        _ => complete(Source::Python(&case.text)),
    }
}

fn line(item: &Item) -> String {
    let mut out = item.insert.clone();
    if item.label != item.insert {
        write!(out, " ({})", item.label).unwrap();
    }
    if let Some(detail) = &item.detail {
        write!(out, "  |{detail}").unwrap();
    }
    if let Some(home) = &item.home {
        write!(out, "  · {home}").unwrap();
    }
    if item.is_deprecated {
        out.push_str("  DEPRECATED");
    }
    for edit in &item.edits {
        write!(out, "  +{:?}{:?}", edit.range, edit.content).unwrap();
    }
    out
}

fn shown(case: &Case, found: &Items) -> String {
    let mut out = format!("### {}\n", case.title);
    let word = found.range.slice(&case.text);
    let more = if found.is_incomplete { ", more" } else { "" };
    writeln!(out, "{} for {word:?}{more}", found.items.len()).unwrap();
    let deprecated = found.items.iter().skip(SHOWN).filter(|it| it.is_deprecated);
    for item in found.items.iter().take(SHOWN).chain(deprecated.take(4)) {
        writeln!(out, "  {}", line(item)).unwrap();
    }
    out
}

#[test]
fn offers_are_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/completion");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let cases = cases(&text);
        let shown: Vec<String> = cases
            .iter()
            .map(|case| shown(case, &items(case, &name)))
            .collect();
        insta::assert_snapshot!(name.as_str(), shown.join("\n"));
    }
}

/// Counts which arguments are used often, for `src/assist/complete/common.txt`:
/// `HF_LSP_CORPUS=folder:folder cargo test --release --test completion -- --ignored`. Prints where the file is.
#[test]
#[ignore = "needs a folder with code"]
fn names_that_are_used_often() {
    let corpus = std::env::var_os("HF_LSP_CORPUS").expect("HF_LSP_CORPUS names a folder");
    let environment = environment(&[], &[]);
    let view = KNOWLEDGE.view(&environment);
    let mut uses = Uses::default();
    let mut seen = HashSet::new();
    let folders = std::env::split_paths(&corpus);
    let walks = folders.flat_map(|folder| {
        let mut walk = ignore::WalkBuilder::new(folder);
        walk.standard_filters(false).build()
    });
    for entry in walks {
        let path = entry.unwrap().into_path();
        let parts = path.components().any(|part| part.as_os_str() == "tests");
        let Some(format) = Format::of(&path).filter(|_| !parts && path.is_file()) else {
            continue;
        };
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        if text.len() < 500_000 && seen.insert(text.clone()) {
            let facts = analyse(format, &text);
            let ctx = Context::new(&text, &facts, &view, None, &environment, overlay());
            uses.add(&ctx);
        }
    }
    let file = std::env::temp_dir().join("common.txt");
    std::fs::write(&file, uses.table()).unwrap();
    println!("{}", file.display());
}

/// In how many files each argument of each callable is passed.
#[derive(Default)]
struct Uses(BTreeMap<String, HashMap<String, usize>>);

impl Uses {
    fn add(&mut self, ctx: &Context<'_>) {
        let mut in_file = HashSet::new();
        for (call, callee) in ctx.library_calls() {
            let method = callee.symbol.rsplit('.').next().unwrap();
            for keyword in &call.keywords {
                in_file.insert((callee.symbol.clone(), keyword.name.name.to_string()));
                if !matches!(callee.entity, Entity::Class(_)) {
                    in_file.insert((format!("*.{method}"), keyword.name.name.to_string()));
                }
            }
        }
        for (symbol, name) in in_file {
            *self.0.entry(symbol).or_default().entry(name).or_default() += 1;
        }
    }

    /// At most 30 names of each that are passed in at least 3 files.
    fn table(&self) -> String {
        let mut out =
            String::from("# Arguments that are used often in public code, the most used first.\n");
        for (symbol, names) in &self.0 {
            let mut names: Vec<_> = names.iter().filter(|(_, count)| **count >= 3).collect();
            names.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
            let names: Vec<&str> = names
                .iter()
                .take(30)
                .map(|(name, _)| name.as_str())
                .collect();
            if names.len() > 1 {
                out.push_str(&format!("{symbol}: {}\n", names.join(" ")));
            }
        }
        out
    }
}
