//! What a coding agent is answered, in the form that its hooks have.

use serde_json::{Value, json};

use crate::cli::check::output::{FileFindings, Places};
use crate::rules::finding::{Applicability, Finding, Severity};

/// More findings are counted: an agent reads what stands here in the middle of its work.
const MOST: usize = 20;
/// A line that is longer is cut.
const WIDEST: usize = 400;

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing is wrong, or it is no business of ours: silence.
    Nothing,
    /// What has to be mended: the agent is made to read it.
    Errors(String),
    /// What is worth a look.
    Notes(String),
    /// The tool is not to do this, and why.
    Denied(String),
    /// What went wrong here, for the user.
    Trouble(String),
}

impl Answer {
    /// The answer about the findings of files.
    pub fn of(files: &[FileFindings]) -> Self {
        let mut lines: Vec<(Severity, String)> = files.iter().flat_map(lines).collect();
        if lines.is_empty() {
            return Self::Nothing;
        }
        let is_error = lines
            .iter()
            .any(|(severity, _)| *severity == Severity::Error);
        // Of one severity in the order of their places.
        lines.sort_by_key(|(severity, _)| *severity);
        let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let names = names.join(" ");
        let count = match lines.len() {
            1 => "1 finding".to_owned(),
            count => format!("{count} findings"),
        };
        let mut text = format!("hf-lsp: {count} in {names}\n");
        for (_, line) in lines.iter().take(MOST) {
            text.push_str(line);
            text.push('\n');
        }
        if lines.len() > MOST {
            let more = lines.len() - MOST;
            text.push_str(&format!("and {more} more: `hf-lsp check {names}`\n"));
        }
        let is_safe = |finding: &&Finding| {
            let fix = finding.fix.as_ref();
            fix.is_some_and(|fix| fix.applicability == Applicability::Safe)
        };
        let findings = files.iter().flat_map(|file| &file.findings);
        let safe = findings.filter(is_safe).count();
        if safe > 0 {
            text.push_str(&format!(
                "{safe} can be fixed by `hf-lsp check --fix {names}`, or hf_check with `fix`\n"
            ));
        }
        match is_error {
            true => Self::Errors(text),
            false => Self::Notes(text),
        }
    }

    /// As it is written to standard output; nothing for silence.
    pub fn to_json(&self) -> Option<String> {
        let value: Value = match self {
            Self::Nothing => return None,
            Self::Errors(text) => json!({"decision": "block", "reason": text}),
            Self::Notes(text) => json!({
                "hookSpecificOutput": {"hookEventName": "PostToolUse", "additionalContext": text},
            }),
            Self::Denied(why) => json!({
                "hookSpecificOutput": {
                    "hookEventName": "PreToolUse",
                    "permissionDecision": "deny",
                    "permissionDecisionReason": format!("hf-lsp: {why}"),
                },
            }),
            Self::Trouble(why) => json!({"systemMessage": format!("hf-lsp hook: {why}")}),
        };
        Some(format!("{value}\n"))
    }
}

/// A line for each finding: place, severity, code, what is wrong, what to write instead.
fn lines(file: &FileFindings) -> Vec<(Severity, String)> {
    let places = Places::of(file);
    let line = |finding: &Finding| {
        let place = places.place(finding.range.start);
        let mut line = format!(
            "{}:{}:{}: {} {} {}",
            file.place_name(place),
            place.row,
            place.column,
            finding.severity,
            finding.code,
            finding.message
        );
        let instead = finding.fix.as_ref().map(|fix| &fix.title);
        if let Some(instead) = instead.or(finding.help.as_ref()) {
            line.push_str(&format!("; fix: {instead}"));
        }
        let line = line.replace(['\n', '\r'], " ");
        let line = match line.char_indices().nth(WIDEST) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        };
        (finding.severity, line)
    };
    file.findings.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(severities: &[Severity]) -> FileFindings {
        let finding = |severity: &Severity| Finding {
            code: "HF103",
            severity: *severity,
            message: format!("it is\n{}", "long ".repeat(200)),
            ..Finding::default()
        };
        FileFindings {
            path: "a.py".to_owned(),
            text: "x = 1\n".to_owned(),
            findings: severities.iter().map(finding).collect(),
            elsewhere: Vec::new(),
            cells: None,
        }
    }

    #[test]
    fn what_is_clean_is_not_spoken_of() {
        assert_eq!(Answer::of(&[file(&[])]), Answer::Nothing);
        assert_eq!(Answer::Nothing.to_json(), None);
    }

    #[test]
    fn errors_come_first_and_lines_are_few_and_short() {
        let mut severities = vec![Severity::Warning; 30];
        severities.push(Severity::Error);
        let Answer::Errors(text) = Answer::of(&[file(&severities)]) else {
            panic!("an error is to be read");
        };
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "hf-lsp: 31 findings in a.py");
        assert!(
            lines[1].starts_with("a.py:1:1: error HF103 it is long"),
            "{text}"
        );
        assert_eq!(lines.len(), 1 + MOST + 1);
        assert!(lines.iter().all(|line| line.chars().count() <= WIDEST + 1));
        assert!(lines.last().unwrap().starts_with("and 11 more"));
    }

    #[test]
    fn what_is_no_error_stops_nobody() {
        let answer = Answer::of(&[file(&[Severity::Warning])]);
        let value: Value = serde_json::from_str(&answer.to_json().unwrap()).unwrap();
        assert!(value["decision"].is_null());
        let context = &value["hookSpecificOutput"]["additionalContext"];
        assert!(context.as_str().unwrap().contains("HF103"));
    }
}
