//! The open documents and notebooks, and what is analysed for each.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use tower_lsp_server::gen_lsp_types as lsp;

use super::convert::{offset, range};
use crate::notebook::{Joined, Place};
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};
use crate::workspace::encoding::Encoding;

/// All that is open, by the editor's identifiers.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    texts: BTreeMap<String, Arc<Document>>,
    notebooks: BTreeMap<String, Arc<OpenNotebook>>,
}

impl Documents {
    /// A text document, a cell among them.
    pub fn text(&self, uri: &str) -> Option<&Arc<Document>> {
        self.texts.get(uri)
    }

    /// A notebook.
    pub fn notebook(&self, uri: &str) -> Option<&Arc<OpenNotebook>> {
        self.notebooks.get(uri)
    }

    /// The notebook that a cell belongs to.
    pub fn notebook_of(&self, cell: &str) -> Option<&Arc<OpenNotebook>> {
        let mut notebooks = self.notebooks.values();
        notebooks.find(|notebook| notebook.number(cell).is_some())
    }

    /// An open text document, with its notebook where it is a cell of Python.
    pub fn open(&self, uri: &str) -> Option<Open> {
        let document = Arc::clone(self.text(uri)?);
        let cell = self.notebook_of(uri).and_then(|notebook| {
            let number = notebook.number(uri)?;
            notebook.cells[number].python()?;
            Some((Arc::clone(notebook), number))
        });
        Some(Open { document, cell })
    }

    /// How many text documents are open.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// All open text documents.
    pub fn all(&self) -> impl Iterator<Item = Open> {
        self.texts.keys().filter_map(|uri| self.open(uri))
    }

    /// The identifiers of all that is analysed on its own.
    pub fn uris(&self) -> impl Iterator<Item = &String> {
        let alone = |uri: &&String| self.notebook_of(uri).is_none();
        self.texts.keys().filter(alone).chain(self.notebooks.keys())
    }

    /// What is analysed for a notebook or a text document.
    pub fn analysed(&self, uri: &str) -> Option<Arc<Document>> {
        match self.notebooks.get(uri) {
            Some(notebook) => Some(Arc::clone(notebook.analysed())),
            None => self.texts.get(uri).cloned(),
        }
    }

    /// Makes `document` the current one of its name, also in its notebook.
    pub fn put(&mut self, document: Arc<Document>) {
        let uri = document.uri().to_owned();
        self.texts.insert(uri.clone(), document);
        self.renew(&uri);
    }

    /// Forgets a text document.
    pub fn remove(&mut self, uri: &str) {
        self.texts.remove(uri);
        self.renew(uri);
    }

    /// Makes a notebook of these cells, given by identifier and whether they are code.
    pub fn put_notebook(&mut self, uri: &str, path: Option<PathBuf>, cells: Vec<(String, bool)>) {
        let with_text = |(uri, is_code): (String, bool)| OpenCell {
            document: self.texts.get(&uri).cloned(),
            uri,
            is_code,
        };
        let notebook = OpenNotebook {
            uri: uri.to_owned(),
            path,
            cells: cells.into_iter().map(with_text).collect(),
            analysed: OnceLock::new(),
        };
        self.notebooks.insert(uri.to_owned(), Arc::new(notebook));
    }

    /// Forgets a notebook, not its cells.
    pub fn remove_notebook(&mut self, uri: &str) -> Option<Arc<OpenNotebook>> {
        self.notebooks.remove(uri)
    }

    /// Has the notebook of a cell take in that cell's text.
    fn renew(&mut self, cell: &str) {
        let Some(notebook) = self.notebook_of(cell).cloned() else {
            return;
        };
        self.put_notebook(&notebook.uri, notebook.path.clone(), notebook.order());
    }
}

/// One state of an open notebook.
#[derive(Debug)]
pub struct OpenNotebook {
    uri: String,
    path: Option<PathBuf>,
    cells: Vec<OpenCell>,
    /// The joined cells, once they were asked for.
    analysed: OnceLock<Arc<Document>>,
}

