//! What is offered where: `tests/fixtures/completion/*.txt`, each with several cases. A case begins with
//! `### what it shows`, `@ transformers==5.23.0` says versions, and `‸` is the cursor.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use hf_lsp::assist::complete::complete;
use hf_lsp::assist::item::{Item, Items};
use hf_lsp::assist::signature_help::signature_help;
use hf_lsp::assist::source::Source;
use hf_lsp::embedded::{Format, analyse};
use hf_lsp::environment::Environment;
use hf_lsp::knowledge::overlay::overlay;
use hf_lsp::knowledge::view::Entity;
use hf_lsp::notebook::Joined;
use hf_lsp::rules::context::Context;

use common::{BESIDE, KNOWLEDGE, environment};
use proptest::prelude::*;

/// Divides the cells of a notebook.
const CELL: &str = "# %%\n";

/// More items than these are counted.
const SHOWN: usize = 12;

/// One case of a fixture.
struct Case {
    title: String,
    environment: Environment,
    cells: Option<Joined>,
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
    let without = marked.replacen('‸', "", 1);
    let cells = marked.contains(CELL).then(|| {
        // Each cell stands on lines of its own.
        marked = Joined::new(marked.split(CELL).enumerate())
            .source()
            .to_owned();
        Joined::new(without.split(CELL).enumerate())
    });
    let offset = marked.find('‸').expect("a cursor");
    Case {
        title: title.to_owned(),
        environment: environment(&targets, &[]),
        cells,
        text: marked.replacen('‸', "", 1),
        offset: u32::try_from(offset).unwrap(),
    }
}

fn items(case: &Case, kind: &str) -> Items {
    let never = || false;
    let complete = |source: Source<'_>| {
        complete(
            &KNOWLEDGE,
            &source,
            &case.environment,
            BESIDE,
            case.offset,
            &never,
        )
    };
    match (kind, &case.cells) {
        ("config", _) => complete(Source::Embedded(Format::Yaml, &case.text)),
        ("markdown", _) => complete(Source::Embedded(Format::Markdown, &case.text)),
        (_, Some(cells)) => complete(Source::Cells(cells)),
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

/// The signature with the active parameter in angle brackets.
fn signature(case: &Case) -> String {
    let source = Source::Python(&case.text);
    let found = signature_help(&KNOWLEDGE, &source, &case.environment, case.offset);
    let Some(found) = found else {
        return format!("### {}\nnothing\n", case.title);
    };
    let mut label = found.label.clone();
    if let Some(active) = found.active {
        let range = found.parameters[active];
        label.insert(range.end as usize, '>');
        label.insert(range.start as usize, '<');
    }
    let about = found.active_documentation.unwrap_or_default();
    format!(
        "### {}\n{label}\n  {}\n  {about}\n",
        case.title, found.documentation
    )
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
        let shown = |case: &Case| match name.as_str() {
            "signatures" => signature(case),
            kind => shown(case, &items(case, kind)),
        };
        let shown: Vec<String> = cases.iter().map(shown).collect();
        insta::assert_snapshot!(name.as_str(), shown.join("\n"));
    }
}

const PIECES: &[&str] = &[
    "from trl import SFTConfig\n",
    "from trl import ",
    "import transformers\n",
    "SFTConfig(",
    "SFTConf",
    "transformers.",
    "pipeline(",
    "eval_strategy=",
    "eval_strategy",
    "args = ",
    "args.",
    "Trainer",
    "\"",
    "'",
    "(",
    ")",
    "[",
    "]",
    ", ",
    "=",
    "\n",
    "\r\n",
    "    ",
    "ü🤗",
    "# ",
    "def f(",
    "if ",
    ":",
    "\"\"\"",
    "```python\n",
    "```\n",
    "%time ",
];

proptest! {
    /// Whatever is typed: a proposal replaces what touches the cursor on its line, and what goes with it
    /// lies before the statement.
    #[test]
    fn edits_stay_at_the_cursor_and_among_imports(
        parts in prop::collection::vec(prop::sample::select(PIECES), 0..16),
        place in any::<prop::sample::Index>(),
    ) {
        let text = parts.concat();
        let places: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        let offset = u32::try_from(places[place.index(places.len())]).unwrap();
        let cells = Joined::new([(0, text.as_str())]);
        let sources = [
            Source::Python(&text),
            Source::Cells(&cells),
            Source::Embedded(Format::Markdown, &text),
        ];
        let environment = environment(&[], &[]);
        for source in sources {
            let found = complete(&KNOWLEDGE, &source, &environment, BESIDE, offset, &|| false);
            let _ = signature_help(&KNOWLEDGE, &source, &environment, offset);
            if found.items.is_empty() {
                continue;
            }
            for range in [found.range, found.word] {
                prop_assert!(range.touches(offset));
                prop_assert!(!range.slice(&text).contains(['\n', '\r']));
            }
            let line = text[..offset as usize].rfind(['\n', '\r']).map_or(0, |end| end + 1);
            for edit in found.items.iter().flat_map(|item| &item.edits) {
                prop_assert!(edit.range.end as usize <= line.max(found.range.start as usize));
                prop_assert!(edit.range.end <= found.range.start);
                prop_assert!(edit.content.contains("import ") || edit.content.starts_with(", "));
            }
        }
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
        let is_python = path.extension().is_some_and(|it| it == "py");
        let format = is_python.then_some(Format::Python);
        let markdown = Format::of(&path).filter(|it| *it == Format::Markdown);
        let Some(format) = format.or(markdown).filter(|_| !parts) else {
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

    /// At most 30 names of each that are passed in at least 3 files; a few need no order.
    fn table(&self) -> String {
        let mut out =
            String::from("# Arguments that are used often in public code, the most used first.\n");
        let is_single = |symbol: &str| {
            let method = symbol.strip_prefix('*');
            method.is_some_and(|method| {
                let same = self.0.keys().filter(|other| other.ends_with(method));
                same.count() <= 2
            })
        };
        for (symbol, names) in self.0.iter().filter(|(symbol, _)| !is_single(symbol)) {
            let mut names: Vec<_> = names.iter().filter(|(_, count)| **count >= 3).collect();
            names.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
            let names: Vec<&str> = names
                .iter()
                .take(30)
                .map(|(name, _)| name.as_str())
                .collect();
            if names.len() > 3 {
                out.push_str(&format!("{symbol}: {}\n", names.join(" ")));
            }
        }
        out
    }
}
