//! `textDocument/completion` and `completionItem/resolve`

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionItemTag,
    CompletionItemTextEdit, CompletionList, CompletionParams, InsertReplaceEdit, InsertTextFormat,
    InsertTextMode, TextEdit, Uri,
};
use tower_lsp_server::jsonrpc::{Error, Result};

use super::Server;
use super::capabilities::{ClientFeatures, CompletionFeatures};
use super::compute::compute;
use super::layer::turn;
use super::markup::documentation;
use super::open::Open;
use super::session::{analysed_document, open_document};
use crate::assist::item::{Item, Items, Kind};
use crate::assist::proposal::Proposal;
use crate::embedded::Format;
use crate::rules::finding::Edit;
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};

/// What may be typed at a place.
pub async fn list(server: &Server, params: CompletionParams) -> Result<Option<CompletionList>> {
    let session = Arc::clone(&server.0);
    let place = params.text_document_position_params;
    let Some(open) = analysed_document(&place.text_document.uri) else {
        return Ok(None);
    };
    let turn = turn();
    let typed = params.context.and_then(|it| it.trigger_character);
    session.ready().await;
    let found = compute(&server.0, move |cancel| {
        let features = session.features();
        let offset = open.offset(place.position, features.encoding);
        let document = open.analysed();
        // A list would lie over the same text in grey, and take the key that accepts it.
        let is_grey = || {
            features.inline_completion
                && document.language() == Language::Embedded(Format::Markdown)
                && session.engine.inline(document, offset).is_some()
        };
        if typed.as_deref() == Some(" ") && (!may_follow(document, offset) || is_grey()) {
            return Ok(None);
        }
        // Whoever has typed on and asked again has no use for this answer.
        let is_stale = || cancel() || session.is_past(turn);
        let items = session.engine.complete(open.analysed(), offset, &is_stale);
        if is_stale() {
            return Err(Error::content_modified());
        }
        session.tell_news();
        let shown = Shown {
            open: &open,
            features,
            items: &items,
        };
        Ok(Some(CompletionList {
            is_incomplete: items.is_incomplete,
            items: items.items.iter().filter_map(|it| shown.item(it)).collect(),
            ..CompletionList::default()
        }))
    });
    found.await?
}

/// Whether something is to be proposed behind a space: in Markdown behind `- [ ] `, elsewhere in a call that goes on.
fn may_follow(document: &Document, offset: u32) -> bool {
    let before = TextRange::new(0, offset).slice(document.text()).trim_end();
    match document.language() {
        Language::Embedded(Format::Markdown) => !before.ends_with(char::is_alphanumeric),
        _ => before.ends_with(['(', ',', '=']),
    }
}

/// The same proposal with its documentation.
pub async fn resolve(server: &Server, mut item: CompletionItem) -> Result<CompletionItem> {
    let session = Arc::clone(&server.0);
    let Some((open, subject)) = item.data.as_ref().and_then(asked) else {
        return Ok(item);
    };
    session.ready().await;
    compute(&server.0, move |_| {
        let found = session.engine.resolve(open.analysed(), &subject);
        session.tell_news();
        let CompletionFeatures { markdown, .. } = session.features().completion;
        item.documentation = found.map(|text| documentation(text, markdown));
        item
    })
    .await
}

/// What a proposal's data say: the document, if it is open still, and what the proposal is about.
fn asked(data: &Value) -> Option<(Open, Proposal)> {
    let uri = Uri(data["uri"].as_str()?.to_owned());
    let subject = serde_json::from_value(data["subject"].clone()).ok()?;
    Some((open_document(&uri)?, subject))
}

/// Proposals in the words of the protocol.
struct Shown<'s> {
    open: &'s Open,
    features: &'s ClientFeatures,
    items: &'s Items,
}

impl Shown<'_> {
    /// `None` where an edit would lie in another cell.
    fn item(&self, item: &Item) -> Option<CompletionItem> {
        let text_edit = self.text_edit(item)?;
        let edits: Option<Vec<TextEdit>> = item.edits.iter().map(|edit| self.edit(edit)).collect();
        let edits = edits?;
        let client = self.features.completion;
        let subject = item.subject.as_ref();
        Some(CompletionItem {
            label: item.label.clone(),
            label_details: client.label_details.then(|| CompletionItemLabelDetails {
                detail: beside(item),
                description: item.home.clone(),
            }),
            kind: Some(kind(item.kind, client.kinds)),
            tags: (item.is_deprecated && client.tags).then(|| vec![CompletionItemTag::Deprecated]),
            detail: (!client.label_details)
                .then(|| plain_detail(item))
                .flatten(),
            sort_text: Some(format!("{:04}", item.rank)),
            insert_text_format: Some(InsertTextFormat::PlainText),
            // Its lines have the space in front that they need.
            insert_text_mode: (client.as_is && item.insert.contains('\n'))
                .then_some(InsertTextMode::AsIs),
            text_edit: Some(text_edit),
            filter_text: item.filter.clone(),
            additional_text_edits: (!edits.is_empty()).then_some(edits),
            data: subject
                .map(|subject| json!({"uri": self.open.document().uri(), "subject": subject})),
            ..CompletionItem::default()
        })
    }

    /// The edit of the word; where the client lets the user choose, with the rest of the word and without.
    fn text_edit(&self, item: &Item) -> Option<CompletionItemTextEdit> {
        let edit = |range| {
            let content = item.insert.clone();
            self.edit(&Edit { range, content })
        };
        let insert = edit(self.items.range)?;
        if !self.features.completion.insert_replace || self.items.word == self.items.range {
            return Some(insert.into());
        }
        let replace = edit(self.items.word)?;
        let both = InsertReplaceEdit {
            new_text: insert.new_text,
            insert: insert.range,
            replace: replace.range,
        };
        Some(both.into())
    }

    fn edit(&self, edit: &Edit) -> Option<TextEdit> {
        let (document, range) = self.open.place(edit.range, self.features.encoding)?;
        let is_here = document.uri() == self.open.document().uri();
        is_here.then(|| TextEdit {
            range,
            new_text: edit.content.clone(),
        })
    }
}

/// The kind, for clients that know only those of the first version of the protocol the nearest of them.
const fn kind(kind: Kind, knows_all: bool) -> CompletionItemKind {
    match kind {
        Kind::Value if !knows_all => CompletionItemKind::Value,
        Kind::Constant if !knows_all => CompletionItemKind::Variable,
        Kind::Argument | Kind::Attribute => CompletionItemKind::Field,
        Kind::Value => CompletionItemKind::EnumMember,
        Kind::Method => CompletionItemKind::Method,
        Kind::Function => CompletionItemKind::Function,
        Kind::Class => CompletionItemKind::Class,
        Kind::Module => CompletionItemKind::Module,
        Kind::Constant => CompletionItemKind::Constant,
        Kind::Text => CompletionItemKind::Snippet,
    }
}

/// What stands right beside the label: `max_length=` is followed by a blank, not by a colon.
fn beside(item: &Item) -> Option<String> {
    let detail = item.detail.clone()?;
    let plain = detail
        .strip_prefix(": ")
        .filter(|_| item.label.ends_with('='));
    Some(plain.map_or(detail.clone(), |plain| format!(" {plain}")))
}

/// `float = 5e-05 · TrainingArguments`
fn plain_detail(item: &Item) -> Option<String> {
    let detail = item
        .detail
        .as_deref()
        .map(|text| text.trim_start_matches(": "));
    let parts: Vec<&str> = detail.into_iter().chain(item.home.as_deref()).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}
