//! Findings of the other rules in a journal: under the code that the journal has for them, so that no place is reported
//! twice and one comment silences it.

use super::facts::taken_over;
use super::rules;
use crate::journal::role::Role;
use crate::rules::finding::Finding;

/// The code that a journal's document has for a finding of another rule.
fn code(role: Role, finding: &Finding) -> Option<&'static str> {
    let in_plan = |code| (role == Role::Plan).then_some(code);
    // What a script of the project takes, no library says.
    let is_own = finding.library.is_none();
    match finding.code {
        "HF601" => Some("HFP601"),
        "HF602" => in_plan("HFP603"),
        "HF713" | "HF714" | "HF715" if is_own => in_plan("HFP406"),
        "HF711" | "HF712" | "HF713" | "HF714" | "HF715" => in_plan("HFP404"),
        code if ["HF1", "HF2", "HF3"]
            .iter()
            .any(|family| code.starts_with(family)) =>
        {
            in_plan("HFP501")
        }
        _ => None,
    }
}

/// A finding of another rule as the journal reports it: its own code is named in a note.
#[must_use]
pub fn translated(role: Role, mut finding: Finding) -> Finding {
    if let Some(taken) = taken_over(&finding).filter(|_| role == Role::Plan) {
        return taken;
    }
    let wanted = code(role, &finding);
    let rule = wanted.and_then(|code| rules().find(|rule| rule.code == code));
    if let Some(rule) = rule {
        finding
            .notes
            .push(format!("{} {}", finding.code, finding.name));
        (finding.code, finding.name) = (rule.code, rule.name);
    }
    finding
}
