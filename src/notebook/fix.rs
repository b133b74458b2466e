//! Applying fixes to the file of a notebook until nothing is left to fix.

use std::collections::BTreeMap;

use super::file::Notebook;
use super::join::Joined;
use crate::python::parse::parse_module;
use crate::rules::apply::{Fixed, apply_edits, compatible_edits};
use crate::rules::finding::{Edit, Finding};

/// More rounds than this would mean that two fixes undo each other.
const MAX_ROUNDS: usize = 50;

/// As [`crate::rules::apply::fix_all`], for the text of a notebook's file. A round is thrown away when there is
/// more that cannot be read behind it, or when it would change what is not Python
/// and no command either.
pub fn fix_all(text: &str, allow_unsafe: bool, check: impl Fn(&Joined) -> Vec<Finding>) -> Fixed {
    let mut fixed = Fixed {
        text: text.to_owned(),
        applied: BTreeMap::new(),
    };
    for _ in 0..MAX_ROUNDS {
        let Some((next, codes)) = round(&fixed.text, allow_unsafe, &check) else {
            break;
        };
        fixed.text = next;
        for code in codes {
            *fixed.applied.entry(code).or_default() += 1;
        }
    }
    fixed
}

/// The text after one round, and the codes of what was fixed; `None` where nothing was.
fn round(
    text: &str,
    allow_unsafe: bool,
    check: impl Fn(&Joined) -> Vec<Finding>,
) -> Option<(String, Vec<&'static str>)> {
    let notebook = Notebook::parse(text).ok()?;
    let joined = notebook.join();
    let findings = joined.fixable(check(&joined));
    let (edits, codes) = compatible_edits(&findings, allow_unsafe);
    if edits.is_empty() {
        return None;
    }
    let next = apply_edits(text, &notebook.file_edits(&joined, &edits)?);
    let after = Notebook::parse(&next).ok()?.join();
    if errors(&after) > errors(&joined) || !keeps_magics(&joined, &after, &edits) {
        tracing::error!(?codes, "a fix would have broken a cell; left as it was");
        return None;
    }
    Some((next, codes))
}

/// Whether what is not Python is as it was, but for the commands and files that an edit is about.
fn keeps_magics(before: &Joined, after: &Joined, edits: &[Edit]) -> bool {
    let of_magic = |edit: &&Edit| before.is_in_magic(edit.range);
    let rewritten = edits.iter().filter(of_magic).count();
    let differ = before.magics().zip(after.magics()).filter(|(a, b)| a != b);
    before.magics().count() == after.magics().count() && differ.count() <= rewritten
}

fn errors(joined: &Joined) -> usize {
    joined.lost() + parse_module(joined.code()).errors.len()
}

#[cfg(test)]
mod tests;
