//! Quick fixes, "fix all in this file", "ignore on this line", and what the engine offers for a place.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_lsp_server::gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse, Command, Uri, WorkspaceEdit,
};
use tower_lsp_server::jsonrpc::{Error, Result};

use super::Server;
use super::capabilities::ClientFeatures;
use super::compute::compute;
use super::convert::diagnostic;
use super::execute_command::APPLY;
use super::findings::{Findings, findings};
use super::fix_all::fix_all;
use super::ignore::ignore;
use super::open::Open;
use super::session::{Session, open_document};
use super::workspace_edit::{of_change, of_document};
use crate::engine::{Action, ActionKind};
use crate::rules::finding::{Applicability, Edit, Finding, Fix};
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};

/// The kind of "fix all in this file": part of `source.fixAll`, which editors run on save.
pub const FIX_ALL: CodeActionKind = CodeActionKind::Custom(Cow::Borrowed("source.fixAll.hf-lsp"));

/// `textDocument/codeAction`
pub async fn list(
    server: &Server,
    params: CodeActionParams,
) -> Result<Option<Vec<CodeActionResponse>>> {
    let session = &server.0;
    let Some(open) = open_document(&params.text_document.uri) else {
        return Ok(None);
    };
    let found = findings(session, open.analysed(), || false).await?;
    let range = open.range(params.range, session.features().encoding);
    let only = params.context.only.as_deref();
    let offer = Offer {
        session,
        open: &open,
        found: &found,
    };
    let (mut actions, mut ignores) = (Vec::new(), Vec::new());
    if is_wanted(only, &CodeActionKind::QuickFix) {
        let touched = |finding: &Finding| {
            finding.range.start <= range.end && range.start <= finding.range.end
        };
        for index in (0..found.len()).filter(|&index| touched(&found[index])) {
            actions.extend(offer.action(Choice::Fix { index }).await?);
            ignores.extend(offer.action(Choice::Ignore { index }).await?);
        }
    }
    if OFFERED.iter().any(|it| is_wanted(only, &kind(*it))) {
        let offered = offered(session, &open, range).await?;
        let wanted = offered.iter().enumerate();
        let wanted = wanted.filter(|(_, it)| is_wanted(only, &kind(it.kind)));
        actions.extend(wanted.filter_map(|(index, it)| offer.offered(it, index, range)));
    }
    // Behind everything that would repair what they hide.
    actions.extend(ignores);
    if is_wanted(only, &FIX_ALL) {
        actions.extend(offer.action(Choice::FixAll).await?);
    }
    let shown = actions.into_iter();
    let features = session.features();
    Ok(Some(
        shown.filter_map(|it| shown_as(features, it)).collect(),
    ))
}

/// An action as the client takes it; `None` where there is no way to make its edit.
fn shown_as(features: &ClientFeatures, action: CodeAction) -> Option<CodeActionResponse> {
    if features.action_literals {
        return Some(CodeActionResponse::CodeAction(action));
    }
    if !features.apply_edit {
        return None;
    }
    let command = action.command.clone().or_else(|| {
        let chosen = json!({"title": action.title, "data": action.data});
        Some(Command {
            title: action.title,
            command: APPLY.to_owned(),
            arguments: Some(vec![chosen]),
            ..Command::default()
        })
    });
    command.map(CodeActionResponse::Command)
}

/// `codeAction/resolve`: the edit of an action that was listed without.
pub async fn resolve(server: &Server, mut action: CodeAction) -> Result<CodeAction> {
    let session = &server.0;
    let data = action.data.clone().unwrap_or_default();
    let data = Data::deserialize(data).map_err(|error| Error::invalid_params(error.to_string()))?;
    let open = open_document(&data.uri).filter(|it| it.analysed().revision() == data.revision);
    let open = open.ok_or_else(Error::content_modified)?;
    if let Choice::Offered { index, range } = data.choice {
        let mut offered = offered(session, &open, range).await?.into_iter();
        let change = offered.nth(index).filter(|it| it.title == action.title);
        action.edit = change.and_then(|it| of_change(session.features(), &it.change));
        return match action.edit {
            Some(_) => Ok(action),
            None => Err(Error::content_modified()),
        };
    }
    let found = findings(session, open.analysed(), || false).await?;
    let choice = data.choice;
    if choice.code(&found) != data.code || !choice.is_there(open.analysed(), &found) {
        return Err(Error::content_modified());
    }
    let offer = Offer {
        session,
        open: &open,
        found: &found,
    };
    action.edit = Some(offer.edit(choice).await?);
    Ok(action)
}

/// The kinds of what the engine offers.
const OFFERED: [ActionKind; 3] = [ActionKind::Fix, ActionKind::Rewrite, ActionKind::Source];

const fn kind(kind: ActionKind) -> CodeActionKind {
    match kind {
        ActionKind::Fix => CodeActionKind::QuickFix,
        ActionKind::Rewrite => CodeActionKind::RefactorRewrite,
        ActionKind::Source => CodeActionKind::Source,
    }
}

/// What the engine offers for a range, found off the loop.
async fn offered(session: &Arc<Session>, open: &Open, range: TextRange) -> Result<Vec<Action>> {
    session.ready().await;
    let (own, open) = (Arc::clone(session), open.clone());
    compute(session, move |_| {
        if open.analysed().is_too_large() {
            return Vec::new();
        }
        let offered = own.engine.actions(open.analysed(), range);
        own.tell_news();
        offered
    })
    .await
}

