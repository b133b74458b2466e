//! Temporary: a toy engine, so that the server's tests run before the real one is there.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use hf_lsp::engine::{Cancel, Engine, HoverText, LibraryVersion, Step};
use hf_lsp::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use hf_lsp::server::Options;
use hf_lsp::text::TextRange;
use hf_lsp::workspace::document::{Document, Language};

const OLD: &str = "evaluation_strategy";

#[derive(Default)]
struct Toy {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    folders: Vec<PathBuf>,
    ignored: bool,
}

impl Toy {
    fn is_old(&self) -> bool {
        let state = self.state.lock().unwrap();
        state.folders.iter().any(|folder| {
            std::fs::read_to_string(folder.join("requirements.txt"))
                .is_ok_and(|text| text.contains("==4.3"))
        })
    }
}

fn finding(start: usize) -> Finding {
    let range = TextRange::from_usize(start, start + OLD.len());
    Finding {
        code: "HF103",
        name: "renamed-argument",
        severity: Severity::Error,
        message: "`evaluation_strategy` was removed from `TrainingArguments`".into(),
        help: Some("use `eval_strategy`".into()),
        range,
        related: vec![],
        fix: Some(Fix {
            title: "Rename to `eval_strategy`".into(),
            applicability: Applicability::Safe,
            edits: vec![Edit {
                range,
                content: "eval_strategy".into(),
            }],
        }),
        library: Some("transformers".into()),
        symbol: None,
        argument: None,
        replacement: Some("eval_strategy".into()),
        deprecated_in: None,
        removed_in: None,
        version: Some("5.23.0".into()),
        version_source: Some("newest known".into()),
        deprecated: false,
    }
}

impl Engine for Toy {
    fn check(&self, document: &Document, _: &Cancel<'_>) -> Vec<Finding> {
        if document.language() != Language::Python
            || self.is_old()
            || self.state.lock().unwrap().ignored
        {
            return vec![];
        }
        document.module();
        let text = document.text();
        text.match_indices("evaluation_strategy=")
            .filter(|(at, _)| {
                !text[*at..]
                    .lines()
                    .next()
                    .unwrap()
                    .contains("# hf-lsp: ignore")
            })
            .map(|(at, _)| finding(at))
            .collect()
    }

    fn hover(&self, document: &Document, offset: u32) -> Option<HoverText> {
        document.module();
        document.text().match_indices(OLD).find_map(|(at, _)| {
            let range = TextRange::from_usize(at, at + OLD.len());
            range.touches(offset).then(|| HoverText {
                markdown: "`evaluation_strategy`".into(),
                range,
            })
        })
    }

    fn versions(&self, _: Option<&Path>) -> Vec<LibraryVersion> {
        vec![LibraryVersion {
            library: "transformers".into(),
            version: "5.23.0".into(),
            source: "newest known".into(),
        }]
    }

    fn files(&self, _: &Cancel<'_>) -> Vec<PathBuf> {
        let folders = self.state.lock().unwrap().folders.clone();
        let mut files: Vec<PathBuf> = folders
            .iter()
            .flat_map(|folder| std::fs::read_dir(folder).unwrap())
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
            .collect();
        files.sort();
        files
    }

    fn read(&self, path: &Path) -> Option<String> {
        std::fs::read_to_string(path).ok()
    }

    fn set_folders(&self, folders: &[PathBuf]) {
        self.state.lock().unwrap().folders = folders.to_vec();
    }

    fn configure(&self, settings: &serde_json::Value) {
        self.state.lock().unwrap().ignored = settings["ignore"]
            .as_array()
            .is_some_and(|codes| codes.iter().any(|code| code == "HF103"));
    }

    fn prepare(&self, progress: &dyn Fn(Step)) {
        progress(Step {
            message: "ready".into(),
            percentage: 100,
        });
    }

    fn reload(&self, _: &[PathBuf]) -> bool {
        true
    }

    fn notices(&self) -> Vec<String> {
        vec![]
    }
}

fn main() -> ExitCode {
    let options = Options {
        test_commands: std::env::var_os("HF_LSP_TEST").is_some_and(|value| value == "1"),
    };
    match hf_lsp::server::run_stdio(Arc::new(Toy::default()), options, "warn") {
        Ok(status) => std::process::exit(status.into()),
        Err(_) => ExitCode::from(2),
    }
}
