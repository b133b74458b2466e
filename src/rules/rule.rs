//! What a rule is: declared in one place with its documentation and its examples.

use super::context::Context;
use super::finding::{Finding, Severity};
use crate::embedded::Format;
use crate::journal::surroundings::Surroundings;

/// A rule.
pub struct Rule {
    /// Stable code, `HF103`.
    pub code: &'static str,
    /// Kebab-case name, `renamed-argument`.
    pub name: &'static str,
    /// What most of its findings are.
    pub severity: Severity,
    /// One line.
    pub summary: &'static str,
    /// Markdown: what it finds, why that matters, what to do.
    pub explanation: &'static str,
    /// Whether there are fixes, and of which kind.
    pub fix: FixKind,
    /// Code that it reports.
    pub bad: Example,
    /// Code that it leaves alone.
    pub good: Example,
    /// What makes its findings.
    pub check: Check,
}

/// What makes the findings of a rule.
#[derive(Clone, Copy)]
pub enum Check {
    /// Adds those about one document that holds code.
    Code(fn(&Context<'_>, &mut Vec<Finding>)),
    /// Adds those about one document of the dev-journal.
    Journal(fn(&Surroundings<'_>, &mut Vec<Finding>)),
    /// They are made by a function of their own: see [`super::check_requirements`].
    Requirements,
}

impl Rule {
    /// What it finds in one document.
    pub fn findings(&self, ctx: &Context<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Check::Code(check) = self.check {
            check(ctx, &mut findings);
        }
        findings
    }
}

/// Which fixes a rule offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixKind {
    /// None.
    No,
    /// Sometimes; some of them safe.
    Sometimes,
    /// Sometimes; never without a look.
    Unsafe,
}

/// Example code together with the releases it is checked against.
pub struct Example {
    /// What the code is written in.
    pub format: Format,
    /// `package==version` each.
    pub targets: &'static [&'static str],
    /// `package==version` each: what the project has now, where the targets are an upgrade. `installed==` lists
    /// all that is installed, `python==` is the interpreter's version.
    pub baseline: &'static [&'static str],
    /// The code.
    pub code: &'static str,
}
