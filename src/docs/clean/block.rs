//! Lines -> paragraphs, list items, tables and code.

/// One block of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Lines that flow, joined.
    Paragraph(String),
    /// An item of a list.
    Item {
        /// 0 for the outermost list.
        depth: usize,
        /// `-` or `1.`
        marker: String,
        /// Its text, joined.
        text: String,
    },
    /// The rows as written.
    Table(Vec<String>),
    /// Code with its language.
    Code {
        /// Empty where it is not told.
        language: String,
        /// Without indentation.
        code: String,
    },
}

impl Block {
    pub const fn is_code(&self) -> bool {
        matches!(self, Self::Code { .. })
    }
}

/// Deeper lists are shown as if they were so deep.
const MAX_DEPTH: usize = 5;

/// Takes a text apart.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let text = without_comments(text);
    let mut reader = Reader::default();
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        at = reader.line(&lines, at);
    }
    reader.close();
    reader.done
}

#[derive(Default)]
struct Reader {
    done: Vec<Block>,
    open: Option<Block>,
    /// Indentation of the open lists.
    levels: Vec<usize>,
    after_blank: bool,
    /// What the next paragraph begins with: `**Tip:**`.
    label: Option<String>,
}

impl Reader {
    fn close(&mut self) {
        self.done.extend(self.open.take());
    }

    /// Reads the line at `at`, or the whole block that it begins; gives the line behind.
    fn line(&mut self, lines: &[&str], at: usize) -> usize {
        let (line, quoted) = unquoted(lines[at]);
        let trimmed = line.trim();
        if trimmed.is_empty() {
            self.after_blank = true;
            if !matches!(self.open, Some(Block::Item { .. })) {
                self.close();
            }
            return at + 1;
        }
        if let Some(mark) = fence(trimmed) {
            return self.code(lines, at, mark, quoted);
        }
        if trimmed.starts_with(">>> ") {
            return self.doctest(lines, at);
        }
        let indent = line.len() - line.trim_start().len();
        self.text(trimmed, indent);
        self.after_blank = false;
        at + 1
    }

    fn text(&mut self, trimmed: &str, indent: usize) {
        if let Some(label) = callout(trimmed) {
            self.close();
            self.label = label.or(self.label.take());
        } else if is_rule(trimmed) || is_definition(trimmed) {
            self.close();
        } else if let Some(title) = title(trimmed) {
            self.close();
            self.levels.clear();
            self.done.push(Block::Paragraph(format!("**{title}**")));
        } else if trimmed.starts_with('|') {
            self.row(trimmed);
        } else if let Some((marker, text)) = item(trimmed) {
            self.close();
            let depth = self.depth(indent);
            let (marker, text) = (marker.to_owned(), text.to_owned());
            self.open = Some(Block::Item {
                depth,
                marker,
                text,
            });
        } else {
            self.flow(trimmed, indent);
        }
    }

    /// A line of a paragraph or item.
    fn flow(&mut self, trimmed: &str, indent: usize) {
        let goes_on = !self.after_blank;
        match &mut self.open {
            Some(Block::Paragraph(text)) if goes_on && self.label.is_none() => {
                text.push(' ');
                text.push_str(trimmed);
            }
            Some(Block::Item { text, .. })
                if goes_on && self.levels.last().is_some_and(|level| indent > *level) =>
            {
                text.push(' ');
                text.push_str(trimmed);
            }
            _ => {
                self.close();
                self.levels.retain(|level| *level < indent);
                let label = self.label.take();
                let text =
                    label.map_or_else(|| trimmed.to_owned(), |label| format!("{label} {trimmed}"));
                self.open = Some(Block::Paragraph(text));
            }
        }
    }

    fn row(&mut self, trimmed: &str) {
        if let Some(Block::Table(rows)) = &mut self.open {
            rows.push(trimmed.to_owned());
        } else {
            self.close();
            self.open = Some(Block::Table(vec![trimmed.to_owned()]));
        }
    }

    /// How deep a list item stands that is so far in.
    fn depth(&mut self, indent: usize) -> usize {
        self.levels.retain(|level| *level <= indent);
        if self.levels.last() != Some(&indent) {
            self.levels.push(indent);
        }
        (self.levels.len() - 1).min(MAX_DEPTH)
    }

    fn code(&mut self, lines: &[&str], at: usize, mark: &str, quoted: bool) -> usize {
        self.close();
        let strip = |line: &'_ str| -> String {
            if quoted {
                unquoted(line).0.to_owned()
            } else {
                line.to_owned()
            }
        };
        let ends = |line: &str| {
            let line = strip(line);
            let trimmed = line.trim();
            trimmed.starts_with(mark) && trimmed.trim_start_matches(&mark[..1]).is_empty()
        };
        let length = lines[at + 1..].iter().position(|line| ends(line));
        let end = length.map_or(lines.len(), |length| at + 1 + length);
        let code: Vec<String> = lines[at + 1..end].iter().map(|line| strip(line)).collect();
        let first = unquoted(lines[at]).0.trim().trim_start_matches(['`', '~']);
        let code = dedented(&code);
        if !code.is_empty() {
            self.done.push(Block::Code {
                language: language(first),
                code,
            });
        }
        self.after_blank = true;
        end + 1
    }

    /// An example as Python's prompt shows it, without a fence.
    fn doctest(&mut self, lines: &[&str], at: usize) -> usize {
        self.close();
        let length = lines[at..].iter().position(|line| line.trim().is_empty());
        let end = length.map_or(lines.len(), |length| at + length);
        let code: Vec<String> = lines[at..end]
            .iter()
            .map(|line| (*line).to_owned())
            .collect();
        self.done.push(Block::Code {
            language: "python".to_owned(),
            code: dedented(&code),
        });
        self.after_blank = true;
        end
    }
}

