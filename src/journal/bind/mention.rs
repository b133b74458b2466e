//! Where the steps of a plan name files.

use crate::embedded::launched::path_of;
use crate::embedded::markdown::Fence;
use crate::journal::outline::Outline;
use crate::journal::plan::{FieldName, PathSpan, Plan};
use crate::text::TextRange;

/// How a file is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// Under `Files:`.
    Files,
    /// As the title of a fence.
    Fence,
    /// In a command: `Run:`, `Verify:`, a fence of a shell.
    Command,
}

/// A place where a step names a file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The step, by its place in the plan's list.
    pub step: usize,
    /// The path as written, without `./` in front and `/` behind.
    pub path: String,
    /// What stands behind `#`.
    pub symbol: Option<String>,
    /// Where the path stands.
    pub range: TextRange,
    /// How it is named.
    pub place: Place,
}

/// All of them, in the order of the steps.
pub fn mentions(text: &str, plan: &Plan, outline: &Outline) -> Vec<Mention> {
    let mut found = Vec::new();
    for (number, step) in plan.steps.iter().enumerate() {
        let files = step.spans(FieldName::Files);
        found.extend(files.filter_map(|span| of_files(text, number, span)));
        for fence in step.fences.iter().map(|&at| &outline.fences[at]) {
            found.extend(of_title(text, number, fence));
            if fence.is_shell() {
                let lines = fence.lines.iter();
                lines.for_each(|line| of_command(text, number, *line, &mut found));
            }
        }
        let commands = [FieldName::Run, FieldName::Verify].into_iter();
        for span in commands.flat_map(|name| step.spans(name)) {
            of_command(text, number, span, &mut found);
        }
    }
    found
}

fn of_files(text: &str, step: usize, span: TextRange) -> Option<Mention> {
    let span = PathSpan::read(text, span);
    span.is_definite().then(|| Mention {
        step,
        path: span.path.trim_end_matches('/').to_owned(),
        symbol: span.symbol.map(str::to_owned),
        range: span.path_range,
        place: Place::Files,
    })
}

fn of_title(text: &str, step: usize, fence: &Fence) -> Option<Mention> {
    let title = title_of(text, fence)?;
    title.is_definite().then(|| Mention {
        step,
        path: title.path.to_owned(),
        symbol: title.symbol.map(str::to_owned),
        range: title.path_range,
        place: Place::Fence,
    })
}

/// The file that a fence says it is, or is a part of: `title="src/train.py#main"` behind its language.
pub fn title_of<'t>(text: &'t str, fence: &Fence) -> Option<PathSpan<'t>> {
    let opening = fence.opening.slice(text);
    let at = opening.find("title=")? + "title=".len();
    let rest = &opening[at..];
    let (skipped, end) = match rest.chars().next()? {
        quote @ ('"' | '\'') => (1, 1 + rest[1..].find(quote)?),
        _ => (0, rest.find([' ', '\t', '}']).unwrap_or(rest.len())),
    };
    let start = fence.opening.start as usize + at;
    let range = TextRange::from_usize(start + skipped, start + end);
    (!range.is_empty()).then(|| PathSpan::read(text, range))
}

/// The words of a command that look like files, and the modules behind `-m`.
fn of_command(text: &str, step: usize, command: TextRange, found: &mut Vec<Mention>) {
    let is_apart = |it: char| it.is_whitespace() || "\"'`=,;:()<>|&".contains(it);
    let mut start = command.start as usize;
    let mut before = "";
    for piece in command.slice(text).split_inclusive(is_apart) {
        let word = piece.trim_end_matches(is_apart);
        let path = word.strip_prefix("./").unwrap_or(word);
        let at = start + word.len() - path.len();
        let is_module = before == "-m" && is_dotted(word);
        if is_module || is_file(path) {
            found.push(Mention {
                step,
                path: path_of(path, is_module),
                symbol: None,
                range: TextRange::from_usize(at, at + path.len()),
                place: Place::Command,
            });
        }
        start += piece.len();
        if !word.is_empty() {
            before = word;
        }
    }
}

fn is_dotted(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || b"_.".contains(&it))
}

/// Whether a word ends as names of files do: `.py`, `.jsonl`, no version and no number.
fn is_file(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    let is_path = word
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || b"_.-/".contains(&it) || !it.is_ascii());
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    is_path
        && !word.starts_with(['-', '/'])
        && ending.starts_with(|it: char| it.is_ascii_alphabetic())
        && (1..=8).contains(&ending.len())
        && ending.bytes().all(|it| it.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::markdown::Syntax;

    #[test]
    fn files_fences_and_commands_name_files() {
        let text = "- [ ] 1.1 a\n  - Files: `src/train.py#main`, `out/`, `*.json`\n  - Run: `uv run python ./src/a.py --lr 2e-4 --data=d/x.jsonl a-b/c-3.1` and `python -m pkg.b`\n\n  ```python title=\"src/t.py\"\n  x\n  ```\n\n  ```bash\n  sh run.sh\n  ```\n- [ ] 1.2 b\n  - Verify: `pytest tests/t.py::x`\n";
        let outline = Syntax::parse(text).outline(text);
        let found = mentions(text, &Plan::read(text, &outline), &outline);
        let shown: Vec<_> = found
            .iter()
            .map(|it| (it.step, it.path.as_str(), it.place, it.range.slice(text)))
            .collect();
        let expected = [
            (0, "src/train.py", Place::Files, "src/train.py"),
            (0, "out", Place::Files, "out/"),
            (0, "src/t.py", Place::Fence, "src/t.py"),
            (0, "run.sh", Place::Command, "run.sh"),
            (0, "src/a.py", Place::Command, "src/a.py"),
            (0, "d/x.jsonl", Place::Command, "d/x.jsonl"),
            (0, "pkg/b.py", Place::Command, "pkg.b"),
            (1, "tests/t.py", Place::Command, "tests/t.py"),
        ];
        assert_eq!(shown, expected);
        assert_eq!(found[0].symbol.as_deref(), Some("main"));
    }
}
