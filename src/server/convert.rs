//! Findings and byte ranges in the words of the protocol.

use serde_json::json;
use tower_lsp_server::gen_lsp_types::{
    self as lsp, Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation,
    DiagnosticSeverity, DiagnosticTag, Location, Uri,
};

use super::capabilities::ClientFeatures;
use super::findings::Findings;
use super::open::Open;
use super::uri::from_path;
use crate::engine;
use crate::rules::finding::{Edit, Elsewhere, Finding, Severity};
use crate::text::TextRange;
use crate::workspace::document::Document;
use crate::workspace::encoding::{Encoding, Position};

/// Where the page of a rule is, before the rule's name; none as long as the pages have no address.
const RULE_PAGES: Option<&str> = None;

/// The byte offset of a client's position.
pub fn offset(document: &Document, position: lsp::Position, encoding: Encoding) -> u32 {
    let position = Position {
        line: position.line,
        column: position.character,
    };
    let offset = document.lines().offset(position, encoding);
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// The byte range of a client's range, put the right way round.
pub fn text_range(document: &Document, range: lsp::Range, encoding: Encoding) -> TextRange {
    let start = offset(document, range.start, encoding);
    let end = offset(document, range.end, encoding);
    TextRange::new(start.min(end), start.max(end))
}

/// A byte range in the client's units.
pub fn range(document: &Document, range: TextRange, encoding: Encoding) -> lsp::Range {
    let position = |offset: u32| {
        let position = document.lines().position(offset as usize, encoding);
        lsp::Position {
            line: position.line,
            character: position.column,
        }
    };
    lsp::Range {
        start: position(range.start),
        end: position(range.end),
    }
}

/// The name of a document: the editor's for one that is open, else that of its file.
pub fn uri(document: &Document) -> Option<Uri> {
    match document.version() {
        Some(_) => Some(Uri(document.uri().to_owned())),
        None => from_path(document.path()?),
    }
}

/// A place in any document.
pub fn location(location: &engine::Location, encoding: Encoding) -> Option<Location> {
    Some(Location {
        uri: uri(&location.document)?,
        range: range(&location.document, location.range, encoding),
    })
}

/// The diagnostics of a document: of all `findings` those that lie in it.
pub fn diagnostics(findings: &Findings, open: &Open, client: &ClientFeatures) -> Vec<Diagnostic> {
    let held = findings.iter().filter(|finding| open.holds(finding.range));
    held.filter_map(|finding| diagnostic(finding, findings, open, client))
        .collect()
}

/// The diagnostic of one of the findings.
pub fn diagnostic(
    finding: &Finding,
    findings: &Findings,
    open: &Open,
    client: &ClientFeatures,
) -> Option<Diagnostic> {
    let (_, range) = open.place(finding.range, client.encoding)?;
    let tags = tags(finding);
    let related = match client.related_information {
        true => related(finding, findings, open, client.encoding),
        false => Vec::new(),
    };
    Some(Diagnostic {
        range,
        severity: Some(severity(finding.severity)),
        code: Some(Code::String(finding.code.to_owned())),
        code_description: RULE_PAGES.map(|pages| CodeDescription {
            href: Uri(format!("{pages}{}", finding.name)),
        }),
        source: Some("hf-lsp".to_owned()),
        message: message(finding).into(),
        tags: (client.diagnostic_tags && !tags.is_empty()).then_some(tags),
        related_information: (!related.is_empty()).then_some(related),
        data: client.diagnostic_data.then(|| {
            json!({
                "name": finding.name,
                "library": finding.library,
                "symbol": finding.symbol,
                "argument": finding.argument,
                "replacement": finding.replacement,
                "fix": finding.fix.as_ref().map(|fix| &fix.title),
            })
        }),
    })
}

/// What is wrong, what to do, and for which version, in one line.
pub fn message(finding: &Finding) -> String {
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push_str("; ");
        message.push_str(help);
    }
    if let (Some(library), Some(version)) = (&finding.library, &finding.version) {
        message.push_str(&format!(" ({library} {version}"));
        if let Some(source) = &finding.version_source {
            message.push_str(&format!(", {source}"));
        }
        message.push(')');
    }
    message
}

const fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Information => DiagnosticSeverity::Information,
        Severity::Hint => DiagnosticSeverity::Hint,
    }
}

/// Struck through when deprecated; faded when it does nothing, which is so when it raises no error and
/// its fix only deletes.
fn tags(finding: &Finding) -> Vec<DiagnosticTag> {
    let deletes = |edit: &Edit| edit.content.is_empty();
    let fix = finding.fix.as_ref();
    let unnecessary =
        finding.severity != Severity::Error && fix.is_some_and(|fix| fix.edits.iter().all(deletes));
    let deprecated = finding.deprecated.then_some(DiagnosticTag::Deprecated);
    let unnecessary = unnecessary.then_some(DiagnosticTag::Unnecessary);
    deprecated.into_iter().chain(unnecessary).collect()
}

fn related(
    finding: &Finding,
    findings: &Findings,
    open: &Open,
    encoding: Encoding,
) -> Vec<DiagnosticRelatedInformation> {
    let elsewhere = |elsewhere: &Elsewhere| {
        let document = findings.elsewhere(&elsewhere.path)?;
        Some(DiagnosticRelatedInformation {
            location: Location {
                uri: uri(document)?,
                range: range(document, elsewhere.range, encoding),
            },
            message: elsewhere.message.clone(),
        })
    };
    let convert = |related: &crate::rules::finding::Related| {
        let (document, range) = open.place(related.range, encoding)?;
        Some(DiagnosticRelatedInformation {
            location: Location {
                uri: Uri(document.uri().to_owned()),
                range,
            },
            message: related.message.clone(),
        })
    };
    let here = finding.related.iter().filter_map(convert);
    here.chain(finding.elsewhere.iter().filter_map(elsewhere))
        .collect()
}
