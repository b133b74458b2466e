//! One entry of a list of parameters: `name (`type`, *optional*): text`.

/// An entry taken apart.
pub(super) struct Item<'t> {
    pub names: Vec<&'t str>,
    pub heading: &'t str,
    pub text: &'t str,
}

/// Whether a line begins an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Yes,
    /// A name and nothing else: an entry where its text stands below.
    NameAlone,
    No,
}

/// A heading in parentheses is looked for in so many bytes.
const MAX_HEADING: usize = 1_000;

/// What may stand between the type and the colon: `, *optional*, defaults to 1`.
const MAX_TAIL: usize = 80;

/// Looks at a line without its indentation.
pub(super) fn start(line: &str) -> Start {
    let Some((_, rest)) = names(line) else {
        return Start::No;
    };
    let close = rest.trim_start();
    if close.is_empty() {
        return Start::NameAlone;
    }
    let follows = close.starts_with(['(', ':']) || close.starts_with("-- ");
    // `name `type`:` lacks its parentheses.
    let typed = rest.starts_with(" `") && close.ends_with(':');
    if follows || typed {
        Start::Yes
    } else {
        Start::No
    }
}

/// Takes an entry apart, which begins with its name and holds all its lines.
pub(super) fn split(entry: &str) -> Option<Item<'_>> {
    let (names, rest) = names(entry)?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let (heading, text) = match rest.as_bytes().first() {
        Some(b'(') => parenthesised(rest),
        Some(b':') => ("", &rest[1..]),
        _ if rest.starts_with("--") => ("", &rest[2..]),
        Some(b'`') => rest.split_once(':').unwrap_or((rest, "")),
        _ => ("", rest),
    };
    Some(Item {
        names,
        heading: heading.trim(),
        text: text.trim(),
    })
}

/// `type: text` where the first line has a colon outside of code and parentheses; a line that is a type alone.
pub(super) fn split_type(text: &str) -> Option<(&str, &str)> {
    let line = text.lines().next()?;
    if let Some(at) = colon(line) {
        let kind = text[..at].trim();
        return (!kind.is_empty()).then(|| (kind, text[at + 1..].trim()));
    }
    let line = line.trim_end();
    let is_code = line.len() > 2 && line.starts_with('`') && line.find('`') != line.rfind('`');
    (is_code && line.ends_with('`') && line.matches('`').count() == 2)
        .then(|| (line, text[line.len()..].trim()))
}

/// `(type) tail: text`.
fn parenthesised(rest: &str) -> (&str, &str) {
    let Some(close) = closing(rest) else {
        // Nothing closes it: the line is the heading, up to its colon.
        let line = rest.lines().next().unwrap_or(rest);
        let at = line.find("):").map(|at| at + 1).or_else(|| line.find(':'));
        let at = at.unwrap_or(line.len());
        return (&rest[..at], rest[at..].trim_start_matches(':'));
    };
    let tail = &rest[close..];
    let line = tail.lines().next().unwrap_or_default();
    let trimmed = line.trim_start();
    if trimmed.starts_with("--") {
        let at = close + line.len() - trimmed.len();
        return (&rest[..at], &rest[at + 2..]);
    }
    match colon(line) {
        Some(at) if at <= MAX_TAIL => (&rest[..close + at], &tail[at + 1..]),
        _ => (&rest[..close], tail),
    }
}

/// Offset of the first colon outside of code and brackets.
fn colon(line: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_code = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'`' => in_code = !in_code,
            _ if in_code => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b':' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// Offset behind the `)` that closes the `(` at the start; parentheses in code count only where nothing closes without.
fn closing(rest: &str) -> Option<usize> {
    let bytes = &rest.as_bytes()[..rest.len().min(MAX_HEADING)];
    let find = |skip_code: bool| {
        let mut depth = 0_usize;
        let mut in_code = false;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'`' => in_code = skip_code && !in_code,
                _ if in_code => {}
                b'(' => depth += 1,
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    };
    // A blank line never stands in a heading.
    let ends_in_heading = |end: &usize| !rest[..*end].contains("\n\n");
    find(true)
        .filter(ends_in_heading)
        .or_else(|| find(false).filter(ends_in_heading))
}

/// The names at the beginning (`a`, `**kwargs`, `a, b`, `- **a**`, `` `a` ``) and what follows them.
fn names(text: &str) -> Option<(Vec<&str>, &str)> {
    let text = text.strip_prefix("- ").unwrap_or(text);
    let (first, mut rest) = name(text)?;
    let mut found = vec![first];
    while let Some((next, behind)) = separated(rest) {
        found.push(next);
        rest = behind;
    }
    // Lists of words are prose unless their entry goes on like one.
    if found.len() > 1 && !rest.trim_start().starts_with(['(', ':']) {
        return None;
    }
    Some((found, rest))
}

fn separated(rest: &str) -> Option<(&str, &str)> {
    let trimmed = rest.trim_start_matches(' ');
    let behind = trimmed
        .strip_prefix(',')
        .or_else(|| trimmed.strip_prefix("/ "))?;
    name(behind.trim_start_matches(' '))
}

/// One name, in bold or code where it is written so, without stars.
fn name(text: &str) -> Option<(&str, &str)> {
    for mark in ["**", "`"] {
        if let Some(inner) = text.strip_prefix(mark) {
            let (found, rest) = plain(inner.trim_start_matches('*'))?;
            match rest.strip_prefix(mark) {
                Some(rest) => return Some((found, rest)),
                None if mark == "`" => return None,
                // `**kwargs`
                None => return Some((found, rest)),
            }
        }
    }
    plain(text.strip_prefix('*').unwrap_or(text))
}

fn plain(text: &str) -> Option<(&str, &str)> {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (found, rest) = text.split_at(end);
    let begins = found.starts_with(|c: char| c == '_' || c.is_alphabetic());
    // `a.b` is no parameter.
    (begins && !rest.starts_with('.')).then_some((found, rest))
}
