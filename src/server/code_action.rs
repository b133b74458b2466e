//! Quick fixes, "fix all in this file" and "ignore on this line".

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tower_lsp_server::gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse,
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier, TextEdit,
    Uri, WorkspaceEdit,
};
use tower_lsp_server::jsonrpc::{Error, Result};

use super::Server;
use super::convert::{diagnostic, text_edit, text_range};
use super::findings::findings;
use super::ignore::ignore;
use super::session::{Session, open_document};
use crate::rules::finding::{Applicability, Edit, Finding, Fix};
use crate::workspace::document::Document;

/// The kind of "fix all in this file": part of `source.fixAll`, which editors run on save.
pub const FIX_ALL: CodeActionKind = CodeActionKind::Custom(Cow::Borrowed("source.fixAll.hf-lsp"));

/// `textDocument/codeAction`
pub async fn list(
    server: &Server,
    params: CodeActionParams,
) -> Result<Option<Vec<CodeActionResponse>>> {
    let session = &server.0;
    let Some(document) = open_document(&params.text_document.uri) else {
        return Ok(None);
    };
    let found = findings(session, &document, || false).await?;
    let range = text_range(&document, params.range, session.features().encoding);
    let only = params.context.only.as_deref();
    let offer = Offer {
        session,
        document: &document,
        found: &found,
    };
    let mut actions = Vec::new();
    if is_wanted(only, &CodeActionKind::QuickFix) {
        let touched = |finding: &Finding| {
            finding.range.start <= range.end && range.start <= finding.range.end
        };
        for index in (0..found.len()).filter(|&index| touched(&found[index])) {
            actions.extend(offer.action(Choice::Fix { index }));
            actions.extend(offer.action(Choice::Ignore { index }));
        }
    }
    if is_wanted(only, &FIX_ALL) {
        actions.extend(offer.action(Choice::FixAll));
    }
    Ok(Some(
        actions
            .into_iter()
            .map(CodeActionResponse::CodeAction)
            .collect(),
    ))
}

/// `codeAction/resolve`: the edit of an action that was listed without.
pub async fn resolve(server: &Server, mut action: CodeAction) -> Result<CodeAction> {
    let session = &server.0;
    let data = action.data.clone().unwrap_or_default();
    let data = Data::deserialize(data).map_err(|error| Error::invalid_params(error.to_string()))?;
    let document = open_document(&data.uri).filter(|document| document.revision() == data.revision);
    let document = document.ok_or_else(Error::content_modified)?;
    let found = findings(session, &document, || false).await?;
    if data.choice.code(&found) != data.code {
        return Err(Error::content_modified());
    }
    let edits = data
        .choice
        .edits(&document, &found)
        .ok_or_else(Error::content_modified)?;
    action.edit = Some(workspace_edit(session, &document, &edits));
    Ok(action)
}

/// Which change an action makes; the index is that of the finding.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(tag = "choice", rename_all = "kebab-case")]
enum Choice {
    Fix { index: usize },
    Ignore { index: usize },
    FixAll,
}

/// What an action carries until it is resolved.
#[derive(Debug, Serialize, Deserialize)]
struct Data {
    uri: Uri,
    revision: u64,
    code: Option<String>,
    #[serde(flatten)]
    choice: Choice,
}

impl Choice {
    fn finding(self, found: &[Finding]) -> Option<&Finding> {
        match self {
            Self::Fix { index } | Self::Ignore { index } => found.get(index),
            Self::FixAll => None,
        }
    }

    fn code(self, found: &[Finding]) -> Option<String> {
        self.finding(found).map(|finding| finding.code.to_owned())
    }

    /// The edits it makes; `None` where there are none to make.
    fn edits(self, document: &Document, found: &[Finding]) -> Option<Vec<Edit>> {
        match self {
            Self::Fix { index } => Some(found.get(index)?.fix.as_ref()?.edits.clone()),
            Self::Ignore { index } => {
                let finding = found.get(index)?;
                Some(vec![ignore(document, finding.range.start, finding.code)?])
            }
            Self::FixAll => {
                let edits = combine(found.iter().filter_map(safe_fix));
                (!edits.is_empty()).then_some(edits)
            }
        }
    }

    fn title(self, found: &[Finding]) -> Option<String> {
        match self {
            Self::Fix { index } => Some(found.get(index)?.fix.as_ref()?.title.clone()),
            Self::Ignore { index } => {
                Some(format!("Ignore {} on this line", found.get(index)?.code))
            }
            Self::FixAll => Some("Fix all hf-lsp findings in this file".to_owned()),
        }
    }
}

/// Makes actions of the findings of one document.
struct Offer<'a> {
    session: &'a Arc<Session>,
    document: &'a Arc<Document>,
    found: &'a [Finding],
}

