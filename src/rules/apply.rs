//! Applying fixes to a text until nothing is left to fix.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Applicability, Edit, Finding};
use crate::embedded::Format;
use crate::python::parse::parse_module;
use crate::text::TextRange;

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
pub fn fix_all(
    format: Format,
    text: &str,
    allow_unsafe: bool,
    check: impl Fn(&str) -> Vec<Finding>,
) -> Fixed {
    let broken = |text: &str| match format {
        Format::Python => parse_module(text).errors.len(),
        _ => 0,
    };
    let mut fixed = Fixed {
        text: text.to_owned(),
        applied: BTreeMap::new(),
    };
    let errors = broken(text);
    for _ in 0..MAX_ROUNDS {
        let findings = check(&fixed.text);
        let (edits, codes) = compatible_edits(&findings, allow_unsafe);
        if edits.is_empty() {
            break;
        }
        let next = apply_edits(&fixed.text, &edits);
        if broken(&next) > errors {
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
    let mut edits: BTreeSet<&Edit> = BTreeSet::new();
    let mut codes = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        if fix.applicability == Applicability::Unsafe && !allow_unsafe {
            continue;
        }
        if fix.edits.iter().all(|edit| fits(edit, &edits)) {
            edits.extend(&fix.edits);
            codes.push(finding.code);
        }
    }
    (edits.into_iter().cloned().collect(), codes)
}

/// Whether an edit is one of `edits` or touches none of them: edits that share a byte or a boundary wait
/// for the next round. Those of `edits` do not overlap, so only the last that begin before its end
/// can touch it.
fn fits(edit: &Edit, edits: &BTreeSet<&Edit>) -> bool {
    let behind = Edit {
        range: TextRange::at(edit.range.end.saturating_add(1)),
        content: String::new(),
    };
    let before = edits.range::<&Edit, _>(..&behind).rev();
    let mut near = before.take_while(|other| other.range.end >= edit.range.start);
    near.all(|other| **other == *edit)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::finding::Fix;

    fn finding(edits: &[(u32, u32, &str)]) -> Finding {
        let edits = edits.iter().map(|(start, end, content)| Edit {
            range: TextRange::new(*start, *end),
            content: (*content).to_owned(),
        });
        Finding {
            fix: Some(Fix {
                title: String::new(),
                applicability: Applicability::Safe,
                edits: edits.collect(),
            }),
            ..Finding::default()
        }
    }

    fn taken(findings: &[Finding]) -> Vec<(u32, u32)> {
        let (edits, _) = compatible_edits(findings, false);
        let ranges = edits.iter().map(|edit| (edit.range.start, edit.range.end));
        ranges.collect()
    }

    #[test]
    fn edits_that_touch_wait() {
        let first = finding(&[(10, 20, "a"), (20, 20, "b"), (40, 50, "c")]);
        for (edit, fits) in [
            ((0, 9, ""), true),
            ((0, 10, ""), false),
            ((12, 13, ""), false),
            ((20, 20, "c"), false),
            ((21, 39, ""), true),
            ((21, 40, ""), false),
            ((5, 60, ""), false),
            ((50, 60, ""), false),
            ((51, 51, ""), true),
        ] {
            let both = [first.clone(), finding(&[edit])];
            assert_eq!(taken(&both).len() == 4, fits, "{edit:?}");
        }
    }

    #[test]
    fn the_same_edit_serves_two_fixes() {
        let shared = [(10, 20, "a")];
        let findings = [finding(&shared), finding(&[(10, 20, "a"), (30, 31, "")])];
        assert_eq!(taken(&findings), [(10, 20), (30, 31)]);
    }
}
