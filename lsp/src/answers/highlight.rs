//! All places of a file that name what the cursor is on.

use gen_lsp_types::{DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams};

use crate::names;
use crate::snapshot::Snapshot;

/// `textDocument/documentHighlight`
pub(super) fn document_highlight(
    snapshot: Snapshot<'_>,
    params: &DocumentHighlightParams,
) -> Option<Vec<DocumentHighlight>> {
    let place = &params.text_document_position_params;
    let file = snapshot.file(&place.text_document.uri)?;
    let named = names::same_as_at(&file.analysis.parsed, file.offset(place.position));
    let highlight = |named: names::Named| DocumentHighlight {
        range: file.range(named.span),
        kind: Some(if named.gives {
            DocumentHighlightKind::Write
        } else {
            DocumentHighlightKind::Read
        }),
    };
    (!named.is_empty()).then(|| named.into_iter().map(highlight).collect())
}
