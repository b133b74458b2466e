//! One line for each finding: `train.py:14:5: HF103 message [fixable]`; `nb.ipynb:cell 3:2:5: ...` in a notebook

use super::{FileFindings, Places};
use crate::rules::finding::Applicability;

/// Renders the findings of one file.
pub fn render(file: &FileFindings) -> String {
    let places = Places::of(file);
    let mut out = String::new();
    for finding in &file.findings {
        let place = places.place(finding.range.start);
        let fix = match finding.fix.as_ref().map(|fix| fix.applicability) {
            Some(Applicability::Safe) => " [fixable]",
            Some(Applicability::Unsafe) => " [fixable with --unsafe-fixes]",
            None => "",
        };
        out.push_str(&format!(
            "{}:{}:{}: {} {} {}{fix}\n",
            file.place_name(place),
            place.row,
            place.column,
            finding.severity,
            finding.code,
            finding.message
        ));
    }
    out
}
