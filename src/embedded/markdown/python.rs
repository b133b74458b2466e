//! The Python of a document: everything else is blanked out, byte for byte.

use super::fence::Fence;
use super::silence::is_silent;
use crate::notebook::scan;
use crate::python::parse::is_broken;
use crate::workspace::document::ANALYSIS_LIMIT;

/// What stands for the fence where its lines do not begin at the margin: then they are its block.
const HEAD: &str = "if 1:";

/// The Python of a document.
pub struct Code<'f> {
    /// As long as the document.
    pub text: String,
    /// The fences that are in it.
    pub fences: Vec<&'f Fence>,
}

/// The Python in the fences of a document. A fence that cannot be read as Python alone is left out, and so
/// is one that shows on purpose how not to do it.
pub fn code<'f>(text: &str, fences: &'f [Fence]) -> Code<'f> {
    let mut code = Code {
        text: String::new(),
        fences: Vec::new(),
    };
    let mut bytes = Vec::new();
    for fence in fences.iter().filter(|fence| fence.is_python()) {
        if text.len() > ANALYSIS_LIMIT || is_silent(text, fence) {
            continue;
        }
        if bytes.is_empty() {
            bytes = blank(text.as_bytes());
        }
        if let Some((start, piece)) = piece(text, fence) {
            bytes[start..start + piece.len()].copy_from_slice(piece.as_bytes());
            code.fences.push(fence);
        }
    }
    code.text = String::from_utf8(bytes).unwrap_or_default();
    if code.text.is_empty() {
        code.fences.clear();
    }
    code
}

/// Line ends stay, all else becomes blanks.
fn blank(bytes: &[u8]) -> Vec<u8> {
    let keep = |byte: &u8| {
        if matches!(byte, b'\n' | b'\r') {
            *byte
        } else {
            b' '
        }
    };
    bytes.iter().map(keep).collect()
}

/// The Python of a fence from the line on that opens it, everything else blanked, and where that line
/// begins; `None` where it is none.
fn piece(text: &str, fence: &Fence) -> Option<(usize, String)> {
    let before = &text[..fence.opening.start as usize];
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let end = fence.body().end as usize;
    let mut bytes = blank(&text.as_bytes()[start..end]);
    let mut put = |at: usize, source: &str| {
        bytes[at - start..at - start + source.len()].copy_from_slice(source.as_bytes());
    };
    let is_prompt = |line: &str| line.starts_with(">>>");
    let is_session = fence.lines.iter().any(|line| is_prompt(line.slice(text)));
    let mut is_empty = true;
    for line in &fence.lines {
        let source = line.slice(text);
        let skipped = match is_session {
            true if is_prompt(source) || source.starts_with("...") => 3,
            true => continue,
            false => 0,
        };
        put(line.start as usize + skipped, &source[skipped..]);
        is_empty &=
            source[skipped..].trim_start().starts_with('#') || source[skipped..].trim().is_empty();
    }
    if is_empty {
        return None;
    }
    if is_session || !fence.is_flush() {
        put(start, HEAD);
    }
    let piece = scan(&String::from_utf8(bytes).ok()?).code;
    (!is_broken(&piece) && piece.len() == end - start).then_some((start, piece))
}
