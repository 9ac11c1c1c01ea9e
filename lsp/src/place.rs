//! Where in a KDL file a cursor is, while somebody types: the tree says what is around it, and the text of the
//! statement itself, which need not be complete, what is being written.

use iommulint_lang::document::vocabulary::{self, NodeKind, NodeSpec};
use iommulint_lang::span::Span;
use iommulint_lang::syntax::{Node, Tree};

/// What is being written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'t> {
    /// The name of a node, or nothing yet, in `parent`; none is the top of the file.
    NodeName { parent: Option<Node<'t>>, replaced: Span },
    /// An argument, or the key of a property.
    Entry { node: Node<'t>, argument: usize, replaced: Span },
    /// The value of the property `key`.
    Value { node: Node<'t>, key: &'t str, replaced: Span },
}

/// What is being written at `offset`.
pub(crate) fn at(tree: &Tree, offset: u32) -> Place<'_> {
    let text = tree.text();
    let Some(node) = statement(tree, offset) else {
        let parent = around(tree, offset);
        return Place::NodeName { parent, replaced: Span::at(offset) };
    };
    let name = node.name_span();
    if offset <= name.end {
        return Place::NodeName { parent: node.parent(), replaced: name };
    }
    let word = word(Span::new(name.end, offset).of(text));
    let start = name.end + word.start;
    let replaced = |from: u32| {
        let is_closed = word.is_quoted && text[offset as usize..].starts_with('"');
        Span::new(from, offset + u32::from(is_closed))
    };
    if let Some(equals) = word.equals {
        let equals = name.end + equals;
        let key = Span::new(start, equals).of(text).trim_matches('"');
        return Place::Value { node, key, replaced: replaced(equals + 1) };
    }
    let before = node.arguments().filter(|entry| entry.span().end <= start);
    Place::Entry { node, argument: before.count(), replaced: replaced(start) }
}

/// The node whose statement goes on at `offset`.
fn statement(tree: &Tree, offset: u32) -> Option<Node<'_>> {
    let last = tree.all_nodes().take_while(|node| node.name_span().start <= offset).last()?;
    let end = last.header_span().end.max(last.name_span().end);
    let Some(behind) = tree.text().get(end as usize..offset as usize) else { return Some(last) };
    let is_continued = behind.trim_start().starts_with('\\');
    let ends = |c: char| matches!(c, ';' | '{' | '}') || (c == '\n' && !is_continued);
    (!behind.contains(ends)).then_some(last)
}

/// The innermost node between whose braces `offset` is; a brace that is missing closes nothing.
fn around(tree: &Tree, offset: u32) -> Option<Node<'_>> {
    let holds = |node: &Node<'_>| {
        let is_behind = node.open_brace().is_some_and(|open| open.end <= offset);
        is_behind && node.close_brace().is_none_or(|close| offset <= close.start)
    };
    tree.all_nodes().take_while(|node| node.name_span().start <= offset).filter(holds).last()
}

/// The last word of a statement's text, by where it begins and where its `=` is.
struct Word {
    start: u32,
    equals: Option<u32>,
    is_quoted: bool,
}

fn word(text: &str) -> Word {
    let mut word = Word { start: 0, equals: None, is_quoted: false };
    let mut is_escaped = false;
    for (at, c) in (0_u32..).zip(text.bytes()) {
        match c {
            _ if is_escaped => is_escaped = false,
            b'\\' if word.is_quoted => is_escaped = true,
            b'"' => word.is_quoted = !word.is_quoted,
            _ if word.is_quoted => {}
            b'=' if word.equals.is_none() => word.equals = Some(at),
            _ if c.is_ascii_whitespace() => {
                word = Word { start: at + 1, equals: None, is_quoted: false };
            }
            _ => {}
        }
    }
    word
}

/// What the vocabulary says of a node, by its name and what is around it.
pub(crate) fn spec(node: Node<'_>) -> Option<&'static NodeSpec> {
    let mut path: Vec<Node<'_>> = std::iter::successors(Some(node), |node| node.parent()).collect();
    path.reverse();
    let mut parent: Option<NodeKind> = None;
    let mut found = None;
    for node in path {
        let spec = vocabulary::node(&node.name(), parent)?;
        parent = Some(spec.kind);
        found = Some(spec);
    }
    found
}

/// The outermost node around `node`: its vm.
pub(crate) fn outermost(node: Node<'_>) -> Node<'_> {
    std::iter::successors(Some(node), |node| node.parent()).last().unwrap_or(node)
}
