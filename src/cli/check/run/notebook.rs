//! Checks the file of a notebook.

use std::path::Path;

use super::{Outcome, Run, failed, print, shown, unified};
use crate::cli::check::output::{Cells, FileFindings};
use crate::notebook::{Joined, Notebook, fix_all};
use crate::rules::finding::Finding;
use crate::workspace::discover::Found;
use crate::workspace::document::ANALYSIS_LIMIT;

impl Run<'_> {
    /// Checks, and where asked fixes, the text of a notebook's file.
    pub(super) fn check_notebook(&self, found: &Found, text: String) -> Outcome {
        let (path, absolute) = (&found.path, &found.absolute);
        let check = |cells: &Joined| {
            let found = self.find_python(absolute, cells.code(), cells.declares());
            let mut findings = self.checker.filtered(absolute, found);
            findings.extend(self.checker.check_magics(absolute, cells));
            findings.sort_by_key(|finding| finding.range);
            cells.fixable(findings)
        };
        let (cells, findings) = match read(&text, check) {
            Ok(read) => read,
            Err(why) => return failed(path, &why),
        };
        let mut outcome = Outcome {
            file: file(path, &text, cells, findings),
            fixed: None,
            read: None,
            failed: None,
        };
        if !self.is_to_be_fixed(&outcome.file.findings) {
            return outcome;
        }
        let fixed = fix_all(&text, self.args.unsafe_fixes, check);
        if self.args.diff {
            let _ = print(&unified(path, &text, &fixed.text));
        } else if let Ok((cells, findings)) = read(&fixed.text, check) {
            outcome.file = file(path, &fixed.text, cells, findings);
        }
        outcome.fixed = Some(fixed);
        outcome
    }
}

/// The cells of a notebook and what is found in them, or why it cannot be read.
fn read(
    text: &str,
    check: impl Fn(&Joined) -> Vec<Finding>,
) -> Result<(Joined, Vec<Finding>), String> {
    let notebook = Notebook::parse(text).map_err(|error| error.to_string())?;
    let cells = notebook.join();
    if cells.code().len() > ANALYSIS_LIMIT {
        return Err(format!(
            "holds more than {} MB of code",
            ANALYSIS_LIMIT >> 20
        ));
    }
    let findings = check(&cells);
    Ok((cells, findings))
}

/// The findings with all that is needed to show them.
fn file(path: &Path, text: &str, cells: Joined, findings: Vec<Finding>) -> FileFindings {
    let source = match findings.is_empty() {
        true => String::new(),
        false => cells.source().to_owned(),
    };
    let notebook = Notebook::parse(text).ok();
    let cells = notebook.map(|notebook| Cells::new(&notebook, text, cells, &findings));
    FileFindings {
        path: shown(path),
        text: source,
        findings,
        elsewhere: Vec::new(),
        cells,
    }
}
