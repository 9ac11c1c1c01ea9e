//! Nodes with the comments that belong to them, as they are written.

use iommulint_lang::span::Span;
use iommulint_lang::syntax::{Node, Tree};

use crate::position::number;

/// The bytes of a node, of the comments above and behind it, and of the lines that they are alone in.
pub(super) struct Lines<'t> {
    /// All of it.
    whole: Span,
    /// All of it but what lines begin and end with.
    own: Span,
    /// The blanks that the line of the node begins with.
    indentation: &'t str,
}

impl<'t> Lines<'t> {
    /// Those of `node`.
    pub(super) fn of(tree: &'t Tree, node: Node<'t>) -> Self {
        let text = tree.text();
        let span = node.span();
        let indentation = indentation(text, span.start);
        let begins_line = line_start(text, span.start) + length(indentation) == span.start;
        let behind = behind(text, span.end);
        let ends_line = text[behind as usize..].is_empty() || is_newline(text, behind);
        if !(begins_line && ends_line) {
            let blanks = text[span.end as usize..].trim_start_matches([' ', '\t']);
            let rest = blanks.strip_prefix(';').unwrap_or(blanks).trim_start_matches([' ', '\t']);
            let end = length(text) - length(rest);
            return Self { whole: Span::new(span.start, end), ..Self::of_node_only(node) };
        }
        let first = first_line(tree, line_start(text, span.start));
        let newline =
            length(&text[behind as usize..]) - length(after_newline(&text[behind as usize..]));
        Self {
            whole: Span::new(first, behind + newline),
            own: Span::new(first + length(self::indentation(text, first)), behind),
            indentation,
        }
    }

    /// Those of `node` without anything around it.
    pub(super) fn of_node_only(node: Node<'t>) -> Self {
        let span = node.span();
        let indentation = indentation(node.tree().text(), span.start);
        Self { whole: span, own: span, indentation }
    }

    /// What has to be taken away for the node to be gone.
    pub(super) const fn span(&self) -> Span {
        self.whole
    }

    /// Its text without the entries at `cut`, in file order, to stand in lines of their own after `indentation`.
    pub(super) fn text(&self, text: &str, cut: &[Span], indentation: &str) -> String {
        let mut kept = String::new();
        let mut at = self.own.start;
        for span in cut {
            kept.push_str(Span::new(at, span.start).of(text).trim_end_matches([' ', '\t']));
            at = span.end;
        }
        kept.push_str(Span::new(at, self.own.end.max(at)).of(text));
        let (first, rest) =
            kept.split_once('\n').map_or((&*kept, None), |(first, rest)| (first, Some(rest)));
        let Some(rest) = rest else { return [indentation, first].concat() };
        // What is not laid out as expected stays as it is: strings may go on over lines.
        let is_indented =
            rest.lines().all(|line| line.trim().is_empty() || line.starts_with(self.indentation));
        let line = |line: &str| match line.strip_prefix(self.indentation) {
            Some(line) if is_indented => [indentation, line].concat(),
            _ => line.to_owned(),
        };
        let rest: Vec<String> = rest.split('\n').map(line).collect();
        [indentation, first, "\n", &rest.join("\n")].concat()
    }
}

/// The first of the lines with nothing but comments right above the line at `start`.
fn first_line(tree: &Tree, start: u32) -> u32 {
    let text = tree.text();
    let mut first = start;
    let comments: Vec<_> = tree.comments().take_while(|it| it.span.end <= start).collect();
    for comment in comments.into_iter().rev() {
        let begins = line_start(text, comment.span.start);
        let is_alone = Span::new(begins, comment.span.start).of(text).trim().is_empty();
        let gap = text.get(comment.span.end as usize..first as usize).unwrap_or_default();
        let is_next = gap.trim().is_empty() && gap.matches('\n').count() == 1;
        if !(is_alone && is_next) {
            break;
        }
        first = begins;
    }
    first
}

/// Where what stands behind a node that ends at `end` is over: its `;` and a comment, up to the newline; `end`
/// when something else stands there.
pub(super) fn behind(text: &str, end: u32) -> u32 {
    let rest = &text[end as usize..];
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let words = line.trim_start_matches([' ', '\t', ';']);
    if words.is_empty() || words.starts_with("//") { end + length(line) } else { end }
}

/// The blanks that the line begins with in which `offset` is.
pub(super) fn indentation(text: &str, offset: u32) -> &str {
    let line = &text[line_start(text, offset) as usize..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

fn line_start(text: &str, offset: u32) -> u32 {
    text[..offset as usize].rfind('\n').map_or(0, |newline| length(&text[..=newline]))
}

fn is_newline(text: &str, offset: u32) -> bool {
    text[offset as usize..].starts_with(['\n', '\r'])
}

fn after_newline(text: &str) -> &str {
    let text = text.strip_prefix('\r').unwrap_or(text);
    text.strip_prefix('\n').unwrap_or(text)
}

fn length(text: &str) -> u32 {
    number(text.len())
}
