//! `textDocument/documentSymbol` and `workspace/symbol`

use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location,
    SymbolInformation, SymbolKind, Uri, WorkspaceSymbol, WorkspaceSymbolParams,
    WorkspaceSymbolResponse,
};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::compute::compute;
use super::convert::{range, uri};
use super::session::analysed_document;
use crate::engine::{self, Symbol};
use crate::workspace::document::Document;
use crate::workspace::encoding::Encoding;

/// The parts of a document that have names: within each other where the client shows that.
pub async fn of_document(
    server: &Server,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>> {
    let session = Arc::clone(&server.0);
    let Some(open) = analysed_document(&params.text_document.uri) else {
        return Ok(None);
    };
    session.ready().await;
    compute(&server.0, move |_| {
        let features = session.features();
        let document = open.document();
        let found = session.engine.symbols(document);
        session.tell_news();
        let shown = Shown {
            document,
            encoding: features.encoding,
            knows_all: features.symbol_kinds,
        };
        if found.is_empty() {
            return None;
        }
        Some(match features.nested_symbols {
            true => {
                let nested = found.into_iter().map(|it| shown.nested(it));
                nested.collect::<Vec<_>>().into()
            }
            false => {
                let mut flat = Vec::new();
                let uri = Uri(document.uri().to_owned());
                for symbol in &found {
                    shown.flatten(&uri, symbol, None, &mut flat);
                }
                flat.into()
            }
        })
    })
    .await
}

/// The named parts of all journals that fit some letters.
pub async fn of_workspace(
    server: &Server,
    params: WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>> {
    let session = Arc::clone(&server.0);
    session.ready().await;
    compute(&server.0, move |_| {
        let features = session.features();
        let encoding = features.encoding;
        let found = session.engine.workspace_symbols(&params.query);
        session.tell_news();
        let shown = found.iter().filter_map(|(symbol, document)| {
            let location = Location {
                uri: uri(document)?,
                range: range(document, symbol.selection, encoding),
            };
            Some(WorkspaceSymbol {
                location: location.into(),
                data: None,
                base_symbol_information: information(symbol, None, features.workspace_symbol_kinds),
            })
        });
        Some(shown.collect::<Vec<_>>().into())
    })
    .await
}

struct Shown<'a> {
    document: &'a Document,
    encoding: Encoding,
    knows_all: bool,
}

impl Shown<'_> {
    fn nested(&self, symbol: Symbol) -> DocumentSymbol {
        let children = symbol.children.into_iter().map(|it| self.nested(it));
        let children: Vec<_> = children.collect();
        #[expect(deprecated, reason = "the field has to be given")]
        DocumentSymbol {
            name: symbol.name,
            detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
            kind: kind(symbol.kind, self.knows_all),
            tags: None,
            deprecated: None,
            range: range(self.document, symbol.range, self.encoding),
            selection_range: range(self.document, symbol.selection, self.encoding),
            children: (!children.is_empty()).then_some(children),
        }
    }

    fn flatten(
        &self,
        uri: &Uri,
        symbol: &Symbol,
        above: Option<&str>,
        out: &mut Vec<SymbolInformation>,
    ) {
        #[expect(deprecated, reason = "the field has to be given")]
        out.push(SymbolInformation {
            deprecated: None,
            location: Location {
                uri: uri.clone(),
                range: range(self.document, symbol.range, self.encoding),
            },
            base_symbol_information: information(symbol, above, self.knows_all),
        });
        for child in &symbol.children {
            self.flatten(uri, child, Some(&symbol.name), out);
        }
    }
}

fn information(symbol: &Symbol, above: Option<&str>, knows_all: bool) -> BaseSymbolInformation {
    let detail = Some(symbol.detail.as_str()).filter(|detail| !detail.is_empty());
    BaseSymbolInformation {
        name: symbol.name.clone(),
        kind: kind(symbol.kind, knows_all),
        tags: None,
        container_name: above.or(detail).map(str::to_owned),
    }
}

/// The kind, for clients that know only those of the first version of the protocol the nearest of them.
const fn kind(kind: engine::SymbolKind, knows_all: bool) -> SymbolKind {
    match kind {
        engine::SymbolKind::Step if !knows_all => SymbolKind::Function,
        engine::SymbolKind::Note if !knows_all => SymbolKind::Property,
        engine::SymbolKind::Section => SymbolKind::Namespace,
        engine::SymbolKind::Step => SymbolKind::Event,
        engine::SymbolKind::Note => SymbolKind::Key,
    }
}
