//! Inline script metadata (PEP 723): TOML in a comment block that begins with `# /// script`.

use std::ops::Range;

use toml_edit::Item;

use super::{Group, Sheet, toml};
use crate::text::TextRange;
use crate::workspace::problem::Problem;

const OPENING: &str = "# /// script";

/// Whether a Python file might have a script block; a cheap test before anything is parsed.
pub fn has_script_block(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), OPENING.as_bytes()).is_some()
}

/// Reads the `dependencies` of the script block.
pub(super) fn read(sheet: &mut Sheet<'_>) {
    let blocks = blocks(sheet.text);
    let Some(block) = blocks.first() else { return };
    if let Some(second) = blocks.get(1) {
        let message = "second `script` block, so both are ignored".to_owned();
        return sheet.problem(second.start, message);
    }
    let (toml, start) = (uncomment(&sheet.text[block.clone()]), block.start);
    let document = match toml::parse(sheet.path, &toml) {
        Ok(document) => document,
        Err(problem) => {
            // The line counts from the block.
            let line = Problem::at(sheet.path, sheet.text, start, String::new()).line;
            let line = line + problem.line - 1;
            return sheet.out.problems.push(Problem { line, ..problem });
        }
    };
    let Some(array) = document.get("dependencies").and_then(Item::as_array) else {
        return;
    };
    for (requirement, range) in toml::strings(&toml, array) {
        let range = TextRange::from_usize(range.start as usize + start, range.end as usize + start);
        sheet.requirement(requirement, range, &Group::Main);
    }
}

/// The contents of all script blocks: full lines, without the opening and closing ones.
fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    let mut closed: Option<usize> = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let comment = content == "#" || content.starts_with("# ");
        match open {
            None if content == OPENING => open = Some(offset + line.len()),
            // The last closing line of an unbroken comment ends the block.
            Some(_) if content == "# ///" => closed = Some(offset),
            Some(start) if !comment => {
                found.extend(closed.take().map(|end| start..end));
                open = None;
            }
            _ => {}
        }
        offset += line.len();
    }
    found.extend(open.zip(closed).map(|(start, end)| start..end));
    found
}

/// Puts spaces in place of the comment signs, so that offsets stay.
fn uncomment(block: &str) -> String {
    block
        .split_inclusive('\n')
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) => format!("  {rest}"),
            None => line.replacen('#', " ", 1),
        })
        .collect()
}
