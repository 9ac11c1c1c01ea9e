//! What can be folded: blocks, elements and comments of several lines.

use gen_lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};
use iommulint_lang::parsed::Parsed;
use iommulint_lang::span::Span;
use iommulint_lang::{syntax, xml};

use crate::snapshot::{OpenFile, Snapshot};

/// `textDocument/foldingRange`
pub(super) fn folding_ranges(
    snapshot: Snapshot<'_>,
    params: &FoldingRangeParams,
) -> Option<Vec<FoldingRange>> {
    let file = snapshot.file(&params.text_document.uri)?;
    let inner: Vec<Span> = match &file.analysis.parsed {
        Parsed::Kdl(tree) => tree.all_nodes().filter_map(inside_braces).collect(),
        Parsed::Libvirt(tree) => tree.elements().filter_map(|it| inside_tags(tree, it)).collect(),
        Parsed::Qemu(_) => Vec::new(),
    };
    let lines_only = snapshot.client.folds_lines_only;
    let blocks = inner.into_iter().filter_map(|span| block(file, span, lines_only));
    let comments = comments(file).into_iter().filter_map(|span| comment(file, span));
    Some(blocks.chain(comments).collect())
}

/// Between the braces of a node, or behind the first one when the other is missing.
fn inside_braces(node: syntax::Node<'_>) -> Option<Span> {
    let open = node.open_brace()?;
    let end = node.close_brace().map_or(node.span().end, |close| close.start);
    Some(Span::new(open.end, end.max(open.end)))
}

/// From the end of an element's start tag, as far as it is told by what stands in it, to its end tag.
fn inside_tags(tree: &xml::Tree, element: xml::Element<'_>) -> Option<Span> {
    let text = element.span().of(tree.text());
    let end_tag = text.rfind("</")?;
    let header = element.attributes().last().map_or(element.origin().span.end, |it| it.span().end);
    let end = element.span().start + u32::try_from(end_tag).ok()?;
    Some(Span::new(header, end.max(header)))
}

/// What is folded of a block: its last line stays, for it holds what ends the block.
fn block(file: OpenFile<'_>, span: Span, lines_only: bool) -> Option<FoldingRange> {
    let range = file.range(span);
    let mut folded = FoldingRange {
        start_line: range.start.line,
        start_character: Some(range.start.character),
        end_line: range.end.line,
        end_character: Some(range.end.character),
        kind: Some(FoldingRangeKind::Region),
        collapsed_text: None,
    };
    if lines_only {
        folded.end_line = range.end.line.saturating_sub(1);
        (folded.start_character, folded.end_character) = (None, None);
    }
    (folded.start_line < folded.end_line).then_some(folded)
}

fn comment(file: OpenFile<'_>, span: Span) -> Option<FoldingRange> {
    let range = file.range(span);
    let several_lines = range.start.line < range.end.line;
    several_lines.then_some(FoldingRange {
        start_line: range.start.line,
        start_character: None,
        end_line: range.end.line,
        end_character: None,
        kind: Some(FoldingRangeKind::Comment),
        collapsed_text: None,
    })
}

/// The comments; those on lines that follow each other, with nothing else, as one.
fn comments(file: OpenFile<'_>) -> Vec<Span> {
    let mut together: Vec<Span> = Vec::new();
    for span in file.analysis.parsed.comments() {
        let continues = together.last().is_some_and(|last| {
            let between = Span::new(last.end, span.start).of(file.text());
            let newlines = between.bytes().filter(|byte| *byte == b'\n').count();
            let nothing_else = between.bytes().all(|byte| byte.is_ascii_whitespace());
            newlines == 1 && nothing_else && begins_its_line(file, *last)
        });
        match together.last_mut().filter(|_| continues) {
            Some(last) => last.end = span.end,
            None => together.push(span),
        }
    }
    together
}

fn begins_its_line(file: OpenFile<'_>, span: Span) -> bool {
    let line = file.document.index().lines_of(Span::at(span.start));
    Span::new(line.start, span.start).of(file.text()).trim().is_empty()
}
