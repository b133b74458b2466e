//! SARIF 2.1.0, for code scanning services.

use serde_json::{Value, json};

use super::{FileFindings, InFile, Place, Places, There};
use crate::rules::finding::{Finding, Severity};
use crate::rules::rules;
use crate::text::TextRange;

/// Renders the findings of all files as one log.
pub fn render(files: &[FileFindings]) -> String {
    let mut results = Vec::new();
    for file in files {
        let places = Places::new(&file.text);
        for (number, (finding, at)) in file.with_places().enumerate() {
            let mut result = result(file, &places, finding, at);
            if !file.there(number).is_empty() {
                result["relatedLocations"] = file.there(number).iter().map(related).collect();
            }
            results.push(result);
        }
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "hf-lsp",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rule_list(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule_list() -> Vec<Value> {
    let describe = |rule: &crate::rules::rule::Rule| {
        json!({
            "id": rule.code,
            "name": rule.name,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": rule.explanation},
            "defaultConfiguration": {"level": level(rule.severity)},
        })
    };
    rules().map(describe).collect()
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

fn region(places: &Places<'_>, range: TextRange) -> Value {
    between(places.place(range.start), places.place(range.end))
}

fn between(start: Place, end: Place) -> Value {
    json!({
        "startLine": start.row, "startColumn": start.column,
        "endLine": end.row, "endColumn": end.column,
    })
}

fn related(there: &There) -> Value {
    json!({
        "message": {"text": there.message},
        "physicalLocation": {
            "artifactLocation": {"uri": uri(&there.path)},
            "region": between(there.start, there.end),
        },
    })
}

/// Of a notebook the lines of its file are named; its fixes are edits of cells, and left out.
fn result(
    file: &FileFindings,
    places: &Places<'_>,
    finding: &Finding,
    in_file: Option<InFile>,
) -> Value {
    let of_text = || region(places, finding.range);
    let location = json!({"uri": uri(&file.path)});
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {
            "artifactLocation": location,
            "region": in_file.map_or_else(of_text, |it| between(it.start, it.end)),
        }}],
        "properties": {
            "library": finding.library,
            "version": finding.version,
            "versionSource": finding.version_source,
            "replacement": finding.replacement,
        },
    });
    if let Some(fix) = finding.fix.as_ref().filter(|_| in_file.is_none()) {
        let replacement = |edit: &crate::rules::finding::Edit| {
            json!({
                "deletedRegion": region(places, edit.range),
                "insertedContent": {"text": edit.content},
            })
        };
        let replacements: Vec<Value> = fix.edits.iter().map(replacement).collect();
        result["fixes"] = json!([{
            "description": {"text": fix.title},
            "artifactChanges": [{"artifactLocation": location, "replacements": replacements}],
        }]);
    }
    result
}

/// A relative URI reference: what is special in URIs is escaped.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
