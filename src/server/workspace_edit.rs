//! Edits of our own documents as edits of the protocol.

use std::collections::HashMap;
use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{
    AnnotatedTextEdit, ChangeAnnotation, CreateFile, CreateFileOptions, DocumentChange,
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier, TextEdit,
    Uri, WorkspaceEdit,
};

use super::capabilities::ClientFeatures;
use super::convert::{range, uri};
use super::open::Open;
use super::session::Session;
use super::uri::from_path;
use crate::engine::Change;
use crate::rules::finding::Edit;
use crate::workspace::document::Document;

/// Edits of some documents, each with the version that they are of.
type Changed = Vec<(Uri, Option<i32>, Vec<TextEdit>)>;

/// Edits of one document or the cells of one notebook, for the versions they were made for where the client
/// can take that.
pub fn of_document(features: &ClientFeatures, open: &Open, edits: &[Edit]) -> WorkspaceEdit {
    let mut changed: Changed = Vec::new();
    for edit in edits {
        let Some((document, range)) = open.place(edit.range, features.encoding) else {
            continue;
        };
        let new_text = edit.content.clone();
        let edit = TextEdit { range, new_text };
        match changed.iter_mut().find(|it| it.0.0 == document.uri()) {
            Some((_, _, edits)) => edits.push(edit),
            None => {
                let uri = Uri(document.uri().to_owned());
                changed.push((uri, document.version(), vec![edit]));
            }
        }
    }
    workspace_edit(features, changed, Vec::new())
}

/// A change to several files; `None` where the client cannot make it. Files that are not open have no version.
pub fn of_change(features: &ClientFeatures, change: &Change) -> Option<WorkspaceEdit> {
    if !change.creates.is_empty() && !features.creates_files {
        return None;
    }
    let edits = change.edits.iter().map(|file| {
        let document = &file.document;
        let edits = file.edits.iter().map(|edit| TextEdit {
            range: range(document, edit.range, features.encoding),
            new_text: edit.content.clone(),
        });
        Some((uri(document)?, document.version(), edits.collect()))
    });
    let creates = change.creates.iter();
    let creates = creates.map(|(path, text)| Some((from_path(path)?, text.clone())));
    let creates = creates.collect::<Option<Vec<_>>>()?;
    let edit = workspace_edit(features, edits.collect::<Option<_>>()?, creates);
    Some(match change.preview {
        Some(label) if features.confirms_edits => to_be_confirmed(edit, label),
        _ => edit,
    })
}

/// The edit as one that the user looks at before it is made. What has to be confirmed is not selected at first where
/// an editor lets people choose, so that is an edit that changes nothing; all others are.
fn to_be_confirmed(mut edit: WorkspaceEdit, label: &str) -> WorkspaceEdit {
    const NAME: &str = "preview";
    let mut documents = edit.document_changes.iter_mut().flatten();
    let first = documents.find_map(|change| match change {
        DocumentChange::TextDocumentEdit(document) => Some(document),
        _ => None,
    });
    let Some(first) = first else { return edit };
    let nothing = AnnotatedTextEdit {
        text_edit: TextEdit::default(),
        annotation_id: NAME.to_owned(),
    };
    first.edits.push(nothing.into());
    let annotation = ChangeAnnotation {
        label: label.to_owned(),
        needs_confirmation: Some(true),
        description: None,
    };
    edit.change_annotations = Some(HashMap::from([(NAME.to_owned(), annotation)]));
    edit
}

/// Whether all that a change speaks of is as it was when it was made. Reads files.
pub fn is_current(session: &Session, change: &Change) -> bool {
    let is_current = |document: &Arc<Document>| {
        let path = document.path();
        let now = path.and_then(|path| session.engine.document(path));
        now.is_some_and(|now| now.revision() == document.revision())
    };
    change.edits.iter().all(|file| is_current(&file.document))
}

fn workspace_edit(
    features: &ClientFeatures,
    changed: Changed,
    creates: Vec<(Uri, String)>,
) -> WorkspaceEdit {
    if !features.document_changes && creates.is_empty() {
        let changes = changed.into_iter();
        let changes: HashMap<Uri, Vec<TextEdit>> =
            changes.map(|(uri, _, edits)| (uri, edits)).collect();
        return WorkspaceEdit {
            changes: Some(changes),
            ..WorkspaceEdit::default()
        };
    }
    let mut changes: Vec<DocumentChange> = Vec::new();
    for (uri, text) in creates {
        changes.push(create(uri.clone()).into());
        let edit = TextEdit {
            new_text: text,
            ..TextEdit::default()
        };
        changes.push(document_edit(uri, None, vec![edit]).into());
    }
    let edits = changed.into_iter();
    changes.extend(edits.map(|(uri, version, edits)| document_edit(uri, version, edits).into()));
    WorkspaceEdit {
        document_changes: Some(changes),
        ..WorkspaceEdit::default()
    }
}

/// A file that must not be there yet.
fn create(uri: Uri) -> CreateFile {
    CreateFile {
        uri,
        options: Some(CreateFileOptions {
            overwrite: Some(false),
            ignore_if_exists: Some(false),
        }),
        annotation_id: None,
    }
}

fn document_edit(uri: Uri, version: Option<i32>, edits: Vec<TextEdit>) -> TextDocumentEdit {
    TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            version,
            text_document_identifier: TextDocumentIdentifier { uri },
        },
        edits: edits.into_iter().map(Into::into).collect(),
    }
}
