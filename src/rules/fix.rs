//! Edits that a careful person would make.

mod argument;
mod config;
pub mod import;
mod lighter;

pub use argument::{argument_fix, insert_argument, remove_argument};
pub use config::fit;
pub use import::replace_import;
pub use lighter::lighter;

use super::finding::{Applicability, Edit, Finding, Fix};
use crate::embedded::markdown;

/// A fix from edits in any order; `None` where two of them overlap.
pub fn fix(title: String, applicability: Applicability, mut edits: Vec<Edit>) -> Option<Fix> {
    edits.sort();
    edits.dedup();
    let overlap = edits
        .windows(2)
        .any(|pair| pair[0].range.end > pair[1].range.start);
    (!overlap && !edits.is_empty()).then_some(Fix {
        title,
        applicability,
        edits,
    })
}

/// Drops the fixes that would change more of a document than its Python.
pub fn keep_python(text: &str, findings: &mut [Finding]) {
    for finding in findings {
        finding.fix = finding.fix.take().filter(|fix| markdown::takes(text, fix));
    }
}

/// Safe or not.
pub const fn applicability(safe: bool) -> Applicability {
    if safe {
        Applicability::Safe
    } else {
        Applicability::Unsafe
    }
}
