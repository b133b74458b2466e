//! Fenced blocks of code, by the rules of CommonMark as far as fences need them: blocks in lists and quotes
//! are found by what stands in front of their fences.

use crate::text::TextRange;

/// A fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The line that opens it, without what stands in front and without its end.
    pub opening: TextRange,
    /// What stands behind the fence's characters.
    pub info: String,
    /// Its lines without what stands in front of them and without their ends.
    pub lines: Vec<TextRange>,
    /// From the first byte of the first line to the first byte of the line that closes it, or to the end.
    body: TextRange,
}

impl Fence {
    /// The first word of the info string in lower case, without what some tools put around it:
    /// `{.python .numberLines}`, `python:train.py`.
    pub fn language(&self) -> String {
        let words = self
            .info
            .split(|c: char| c.is_whitespace() || "{},:=".contains(c));
        let mut words = words
            .map(|word| word.trim_start_matches('.'))
            .filter(|it| !it.is_empty());
        let first = words.next().unwrap_or_default().to_lowercase();
        match first.as_str() {
            // The directives of MyST.
            "code-block" | "code-cell" | "code" => words.next().unwrap_or_default().to_lowercase(),
            _ => first,
        }
    }

    /// Whether it holds Python.
    pub fn is_python(&self) -> bool {
        matches!(
            self.language().as_str(),
            "python" | "py" | "python3" | "py3" | "pycon" | "ipython" | "ipython3"
        )
    }

    /// Whether it holds commands.
    pub fn is_shell(&self) -> bool {
        matches!(
            self.language().as_str(),
            "bash" | "sh" | "shell" | "zsh" | "console" | "shell-session" | "terminal"
        )
    }

    /// The bytes between its fences, whole lines.
    pub const fn body(&self) -> TextRange {
        self.body
    }

    /// Whether its lines begin where the lines of the document do.
    pub fn is_flush(&self) -> bool {
        self.lines
            .first()
            .is_some_and(|first| first.start == self.body.start)
    }
}

/// The fenced blocks of a document, in order. One that nothing closes ends with the document.
pub fn fences(text: &str) -> Vec<Fence> {
    let mut found: Vec<Fence> = Vec::new();
    if !text.contains("```") && !text.contains("~~~") {
        return found;
    }
    let mut open: Option<(Fence, Opening)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (from, content) = (start, line.trim_end_matches(['\n', '\r']));
        start += line.len();
        match &mut open {
            None => {
                open = Opening::of(content)
                    .map(|opening| (opening.fence(content, from, start), opening))
            }
            Some((fence, opening)) if opening.is_closed_by(content) => {
                fence.body.end = u32::try_from(from).unwrap_or(u32::MAX);
                found.extend(open.take().map(|(fence, _)| fence));
            }
            Some((fence, opening)) => {
                let front = opening.front(content);
                fence
                    .lines
                    .push(TextRange::from_usize(from + front, from + content.len()));
                fence.body.end = u32::try_from(start).unwrap_or(u32::MAX);
            }
        }
    }
    found.extend(open.map(|(fence, _)| fence));
    found
}

/// How a block was opened.
struct Opening {
    /// `` ` `` or `~`.
    sign: char,
    /// How many of them.
    count: usize,
    /// Bytes in front of them.
    front: usize,
    /// Signs of quotes among these.
    quotes: usize,
}

impl Opening {
    fn of(line: &str) -> Option<Self> {
        let front = front(line);
        let rest = &line[front..];
        let sign = rest
            .chars()
            .next()
            .filter(|sign| matches!(sign, '`' | '~'))?;
        let count = rest.len() - rest.trim_start_matches(sign).len();
        let is_inline = sign == '`' && rest[count..].contains('`');
        (count >= 3 && !is_inline).then(|| Self {
            sign,
            count,
            front,
            quotes: line[..front].matches('>').count(),
        })
    }

    fn fence(&self, line: &str, from: usize, next: usize) -> Fence {
        let info = line[self.front + self.count..].trim().to_owned();
        Fence {
            opening: TextRange::from_usize(from + self.front, from + line.len()),
            info,
            lines: Vec::new(),
            body: TextRange::from_usize(next, next),
        }
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let rest = line.trim_start_matches([' ', '\t', '>']).trim_end();
        rest.len() >= self.count && rest.chars().all(|sign| sign == self.sign)
    }

    /// How much of a line stands in front of the block's content: as many signs of quotes, and as much
    /// space, as in front of the fence.
    fn front(&self, line: &str) -> usize {
        let mut quotes = self.quotes;
        let mut front = 0;
        for byte in line.bytes().take(self.front) {
            match byte {
                b' ' | b'\t' => {}
                b'>' if quotes > 0 => quotes -= 1,
                _ => break,
            }
            front += 1;
        }
        front
    }
}

/// The bytes in front of a fence: space, signs of quotes, the sign of a list's item.
fn front(line: &str) -> usize {
    let skip = |text: &str| text.len() - text.trim_start_matches([' ', '\t', '>']).len();
    let front = skip(line);
    let rest = &line[front..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let sign = match rest.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => digits + 1,
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        _ => return front,
    };
    match skip(&rest[sign..]) {
        0 => front,
        blank => front + sign + blank,
    }
}
