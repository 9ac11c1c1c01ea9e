//! Links from what a file names of its host to the entry in the host's snapshot.

use gen_lsp_types::{DocumentLink, DocumentLinkParams};

use crate::host::{self, Places};
use crate::snapshot::Snapshot;

/// `textDocument/documentLink`
pub(super) fn document_links(
    snapshot: Snapshot<'_>,
    params: &DocumentLinkParams,
) -> Option<Vec<DocumentLink>> {
    let file = snapshot.file(&params.text_document.uri)?;
    let host = snapshot.host_of(file)?;
    let places = Places::new(&host, snapshot.client.encoding);
    let links = host::named(file.analysis).into_iter().filter_map(|(span, part)| {
        Some(DocumentLink {
            range: file.range(span),
            target: Some(places.link(part)?),
            tooltip: Some(format!("{} in {}", part.name(), host::file_name(&host))),
            data: None,
        })
    });
    Some(links.collect())
}
