//! What is read of scripts for an estimate, with the origin of every setting, at several releases.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod common;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use common::{KNOWLEDGE, environment};
use hf_lsp::embedded::{Format, analyse};
use hf_lsp::estimate::reading::{Beside, Given, Origin, Reading, readings};
use hf_lsp::knowledge::overlay::overlay;
use hf_lsp::rules::context::Context;

const ZERO: &str = r#"{"zero_optimization": {"stage": 2, "offload_optimizer": {"device": "cpu"}}}"#;

fn read(path: &Path, text: &str, versions: &[String], given: &Given) -> Vec<Reading> {
    let format = match path.extension().unwrap().to_str() {
        Some("yaml") => Format::Yaml,
        Some("sh") => Format::Shell,
        _ => Format::Python,
    };
    let facts = analyse(format, text);
    let environment = environment(versions, &[]);
    let view = KNOWLEDGE.view(&environment);
    let ctx = Context::new(text, &facts, &view, None, &environment, overlay());
    let beside = Beside {
        file: &|path| (path == "zero.json").then(|| ZERO.to_owned()),
        ..Beside::default()
    };
    readings(&ctx, given, &beside)
}

fn described(text: &str, reading: &Reading) -> String {
    let mut out = String::new();
    let line = |at: u32| text[..at as usize].matches('\n').count() + 1;
    let place = reading.place.map(|it| (line(it.start), it.slice(text)));
    writeln!(out, "{} at {place:?}", reading.what).unwrap();
    let model = &reading.model;
    writeln!(
        out,
        "  {:?} class {:?} labels {:?} own dtype {}",
        model.name, model.class, model.labels, model.own_dtype
    )
    .unwrap();
    writeln!(out, "  {:?}", reading.run).unwrap();
    for setting in &reading.settings {
        match setting.origin {
            Origin::Read(range) => {
                writeln!(
                    out,
                    "    {} {} (line {}: `{}`)",
                    setting.name,
                    setting.value,
                    line(range.start),
                    range.slice(text)
                )
                .unwrap();
            }
            _ => writeln!(out, "    {}", setting.told()).unwrap(),
        }
    }
    out
}

/// The lines of a kind at the top of a fixture.
fn header(text: &str, name: &str) -> Vec<Vec<String>> {
    let mark = format!("# {name}: ");
    let lines = text.lines().filter_map(|line| line.strip_prefix(&mark));
    lines
        .map(|line| line.split(", ").map(ToOwned::to_owned).collect())
        .collect()
}

fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/estimate/scripts");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|it| it.unwrap().path())
        .filter(|it| it.is_file())
        .collect();
    paths.sort();
    paths
}

#[test]
fn scripts_are_read_as_recorded() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("fixtures/estimate/scripts/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _guard = settings.bind_to_scope();
    for path in fixtures() {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut given = Given::default();
        for setting in header(&text, "given").concat() {
            given.set(&setting).unwrap();
        }
        let mut out = String::new();
        for versions in header(&text, "versions") {
            writeln!(out, "== {}", versions.join(", ")).unwrap();
            for reading in read(&path, &text, &versions, &given) {
                out.push_str(&described(&text, &reading));
            }
        }
        let name = path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .replace('.', "-");
        insta::assert_snapshot!(name, out);
    }
}

#[test]
fn a_long_script_is_read_in_time() {
    let script = fixtures()
        .into_iter()
        .find(|path| path.ends_with("lora_by_hand.py"))
        .unwrap();
    let text = std::fs::read_to_string(&script).unwrap();
    let padding = (0..490).map(|it| format!("def f{it}(x):\n    return g(x, {it})\n"));
    let text = text + &padding.collect::<String>();
    let facts = analyse(Format::Python, &text);
    let environment = environment(&[], &[]);
    let view = KNOWLEDGE.view(&environment);
    let once = || {
        let ctx = Context::new(&text, &facts, &view, None, &environment, overlay());
        let found = readings(&ctx, &Given::default(), &Beside::default());
        assert_eq!(found.len(), 1);
    };
    once();
    let start = Instant::now();
    (0..20).for_each(|_| once());
    let each = start.elapsed() / 20;
    println!("{each:?} for {} lines", text.lines().count());
    // Generous: this is a build without optimisation, on a machine with others on it.
    assert!(each.as_millis() < 100, "{each:?}");
}