/// Code between fences that it does not hold itself.
pub(super) fn fenced(language: &str, code: &str) -> String {
    let longest = code
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}{language}\n{code}\n{fence}")
}

/// The language of ```` ```py runnable:test ````.
fn language(info: &str) -> String {
    let word: String = info
        .trim()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "+-_".contains(*c))
        .collect();
    match word.as_str() {
        "py" | "python3" | "pycon" => "python".to_owned(),
        _ => word,
    }
}

fn dedented(lines: &[String]) -> String {
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let indent = |line: &String| line.len() - line.trim_start_matches(' ').len();
    let common = filled.map(indent).min().unwrap_or_default();
    let cut = lines
        .iter()
        .map(|line| line.get(common..).unwrap_or_default().trim_end());
    let code = cut.collect::<Vec<_>>().join("\n");
    code.trim_matches('\n').to_owned()
}

/// The fence that a line begins, and ends, a block of code with.
fn fence(trimmed: &str) -> Option<&'static str> {
    ["```", "~~~"]
        .into_iter()
        .find(|mark| trimmed.starts_with(mark))
}

/// The line without the marks of a quotation, and whether it had some. Python's prompt is none.
fn unquoted(line: &str) -> (&str, bool) {
    let mut rest = line;
    let mut quoted = false;
    while let Some(inner) = rest.trim_start().strip_prefix('>') {
        if rest.trim_start().starts_with(">>> ") {
            break;
        }
        rest = inner.strip_prefix(' ').unwrap_or(inner);
        quoted = true;
    }
    (rest, quoted)
}

/// What a line that only begins or ends a box becomes: a label, or nothing.
fn callout(trimmed: &str) -> Option<Option<String>> {
    if let Some(kind) = trimmed.strip_prefix("[!") {
        let kind = kind.strip_suffix(']')?;
        return kind
            .bytes()
            .all(|b| b.is_ascii_alphabetic())
            .then(|| Some(label(kind)));
    }
    let tag = trimmed.strip_prefix('<')?.strip_suffix('>')?;
    if tag.contains(['<', '>']) || tag.contains("://") {
        return None;
    }
    let name: String = tag
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let version = || attribute(tag, "version");
    let label = match (name.as_str(), version()) {
        ("Tip", _) if tag.contains("warning") => Some("**Warning:**".to_owned()),
        ("Tip", _) => Some("**Tip:**".to_owned()),
        ("Deprecated", Some(version)) => Some(format!("**Deprecated since {version}:**")),
        ("Added", Some(version)) => Some(format!("**Added in {version}:**")),
        ("Changed", Some(version)) => Some(format!("**Changed in {version}:**")),
        _ => None,
    };
    // `<Added version="1.0"/>` says all by itself.
    match label {
        Some(label) if tag.ends_with('/') => Some(Some(label.replace(":**", ".**"))),
        label => Some(label),
    }
}

fn label(kind: &str) -> String {
    let (first, rest) = kind.split_at(1);
    format!(
        "**{}{}:**",
        first.to_ascii_uppercase(),
        rest.to_ascii_lowercase()
    )
}

/// The value of `name="value"`, letters and digits of a version only.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let value: String = rest
        .trim_start_matches(['"', '\'', '{'])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || ".+-".contains(*c))
        .collect();
    (!value.is_empty()).then_some(value)
}

/// Lines that draw a rule or underline a title.
fn is_rule(trimmed: &str) -> bool {
    let first = trimmed.as_bytes()[0];
    let same = |byte: u8| byte == first || byte == b' ';
    trimmed.len() >= 3 && matches!(first, b'-' | b'=' | b'*' | b'_') && trimmed.bytes().all(same)
}

/// `[name]: address`
fn is_definition(trimmed: &str) -> bool {
    let rest = trimmed
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]:"));
    rest.is_some_and(|(name, address)| {
        let address = address.trim_start();
        !name.contains(['[', ']'])
            && (address.contains(':') || address.starts_with(['/', '.', '#', '<']))
    })
}

fn title(trimmed: &str) -> Option<&str> {
    let title = trimmed.trim_start_matches('#');
    let level = trimmed.len() - title.len();
    let title = title
        .strip_prefix(' ')?
        .trim()
        .trim_end_matches('#')
        .trim_end();
    ((1..=6).contains(&level) && !title.is_empty()).then(|| title.trim_matches('*'))
}

/// Marker and text of a list item.
fn item(trimmed: &str) -> Option<(&str, &str)> {
    let (marker, text) = trimmed.split_once(' ')?;
    if matches!(marker, "-" | "*" | "+" | "•") {
        return Some(("-", text.trim_start()));
    }
    let number = marker.strip_suffix(['.', ')'])?;
    let is_number = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| (marker, text.trim_start()))
}

/// The text without `<!-- ... -->`.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("<!--") {
        let Some(length) = rest[start..].find("-->") else {
            break;
        };
        out.push_str(&rest[..start]);
        rest = &rest[start + length + 3..];
    }
    out.push_str(rest);
    out
}