/// Which change an action makes; the index is that of the finding, or among what the engine offers for a range.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(tag = "choice", rename_all = "kebab-case")]
enum Choice {
    Fix { index: usize },
    Ignore { index: usize },
    FixAll,
    Offered { index: usize, range: TextRange },
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
            Self::FixAll | Self::Offered { .. } => None,
        }
    }

    fn code(self, found: &[Finding]) -> Option<String> {
        self.finding(found).map(|finding| finding.code.to_owned())
    }

    /// Whether there is something to change.
    fn is_there(self, document: &Document, found: &[Finding]) -> bool {
        match self {
            Self::Fix { .. } => self.finding(found).is_some_and(|it| it.fix.is_some()),
            Self::Ignore { .. } => self.ignore(document, found).is_some(),
            Self::FixAll => found.iter().any(|finding| safe_fix(finding).is_some()),
            Self::Offered { .. } => false,
        }
    }

    fn ignore(self, document: &Document, found: &[Finding]) -> Option<Edit> {
        let finding = self.finding(found)?;
        ignore(document, finding.range, finding.code)
    }

    fn title(self, document: &Document, found: &[Finding]) -> Option<String> {
        match self {
            Self::Fix { index } => Some(found.get(index)?.fix.as_ref()?.title.clone()),
            Self::Ignore { index } => {
                Some(format!("Ignore {} on this line", found.get(index)?.code))
            }
            Self::FixAll => {
                let notebook =
                    document.cells().is_some() || document.language() == Language::Notebook;
                let what = if notebook { "notebook" } else { "file" };
                Some(format!("Fix all hf-lsp findings in this {what}"))
            }
            Self::Offered { .. } => None,
        }
    }
}

/// Makes actions of the findings of one document or notebook.
struct Offer<'a> {
    session: &'a Arc<Session>,
    open: &'a Open,
    found: &'a Findings,
}

impl Offer<'_> {
    /// The action of a choice, with its edit or, where the client resolves edits, with the way to it;
    /// `None` where there is nothing to change.
    async fn action(&self, choice: Choice) -> Result<Option<CodeAction>> {
        let document = self.open.analysed();
        let title = choice.title(document, self.found);
        let Some(title) = title.filter(|_| choice.is_there(document, self.found)) else {
            return Ok(None);
        };
        let features = self.session.features();
        let finding = choice.finding(self.found);
        let shown = finding.map(|finding| {
            let diagnostic = diagnostic(finding, self.found, self.open, features);
            diagnostic.into_iter().collect()
        });
        let preferred =
            matches!(choice, Choice::Fix { .. }) && finding.and_then(safe_fix).is_some();
        let mut action = CodeAction {
            title,
            kind: Some(finding.map_or(FIX_ALL, |_| CodeActionKind::QuickFix)),
            diagnostics: shown,
            is_preferred: (preferred && features.preferred_actions).then_some(true),
            ..CodeAction::default()
        };
        if features.resolve_edits || !features.action_literals {
            action.data = serde_json::to_value(self.data(choice)).ok();
        } else {
            action.edit = Some(self.edit(choice).await?);
        }
        Ok(Some(action))
    }

    /// The edit of a choice that is there.
    async fn edit(&self, choice: Choice) -> Result<WorkspaceEdit> {
        let fix = choice.finding(self.found).and_then(|it| it.fix.as_ref());
        let edits = match choice {
            Choice::Fix { .. } => fix.map(|fix| fix.edits.clone()).unwrap_or_default(),
            Choice::Ignore { .. } => {
                let edit = choice.ignore(self.open.analysed(), self.found);
                edit.into_iter().collect()
            }
            Choice::FixAll => fix_all(self.session, self.open).await?,
            Choice::Offered { .. } => Vec::new(),
        };
        Ok(of_document(self.session.features(), self.open, &edits))
    }

    /// What the engine offers for `range`, with the diagnostic that it removes; `None` where the client cannot make
    /// the change.
    fn offered(&self, offered: &Action, index: usize, range: TextRange) -> Option<CodeAction> {
        let features = self.session.features();
        if let Some(name) = offered.command {
            return self.by_command(offered, name);
        }
        let edit = of_change(features, &offered.change)?;
        let is_meant = |finding: &&Finding| {
            Some(finding.code) == offered.code
                && finding.range.start <= range.end
                && range.start <= finding.range.end
        };
        let removed = self.found.iter().find(is_meant);
        let shown =
            removed.and_then(|finding| diagnostic(finding, self.found, self.open, features));
        let mut action = CodeAction {
            title: offered.title.clone(),
            kind: Some(kind(offered.kind)),
            diagnostics: shown.map(|shown| vec![shown]),
            ..CodeAction::default()
        };
        if features.resolve_edits || !features.action_literals {
            action.data = serde_json::to_value(self.data(Choice::Offered { index, range })).ok();
        } else {
            action.edit = Some(edit);
        }
        Some(action)
    }

    /// What a command of ours does when it is chosen; `None` where the client makes no edits for servers.
    fn by_command(&self, offered: &Action, name: &str) -> Option<CodeAction> {
        let document = self.open.document();
        self.session.features().apply_edit.then(|| CodeAction {
            title: offered.title.clone(),
            kind: Some(kind(offered.kind)),
            command: Some(Command {
                title: offered.title.clone(),
                command: name.to_owned(),
                arguments: Some(vec![
                    json!({ "uri": document.uri(), "version": document.version() }),
                ]),
                ..Command::default()
            }),
            ..CodeAction::default()
        })
    }

    fn data(&self, choice: Choice) -> Data {
        Data {
            uri: Uri(self.open.document().uri().to_owned()),
            revision: self.open.analysed().revision(),
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

#[cfg(test)]
mod tests {
    use super::*;

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
