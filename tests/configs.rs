//! `hf-lsp check` on configuration and Markdown, as the real program.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/program.rs"]
mod program;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use program::out;
use tempfile::TempDir;

const TARGETS: [&str; 4] = [
    "--target",
    "transformers==5.23.0",
    "--target",
    "accelerate==1.15.0",
];

const TRAINING: &str =
    "output_dir: out\nper_device_train_batch_size: 8\nlearning_rate: 2e-5\nsave_steps: 5\n";

/// A folder with one file in it.
fn folder(name: &str, text: impl AsRef<[u8]>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    folder
}

fn check(folder: &Path, arguments: &[&str]) -> Output {
    program::check(folder, TARGETS.iter().chain(arguments).copied())
}

/// The places and codes of the findings.
fn found(name: &str, text: impl AsRef<[u8]>) -> Vec<String> {
    let folder = folder(name, text);
    let output = check(folder.path(), &["--output-format", "concise"]);
    assert!(
        output.status.code().is_some_and(|code| code < 2),
        "{output:?}"
    );
    let short = |line: &str| {
        line.split_whitespace()
            .take(3)
            .collect::<Vec<_>>()
            .join(" ")
    };
    out(&output).lines().map(short).collect()
}

/// The text after `--fix`.
fn fixed(name: &str, text: &str) -> String {
    let folder = folder(name, text);
    check(folder.path(), &["--fix"]);
    fs::read_to_string(folder.path().join(name)).unwrap()
}

#[test]
fn keys_are_found_where_they_stand() {
    assert_eq!(
        found(
            "train.yaml",
            format!("# é\n{TRAINING}evaluation_strategy: steps\n")
        ),
        ["train.yaml:6:1: error HF103"]
    );
    let json = "{\"output_dir\": \"é\", \"per_device_train_batch_size\": 8,\n \"learning_rate\": 1,\n \"save_steps\": 5, \"no_cuda\": true}";
    assert_eq!(found("args.json", json), ["args.json:3:20: error HF103"]);
    let accelerate = "compute_environment: LOCAL_MACHINE\ndistributed_type: 'NO'\nnum_process: 1\n";
    assert_eq!(
        found("default_config.yaml", accelerate),
        ["default_config.yaml:3:1: error HF108"]
    );
}

#[test]
fn a_fix_changes_the_named_bytes_alone() {
    for (old, new) in [
        (
            "evaluation_strategy: &x steps  # why\r\n\"no_cuda\": true\r\nz:   *x\r\n",
            "eval_strategy: &x steps  # why\r\n\"use_cpu\": true\r\nz:   *x\r\n",
        ),
        (
            "evaluation_strategy:\t'no'\n\n\n# end",
            "eval_strategy:\t'no'\n\n\n# end",
        ),
        ("save_strategy: no # not\n", "save_strategy: \"no\" # not\n"),
    ] {
        let text = |more: &str| format!("\u{feff}# 🤗\r\n{TRAINING}{more}");
        assert_eq!(fixed("train.yaml", &text(old)), text(new));
    }
    let merged = format!("base: &b\n  evaluation_strategy: steps\n{TRAINING}<<: *b\n");
    assert_eq!(
        fixed("train.yaml", &merged),
        merged,
        "others may merge it too"
    );
    let json = "{\"output_dir\": \"o\", \"per_device_train_batch_size\": 8, \"learning_rate\": 1, \"save_steps\": 5,\r\n\t\"no_cuda\" : true}";
    assert_eq!(fixed("args.json", json), json.replace("no_cuda", "use_cpu"));
}

#[test]
fn comments_silence_keys() {
    let text = format!("{TRAINING}evaluation_strategy: steps  # hf-lsp: ignore[HF103]\n");
    assert_eq!(found("train.yaml", text), [""; 0]);
}

