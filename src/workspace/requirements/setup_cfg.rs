//! setup.cfg: `install_requires` and `extras_require`, lists of indented lines.

use super::{Group, Sheet};
use crate::text::TextRange;

/// Reads the lists of requirements.
pub(super) fn read(sheet: &mut Sheet<'_>) {
    let mut section = "";
    let mut group: Option<Group> = None;
    let mut offset = 0;
    let text = sheet.text;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            let indent = line.len() - line.trim_start().len();
            entry(sheet, content, start + indent, group.as_ref());
        } else if let Some(name) = content.strip_prefix('[') {
            section = name.trim_end_matches(']').trim();
            group = None;
        } else if let Some((key, value)) = line.split_once('=') {
            group = group_of(section, key.trim());
            let indent = key.len() + 1 + value.len() - value.trim_start().len();
            entry(sheet, value.trim(), start + indent, group.as_ref());
        }
    }
}

fn group_of(section: &str, key: &str) -> Option<Group> {
    match (section, key) {
        ("options", "install_requires") => Some(Group::Main),
        ("options.extras_require", extra) => Some(Group::Optional(extra.to_owned())),
        _ => None,
    }
}

/// One line of a list; a line may hold several requirements, separated by semicolons only in old files.
fn entry(sheet: &mut Sheet<'_>, content: &str, start: usize, group: Option<&Group>) {
    let content = content.split(" #").next().unwrap_or_default().trim_end();
    let Some(group) = group else { return };
    // `file: requirements.txt` and `%(name)s` are not requirements.
    if content.is_empty() || content.starts_with("file:") || content.contains("%(") {
        return;
    }
    let range = TextRange::from_usize(start, start + content.len());
    sheet.requirement(content, range, group);
}
