//! The real program with a network: `check --online` and `docs --fetch`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::stand_in::{Port, StandIn};

const SCRIPT: &str = "from transformers import AutoModelForCausalLM\n\n\
    AutoModelForCausalLM.from_pretrained(\"studio/nowhere\")\n\
    AutoModelForCausalLM.from_pretrained(\"studio/chat-gguf\")\n\
    AutoModelForCausalLM.from_pretrained(\"./studio/nowhere\")\n";

fn run(folder: &Path, hub: &str, offline: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
        .args(arguments)
        .current_dir(folder)
        .env("HF_ENDPOINT", hub)
        .env("HF_HUB_OFFLINE", offline)
        .env("HF_HOME", folder.join("hf"))
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env_remove("HF_TOKEN")
        .env_remove("VIRTUAL_ENV")
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn check_uses_the_network_only_when_it_is_told_to() {
    let stand_in = StandIn::start().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("train.py"), SCRIPT).unwrap();
    let concise = ["check", "--output-format", "concise"];
    let silent = run(folder.path(), &stand_in.hub, "0", &concise);
    assert_eq!(out(&silent), "");
    let online = ["check", "--online", "--output-format", "concise"];
    let forbidden = run(folder.path(), &stand_in.hub, "1", &online);
    assert_eq!(out(&forbidden), "");
    let told = String::from_utf8(forbidden.stderr).unwrap();
    assert!(
        told.contains("nothing is looked up: `HF_HUB_OFFLINE` is set"),
        "{told}"
    );
    assert_eq!(stand_in.paths(Port::Hub), Vec::<String>::new());

    let found = run(folder.path(), &stand_in.hub, "0", &online);
    let found = out(&found);
    let codes: Vec<&str> = found
        .lines()
        .map(|line| line.split(' ').nth(2).unwrap())
        .collect();
    assert_eq!(codes, ["HF401", "HF414"], "{found}");
    assert!(
        stand_in
            .paths(Port::Hub)
            .iter()
            .all(|path| path.contains("studio/"))
    );
    assert_eq!(stand_in.paths(Port::Foreign), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn fetched_pages_are_read_without_a_network() {
    let stand_in = StandIn::start().await;
    let folder = tempfile::tempdir().unwrap();
    let docs = ["docs", "trl.SFTConfig.packing", "--target", "trl==1.16.0"];
    let before = run(folder.path(), &stand_in.hub, "0", &docs);
    assert!(!out(&before).contains("share a row"));
    assert_eq!(stand_in.paths(Port::Hub), Vec::<String>::new());

    let fetched = run(
        folder.path(),
        &stand_in.hub,
        "0",
        &["docs", "--fetch", "trl==1.16.0"],
    );
    assert_eq!(out(&fetched), "1 of 1 pages of trl v1.16.0\n");
    let asked = stand_in.paths(Port::Hub).len();
    let after = run(folder.path(), &stand_in.hub, "1", &docs);
    assert!(
        out(&after).contains("Whether sequences share a row."),
        "{}",
        out(&after)
    );
    assert_eq!(stand_in.paths(Port::Hub).len(), asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_fetched_is_said() {
    let stand_in = StandIn::start().await;
    let folder = tempfile::tempdir().unwrap();
    for (release, wanted) in [
        ("trl", "`trl` is not PACKAGE==VERSION"),
        ("numpy==1.0", "`numpy` has no documentation there"),
        (
            "peft==0.21.2",
            "the documentation of peft==0.21.2 cannot be fetched",
        ),
    ] {
        let output = run(
            folder.path(),
            &stand_in.hub,
            "0",
            &["docs", "--fetch", release],
        );
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(wanted), "{told}");
    }
}
