//! requirements.txt: one requirement a line, with comments, options and continued lines.

use super::{Group, Include, Sheet};
use crate::text::TextRange;

/// Reads a requirement file. A bad line is a problem once for the file; the good ones count.
pub(super) fn read(sheet: &mut Sheet<'_>) {
    let joined = join_continued(sheet.text);
    let mut offset = 0;
    for line in joined.split('\n') {
        read_line(sheet, line, offset);
        offset += line.len() + 1;
    }
    // A file of prose would complain on every line; the first says enough.
    sheet.out.problems.truncate(1);
}

fn read_line(sheet: &mut Sheet<'_>, line: &str, offset: usize) {
    let content = without_comment(line);
    let start = offset + content.len() - content.trim_start().len();
    let content = without_options(content.trim());
    let range = TextRange::from_usize(start, start + content.len());
    if content.starts_with('-') {
        sheet.out.includes.extend(include(content, range));
    } else if !content.is_empty() && !is_location(content) {
        let name = sheet.path.file_name().and_then(|name| name.to_str());
        let group = match name.is_some_and(|name| name.starts_with("constraints")) {
            true => Group::Constraint,
            false => Group::Main,
        };
        sheet.requirement(content, range, &group);
    }
}

/// Puts spaces in place of each backslash at the end of a line and the break behind it, so that offsets stay.
fn join_continued(text: &str) -> String {
    text.replace("\\\r\n", "   ").replace("\\\n", "  ")
}

/// Cuts a comment: `#` at the beginning or behind white space.
fn without_comment(line: &str) -> &str {
    let comment = line.match_indices('#').find(|&(at, _)| {
        line[..at]
            .chars()
            .next_back()
            .is_none_or(char::is_whitespace)
    });
    comment.map_or(line, |(at, _)| &line[..at])
}

/// Cuts the options of one requirement (`--hash=…`).
fn without_options(content: &str) -> &str {
    match content.find(" --") {
        Some(at) if !content.starts_with('-') => content[..at].trim_end(),
        _ => content,
    }
}

/// `-r FILE`, `-c FILE` and their long forms; other options say nothing about versions.
fn include(option: &str, range: TextRange) -> Option<Include> {
    let forms = [
        ("--requirement", false),
        ("--constraint", true),
        ("-r", false),
        ("-c", true),
    ];
    let (rest, constraint) = forms
        .iter()
        .find_map(|(form, constraint)| Some((option.strip_prefix(form)?, *constraint)))?;
    let path = rest.trim_start_matches([' ', '\t', '=']).trim();
    let path = path.trim_matches(['"', '\'']);
    let local = !path.is_empty() && !path.contains("://");
    local.then(|| Include {
        path: path.to_owned(),
        constraint,
        range,
    })
}

/// Whether a line names a place (URL, folder, wheel) or a variable instead of a package.
fn is_location(content: &str) -> bool {
    if content.contains("${") {
        return true;
    }
    let bare = content.split(';').next().unwrap_or_default().trim();
    let before_at = bare.split_once('@').map(|(before, _)| before);
    let named = before_at.is_some_and(|name| !name.contains(['/', '\\', ':']));
    let place = bare.contains(['/', '\\'])
        || bare.starts_with('.')
        || [".whl", ".zip", ".tar.gz"]
            .iter()
            .any(|end| bare.ends_with(end));
    place && !named
}
