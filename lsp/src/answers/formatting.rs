//! The canonical layout, as `iommulint fmt` gives it.

use gen_lsp_types::{DocumentFormattingParams, DocumentRangeFormattingParams, TextEdit};
use iommulint_lang::finding::Edit;
use iommulint_lang::fix::edited;
use iommulint_lang::format::format;
use iommulint_lang::parsed::Parsed;
use iommulint_lang::syntax::parse;

use crate::edits;
use crate::snapshot::{OpenFile, Snapshot};

/// `textDocument/formatting`: a whole file.
pub(super) fn whole_file(
    snapshot: Snapshot<'_>,
    params: &DocumentFormattingParams,
) -> Option<Vec<TextEdit>> {
    let file = snapshot.file(&params.text_document.uri)?;
    let (_, edits) = to_canonical(file)?;
    Some(edits.iter().map(|edit| file.text_edit(edit)).collect())
}

/// `textDocument/rangeFormatting`: the lines that a range touches, as far as they can be laid out without others.
pub(super) fn range(
    snapshot: Snapshot<'_>,
    params: &DocumentRangeFormattingParams,
) -> Option<Vec<TextEdit>> {
    let file = snapshot.file(&params.text_document.uri)?;
    let (canonical, mut edits) = to_canonical(file)?;
    let wanted = file.span(params.range);
    let lines = file.document.index().lines_of(wanted);
    edits.retain(|edit| lines.holds(edit.origin.span));
    // Some of the edits may not go without the others, as when a brace is moved.
    let (tree, findings) = parse(edited(file.text(), &edits), file.document.id);
    let means_the_same =
        findings.is_empty() && format(&tree).is_some_and(|outcome| outcome == canonical);
    let edits = if means_the_same { edits } else { Vec::new() };
    Some(edits.iter().map(|edit| file.text_edit(edit)).collect())
}

/// The canonical layout, and what leads to it; none when the file has syntax errors, is in another language, or
/// is to be left alone.
fn to_canonical(file: OpenFile<'_>) -> Option<(String, Vec<Edit>)> {
    file.cared_for()?;
    let Parsed::Kdl(tree) = &file.analysis.parsed else { return None };
    let canonical = format(tree)?;
    let edits = edits::between(file.document.id, file.text(), &canonical);
    Some((canonical, edits))
}
