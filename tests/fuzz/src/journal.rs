//! A journal while it is written: a version is as if it stood alone, and findings, fixes and places lie in the text.

use std::path::Path;
use std::sync::Arc;

use hf_lsp::checker::{Checker, Request};
use hf_lsp::embedded::Format;
use hf_lsp::journal::markdown::Syntax;
use hf_lsp::rules::apply::apply_edits;
use hf_lsp::workspace::document::{Change, Document, Language};
use hf_lsp::workspace::encoding::{Encoding, Position};
use hf_lsp::workspace::files::MemoryFiles;

use super::bytes::Bytes;
use super::common::KNOWLEDGE;

/// What journals are made of; the rest of an input is taken as it is.
const PIECES: [&str; 40] = [
    "# OUR-PLAN: a\n",
    "<!-- hf-plan: 1; use-case: llm-sft -->\n",
    "## Target\n\n| Key | Value |\n| --- | --- |\n| Model | `a/b` |\n",
    "## 1. Environment Setup\n",
    "## 4. Training Configuration\n\n",
    "- [ ] 1.1 Pin\n",
    "- [x] 1.2 Check\n",
    "- [~] 1.10 Begun\n",
    "* [] 4.1 Train\r\n",
    "1. [ ] T001 [P] x (depends on T002)\n",
    "  - [ ] 1.1.1 Part\n",
    "  - Files: `src/train.py#main`, `data/`\n",
    "  - Run: `uv run python src/train.py --smoke`\n",
    "  - Run: `huggingface-cli login`\n",
    "  - Verify: `pytest -q` → passed\n",
    "  - Depends: 1.1, 1.2\n",
    "  - Packages: `trl==1.16.0`, `transformers[torch]>=5`\n",
    "  - Params: `SFTConfig(max_length=2048, evaluation_strategy=\"no\")`\n",
    "  - Model: `a/b`\n",
    "  - Status: in-progress 2026-01-01\n",
    "  - Kind: model\n",
    "  - Why: b\n",
    "\n  ```python title=\"src/train.py\"\n  from trl import SFTConfig\n  ```\n",
    "```\n",
    "````\n",
    "- Question: who? 1.1\n",
    "  - Answer: me\n",
    "- Risk: c\n",
    "<!-- hf-plan: ignore HFP105 -->\n",
    "<!--",
    "-->",
    "> ",
    "  ",
    "\t",
    "\n",
    "## [Unreleased]\n\n### Added\n\n- dataset: x (step 1.1)\n",
    "## [0.1.0] - 2026-02-30\n",
    "| Package | Version |\n| --- | --- |\n| trl | 1.15.0 |\n",
    "é🤗`",
    "[",
];

const TRAIN: &str = "from trl import SFTConfig, SFTTrainer\n\n\ndef main() -> None:\n    args = SFTConfig(max_length=1024)\n    SFTTrainer(\"a/b\", args=args).train()\n";

const NAMES: [&str; 5] = [
    "dev-journal/OUR-PLAN.md",
    "dev-journal/CHANGELOG.md",
    "dev-journal/TECH-STACK.md",
    "dev-journal/PRD.md",
    "AGENTS.md",
];

fn pieces(bytes: &mut Bytes<'_>, most: u8) -> String {
    (0..bytes.byte() % most)
        .map(|_| *bytes.pick(&PIECES))
        .collect()
}

/// The first bytes make a text, the next ones edits of it.
pub fn run(input: &[u8]) {
    let mut bytes = Bytes(input);
    let root = Path::new("/project");
    let path = root.join(bytes.pick(&NAMES));
    let mut text = pieces(&mut bytes, 48);
    text.push_str(&bytes.text());
    let files = MemoryFiles::new();
    files.write(root.join("src/train.py"), TRAIN);
    files.write(
        root.join("pyproject.toml"),
        "[project]\ndependencies = [\"trl==1.15.0\"]\n",
    );
    files.write(root.join(NAMES[0]), &text);
    let request = Request {
        root: root.to_path_buf(),
        ..Request::default()
    };
    let checker = Checker::new(Arc::new(files), Arc::clone(&KNOWLEDGE), request).unwrap();
    let language = Language::Embedded(Format::Markdown);
    let mut document = Document::new(String::new(), Some(path.clone()), language, None, text);
    loop {
        let text = document.text();
        assert_eq!(
            *document.outline(),
            Syntax::parse(text).outline(text),
            "{text:?}"
        );
        look(&checker, &path, &document);
        if bytes.is_empty() {
            break;
        }
        let at = |bytes: &mut Bytes<'_>| Position {
            line: u32::from(bytes.byte()),
            column: u32::from(bytes.byte() % 40),
        };
        let from = at(&mut bytes);
        let to = Position {
            column: from.column + u32::from(bytes.byte() % 8),
            ..from
        };
        let change = Change {
            range: Some((from, to)),
            text: pieces(&mut bytes, 3),
        };
        document = document.changed(None, &[change], Encoding::Utf8);
    }
}

fn look(checker: &Checker, path: &Path, document: &Document) {
    let text = document.text();
    let found = checker.check(path, text, document.facts());
    for finding in checker.with_journal(path, document, found) {
        let range = finding.range.start as usize..finding.range.end as usize;
        assert!(text.get(range).is_some(), "{text:?} {finding:?}");
        if let Some(fix) = &finding.fix {
            assert_ne!(apply_edits(text, &fix.edits), text, "{finding:?}");
        }
    }
    assert!(checker.incidents().is_empty(), "{text:?}");
}