#[derive(Debug)]
struct OpenCell {
    uri: String,
    is_code: bool,
    /// `None` where the editor does not send the text.
    document: Option<Arc<Document>>,
}

impl OpenCell {
    fn python(&self) -> Option<&Arc<Document>> {
        let document = self.document.as_ref();
        document.filter(|it| self.is_code && it.language() == Language::Python)
    }
}

impl OpenNotebook {
    /// The editor's identifier.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The cells in their order, and whether they are code.
    pub fn order(&self) -> Vec<(String, bool)> {
        let cells = self.cells.iter();
        cells.map(|cell| (cell.uri.clone(), cell.is_code)).collect()
    }

    fn number(&self, cell: &str) -> Option<usize> {
        self.cells.iter().position(|known| known.uri == cell)
    }

    /// The documents of the cells of Python, by their numbers.
    pub fn python(&self) -> impl Iterator<Item = (usize, &Arc<Document>)> {
        let cells = self.cells.iter().enumerate();
        cells.filter_map(|(number, cell)| Some((number, cell.python()?)))
    }

    /// The document of all cells together, under the notebook's name.
    pub fn analysed(&self) -> &Arc<Document> {
        self.analysed.get_or_init(|| {
            let cells = self.python().map(|(number, cell)| (number, cell.text()));
            let joined = Joined::new(cells);
            Arc::new(Document::joined(
                self.uri.clone(),
                self.path.clone(),
                joined,
            ))
        })
    }

    fn joined(&self) -> &Joined {
        self.analysed().cells().expect("it was made of cells")
    }
}

/// An open text document: alone, or a cell that is analysed together with the others of its notebook.
#[derive(Clone, Debug)]
pub struct Open {
    document: Arc<Document>,
    cell: Option<(Arc<OpenNotebook>, usize)>,
}

impl Open {
    /// A document that is no cell.
    pub const fn alone(document: Arc<Document>) -> Self {
        Self {
            document,
            cell: None,
        }
    }

    /// The editor's document.
    pub const fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// The document that findings are made for; all ranges are of its text.
    pub fn analysed(&self) -> &Arc<Document> {
        match &self.cell {
            Some((notebook, _)) => notebook.analysed(),
            None => &self.document,
        }
    }

    /// The notebook that it is a cell of.
    pub fn notebook(&self) -> Option<&Arc<OpenNotebook>> {
        self.cell.as_ref().map(|(notebook, _)| notebook)
    }

    /// Whether a range of the analysed text lies in this document.
    pub fn holds(&self, range: TextRange) -> bool {
        match &self.cell {
            Some((notebook, number)) => {
                let place = notebook.joined().place(range);
                place.is_some_and(|place| place.cell == *number)
            }
            None => true,
        }
    }

    /// The byte of the analysed text for a client's position in this document.
    pub fn offset(&self, position: lsp::Position, encoding: Encoding) -> u32 {
        let offset = offset(&self.document, position, encoding);
        self.moved(TextRange::at(offset)).start
    }

    /// The range of the analysed text for a client's range in this document.
    pub fn range(&self, range: lsp::Range, encoding: Encoding) -> TextRange {
        self.moved(super::convert::text_range(&self.document, range, encoding))
    }

    fn moved(&self, range: TextRange) -> TextRange {
        match &self.cell {
            Some((notebook, cell)) => {
                let place = Place { cell: *cell, range };
                notebook.joined().range(place).unwrap_or_default()
            }
            None => range,
        }
    }

    /// The document that holds a range of the analysed text, and the range in the client's units; `None`
    /// where it lies in no single cell.
    pub fn place(
        &self,
        place: TextRange,
        encoding: Encoding,
    ) -> Option<(&Arc<Document>, lsp::Range)> {
        let Some((notebook, _)) = &self.cell else {
            return Some((&self.document, range(&self.document, place, encoding)));
        };
        let place = notebook.joined().place(place)?;
        let document = notebook.cells.get(place.cell)?.document.as_ref()?;
        Some((document, range(document, place.range, encoding)))
    }
}
