//! Diagnostics for editors that ask for them.

use gen_lsp_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport,
};

use crate::diagnostics::diagnostics;
use crate::snapshot::Snapshot;

/// `textDocument/diagnostic`: all of a file.
pub(super) fn document_diagnostic(
    snapshot: Snapshot<'_>,
    params: &DocumentDiagnosticParams,
) -> DocumentDiagnosticReport {
    let file = snapshot.file(&params.text_document.uri);
    let items = file.map(|file| diagnostics(snapshot, file)).unwrap_or_default();
    let full = FullDocumentDiagnosticReport { result_id: None, items };
    RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: full,
    }
    .into()
}
