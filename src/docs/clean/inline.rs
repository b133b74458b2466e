//! The text of one block: links, code, tags.

use super::Style;
use crate::docs::address;

/// Cleaned text and where it may be cut.
#[derive(Debug, Default)]
pub(super) struct Inline {
    pub text: String,
    /// Offsets behind sentences.
    sentences: Vec<usize>,
    /// Offsets behind words.
    words: Vec<usize>,
}

impl Inline {
    /// A text that cannot be cut.
    pub fn whole(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    /// The same behind a marker.
    pub fn behind(mut self, lead: &str) -> Self {
        self.text.insert_str(0, lead);
        let move_on = |offset: &mut usize| *offset += lead.len();
        self.sentences.iter_mut().for_each(move_on);
        self.words.iter_mut().for_each(move_on);
        self
    }

    pub fn insert(&mut self, at: usize, c: char) {
        self.text.insert(at, c);
        for offset in self.sentences.iter_mut().chain(&mut self.words) {
            if *offset > at {
                *offset += c.len_utf8();
            }
        }
    }

    /// The best place to cut at so many bytes: behind a sentence, or behind a word where much is left or nothing was
    /// shown yet. 0 where there is none.
    pub fn cut(&self, left: usize, is_first: bool) -> usize {
        let last = |offsets: &[usize]| offsets.iter().copied().rfind(|at| *at <= left).unwrap_or(0);
        let sentence = last(&self.sentences);
        if sentence > 0 || !(is_first || left >= super::WORTH_CUTTING) {
            return sentence;
        }
        last(&self.words)
    }
}

/// Links in links in links: deeper ones are no links.
const MAX_DEPTH: u32 = 6;

/// Cleans the joined lines of one block.
pub(super) fn clean(text: &str, style: &Style<'_>) -> Inline {
    let mut out = Inline::default();
    Cleaner {
        text,
        at: 0,
        style,
        depth: 0,
    }
    .run(&mut out);
    // White space at the ends would be code or a hard break.
    let trimmed = out.text.trim_end().len();
    out.text.truncate(trimmed);
    let lead = out.text.len() - out.text.trim_start().len();
    if lead > 0 {
        out.text.drain(..lead);
        for offset in out.sentences.iter_mut().chain(&mut out.words) {
            *offset = offset.saturating_sub(lead);
        }
    }
    out
}

struct Cleaner<'t, 's> {
    text: &'t str,
    at: usize,
    style: &'s Style<'s>,
    depth: u32,
}

impl<'t> Cleaner<'t, '_> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn run(&mut self, out: &mut Inline) {
        while let Some(c) = self.rest().chars().next() {
            match c {
                '\\' => self.escape(out),
                '`' => self.code(out),
                '!' if self.rest().starts_with("![") => self.image(out),
                '[' => self.bracket(out),
                ']' => self.push(out, "\\]", 1),
                '<' => self.tag(out),
                _ if self.begins_word() => self.word(out),
                _ => self.character(c, out),
            }
        }
    }

    /// Writes `text` for `length` bytes of the source.
    fn push(&mut self, out: &mut Inline, text: &str, length: usize) {
        out.text.push_str(text);
        self.at += length;
    }

    fn character(&mut self, c: char, out: &mut Inline) {
        self.at += c.len_utf8();
        if c.is_whitespace() {
            space(out);
        } else {
            // What stood between the two may be gone.
            if c == '(' && out.text.ends_with(']') {
                out.text.push('\\');
            }
            out.text.push(c);
        }
    }

    fn escape(&mut self, out: &mut Inline) {
        match self.rest()[1..].chars().next() {
            Some(c) if c.is_ascii_punctuation() => {
                out.text.push('\\');
                out.text.push(c);
                self.at += 2;
            }
            _ => self.push(out, "\\\\", 1),
        }
    }

    fn code(&mut self, out: &mut Inline) {
        let Some((inner, length)) = code_span(self.rest()) else {
            let run = self.rest().len() - self.rest().trim_start_matches('`').len();
            return self.push(out, &"\\`".repeat(run), run);
        };
        push_code(inner, out);
        self.at += length;
    }

    /// An image goes with all that belongs to it.
    fn image(&mut self, out: &mut Inline) {
        let rest = &self.rest()[1..];
        let Some(end) = closing(rest, b'[', b']') else {
            return self.push(out, "! ", 1);
        };
        let behind = &rest[end..];
        let target = match behind.as_bytes().first() {
            Some(b'(') => closing(behind, b'(', b')'),
            Some(b'[') => closing(behind, b'[', b']'),
            _ => None,
        };
        self.at += 1 + end + target.unwrap_or(0);
    }

    fn bracket(&mut self, out: &mut Inline) {
        let rest = self.rest();
        // `[[open-in-colab]]`, `[[transformers.Trainer]]`
        if rest.starts_with("[[")
            && let Some(end) = rest.find("]]")
            && rest[2..end]
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_. /".contains(c))
        {
            self.at += end + 2;
            return;
        }
        let Some(end) = closing(rest, b'[', b']').filter(|_| self.depth < MAX_DEPTH) else {
            return self.push(out, "\\[", 1);
        };
        let inner = &rest[1..end - 1];
        let behind = &rest[end..];
        if behind.starts_with('(') {
            let target = closing(behind, b'(', b')');
            let address = target.and_then(|length| self.address(&behind[1..length - 1]));
            self.at += end + target.unwrap_or(0);
            self.link(inner, address, out);
            if target.is_none() {
                self.push(out, "\\(", 1);
            }
        } else if let Some(name) = reference(inner) {
            self.at += end;
            self.symbol(name, out);
        } else {
            self.at += end;
            out.text.push('[');
            self.nested(inner, out);
            out.text.push(']');
        }
    }

    /// `[text](address)`, or only the text.
    fn link(&self, inner: &str, address: Option<String>, out: &mut Inline) {
        let mut shown = Inline::default();
        match reference(inner) {
            Some(name) => push_code(last_name(name), &mut shown),
            None => self.nested(inner, &mut shown),
        }
        let text = shown.text.trim();
        match address {
            // A link in a link would end it.
            Some(address) if !text.is_empty() && !text.contains("](") => {
                out.text.push_str(&format!("[{text}]({address})"));
            }
            _ => out.text.push_str(text),
        }
    }

    fn nested(&self, inner: &str, out: &mut Inline) {
        let depth = self.depth + 1;
        let mut found = Inline::default();
        Cleaner {
            text: inner,
            at: 0,
            style: self.style,
            depth,
        }
        .run(&mut found);
        out.text.push_str(&found.text);
    }

    /// `` [`~transformers.Trainer`] ``
    fn symbol(&self, name: &str, out: &mut Inline) {
        let path = name.trim_start_matches('~');
        let shown = last_name(name);
        match (self.style.symbol)(path).and_then(|address| self.address(&address)) {
            Some(address) => out.text.push_str(&format!("[`{shown}`]({address})")),
            None => push_code(shown, out),
        }
    }

    /// The address that a link may lead to.
    fn address(&self, written: &str) -> Option<String> {
        let written = written.trim().trim_start_matches('<');
        let written = written.split([' ', '>', '"']).next().unwrap_or_default();
        if written.starts_with("/docs/") {
            return address::allowed(&format!("{}{written}", self.style.host), self.style.host);
        }
        address::allowed(written, self.style.host)
    }

    /// Tags go; `a < b` stays.
    fn tag(&mut self, out: &mut Inline) {
        let rest = self.rest();
        let opens = |c: char| c.is_ascii_alphabetic() || "/!?".contains(c);
        if rest[1..].starts_with([' ', '=']) {
            return self.push(out, "<", 1);
        }
        if !rest[1..].starts_with(opens) {
            return self.push(out, "\\<", 1);
        }
        let Some(end) = rest.find('>') else {
            return self.push(out, "\\<", 1);
        };
        let inner = &rest[1..end];
        if inner.starts_with("http://") || inner.starts_with("https://") {
            self.at += end + 1;
            return bare(inner, self.style.host, out);
        }
        self.at += end + 1;
        let name: String = inner
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        if name.eq_ignore_ascii_case("br") {
            space(out);
        } else if ["script", "style"]
            .iter()
            .any(|it| name.eq_ignore_ascii_case(it))
        {
            let close = format!("</{}", name.to_ascii_lowercase());
            let content = super::find_ignoring_case(self.rest(), &close);
            self.at = content.map_or(self.text.len(), |length| self.at + length);
        }
    }

    fn begins_word(&self) -> bool {
        let before = self.text[..self.at].chars().next_back();
        let inside = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !inside && self.rest().starts_with(|c: char| c.is_alphanumeric())
    }

    /// A word; addresses that an editor would make links of are judged.
    fn word(&mut self, out: &mut Inline) {
        let ends = |c: char| c.is_whitespace() || "<>[]`\"'\\|".contains(c);
        let rest = self.rest();
        let whole = &rest[..rest.find(ends).unwrap_or(rest.len())];
        if looks_like_address(whole) {
            let whole = whole.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', ')', '}']);
            self.at += whole.len();
            return bare(whole, self.style.host, out);
        }
        let part = |c: char| !(c.is_alphanumeric() || c == '_');
        let plain = &rest[..rest.find(part).unwrap_or(rest.len())];
        self.push(out, plain, plain.len());
    }
}

