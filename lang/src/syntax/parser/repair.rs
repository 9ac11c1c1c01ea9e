//! Braces that do not add up, read again as if the one that is probably wrong were right.
//!
//! After one wrong brace every block around it seems to hold what it does not. Where the indentation
//! tells which one it is, the text is read once more with that one put right; when nothing else is
//! wrong then, the guess was good, and the tree is what its author meant.

use super::super::tree::{NONE, State, row_number};
use super::Parser;
use super::braces::Lines;
use crate::span::Span;

/// The brace that is probably wrong; token numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repair {
    /// The block of the `{` at `open` ends before the token `before`.
    Close { open: usize, before: usize, blocks: usize },
    /// The node with this name has a block, whose `{` is missing.
    Open(usize),
    /// This `}` is one too many, as the `}` at `found` shows.
    ExtraClose { close: usize, found: usize },
    /// This `{` is one too many.
    ExtraOpen(usize),
}

impl Parser<'_> {
    /// Ends a block whose `}` is missing before the next token, if that is the repair.
    pub(super) fn close_where_missing(&mut self) {
        let Some(Repair::Close { open, before, blocks }) = self.repair else { return };
        if before != self.at || !self.open.iter().any(|frame| frame.open as usize == open) {
            return;
        }
        if self.skip_doubled_line(open) {
            return;
        }
        let (place, brace) = (self.token_span(before), self.token_span(open));
        self.mistakes.missing_brace(self.text, place, true, brace, blocks);
        let end = row_number(self.trimmed(self.at));
        while let Some(frame) = self.open.pop() {
            if let Some(block) = self.blocks.get(frame.block as usize).filter(|_| !frame.nameless) {
                self.nodes[block.node as usize].end = end;
            }
            if frame.open as usize == open {
                break;
            }
        }
        self.repair = None;
    }

    /// Passes over a line that is there twice, up to its `{`, if the next one is that of the `{` at `open`
    /// once more.
    fn skip_doubled_line(&mut self, open: usize) -> bool {
        let Some(block) = self.blocks.iter().rev().find(|block| block.open as usize == open) else {
            return false;
        };
        let first = self.span(self.nodes[block.node as usize].first as usize, open + 1);
        let length = open + 1 - self.nodes[block.node as usize].first as usize;
        let end = self.at + length;
        if end >= self.tokens.len() || self.span(self.at, end).of(self.text) != first.of(self.text)
        {
            return false;
        }
        self.mistakes.doubled_line(self.span(self.at, end), first);
        self.repair = None;
        self.at = end;
        true
    }

    /// Begins a block whose `{` is missing at the end of the line of node `row`, if that is the repair.
    pub(super) fn open_where_missing(&mut self, row: u32) -> bool {
        let name = self.nodes[row as usize].name;
        if self.repair != Some(Repair::Open(name as usize)) {
            return false;
        }
        let end = self.nodes[row as usize].end as usize;
        let header = self.span(name as usize, end);
        self.mistakes.missing_open_brace(self.token_span(name as usize), Span::at(header.end));
        self.repair = None;
        self.nodes[row as usize].has_children = true;
        // The end of the line stands for the brace.
        self.enter_block(row, self.at);
        self.nodes[row as usize].state = State::Broken;
        true
    }

    /// Passes over a `}` that is one too many, if that is the repair.
    pub(super) fn skip_extra_close(&mut self) -> bool {
        let Some(Repair::ExtraClose { close, found }) = self.repair else { return false };
        if close != self.at {
            return false;
        }
        let has_disowned = self.disown_children(close);
        let (span, found) = (self.token_span(close), self.token_span(found));
        self.mistakes.extra_brace(span, found, has_disowned);
        self.repair = None;
        self.at += 1;
        true
    }

    /// Marks the nodes of this block that are indented further than the `}` at `close`: perhaps it is the
    /// line of the node they stood in that is missing. Whether there are any.
    fn disown_children(&mut self, close: usize) -> bool {
        let mut has_disowned = false;
        let lines = Lines::of(self);
        let frame = self.open[self.open.len() - 1];
        let block = self.blocks.get(frame.block as usize);
        let mut row = block.map_or(self.first_root, |block| block.first_child);
        while let Some(node) = self.nodes.get_mut(row as usize) {
            let first = node.first as usize;
            if lines.is_first[first] && lines.indent[first] > lines.indent[close] {
                node.state = State::NameBroken;
                has_disowned = true;
            }
            row = node.next;
        }
        has_disowned
    }

    /// Whether the next token is a `{` that is one too many.
    pub(super) fn is_extra_open(&self) -> bool {
        self.repair == Some(Repair::ExtraOpen(self.at))
    }

    /// What may be wrong where the `}` at the token `found` closes nothing.
    pub(super) fn suspect_close(&mut self, found: usize) {
        let lines = Lines::of(self);
        let open = self.open_missing(&lines).map(Repair::Open);
        let close = self.closed_early(&lines);
        let close = close.map(|close| Repair::ExtraClose { close: close as usize, found });
        self.suspects.extend(open.into_iter().chain(close));
    }

    /// The name of the first node without a block whose next sibling is indented further.
    fn open_missing(&self, lines: &Lines) -> Option<usize> {
        let indent = |token: u32| lines.indent[token as usize];
        let begins_line = |token: u32| lines.is_first[token as usize];
        let mut nodes = self.nodes.iter().filter(|node| {
            let next = self.nodes.get(node.next as usize);
            node.first_block == NONE
                && begins_line(node.first)
                && next.is_some_and(|next| {
                    begins_line(next.first) && indent(next.first) > indent(node.first)
                })
        });
        nodes.next().map(|node| node.name as usize)
    }
}
