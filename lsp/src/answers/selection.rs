//! What is selected when a selection is widened, step by step.

use gen_lsp_types::{Position, SelectionRange, SelectionRangeParams};
use iommulint_lang::parsed::Parsed;
use iommulint_lang::span::Span;
use iommulint_lang::{syntax, xml};

use crate::position::number;
use crate::snapshot::{OpenFile, Snapshot};

/// How many steps there are at most, so that no message has to hold what is nested without end.
const MOST: usize = 64;

/// `textDocument/selectionRange`
pub(super) fn selection_ranges(
    snapshot: Snapshot<'_>,
    params: &SelectionRangeParams,
) -> Option<Vec<SelectionRange>> {
    let file = snapshot.file(&params.text_document.uri)?;
    Some(params.positions.iter().map(|position| at(file, *position)).collect())
}

fn at(file: OpenFile<'_>, position: Position) -> SelectionRange {
    let offset = file.offset(position);
    let mut around = vec![Span::new(0, number(file.text().len()))];
    around.extend(match &file.analysis.parsed {
        Parsed::Kdl(tree) => in_kdl(tree, offset),
        Parsed::Libvirt(tree) => in_xml(tree, offset),
        Parsed::Qemu(_) => Vec::new(),
    });
    around.dedup();
    let skipped = around.len().saturating_sub(MOST);
    let outermost = SelectionRange { range: file.range(around[skipped]), parent: None };
    around.into_iter().skip(skipped + 1).fold(outermost, |parent, span| SelectionRange {
        range: file.range(span),
        parent: Some(Box::new(parent)),
    })
}

/// The nodes around a place, what is between their braces, and the part of the last one's header.
fn in_kdl(tree: &syntax::Tree, offset: u32) -> Vec<Span> {
    let cursor = Span::at(offset);
    let mut around: Vec<Span> = Vec::new();
    let mut last = None;
    for node in tree.all_nodes().take_while(|node| node.span().start <= offset) {
        let is_in_last = around.last().is_none_or(|last: &Span| node.span().end <= last.end);
        if !node.span().touches(cursor) || !is_in_last {
            continue;
        }
        around.push(node.span());
        let inside = node.open_brace().zip(node.close_brace());
        let inside = inside.map(|(open, close)| Span::new(open.end, close.start));
        around.extend(inside.filter(|inside| inside.touches(cursor)));
        last = Some(node);
    }
    let Some(node) = last.filter(|node| node.header_span().touches(cursor)) else { return around };
    around.push(node.header_span());
    if node.name_span().touches(cursor) {
        around.push(node.name_span());
    } else if let Some(entry) = node.all_entries().find(|entry| entry.span().touches(cursor)) {
        around.push(entry.span());
        let parts = [entry.key_span(), Some(entry.value_span())].into_iter().flatten();
        around.extend(parts.filter(|part| part.touches(cursor)).take(1));
    }
    around
}

/// The elements around a place, and the attribute of the last one.
fn in_xml(tree: &xml::Tree, offset: u32) -> Vec<Span> {
    let cursor = Span::at(offset);
    let innermost = tree.element_at(offset).or_else(|| tree.element_at(offset.checked_sub(1)?));
    let elements = std::iter::successors(innermost, |element| element.parent());
    let mut around: Vec<Span> = elements.map(xml::Element::span).collect();
    around.reverse();
    let Some(element) = innermost else { return around };
    let attribute = element.attributes().find(|attribute| attribute.span().touches(cursor));
    if let Some(attribute) = attribute {
        around.push(attribute.span());
        let parts = [attribute.name_origin().span, attribute.origin().span];
        around.extend(parts.into_iter().find(|part| part.touches(cursor)));
    } else if let Some(content) = element.content().map(|content| content.origin.span)
        && content.touches(cursor)
    {
        around.push(content);
    }
    around
}
