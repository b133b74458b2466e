//! Applying fixes to a text until nothing is left to fix.

use std::collections::BTreeMap;

use super::finding::{Applicability, Edit, Finding};
use crate::python::parse::parse_module;

/// More rounds than this would mean that two fixes undo each other.
const MAX_ROUNDS: usize = 50;

/// A text after its fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The new text.
    pub text: String,
    /// How many fixes of each code were applied.
    pub applied: BTreeMap<&'static str, usize>,
}

/// Applies fixes, finds again, and so on, until nothing changes. A round whose result has more syntax
/// errors than the text before is thrown away.
pub fn fix_all(text: &str, allow_unsafe: bool, check: impl Fn(&str) -> Vec<Finding>) -> Fixed {
    let mut fixed = Fixed {
        text: text.to_owned(),
        applied: BTreeMap::new(),
    };
    let errors = parse_module(text).errors.len();
    for _ in 0..MAX_ROUNDS {
        let findings = check(&fixed.text);
        let (edits, codes) = compatible_edits(&findings, allow_unsafe);
        if edits.is_empty() {
            break;
        }
        let next = apply_edits(&fixed.text, &edits);
        if parse_module(&next).errors.len() > errors {
            tracing::error!(?codes, "a fix would have broken the syntax; left as it was");
            break;
        }
        fixed.text = next;
        for code in codes {
            *fixed.applied.entry(code).or_default() += 1;
        }
    }
    fixed
}

/// The edits of as many fixes as go together in one round, sorted, and the codes of these fixes.
pub fn compatible_edits(
    findings: &[Finding],
    allow_unsafe: bool,
) -> (Vec<Edit>, Vec<&'static str>) {
    let mut edits: Vec<Edit> = Vec::new();
    let mut codes = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        if fix.applicability == Applicability::Unsafe && !allow_unsafe {
            continue;
        }
        let fits = |edit: &Edit| {
            edits
                .iter()
                .all(|other| edit == other || !touch(edit, other))
        };
        if fix.edits.iter().all(fits) {
            edits.extend(fix.edits.iter().cloned());
            codes.push(finding.code);
        }
    }
    edits.sort();
    edits.dedup();
    (edits, codes)
}

/// Edits that share a byte or a boundary wait for the next round.
fn touch(a: &Edit, b: &Edit) -> bool {
    a.range.start <= b.range.end && b.range.start <= a.range.end
}

/// Applies sorted edits that do not overlap.
pub fn apply_edits(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.range.start as usize, edit.range.end as usize);
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(&edit.content);
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
