//! Against the real wheels, which `hf-lsp knowledge build` downloads. Not run by default:
//! `cargo test --release --test maintenance -- --ignored`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

use std::path::Path;

use hf_lsp::cli::knowledge::{BuildArgs, build};

/// The committed store is what the extractor makes of the wheels, to the byte.
#[test]
#[ignore = "needs the downloaded wheels and some minutes"]
fn the_same_wheels_give_the_same_store() {
    let out = tempfile::tempdir().unwrap();
    let libraries = std::env::var("HF_LSP_LIBRARIES").unwrap_or_else(|_| {
        "trl peft datasets accelerate evaluate huggingface-hub tokenizers safetensors".to_owned()
    });
    let library: Vec<String> = libraries.split_whitespace().map(str::to_owned).collect();
    build(&BuildArgs {
        wheels: None,
        jobs: 2,
        library: library.clone(),
        offline: true,
        out: out.path().to_path_buf(),
    })
    .unwrap();
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge/store");
    for name in library {
        let file = format!("{name}.facts");
        let made = std::fs::read_to_string(out.path().join(&file)).unwrap();
        let committed = std::fs::read_to_string(store.join(&file)).unwrap();
        let differs = made
            .lines()
            .zip(committed.lines())
            .position(|(one, other)| one != other);
        assert_eq!(differs, None, "{file}: first line (from 0) that differs");
        assert_eq!(made.len(), committed.len(), "{file}");
    }
}