impl Offer<'_> {
    /// The action of a choice, with its edit or, where the client resolves edits, with the way to it.
    fn action(&self, choice: Choice) -> Option<CodeAction> {
        let edits = choice.edits(self.document, self.found)?;
        let features = self.session.features();
        let finding = choice.finding(self.found);
        let shown = finding.map(|finding| vec![diagnostic(finding, self.document, features)]);
        let preferred =
            matches!(choice, Choice::Fix { .. }) && finding.and_then(safe_fix).is_some();
        let mut action = CodeAction {
            title: choice.title(self.found)?,
            kind: Some(finding.map_or(FIX_ALL, |_| CodeActionKind::QuickFix)),
            diagnostics: shown,
            is_preferred: preferred.then_some(true),
            ..CodeAction::default()
        };
        if features.resolve_edits {
            action.data = serde_json::to_value(self.data(choice)).ok();
        } else {
            action.edit = Some(workspace_edit(self.session, self.document, &edits));
        }
        Some(action)
    }

    fn data(&self, choice: Choice) -> Data {
        Data {
            uri: Uri(self.document.uri().to_owned()),
            revision: self.document.revision(),
            code: choice.code(self.found),
            choice,
        }
    }
}

/// Whether a client that asks for the kinds `only` wants actions of `kind`: it is one of them or part
/// of one.
fn is_wanted(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    let kind = String::from(kind.clone());
    only.is_none_or(|only| {
        only.iter().any(|wanted| {
            let behind = kind.strip_prefix(&*String::from(wanted.clone()));
            wanted == &CodeActionKind::Empty
                || behind.is_some_and(|behind| behind.is_empty() || behind.starts_with('.'))
        })
    })
}

fn safe_fix(finding: &Finding) -> Option<&Fix> {
    let fix = finding.fix.as_ref();
    fix.filter(|fix| fix.applicability == Applicability::Safe)
}

/// The edits of all fixes that do not touch what an earlier one replaces; an edit that several make
/// (the same import) is made once.
fn combine<'a>(fixes: impl Iterator<Item = &'a Fix>) -> Vec<Edit> {
    let mut accepted: Vec<Edit> = Vec::new();
    for fix in fixes {
        let clashes = |edit: &Edit| {
            let other = |other: &Edit| other != edit && other.range.intersects(edit.range);
            accepted.iter().any(other)
        };
        if fix.edits.iter().any(clashes) {
            continue;
        }
        for edit in &fix.edits {
            if !accepted.contains(edit) {
                accepted.push(edit.clone());
            }
        }
    }
    accepted.sort_by_key(|edit| edit.range);
    accepted
}

/// Edits of one document, for the version they were made for where the client can take that.
fn workspace_edit(session: &Session, document: &Document, edits: &[Edit]) -> WorkspaceEdit {
    let features = session.features();
    let convert = |edit| text_edit(document, edit, features.encoding);
    let edits: Vec<TextEdit> = edits.iter().map(convert).collect();
    let uri = Uri(document.uri().to_owned());
    if !features.document_changes {
        return WorkspaceEdit {
            changes: Some(HashMap::from([(uri, edits)])),
            ..WorkspaceEdit::default()
        };
    }
    let change = TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            version: document.version(),
            text_document_identifier: TextDocumentIdentifier { uri },
        },
        edits: edits.into_iter().map(Into::into).collect(),
    };
    WorkspaceEdit {
        document_changes: Some(vec![change.into()]),
        ..WorkspaceEdit::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::TextRange;

    fn fix(edits: &[(u32, u32, &str)]) -> Fix {
        let edit = |&(start, end, content): &(u32, u32, &str)| Edit {
            range: TextRange::new(start, end),
            content: content.into(),
        };
        Fix {
            title: String::new(),
            applicability: Applicability::Safe,
            edits: edits.iter().map(edit).collect(),
        }
    }

    #[test]
    fn combines_what_does_not_overlap() {
        let fixes = [
            fix(&[(20, 24, "b"), (0, 0, "import x\n")]),
            fix(&[(22, 26, "clashes"), (30, 31, "also not")]),
            fix(&[(10, 14, "a"), (0, 0, "import x\n")]),
            fix(&[(24, 24, "touches")]),
        ];
        let combined = combine(fixes.iter());
        let contents: Vec<&str> = combined.iter().map(|edit| &*edit.content).collect();
        assert_eq!(contents, ["import x\n", "a", "b", "touches"]);
    }

    #[test]
    fn honours_the_kinds_asked_for() {
        let kind = |name: &'static str| CodeActionKind::from(name.to_owned());
        for (only, quick_fix, fix_all) in [
            (None, true, true),
            (Some("quickfix"), true, false),
            (Some("source"), false, true),
            (Some("source.fixAll"), false, true),
            (Some("source.fixAll.hf-lsp"), false, true),
            (Some("source.fixAll.hf"), false, false),
            (Some("source.fixAll.other"), false, false),
            (Some("refactor"), false, false),
            (Some(""), true, true),
        ] {
            let only = only.map(|name| vec![kind(name)]);
            let wanted = |kind| is_wanted(only.as_deref(), kind);
            assert_eq!(wanted(&CodeActionKind::QuickFix), quick_fix, "{only:?}");
            assert_eq!(wanted(&FIX_ALL), fix_all, "{only:?}");
        }
    }
}
