//! What is read of scripts for an estimate, with the origin of every setting, at several releases.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod common;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use common::{KNOWLEDGE, environment};
use hf_lsp::embedded::{Format, analyse};
use hf_lsp::estimate::Change;
use hf_lsp::estimate::reading::{Beside, Given, Origin, Reading, readings};
use hf_lsp::estimate::run::Dtype;
use hf_lsp::knowledge::overlay::overlay;
use hf_lsp::rules::context::Context;
use hf_lsp::rules::fix::lighter;

const ZERO: &str = r#"{"zero_optimization": {"stage": 2, "offload_optimizer": {"device": "cpu"}}}"#;

const SCRIPTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/fixtures/estimate/scripts"
);

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
        file: &|path| match path {
            "zero.json" => Some(ZERO.to_owned()),
            _ => std::fs::read_to_string(Path::new(SCRIPTS).join(path)).ok(),
        },
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
    let mut paths: Vec<PathBuf> = std::fs::read_dir(SCRIPTS)
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

/// A change, with releases: as it is written, and the script after its edits.
fn lighter_script(script: &str, versions: &[&str], change: &Change) -> Option<(String, String)> {
    let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
    let facts = analyse(Format::Python, script);
    let environment = environment(&versions, &[]);
    let view = KNOWLEDGE.view(&environment);
    let ctx = Context::new(script, &facts, &view, None, &environment, overlay());
    let found = readings(&ctx, &Given::default(), &Beside::default());
    let (written, edits) = lighter(&ctx, &found[0], change)?;
    let mut after = script.to_owned();
    for edit in edits.iter().rev() {
        after.replace_range(
            edit.range.start as usize..edit.range.end as usize,
            &edit.content,
        );
    }
    Some((written, after))
}

#[test]
fn changes_are_written_as_the_release_takes_them() {
    let script = |arguments: &str| {
        format!(
            "from trl import SFTConfig, SFTTrainer\nSFTTrainer(\"Qwen/Qwen3-8B\", args=SFTConfig({arguments}), train_dataset=data)\n"
        )
    };
    let newest = ["trl==1.16.0", "transformers==5.23.0"];
    let older = ["trl==0.12.0", "transformers==4.46.0"];
    let after = |arguments: &str, versions: &[&str], change: &Change| {
        let changed = lighter_script(&script(arguments), versions, change);
        changed.map(|(written, after)| {
            let inside = after.split("SFTConfig(").last().unwrap();
            let inside = inside.split("), train_dataset").next().unwrap();
            (written, inside.to_owned())
        })
    };
    let both = |written: &str, inside: &str| Some((written.to_owned(), inside.to_owned()));
    // transformers 5.23 renamed the argument, trl 0.20 the length.
    assert_eq!(
        after("\"out\"", &newest, &Change::Checkpointing),
        both(
            "activation_checkpointing=True",
            "\"out\", activation_checkpointing=True"
        )
    );
    assert_eq!(
        after("\"out\"", &older, &Change::Checkpointing),
        both(
            "gradient_checkpointing=True",
            "\"out\", gradient_checkpointing=True"
        )
    );
    assert_eq!(
        after("max_length=4096,\n", &newest, &Change::Length(1024)),
        both("max_length=1024", "max_length=1024,\n")
    );
    assert_eq!(
        after("\"out\"", &older, &Change::Length(1024)),
        both("max_seq_length=1024", "\"out\", max_seq_length=1024")
    );
    let batch = Change::Batch {
        batch: 1,
        accumulation: 8,
    };
    let written = "per_device_train_batch_size=1, gradient_accumulation_steps=8";
    assert_eq!(after("", &newest, &batch), both(written, written));
    assert_eq!(
        after(
            "gradient_accumulation_steps=2, per_device_train_batch_size=4",
            &newest,
            &batch
        ),
        both(
            written,
            "gradient_accumulation_steps=8, per_device_train_batch_size=1"
        )
    );
    assert_eq!(
        after("\"out\"", &newest, &Change::Optimizer("adamw_8bit")),
        both("optim=\"adamw_8bit\"", "\"out\", optim=\"adamw_8bit\"")
    );
    assert_eq!(
        after("\"out\"", &newest, &Change::OffloadActivations),
        both(
            "activation_offloading=True",
            "\"out\", activation_offloading=True"
        )
    );
    let load = Change::Load(Dtype::Bfloat16);
    assert_eq!(
        after("\"out\"", &newest, &load),
        both(
            "model_init_kwargs={\"dtype\": \"bfloat16\"}",
            "\"out\", model_init_kwargs={\"dtype\": \"bfloat16\"}"
        )
    );
    // Where entries are passed on already, where the release has no such argument, where more than arguments is needed,
    // and where arguments come from elsewhere.
    assert_eq!(after("model_init_kwargs={}", &newest, &load), None);
    assert_eq!(after("\"out\"", &older, &Change::OffloadActivations), None);
    assert_eq!(after("\"out\"", &newest, &Change::Quantize), None);
    assert_eq!(after("**given", &newest, &Change::Checkpointing), None);
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
