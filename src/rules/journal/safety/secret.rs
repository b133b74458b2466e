//! HFP601

use crate::embedded::Format;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::journal::is_suppressed;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::rules::security::{secret_message, secrets};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP601",
    name: "secret-in-journal",
    severity: Severity::Error,
    summary: "a token or key that stands in a document of the journal",
    explanation: "The journal lies beside the code in version control, and agents read it first: whoever reads it can use \
the token. Remove it, make it invalid at the service that gave it, and let the step say where a new one is kept. \
Tokens are known by their exact shape; placeholders are not reported. This is HF601 for documents of the journal, where it is \
reported under this code alone.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        // Made up; in two parts, so that no scanner takes it for a real one.
        code: concat!(
            "==> dev-journal/PROJECT-DESCRIPTION.md <==\n# Project\n\nThe token of the team is hf_",
            "QzWxEcRvTbYnUmIkOlPaSdFgHjKlZqXwCe.\n"
        ),
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/PROJECT-DESCRIPTION.md <==\n# Project\n\nThe token of the team is in the vault; `hf auth login` stores it.\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    if surroundings.role.is_none() {
        return;
    }
    let text = surroundings.text();
    for secret in secrets(text) {
        // The same sentence as in other files, so that it is told once.
        let mut finding = RULE.plain_finding(secret.range, secret_message(text, secret));
        finding.help = Some("remove it, and make it invalid".to_owned());
        let mut of_code = finding.clone();
        (of_code.code, of_code.name) = ("HF601", "hardcoded-token");
        if !is_suppressed(surroundings.document.facts(), &of_code) {
            findings.push(finding);
        }
    }
}
