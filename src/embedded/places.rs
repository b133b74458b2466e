//! Where shell commands stand in each format.

use super::Format;
use super::command::{Command, Word};
use super::markdown::fences;
use super::shell::{Dialect, commands};
use crate::text::TextRange;

/// The commands of a text, in order of their places.
pub fn all(format: Format, text: &str) -> Vec<Command> {
    let mut found = Vec::new();
    let mut read = |start: usize, end: usize, dialect| {
        found.extend(commands(text, TextRange::from_usize(start, end), dialect));
    };
    match format {
        Format::Shell => read(0, text.len(), Dialect::Script),
        Format::Makefile => makefile(text, &mut read),
        Format::Yaml => yaml(text, &mut read),
        Format::Markdown => markdown(text, &mut read),
        Format::Dockerfile => return dockerfile(text),
        Format::Python | Format::Json => {}
    }
    found.sort_by_key(|command| command.range());
    found
}

/// Takes the place of shell text.
type Read<'r> = dyn FnMut(usize, usize, Dialect) + 'r;

/// Lines with the offsets at which they begin, line ends included.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

fn is_continued(line: &str) -> bool {
    line.trim_end_matches(['\n', '\r']).ends_with('\\')
}

/// The end of the line at `start`, and of those it goes on in.
fn logical_end(text: &str, start: usize) -> usize {
    let mut end = start;
    for line in text[start..].split_inclusive('\n') {
        end += line.len();
        if !is_continued(line) {
            break;
        }
    }
    end
}

