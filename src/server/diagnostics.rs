//! Diagnostics that the client asks for: of a document, and of the whole workspace.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use tower_lsp_server::gen_lsp_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, Uri, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::compute::compute;
use super::convert::diagnostics;
use super::findings::check;
use super::layer::documents;
use super::open::{Documents, Open};
use super::progress::Progress;
use super::session::{Session, open_document};
use crate::engine::{Cancel, Step};
use crate::notebook::is_notebook;
use crate::workspace::document::{Document, Language};

/// `textDocument/diagnostic`
pub async fn document(
    server: &Server,
    params: DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReport> {
    let session = Arc::clone(&server.0);
    let Some(open) = open_document(&params.text_document.uri) else {
        return Ok(RelatedFullDocumentDiagnosticReport::default().into());
    };
    session.ready().await;
    if open.analysed().is_too_large() {
        session.tell_too_large(open.analysed()).await;
    }
    let report = compute(&server.0, move |cancel| {
        report(
            &session,
            &open,
            params.previous_result_id.as_deref(),
            cancel,
        )
    });
    Ok(match report.await? {
        Report::Full(report) => RelatedFullDocumentDiagnosticReport {
            full_document_diagnostic_report: report,
            related_documents: None,
        }
        .into(),
        Report::Unchanged(report) => RelatedUnchangedDocumentDiagnosticReport {
            unchanged_document_diagnostic_report: report,
            related_documents: None,
        }
        .into(),
    })
}

/// `workspace/diagnostic`: the open documents, and the files of the workspace that are not open.
pub async fn workspace(
    server: &Server,
    params: WorkspaceDiagnosticParams,
) -> Result<WorkspaceDiagnosticReport> {
    let session = Arc::clone(&server.0);
    let open = documents();
    session.ready().await;
    let token = params.work_done_progress_params.work_done_token;
    let (progress, shown) = Progress::of_request(&session, token, "hf-lsp: checking the workspace");
    let previous = params.previous_result_ids.into_iter();
    let previous: HashMap<String, String> = previous.map(|id| (id.uri.0, id.value)).collect();
    let own = Arc::clone(&session);
    let items = compute(&server.0, move |cancel| {
        let scan = Scan {
            session: &session,
            previous: &previous,
            progress: &progress,
            cancel,
        };
        scan.run(&open)
    });
    let items = items.await;
    shown.ended(&own).await;
    Ok(WorkspaceDiagnosticReport { items: items? })
}

enum Report {
    Full(FullDocumentDiagnosticReport),
    Unchanged(UnchangedDocumentDiagnosticReport),
}

/// The diagnostics of one document, or that they are as the client has them: without an analysis.
fn report(session: &Session, open: &Open, previous: Option<&str>, cancel: &Cancel<'_>) -> Report {
    let result_id = result_id(session, open.analysed());
    if previous == Some(&result_id) {
        return Report::Unchanged(UnchangedDocumentDiagnosticReport { result_id });
    }
    let findings = check(session, open.analysed(), cancel);
    Report::Full(FullDocumentDiagnosticReport {
        result_id: Some(result_id),
        items: diagnostics(&findings, open, session.features()),
    })
}

/// The same for the same text in the same state of the engine and of what the text is compared with.
fn result_id(session: &Session, document: &Document) -> String {
    let mut hasher = DefaultHasher::new();
    document.text().hash(&mut hasher);
    session.engine.stamp(document).hash(&mut hasher);
    format!("{:x}.{:x}", session.epoch(), hasher.finish())
}

/// One look at the whole workspace.
struct Scan<'a> {
    session: &'a Session,
    previous: &'a HashMap<String, String>,
    progress: &'a Progress,
    cancel: &'a Cancel<'a>,
}

impl Scan<'_> {
    fn run(&self, open: &Documents) -> Vec<WorkspaceDocumentDiagnosticReport> {
        let is_open = |path: &Path| open.all().any(|open| open.document().path() == Some(path));
        let mut files = self.session.engine.files(self.cancel);
        // Of a notebook that is not open nobody knows the names of the cells.
        files.retain(|path| !is_open(path) && !is_notebook(path));
        let done = AtomicUsize::new(0);
        let small = open.all().filter(|open| !open.analysed().is_too_large());
        let mut items: Vec<_> = small.filter_map(|open| self.document(&open)).collect();
        items.par_extend(files.par_iter().filter_map(|path| {
            let report = self.file(path);
            self.step(path, done.fetch_add(1, Ordering::Relaxed), files.len());
            report
        }));
        self.forget(&mut items);
        items
    }

    fn step(&self, path: &Path, done: usize, all: usize) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let percentage = u32::try_from(done * 100 / all.max(1)).unwrap_or(100);
        self.progress.report(Step {
            message: name.into_owned(),
            percentage,
        });
    }

    fn file(&self, path: &Path) -> Option<WorkspaceDocumentDiagnosticReport> {
        if (self.cancel)() {
            return None;
        }
        let uri = super::uri::from_path(path)?;
        let text = self.session.engine.read(path)?;
        let language = Language::from_path(path);
        let document = Document::new(uri.0, Some(path.into()), language, None, text);
        self.document(&Open::alone(Arc::new(document)))
    }

    /// The report for one document; none when its analysis panics, so that one file does not end all.
    fn document(&self, open: &Open) -> Option<WorkspaceDocumentDiagnosticReport> {
        let document = open.document();
        let previous = self.previous.get(document.uri()).map(String::as_str);
        let work = AssertUnwindSafe(|| report(self.session, open, previous, self.cancel));
        let Ok(report) = catch_unwind(work) else {
            let message = format!("{} could not be checked", document.uri());
            self.session.reports.failure(&message);
            return None;
        };
        let (uri, version) = (Uri(document.uri().to_owned()), document.version());
        Some(match report {
            Report::Full(report) => full(uri, version, report),
            Report::Unchanged(report) => WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report: report,
            }
            .into(),
        })
    }

    /// Empties what the client still shows for files that are gone.
    fn forget(&self, items: &mut Vec<WorkspaceDocumentDiagnosticReport>) {
        let shown: std::collections::HashSet<String> = items
            .iter()
            .map(|item| report_uri(item).to_owned())
            .collect();
        let gone = self.previous.keys().filter(|uri| !shown.contains(*uri));
        let empty = FullDocumentDiagnosticReport::default;
        items.extend(gone.map(|uri| full(Uri(uri.clone()), None, empty())));
    }
}

fn full(
    uri: Uri,
    version: Option<i32>,
    report: FullDocumentDiagnosticReport,
) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report: report,
    }
    .into()
}

fn report_uri(report: &WorkspaceDocumentDiagnosticReport) -> &str {
    match report {
        WorkspaceDocumentDiagnosticReport::WorkspaceFullDocumentDiagnosticReport(it) => &it.uri.0,
        WorkspaceDocumentDiagnosticReport::WorkspaceUnchangedDocumentDiagnosticReport(it) => {
            &it.uri.0
        }
    }
}
