//! What files are made of.

use std::collections::HashSet;
use std::path::Path;

use gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location,
    SymbolInformation, Uri, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use crate::folders::Symbol;
use crate::outline::{Item, outline};
use crate::snapshot::{OpenFile, Snapshot};
use crate::uri;

/// Parts in more parts than this are shown as if they were in no more, so that no editor has to show, and no
/// message to hold, what is nested without end.
const DEEPEST: usize = 32;
/// How many symbols of all files are given at most: more is no help to anybody.
const MOST: usize = 1000;

/// `textDocument/documentSymbol`
pub(super) fn of_document(
    snapshot: Snapshot<'_>,
    params: &DocumentSymbolParams,
) -> Option<DocumentSymbolResponse> {
    let file = snapshot.file(&params.text_document.uri)?;
    let items = outline(&file.analysis.parsed);
    Some(if snapshot.client.nested_symbols {
        DocumentSymbolResponse::DocumentSymbolList(nested(file, items))
    } else {
        DocumentSymbolResponse::SymbolInformationList(flat(file, items).collect())
    })
}

/// `workspace/symbol`: of the open files, and of the others in the folders that the editor works in.
pub(super) fn of_workspace(
    snapshot: Snapshot<'_>,
    params: &WorkspaceSymbolParams,
) -> WorkspaceSymbolResponse {
    let query = params.query.to_lowercase();
    let is_wanted = |name: &str| is_in_order(&query, &name.to_lowercase());
    let documents = snapshot.documents.all();
    let is_open: HashSet<&Path> = documents.iter().map(|document| &*document.path).collect();
    let open = snapshot.files().flat_map(|file| {
        let items = outline(&file.analysis.parsed).into_iter();
        flat(file, items.filter(|item| is_wanted(&item.name)).collect())
    });
    let files = snapshot.folders.symbols(snapshot.project, snapshot.client.encoding).into_iter();
    let closed =
        files.filter(|(path, _)| !is_open.contains(&**path)).flat_map(|(path, symbols)| {
            let uri = uri::of(&path);
            let wanted = symbols.iter().filter(|symbol| is_wanted(&symbol.name));
            wanted.map(|symbol| in_file(&uri, symbol.clone())).collect::<Vec<_>>()
        });
    WorkspaceSymbolResponse::SymbolInformationList(open.chain(closed).take(MOST).collect())
}

/// Whether the characters of `query` are in `name`, in this order: what editors expect of a search.
fn is_in_order(query: &str, name: &str) -> bool {
    let mut rest = name.chars();
    query.chars().all(|wanted| rest.any(|character| character == wanted))
}

/// The items, each in the one around it.
fn nested(file: OpenFile<'_>, items: Vec<Item>) -> Vec<DocumentSymbol> {
    let mut top = Vec::new();
    // The ends of those that are not complete, the innermost last.
    let mut open: Vec<(u32, DocumentSymbol)> = Vec::new();
    for item in items {
        while open.last().is_some_and(|(end, _)| *end <= item.span.start) {
            close(&mut open, &mut top);
        }
        if open.len() == DEEPEST {
            close(&mut open, &mut top);
        }
        open.push((item.span.end, symbol(file, item)));
    }
    while !open.is_empty() {
        close(&mut open, &mut top);
    }
    top
}

fn close(open: &mut Vec<(u32, DocumentSymbol)>, top: &mut Vec<DocumentSymbol>) {
    let Some((_, complete)) = open.pop() else { return };
    match open.last_mut() {
        Some((_, parent)) => parent.children.get_or_insert_default().push(complete),
        None => top.push(complete),
    }
}

#[expect(deprecated, reason = "the field is there until the protocol drops it")]
fn symbol(file: OpenFile<'_>, item: Item) -> DocumentSymbol {
    DocumentSymbol {
        range: file.range(item.span),
        selection_range: file.range(item.name_span),
        name: item.name,
        detail: (!item.detail.is_empty()).then_some(item.detail),
        kind: item.kind,
        tags: None,
        deprecated: None,
        children: None,
    }
}

fn flat(file: OpenFile<'_>, items: Vec<Item>) -> impl Iterator<Item = SymbolInformation> {
    items.into_iter().map(move |item| {
        let Item { name, kind, name_span, .. } = item;
        in_file(&file.document.uri, Symbol { name, kind, range: file.range(name_span) })
    })
}

#[expect(deprecated, reason = "the field is there until the protocol drops it")]
fn in_file(uri: &Uri, symbol: Symbol) -> SymbolInformation {
    let Symbol { name, kind, range } = symbol;
    SymbolInformation {
        deprecated: None,
        location: Location { uri: uri.clone(), range },
        base_symbol_information: BaseSymbolInformation {
            name,
            kind,
            tags: None,
            container_name: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::is_in_order;

    #[test]
    fn a_query_is_found_in_order() {
        for (query, name, found) in
            [("", "gpu0", true), ("g0", "gpu0", true), ("0g", "gpu0", false), ("gg", "gpu", false)]
        {
            assert_eq!(is_in_order(query, name), found, "{query} {name}");
        }
    }
}
