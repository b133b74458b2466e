//! `notebookDocument/*`: notebooks as the editor sends them, applied in the order of the wire.
//!
//! Read leniently, as text changes are: what is missing changes nothing.

use std::sync::Arc;

use serde::Deserialize;

use super::publish::touch;
use super::session::Session;
use super::sync::{Versioned, WireChange};
use super::uri::to_path;
use crate::workspace::document::{Document, Language};

/// The kind of cells that hold code.
const CODE: i64 = 2;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DidOpen {
    notebook_document: Opened,
    #[serde(default)]
    cell_text_documents: Vec<Item>,
}

#[derive(Deserialize)]
struct Opened {
    uri: String,
    #[serde(default)]
    cells: Vec<Cell>,
}

#[derive(Deserialize)]
struct Cell {
    #[serde(default)]
    kind: i64,
    document: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    uri: String,
    #[serde(default)]
    language_id: String,
    version: Option<i32>,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Named {
    uri: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DidChange {
    notebook_document: Named,
    change: Changed,
}

#[derive(Deserialize)]
struct Changed {
    cells: Option<CellChanges>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CellChanges {
    structure: Option<Structure>,
    data: Option<Vec<Cell>>,
    text_content: Option<Vec<TextContent>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Structure {
    array: Splice,
    did_open: Option<Vec<Item>>,
    did_close: Option<Vec<Named>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Splice {
    #[serde(default)]
    start: usize,
    #[serde(default)]
    delete_count: usize,
    cells: Option<Vec<Cell>>,
}

#[derive(Deserialize)]
struct TextContent {
    document: Versioned,
    #[serde(default)]
    changes: Vec<WireChange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DidClose {
    notebook_document: Named,
    #[serde(default)]
    cell_text_documents: Vec<Named>,
}

impl Cell {
    fn entry(self) -> (String, bool) {
        (self.document, self.kind == CODE)
    }
}

/// `notebookDocument/didOpen`
pub fn open(session: &Arc<Session>, params: DidOpen) {
    let Opened { uri, cells } = params.notebook_document;
    open_cells(session, &uri, params.cell_text_documents);
    let order = cells.into_iter().map(Cell::entry).collect();
    session.update(|documents| documents.put_notebook(&uri, to_path(&uri), order));
    touch(session, &uri);
}

fn open_cells(session: &Arc<Session>, notebook: &str, items: Vec<Item>) {
    for item in items {
        let language = Language::from_id(&item.language_id);
        let path = to_path(notebook);
        session.put(Document::new(
            item.uri,
            path,
            language,
            item.version,
            item.text,
        ));
    }
}

/// `notebookDocument/didChange`: first the order of the cells, then their kinds, then their texts.
pub fn change(session: &Arc<Session>, params: DidChange) {
    let uri = params.notebook_document.uri;
    let Some(notebook) = session.documents().notebook(&uri).cloned() else {
        tracing::error!("a change of {uri}, which is not open");
        return;
    };
    let Some(changes) = params.change.cells else {
        return;
    };
    let mut order = notebook.order();
    let mut closed = Vec::new();
    if let Some(structure) = changes.structure {
        open_cells(session, &uri, structure.did_open.unwrap_or_default());
        let Splice {
            start,
            delete_count,
            cells,
        } = structure.array;
        let start = start.min(order.len());
        let end = start.saturating_add(delete_count).min(order.len());
        let new = cells.unwrap_or_default().into_iter().map(Cell::entry);
        order.splice(start..end, new);
        closed = structure.did_close.unwrap_or_default();
    }
    for cell in changes.data.unwrap_or_default() {
        let (uri, is_code) = cell.entry();
        let known = order.iter_mut().find(|(known, _)| *known == uri);
        if let Some(known) = known {
            known.1 = is_code;
        }
    }
    session.update(|documents| documents.put_notebook(&uri, to_path(&uri), order));
    for cell in &closed {
        session.remove(&cell.uri);
        touch(session, &cell.uri);
    }
    for content in changes.text_content.unwrap_or_default() {
        super::sync::apply(session, content.document, content.changes);
    }
    touch(session, &uri);
}

/// `notebookDocument/didClose`
pub fn close(session: &Arc<Session>, params: DidClose) {
    let uri = params.notebook_document.uri;
    let mut notebook = None;
    session.update(|documents| notebook = documents.remove_notebook(&uri));
    session.cache.forget(&uri);
    let order = notebook.map_or_else(Vec::new, |notebook| notebook.order());
    let cells = order.into_iter().map(|(cell, _)| cell);
    let named = params.cell_text_documents.into_iter().map(|cell| cell.uri);
    let mut cells: Vec<String> = cells.chain(named).collect();
    cells.sort_unstable();
    cells.dedup();
    for cell in cells {
        session.remove(&cell);
        touch(session, &cell);
    }
}
