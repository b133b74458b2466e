//! The `script` block of inline script metadata (PEP 723).

use crate::text::TextRange;

/// The TOML between `# /// script` and `# ///`, comment signs removed, and the range of the whole block
/// in `text`, its two fences included and its last line end not. Absent where there is no such block,
/// where it is not closed, or where there are several.
pub fn inline_metadata(text: &str) -> Option<(String, TextRange)> {
    let mut lines = Lines { text, offset: 0 };
    let mut found = None;
    while let Some((start, line)) = lines.next() {
        if line == "# /// script"
            && let Some((content, end)) = block(&mut lines)
        {
            if found.is_some() {
                return None;
            }
            found = Some((content, TextRange::from_usize(start, end)));
        }
    }
    found
}

/// Reads comment lines up to the last fence among them.
fn block(lines: &mut Lines<'_>) -> Option<(String, usize)> {
    let (mut content, mut closed) = (String::new(), None);
    let mut behind = lines.offset;
    while let Some((start, line)) = lines.next() {
        let inner = match line.strip_prefix('#') {
            Some("") => "",
            Some(rest) if rest.starts_with(' ') => &rest[1..],
            _ => break,
        };
        if line == "# ///" {
            closed = Some((content.clone(), start + line.len()));
            behind = lines.offset;
        }
        content.push_str(inner);
        content.push('\n');
    }
    lines.offset = behind;
    closed
}

/// Lines with their offsets, line ends removed.
struct Lines<'t> {
    text: &'t str,
    offset: usize,
}

impl<'t> Iterator for Lines<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.offset;
        let rest = &self.text[start..];
        if rest.is_empty() {
            return None;
        }
        let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
        self.offset += length;
        Some((start, rest[..length].trim_end_matches(['\n', '\r'])))
    }
}