fn makefile(text: &str, read: &mut Read<'_>) {
    let mut behind = 0;
    for (start, line) in lines(text) {
        if start < behind || !line.starts_with('\t') {
            continue;
        }
        behind = logical_end(text, start);
        let signs = line.len() - line.trim_start_matches(['\t', ' ', '@', '-', '+']).len();
        read(start + signs, behind, Dialect::Recipe);
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// `run:` of workflows, and the items of `script:`.
fn yaml(text: &str, read: &mut Read<'_>) {
    let all: Vec<(usize, &str)> = lines(text).collect();
    let mut next = 0;
    while let Some((start, line)) = all.get(next).copied() {
        next += 1;
        let content = line.trim_start_matches(' ');
        let key = content.strip_prefix("- ").map_or(content, str::trim_start);
        let column = line.len() - key.len();
        if let Some(value) = key.strip_prefix("run:") {
            let at = start + line.len() - value.len();
            next = value_of(text, &all, next, at, value, column, read);
        } else if ["script:", "before_script:", "after_script:"]
            .iter()
            .any(|name| key.trim_end() == *name)
        {
            while let Some((start, line)) = all.get(next).copied() {
                let inner = line.trim_start_matches(' ');
                let Some(item) = inner.strip_prefix("- ").filter(|_| indent(line) >= column) else {
                    break;
                };
                next += 1;
                let at = start + line.len() - item.len();
                next = value_of(text, &all, next, at, item, indent(line), read);
            }
        }
    }
}

/// A scalar that is a script: a block, or what stands on the line. Gives the number of the line behind it.
fn value_of(
    text: &str,
    all: &[(usize, &str)],
    mut next: usize,
    at: usize,
    value: &str,
    column: usize,
    read: &mut Read<'_>,
) -> usize {
    let trimmed = value.trim();
    let is_block = trimmed.starts_with(['|', '>']);
    if !is_block {
        let lead = value.len() - value.trim_start().len();
        let start = at + lead;
        // Quotes of YAML are not those of the shell.
        match trimmed.bytes().next() {
            None | Some(b'#') => {}
            Some(quote @ (b'"' | b'\'')) => {
                let inner = &trimmed[1..];
                let is_simple = inner.ends_with(char::from(quote))
                    && !inner[..inner.len() - 1].contains([char::from(quote), '\\']);
                if is_simple {
                    read(start + 1, start + trimmed.len() - 1, Dialect::Script);
                }
            }
            Some(_) => read(start, start + trimmed.len(), Dialect::Script),
        }
        return next;
    }
    let dialect = match trimmed.starts_with('>') {
        true => Dialect::Folded,
        false => Dialect::Script,
    };
    let begin = all.get(next).map_or(text.len(), |(start, _)| *start);
    let mut end = begin;
    while let Some((start, line)) = all.get(next) {
        let is_blank = line.trim().is_empty();
        if !is_blank && indent(line) <= column {
            break;
        }
        end = start + line.len();
        next += 1;
    }
    read(begin, end, dialect);
    next
}

/// Fences of commands. With prompts in it, only the lines with a prompt are commands.
fn markdown(text: &str, read: &mut Read<'_>) {
    for fence in fences(text).iter().filter(|fence| fence.is_shell()) {
        let body = fence.body();
        fenced(text, body.start as usize, body.end as usize, read);
    }
}

fn fenced(text: &str, begin: usize, end: usize, read: &mut Read<'_>) {
    let body = &text[begin..end];
    let prompt = |line: &str| {
        let content = line.trim_start();
        let prompts = ["$ ", "% ", ">>> "];
        let rest = prompts.iter().find_map(|it| content.strip_prefix(it))?;
        Some(line.len() - rest.len())
    };
    if !body.lines().any(|line| prompt(line).is_some()) {
        // What a program says of itself is no command.
        let is_help = |line: &str| line.trim_start().to_ascii_lowercase().starts_with("usage:");
        if !body.lines().any(is_help) {
            read(begin, end, Dialect::Script);
        }
        return;
    }
    let mut behind = 0;
    for (start, line) in lines(body) {
        if let Some(lead) = prompt(line).filter(|_| start >= behind) {
            behind = logical_end(body, start);
            read(begin + start + lead, begin + behind, Dialect::Script);
        }
    }
}

fn dockerfile(text: &str) -> Vec<Command> {
    let mut found = Vec::new();
    let mut behind = 0;
    for (start, line) in lines(text) {
        if start < behind {
            continue;
        }
        let content = line.trim_start();
        let Some((word, _)) = content.split_once([' ', '\t']) else {
            continue;
        };
        let is_run = ["RUN", "CMD", "ENTRYPOINT"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known));
        behind = instruction_end(text, start);
        if !is_run {
            continue;
        }
        let at = start + line.len() - content.len() + word.len();
        let at = behind_options(text, at, behind);
        let body = &text[at..behind];
        if body.trim_start().starts_with('[') {
            found.extend(exec_form(text, at, behind));
        } else if let Some(end) = heredoc(body) {
            // The document is the script.
            let begin = at + body.find('\n').map_or(body.len(), |line| line + 1);
            let close = text[begin..]
                .find(&format!("\n{end}"))
                .map_or(text.len(), |it| begin + it);
            found.extend(commands(
                text,
                TextRange::from_usize(begin, close),
                Dialect::Script,
            ));
            behind = close;
        } else {
            found.extend(commands(
                text,
                TextRange::from_usize(at, behind),
                Dialect::Image,
            ));
        }
    }
    found
}

/// The end of an instruction; lines that are comments stand between its lines.
fn instruction_end(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut goes_on = true;
    for line in text[start..].split_inclusive('\n') {
        let is_comment = end > start && line.trim_start().starts_with('#');
        if !goes_on {
            break;
        }
        end += line.len();
        goes_on = is_comment || is_continued(line);
    }
    end
}

/// Behind `--mount=...` and its like.
fn behind_options(text: &str, mut at: usize, end: usize) -> usize {
    loop {
        let rest = &text[at..end];
        let content = rest.trim_start_matches([' ', '\t', '\\', '\r', '\n']);
        let lead = rest.len() - content.len();
        if !content.starts_with("--") {
            return at + lead;
        }
        let length = content.find(char::is_whitespace).unwrap_or(content.len());
        at += lead + length;
    }
}

/// The end of a document that an instruction begins with: `RUN <<EOF`.
fn heredoc(body: &str) -> Option<String> {
    let rest = body.trim_start().strip_prefix("<<")?;
    let word = rest
        .strip_prefix('-')
        .unwrap_or(rest)
        .split_whitespace()
        .next()?;
    Some(word.trim_matches(['"', '\'']).to_owned())
}

/// `["hf", "download"]`
fn exec_form(text: &str, start: usize, end: usize) -> Option<Command> {
    let body = &text[start..end];
    serde_json::from_str::<Vec<String>>(body.trim()).ok()?;
    let mut words = Vec::new();
    let mut begin = None;
    let mut escaped = false;
    for (at, byte) in body.bytes().enumerate() {
        match (byte, begin) {
            _ if escaped => escaped = false,
            (b'\\', _) => escaped = true,
            (b'"', None) => begin = Some(at + 1),
            (b'"', Some(first)) => {
                let inner: &str = &body[first..at];
                let plain = !inner.contains('\\');
                words.push(Word {
                    range: TextRange::from_usize(start + first, start + at),
                    text: if plain {
                        inner.to_owned()
                    } else {
                        String::new()
                    },
                    known: plain,
                    plain,
                    splits: false,
                });
                begin = None;
            }
            _ => {}
        }
    }
    (!words.is_empty()).then_some(Command { words })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(format: Format, text: &str) -> Vec<String> {
        let line = |it: &Command| {
            let words: Vec<&str> = it.words.iter().map(|word| word.text.as_str()).collect();
            words.join(" ")
        };
        all(format, text).iter().map(line).collect()
    }

    #[test]
    fn recipes_are_lines_of_shell() {
        let text = "X = hf no\nall: deps\n\t@hf a \\\n\t  b\n\t-hf $$X c\n";
        assert_eq!(shown(Format::Makefile, text), ["hf a b", "hf  c"]);
    }

    #[test]
    fn steps_of_workflows_are_read() {
        let text = "jobs:\n  a:\n    steps:\n      - run: hf a\n      - name: x\n        run: |\n          hf b\n          hf c\n      - run: >-\n          hf d\n          e\n      - run: \"hf f\"\n";
        assert_eq!(
            shown(Format::Yaml, text),
            ["hf a", "hf b", "hf c", "hf d e", "hf f"]
        );
        let text = "test:\n  script:\n    - hf a\n    - |\n      hf b\n  other:\n    - hf c\n";
        assert_eq!(shown(Format::Yaml, text), ["hf a", "hf b"]);
    }

    #[test]
    fn fences_of_commands_are_read() {
        let text =
            "```bash\nhf a\n```\n```python\nhf b\n```\n~~~console\n$ hf c \\\n  d\nhf e\n~~~\n";
        assert_eq!(shown(Format::Markdown, text), ["hf a", "hf c d"]);
    }

    #[test]
    fn instructions_are_read_in_every_form() {
        let text = "FROM a\nRUN --mount=type=secret,id=x hf a \\\n  # note\n  b && hf c\nCMD [\"hf\", \"d\"]\nRUN <<EOF\nhf e\nEOF\nENV X=hf\nENTRYPOINT hf f\n";
        assert_eq!(
            shown(Format::Dockerfile, text),
            ["hf a b", "hf c", "hf d", "hf e", "hf f"]
        );
    }
}
