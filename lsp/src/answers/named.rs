//! Where what the cursor is on gets its name, what else names it, and another name for it.

use gen_lsp_types::{
    Definition, DefinitionParams, DefinitionResponse, Location, PrepareRenameParams,
    PrepareRenamePlaceholder, PrepareRenameResult, ReferenceParams, RenameParams,
    TextDocumentPositionParams, WorkspaceEdit,
};
use iommulint_lang::finding::Edit;
use iommulint_lang::span::{Origin, Span};

use crate::edits;
use crate::host::{self, Places};
use crate::names::{self, Named};
use crate::snapshot::{OpenFile, Snapshot};

/// `textDocument/definition`
pub(super) fn definition(
    snapshot: Snapshot<'_>,
    params: &DefinitionParams,
) -> Option<DefinitionResponse> {
    let place = &params.text_document_position_params;
    let Some((file, named)) = at(snapshot, place) else {
        return Some(Definition::from(vec![entry(snapshot, place)?]).into());
    };
    let given = named.into_iter().filter(|named| named.gives);
    let locations: Vec<Location> = given.map(|named| location(file, named)).collect();
    (!locations.is_empty()).then(|| Definition::from(locations).into())
}

/// `textDocument/references`
pub(super) fn references(
    snapshot: Snapshot<'_>,
    params: &ReferenceParams,
) -> Option<Vec<Location>> {
    let (file, named) = at(snapshot, &params.text_document_position_params)?;
    let wanted =
        named.into_iter().filter(|named| params.context.include_declaration || !named.gives);
    Some(wanted.map(|named| location(file, named)).collect())
}

/// `textDocument/prepareRename`
pub(super) fn prepare_rename(
    snapshot: Snapshot<'_>,
    params: &PrepareRenameParams,
) -> Option<PrepareRenameResult> {
    let place = &params.text_document_position_params;
    let (file, named) = at(snapshot, place)?;
    let offset = file.offset(place.position);
    let here = named.iter().find(|named| named.span.start <= offset && offset <= named.span.end)?;
    let name = bare(file, here.span);
    let placeholder = name.of(file.text()).to_owned();
    Some(PrepareRenamePlaceholder { range: file.range(name), placeholder }.into())
}

/// `textDocument/rename`: none when the new name is none.
pub(super) fn rename(snapshot: Snapshot<'_>, params: &RenameParams) -> Option<WorkspaceEdit> {
    let (file, named) = at(snapshot, &params.text_document_position_params)?;
    file.cared_for()?;
    let name = params.new_name.trim();
    if name.is_empty() || name.contains(char::is_control) {
        return None;
    }
    let text = format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    let edit = |named: Named| Edit {
        origin: Origin::new(file.document.id, named.span),
        text: text.clone(),
    };
    let edits: Vec<Edit> = named.into_iter().map(edit).collect();
    edits::workspace_edit(snapshot, &edits)
}

/// All places that name what the cursor is on; none when it is on no name.
fn at<'a>(
    snapshot: Snapshot<'a>,
    place: &TextDocumentPositionParams,
) -> Option<(OpenFile<'a>, Vec<Named>)> {
    let file = snapshot.file(&place.text_document.uri)?;
    let named = names::same_as_at(&file.analysis.parsed, file.offset(place.position));
    (!named.is_empty()).then_some((file, named))
}

/// What the snapshot of the host says of what the cursor is on.
fn entry(snapshot: Snapshot<'_>, place: &TextDocumentPositionParams) -> Option<Location> {
    let file = snapshot.file(&place.text_document.uri)?;
    let (_, part) = host::named_at(file.analysis, file.offset(place.position))?;
    let host = snapshot.host_of(file)?;
    Places::new(&host, snapshot.client.encoding).location(part)
}

fn location(file: OpenFile<'_>, named: Named) -> Location {
    // Where the name can be renamed: an editor may ask for that where it has led to.
    Location { uri: file.document.uri.clone(), range: file.range(bare(file, named.span)) }
}

/// The name without its quotes.
fn bare(file: OpenFile<'_>, span: Span) -> Span {
    let is_quoted = span.len() >= 2 && span.of(file.text()).starts_with('"');
    if is_quoted { Span::new(span.start + 1, span.end - 1) } else { span }
}
