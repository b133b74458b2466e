//! Commands in texts of every format: words lie in the text, in order, and are read the same each time.

use hf_lsp::embedded::shell::{Dialect, commands};
use hf_lsp::embedded::{Format, analyse, programs};
use hf_lsp::text::TextRange;

use super::common::{environment, findings_in};

const FORMATS: [Format; 5] = [
    Format::Shell,
    Format::Dockerfile,
    Format::Makefile,
    Format::Yaml,
    Format::Markdown,
];

const DIALECTS: [Dialect; 5] = [
    Dialect::Script,
    Dialect::Image,
    Dialect::Recipe,
    Dialect::Folded,
    Dialect::Cell,
];

/// The first byte says what the rest is written in.
pub fn run(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    let dialect = DIALECTS[usize::from(*kind) % DIALECTS.len()];
    let whole = TextRange::from_usize(0, text.len());
    let found = commands(&text, whole, dialect);
    assert_eq!(found, commands(&text, whole, dialect));
    for command in &found {
        assert!(!command.words.is_empty());
        let _ = programs::started(command);
        let mut behind = 0;
        for word in &command.words {
            let (start, end) = (word.range.start as usize, word.range.end as usize);
            assert!(behind <= start && start < end && end <= text.len());
            assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
            if word.plain {
                assert!(text[start..end].starts_with(&word.text));
            }
            behind = end;
        }
    }
    let format = FORMATS[usize::from(*kind) % FORMATS.len()];
    for command in analyse(format, &text).commands {
        assert!(command.range().end as usize <= text.len());
    }
    for finding in findings_in(format, &text, &environment(&[], &[])) {
        let _ = finding.range.slice(&text);
        for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
            let _ = edit.range.slice(&text);
        }
    }
}
