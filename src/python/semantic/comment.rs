//! `# hf-lsp: ignore` comments.
//!
//! - `# hf-lsp: ignore[HF101, renamed-argument]` at the end of a line covers that line;
//! - on a line alone, it covers the next line that holds code;
//! - without brackets it stands for every rule;
//! - `# hf-lsp: ignore-file` and `# hf-lsp: ignore-file[...]` cover the whole file.
//!
//! Case and blanks do not matter, and directives of other tools may stand in the same comment.

use crate::python::facts::Suppression;
use crate::text::TextRange;

/// The suppressions among the comments of `text`, in order.
pub fn suppressions(comments: impl Iterator<Item = TextRange>, text: &str) -> Vec<Suppression> {
    if !mentions_us(text) {
        return Vec::new();
    }
    comments
        .flat_map(|comment| directives(text, comment))
        .collect()
}

/// Almost no file has such a comment: this is much cheaper than looking at all of them.
fn mentions_us(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'-', bytes).any(|at| {
        let around = bytes.get(at.saturating_sub(2)..at + 4);
        around.is_some_and(|around| around.eq_ignore_ascii_case(b"hf-lsp"))
    })
}

/// The directives in one comment.
fn directives(text: &str, comment: TextRange) -> Vec<Suppression> {
    let lower = comment.slice(text).to_ascii_lowercase();
    let mut found = Vec::new();
    for part in lower.split('#') {
        if let Some((codes, whole_file)) = directive(part) {
            let covers = if whole_file {
                TextRange::from_usize(0, text.len())
            } else {
                covered(text, comment)
            };
            found.push(Suppression {
                codes,
                covers,
                range: comment,
            });
        }
    }
    found
}

/// Reads `hf-lsp: ignore[codes]`; gives the codes, and whether the whole file is meant. Brackets that
/// are not closed make it no directive: nobody shall silence everything by a slip.
fn directive(part: &str) -> Option<(Vec<String>, bool)> {
    let rest = part.trim_start().strip_prefix("hf-lsp")?.trim_start();
    let rest = rest.strip_prefix(':')?.trim_start();
    let rest = rest.strip_prefix("ignore")?;
    let (rest, whole_file) = match rest.strip_prefix("-file") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_') {
        return None;
    }
    let rest = rest.trim_start();
    let Some(list) = rest.strip_prefix('[') else {
        return Some((Vec::new(), whole_file));
    };
    let (list, _) = list.split_once(']')?;
    let codes: Vec<String> = list
        .split([',', ' '])
        .map(str::trim)
        .filter(|code| !code.is_empty())
        .map(normal_code)
        .collect();
    (!codes.is_empty()).then_some((codes, whole_file))
}

/// Codes are upper case (`HF101`), names lower case (`renamed-argument`).
fn normal_code(code: &str) -> String {
    let is_code = code.starts_with("hf") && code.bytes().any(|byte| byte.is_ascii_digit());
    if is_code {
        code.to_ascii_uppercase()
    } else {
        code.to_owned()
    }
}

/// The line of the comment; where it stands alone, the next line that holds code as well.
fn covered(text: &str, comment: TextRange) -> TextRange {
    let start = comment.start as usize;
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let mut line_end = line_end(text, comment.end as usize);
    let alone = text[line_start..start]
        .trim_matches('\u{feff}')
        .trim()
        .is_empty();
    if alone {
        while line_end < text.len() {
            let next = line_end + 1;
            line_end = self::line_end(text, next);
            let line = text[next..line_end].trim();
            if !line.is_empty() && !line.starts_with('#') {
                break;
            }
        }
    }
    TextRange::from_usize(line_start, line_end)
}

fn line_end(text: &str, offset: usize) -> usize {
    let rest = &text[offset..];
    rest.find('\n').map_or(text.len(), |at| offset + at)
}