/// A space between words; what it ends may be a sentence.
fn space(out: &mut Inline) {
    if out.text.is_empty() || out.text.ends_with(' ') {
        return;
    }
    let end = out.text.len();
    out.words.push(end);
    if ends_sentence(&out.text) {
        out.sentences.push(end);
    }
    out.text.push(' ');
}

/// `e.g.` and `i.e.` end none.
fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['*', '_', '"', ')', '`']);
    let abbreviated = ["e.g.", "i.e.", "etc.", "vs.", "cf.", "Eq.", "Fig."];
    text.ends_with(['.', '!', '?', '。']) && !abbreviated.iter().any(|it| text.ends_with(it))
}

/// `transformers.Trainer` of `` `~transformers.Trainer` ``.
fn reference(inner: &str) -> Option<&str> {
    let name = inner.trim().strip_prefix('`')?.strip_suffix('`')?;
    let is_path = |c: char| c.is_alphanumeric() || "_.~/".contains(c);
    (!name.is_empty() && name.chars().all(is_path)).then_some(name)
}

/// What is shown of a reference: with `~` its last part.
fn last_name(name: &str) -> &str {
    match name.strip_prefix('~') {
        Some(path) => path.rsplit('.').next().unwrap_or(path),
        None => name,
    }
}

fn looks_like_address(word: &str) -> bool {
    let mail = || {
        word.split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
    };
    word.contains("://") || word.starts_with("www.") || word.starts_with("mailto:") || mail()
}

