//! `hf-lsp estimate` through the real program: what it shows, and what it says of what makes no sense.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

const SCRIPT: &str = include_str!("fixtures/estimate/scripts/sft_qlora.py");
const SERIES: [&str; 5] = [
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "HF_HOME",
    "HF_HUB_CACHE",
    "HF_TOKEN",
];

fn llama() -> Value {
    json!({
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336,
        "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128_256,
        "max_position_embeddings": 131_072, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
    })
}

/// A folder with a script and configurations, of which nothing else is known on this machine.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
    write("train.py", SCRIPT.as_bytes());
    write("config.json", llama().to_string().as_bytes());
    write(
        "pyproject.toml",
        b"[project]\nname = \"x\"\nversion = \"1\"\n",
    );
    folder
}

fn estimate(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hf-lsp"));
    for name in SERIES {
        command.env_remove(name);
    }
    command
        .arg("estimate")
        .args(arguments)
        .current_dir(folder)
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env("HF_HOME", folder.join("hub"))
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The object, where the command ends with that status.
fn object(folder: &Path, arguments: &[&str], status: i32) -> Value {
    let arguments = [arguments, &["--output-format", "json"]].concat();
    let output = estimate(folder, &arguments);
    assert_eq!(
        output.status.code(),
        Some(status),
        "{arguments:?}: {}",
        errors(&output)
    );
    serde_json::from_str(&out(&output)).unwrap()
}

fn number(object: &Value, key: &str) -> u64 {
    object[key]
        .as_u64()
        .unwrap_or_else(|| panic!("{key} of {object}"))
}

#[test]
fn a_script_becomes_an_object_with_all_keys() {
    let folder = folder();
    let found = object(
        folder.path(),
        &["train.py", "--config", "config.json", "--gpu", "24GB"],
        0,
    );
    assert_eq!(number(&found, "parameters"), 8_030_261_248);
    // 32 layers, rank 16, beside q, k, v, o, gate, up and down.
    let each = 2 * (4096 + 4096) + 2 * (4096 + 1024) + 3 * (4096 + 14336);
    assert_eq!(number(&found, "trainable_parameters"), 32 * 16 * each);
    assert_eq!(number(&found, "effective_batch"), 16);
    assert_eq!(number(&found, "tokens_per_step"), 16 * 2048);
    let (low, peak, high) = (
        number(&found, "low_bytes"),
        number(&found, "peak_bytes"),
        number(&found, "high_bytes"),
    );
    assert!(low <= peak && peak <= high, "{low} {peak} {high}");
    let parts = found["breakdown"].as_object().unwrap();
    assert_eq!(
        parts.values().map(|it| it.as_u64().unwrap()).sum::<u64>(),
        peak
    );
    assert!(
        parts.contains_key("weights") && parts.contains_key("adapter"),
        "{parts:?}"
    );
    assert_eq!(found["peak_kind"], "process");
    assert_eq!(found["fits"], "yes");
    assert_eq!(found["parameters_exact"], true);
    assert!(
        found["assumptions"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it.as_str().unwrap().starts_with("num_processes 1"))
    );
    for key in [
        "moments", "settings", "advice", "versions", "time", "cost", "gpu", "model", "class",
        "schema",
    ] {
        assert!(found.get(key).is_some(), "{key}");
    }
}

#[test]
fn flags_stand_above_the_script() {
    let folder = folder();
    let of = |arguments: &[&str]| {
        object(
            folder.path(),
            &[&["train.py", "--config", "config.json"], arguments].concat(),
            0,
        )
    };
    let plain = of(&[]);
    let more = of(&["--batch-size", "4", "--seq-len", "4096"]);
    assert_eq!(number(&more, "effective_batch"), 32);
    assert!(number(&more, "peak_bytes") > number(&plain, "peak_bytes"));
    let rank = of(&["--set", "lora_r=32"]);
    assert_eq!(
        number(&rank, "trainable_parameters"),
        2 * number(&plain, "trainable_parameters")
    );
    let without = of(&["--quantization", "none"]);
    assert!(number(&without, "peak_bytes") > number(&plain, "peak_bytes") + 8_000_000_000);
}

#[test]
fn releases_change_the_estimate() {
    let folder = folder();
    let of = |target: &str| {
        let targets = ["--target", target, "--target", "transformers==5.10.4"];
        number(
            &object(
                folder.path(),
                &[&["train.py", "--config", "config.json"], &targets[..]].concat(),
                0,
            ),
            "peak_bytes",
        )
    };
    // The loss is in chunks since 1.7.
    assert!(of("trl==1.6.0") > of("trl==1.8.0") + 1_000_000_000);
}

#[test]
fn what_does_not_fit_ends_with_status_1_and_says_what_would_help() {
    let folder = folder();
    let output = estimate(
        folder.path(),
        &[
            "--config",
            "config.json",
            "--method",
            "full",
            "--gpu",
            "24GB",
        ],
    );
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    let shown = out(&output);
    for wanted in [
        "8.03 B parameters",
        "of 24 GiB: does not fit",
        "What saves memory",
        "optimizer states",
    ] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    assert!(
        !shown.contains('\u{1b}') && !shown.contains('█'),
        "plain where nobody looks: {shown}"
    );
}

#[test]
fn flags_alone_are_enough() {
    let folder = folder();
    let base = [
        "--config",
        "config.json",
        "--dtype",
        "bf16",
        "--optim",
        "adamw_torch",
        "--batch-size",
        "2",
        "--seq-len",
        "2048",
    ];
    let of = |arguments: &[&str]| {
        number(
            &object(folder.path(), &[&base[..], arguments].concat(), 0),
            "peak_bytes",
        )
    };
    let full = of(&["--method", "full"]);
    let lora = of(&[
        "--method",
        "lora",
        "--lora-r",
        "16",
        "--target-modules",
        "all-linear",
        "--attention",
        "flash",
    ]);
    let qlora = of(&[
        "--method",
        "qlora",
        "--quantization",
        "nf4-dq",
        "--target-modules",
        "q_proj,v_proj",
    ]);
    let checkpointed = of(&["--method", "lora", "--gradient-checkpointing"]);
    let spread = of(&["--method", "full", "--gpus", "8", "--sharding", "zero3"]);
    let inference = of(&["--method", "inference"]);
    assert!(full > lora && lora > qlora, "{full} {lora} {qlora}");
    assert!(
        lora > checkpointed && checkpointed > inference,
        "{lora} {checkpointed} {inference}"
    );
    assert!(spread < full, "{spread} {full}");
    // Both half-precision weights and the cache of one input.
    assert!(inference > 16_060_000_000, "{inference}");
}

#[test]
fn models_of_the_planner_are_known() {
    let folder = folder();
    let found = object(
        folder.path(),
        &["--model", "Qwen/Qwen3-8B", "--method", "inference"],
        0,
    );
    assert_eq!(number(&found, "parameters"), 8_190_735_360);
    assert_eq!(found["parameters_exact"], true);
}

#[test]
fn settings_of_trl_alone_and_notebooks_are_read() {
    let folder = folder();
    let recipe = include_str!("fixtures/estimate/scripts/recipe.yaml");
    std::fs::write(folder.path().join("recipe.yaml"), recipe).unwrap();
    let found = object(folder.path(), &["recipe.yaml"], 0);
    assert_eq!(found["model"], "Qwen/Qwen3-4B");
    let lines: Vec<String> = SCRIPT.lines().map(|line| format!("{line}\n")).collect();
    let cell = json!({"cell_type": "code", "metadata": {}, "source": lines, "outputs": [], "execution_count": null});
    let notebook = json!({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
    std::fs::write(folder.path().join("train.ipynb"), notebook.to_string()).unwrap();
    let of = |name: &str| {
        number(
            &object(folder.path(), &[name, "--config", "config.json"], 0),
            "peak_bytes",
        )
    };
    assert_eq!(of("train.ipynb"), of("train.py"));
}

#[test]
fn bad_input_gets_one_clear_message() {
    let folder = folder();
    let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "plain.py",
        b"from transformers import AutoTokenizer\nprint(1)\n",
    );
    write("latin.py", b"x = '\xff\xfe\xe9'\n");
    write("list.json", b"[1]");
    write("broken.json", b"{\"model_type\": ");
    write("empty.json", b"{}");
    write(
        "unknown.json",
        br#"{"model_type": "nobody-knows", "architectures": ["NobodyForCausalLM"]}"#,
    );
    let hostile = |key: &str, value: Value| {
        let mut config = llama();
        config[key] = value;
        config.to_string()
    };
    write(
        "huge.json",
        hostile("hidden_size", json!(9_000_000_000_000_000_000_u64)).as_bytes(),
    );
    write(
        "layers.json",
        hostile("num_hidden_layers", json!(-3)).as_bytes(),
    );
    write(
        "words.json",
        hostile("vocab_size", json!("many")).as_bytes(),
    );
    write("deep.json", "[".repeat(100_000).as_bytes());
    let other = SCRIPT.replace("meta-llama/Llama-3.1-8B-Instruct", "nobody/has-this");
    write("other.py", other.as_bytes());
    let cases: &[(&[&str], &str)] = &[
        (&[], "name a script, or a model"),
        (&["nowhere.py"], "`nowhere.py`"),
        (&["."], "is a folder"),
        (&["latin.py"], "UTF-8"),
        (&["plain.py"], "trains and runs no model"),
        (
            &["other.py"],
            "nothing is known here of the model `nobody/has-this`",
        ),
        (&["train.py", "--config", "missing.json"], "missing.json"),
        (&["train.py", "--config", "list.json"], "holds no object"),
        (&["train.py", "--config", "broken.json"], "is no JSON"),
        (&["train.py", "--config", "empty.json"], "empty.json"),
        (&["train.py", "--config", "unknown.json"], "nobody-knows"),
        (&["train.py", "--config", "huge.json"], "huge.json"),
        (&["train.py", "--config", "layers.json"], "layers.json"),
        (&["train.py", "--config", "words.json"], "words.json"),
        (&["train.py", "--config", "deep.json"], "deep.json"),
        (&["--model", "no/such-model"], "give its configuration"),
        (&["--model", "../../etc"], "no model of the Hub"),
        (&["--config", "config.json", "--gpu", "banana"], "is no GPU"),
        (
            &["--config", "config.json", "--batch-size", "0"],
            "makes no sense",
        ),
        (&["--config", "config.json", "--dtype", "bf17"], "`bf17`"),
        (&["--config", "config.json", "--optim", ""], "optim"),
        (
            &["--config", "config.json", "--set", "nonsense=1"],
            "there is no setting `nonsense`",
        ),
        (
            &["--config", "config.json", "--set", "max_length"],
            "NAME=VALUE",
        ),
        (
            &["--config", "config.json", "--set", "max_length=long"],
            "`long` is no value for `max_length`",
        ),
        (
            &[
                "--config",
                "config.json",
                "--set",
                "batch_size=2",
                "--batch-size",
                "4",
            ],
            "given twice",
        ),
        (
            &[
                "--config",
                "config.json",
                "--method",
                "full",
                "--quantization",
                "nf4",
            ],
            "qlora",
        ),
        (
            &[
                "--config",
                "config.json",
                "--method",
                "full",
                "--lora-r",
                "8",
            ],
            "adapters",
        ),
        (
            &[
                "--config",
                "config.json",
                "--method",
                "inference",
                "--objective",
                "dpo",
            ],
            "trains nothing",
        ),
        (
            &[
                "--config",
                "config.json",
                "--gpus",
                "1",
                "--sharding",
                "zero3",
            ],
            "several devices",
        ),
        (
            &["--config", "config.json", "--gpus", "4", "--gpu", "2x24GB"],
            "says 2 cards",
        ),
        (&["--config", "config.json", "--price", "-1"], "--price"),
        (&["--config", "config.json", "--epochs", "0"], "above 0"),
    ];
    let mut wrong = String::new();
    for (arguments, wanted) in cases {
        let output = estimate(folder.path(), arguments);
        let said = errors(&output);
        let is_fine =
            output.status.code() == Some(2) && said.contains(wanted) && out(&output).is_empty();
        let is_one = said.matches("hf-lsp: ").count() <= 1 && !said.contains("panicked");
        if !is_fine || !is_one {
            wrong.push_str(&format!(
                "{arguments:?}: {:?}\n{said}\n",
                output.status.code()
            ));
        }
    }
    assert_eq!(wrong, "");
}
