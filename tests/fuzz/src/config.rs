//! Configuration and Markdown: whatever a text holds, findings lie in it, and fixes change no more than they
//! say.

use hf_lsp::embedded::config::read;
use hf_lsp::embedded::{Format, analyse};
use hf_lsp::rules;
use hf_lsp::rules::apply::{apply_edits, fix_all};
use hf_lsp::rules::finding::Edit;

use super::bytes::Bytes;
use super::common::KNOWLEDGE;
use super::python::any_environment;

/// What configurations are made of; the rest of an input is taken as it is.
const PIECES: [&str; 24] = [
    "output_dir: out\nper_device_train_batch_size: 8\nlearning_rate: 2e-5\nsave_steps: 5\n",
    "compute_environment: LOCAL_MACHINE\ndistributed_type: FSDP\n",
    "_target_: transformers.TrainingArguments\n",
    "evaluation_strategy: steps\n",
    "'no_cuda': true # é\r\n",
    "overwrite_output_dir: &x true\n",
    "save_strategy: no\n",
    "optim: adamw_torch_fusd\n",
    "{\"output_dir\": 1, \"per_device_train_batch_size\": 8, \"learning_rate\": 1, \"save_steps\": 5, ",
    "\"no_cuda\": true, ",
    "\"logging_dir\": \"é\"}",
    "```python\nfrom transformers import TrainingArguments\n",
    "TrainingArguments(evaluation_strategy='no')\n",
    "```\n",
    "- ",
    "  ",
    "> ",
    "<<: *x\n",
    "a: &x\n",
    "\n",
    "|\n",
    "🤗",
    "\"",
    "}",
];

/// The first byte says what the text is written in, the second how it is made.
pub fn run(input: &[u8]) {
    let mut bytes = Bytes(input);
    let format = [Format::Yaml, Format::Json, Format::Markdown][usize::from(bytes.byte() % 3)];
    let environment = any_environment(&mut bytes);
    let mut text = String::new();
    for _ in 0..bytes.byte() % 32 {
        text.push_str(PIECES[usize::from(bytes.byte()) % PIECES.len()]);
    }
    text.push_str(&bytes.rest());
    let check = |text: &str| rules::check(&KNOWLEDGE, text, &analyse(format, text), environment);
    for finding in check(&text) {
        let range = finding.range;
        assert!(
            text.get(range.start as usize..range.end as usize).is_some(),
            "{text:?} {finding:?}"
        );
        let Some(fix) = &finding.fix else { continue };
        let fixed = apply_edits(&text, &fix.edits);
        if format != Format::Markdown {
            assert!(read(format, &fixed).is_ok(), "{text:?} -> {fixed:?}");
        }
        // A value may go on for many lines, indented; what else begins a line belongs to somebody else.
        let swallowed = |edit: &Edit| {
            let removed = &text[edit.range.start as usize..edit.range.end as usize];
            let behind = removed.lines().skip(1);
            behind
                .filter(|line| line.starts_with(char::is_alphanumeric))
                .count()
        };
        assert!(
            fix.edits.iter().map(swallowed).sum::<usize>() <= fix.edits.len(),
            "{text:?} -> {fixed:?}"
        );
    }
    let once = fix_all(format, &text, true, check);
    let twice = fix_all(format, &once.text, true, check);
    assert_eq!(twice.text, once.text, "the second time changes more");
    if format != Format::Markdown && read(format, &text).is_ok() {
        assert!(
            read(format, &once.text).is_ok(),
            "{text:?} -> {:?}",
            once.text
        );
    }
}