/// An address in the text: a link where it may be one, code elsewhere.
fn bare(address: &str, host: &str, out: &mut Inline) {
    match address::allowed(address, host) {
        Some(address) => out.text.push_str(&address),
        None => push_code(address, out),
    }
}

/// Code, between back ticks that it does not hold itself.
fn push_code(code: &str, out: &mut Inline) {
    let code = code.trim();
    if code.is_empty() {
        return;
    }
    let longest = code
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let mark = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    // Two spans side by side would become one.
    let apart = if out.text.ends_with('`') { " " } else { "" };
    out.text
        .push_str(&format!("{apart}{mark}{pad}{code}{pad}{mark}"));
}

/// The inside of the code span at the beginning, and its length.
fn code_span(text: &str) -> Option<(&str, usize)> {
    let mark = text.len() - text.trim_start_matches('`').len();
    let mut at = mark;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let run = text[start..].len() - text[start..].trim_start_matches('`').len();
        if run == mark {
            return Some((&text[mark..start], start + run));
        }
        at = start + run;
    }
    None
}

/// Offset behind the bracket that closes the one at the beginning; code and escapes are skipped.
fn closing(text: &str, open: u8, close: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'`' => {
                let run = text[at..].len() - text[at..].trim_start_matches('`').len();
                at += code_span(&text[at..]).map_or(run, |(_, length)| length);
                continue;
            }
            byte if byte == open => depth += 1,
            byte if byte == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}