#[test]
fn python_in_documents_is_checked_and_fixed() {
    let call = "from transformers import TrainingArguments\n\nargs = TrainingArguments(\"o\", evaluation_strategy=\"epoch\")\n";
    let text = format!(
        "# Use\n\n```python\n{call}```\n\n> ```py\n> args = TrainingArguments(no_cuda=True)\n> ```\n"
    );
    assert_eq!(
        found("README.md", &text),
        [
            "README.md:6:31: error HF103",
            "README.md:10:28: error HF103"
        ]
    );
    assert_eq!(
        fixed("README.md", &text),
        text.replace("evaluation_strategy", "eval_strategy")
            .replace("no_cuda", "use_cpu")
    );
    assert_eq!(found("CHANGELOG.md", &text), [""; 0]);
    let silenced = text.replace("```python", "<!-- hf-lsp: ignore -->\n```python");
    assert_eq!(
        found("README.md", silenced),
        ["README.md:11:28: error HF103"]
    );
    assert_eq!(
        found("README.md", text.replace("# Use", "# Before 5.0")),
        [""; 0]
    );
}

#[test]
fn what_a_document_installs_counts() {
    let text = "```bash\npip install transformers==4.40\n```\n\n```python\nfrom transformers import TrainingArguments\n\nTrainingArguments(\"o\", eval_strategy=\"epoch\")\n```\n";
    let folder = folder("README.md", text);
    let output = Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
        .args(["check", "--output-format", "concise"])
        .current_dir(folder.path())
        .env("XDG_CACHE_HOME", folder.path().join("cache"))
        .env_remove("VIRTUAL_ENV")
        .env_remove("CONDA_PREFIX")
        .output()
        .unwrap();
    assert!(
        out(&output).contains("README.md:8:24: error HF109"),
        "{output:?}"
    );
}

#[test]
fn whatever_a_file_holds_the_program_goes_on() {
    let level = |n: usize| {
        format!(
            "a{n}: &a{n} [{}]\n",
            vec![format!("*a{}", n - 1); 9].join(", ")
        )
    };
    let bomb = format!("{TRAINING}a0: &a0 [x]\n") + &(1..30).map(level).collect::<String>();
    assert_eq!(found("bomb.yaml", &bomb), [""; 0]);
    let merge = |n: usize| {
        format!(
            "a{n}: &a{n}\n  <<: [{}]\n",
            vec![format!("*a{}", n - 1); 9].join(", ")
        )
    };
    let merges = "a0: &a0 {x: 1}\n".to_owned() + &(1..30).map(merge).collect::<String>();
    assert_eq!(
        found(
            "bomb.yaml",
            format!("{merges}<<: *a29\n{TRAINING}no_cuda: true\n")
        ),
        [""; 0]
    );
    for text in [
        format!("{TRAINING}a: &a [*a]\nno_cuda: true\n"),
        format!("{TRAINING}\tno_cuda: true\n"),
        format!("{TRAINING}{}", "- ".repeat(100_000)),
        format!("{TRAINING}a: {}", "[".repeat(100_000)),
        "output_dir: [1]\nper_device_train_batch_size: {a: 1}\n".to_owned(),
        String::new(),
    ] {
        assert_eq!(
            found("x.yaml", &text),
            [""; 0],
            "{}",
            &text[..text.len().min(100)]
        );
        assert_eq!(found("x.json", &text), [""; 0]);
    }
    for (text, why) in [
        ("a:\n  - [b\n", "line"),
        ("a: &a [*a]\n", "line 1: this anchor stands for itself"),
    ] {
        let folder = folder("x.yaml", text);
        let output = check(folder.path(), &["x.yaml"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let begins = told.contains("x.yaml cannot be read as YAML: ");
        assert!(begins && told.contains(why), "{told}");
        assert_eq!(output.status.code(), Some(2));
        let walked = check(folder.path(), &[]);
        assert_eq!(walked.status.code(), Some(0), "nobody asked for it");
    }
    let latin = [TRAINING.as_bytes(), b"no_cuda: true # \xe9\n"].concat();
    let folder = folder("x.yaml", &latin);
    assert_eq!(check(folder.path(), &["--fix"]).status.code(), Some(0));
    let output = check(folder.path(), &["x.yaml"]);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("x.yaml"),
        "{output:?}"
    );
    assert_eq!(fs::read(folder.path().join("x.yaml")).unwrap(), latin);
}
