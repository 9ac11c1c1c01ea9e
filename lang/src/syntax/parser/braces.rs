//! Children blocks, and which brace is missing when they do not add up.

use super::super::errors;
use super::super::token::Kind;
use super::super::tree::{BlockRow, NONE, State, row_number};
use super::repair::Repair;
use super::{Frame, Parser};
use crate::span::Span;

impl Parser<'_> {
    /// Enters a block of node `row` whose `{` is the next token; `first` is its `/-`, or the `{`.
    pub(super) fn open_block(&mut self, row: u32, first: usize) {
        if first == self.at {
            if self.nodes[row as usize].has_children {
                self.report_second_block(row, self.at);
                self.extra_close += 1;
                self.extra_open += 1;
            }
            self.nodes[row as usize].has_children = true;
        }
        self.enter_block(row, first);
    }

    /// Does so without checking whether the node has one already.
    pub(super) fn enter_block(&mut self, row: u32, first: usize) {
        let open = self.at;
        let block = row_number(self.blocks.len());
        self.blocks.push(BlockRow {
            node: row,
            first: row_number(first),
            open: row_number(open),
            close: NONE,
            first_child: NONE,
            next: NONE,
        });
        let node = &mut self.nodes[row as usize];
        if let Some(previous) = self.blocks.get_mut(node.last_block as usize) {
            previous.next = block;
        } else {
            node.first_block = block;
        }
        node.last_block = block;
        self.open.push(Frame { block, last_child: NONE, nameless: false, open: row_number(open) });
        self.at = open + 1;
    }

    fn report_second_block(&mut self, row: u32, open: usize) {
        if self.mistakes.is_full() {
            // The search below would be done for nothing, perhaps very often.
            self.mistakes.second_block(self.token_span(open), self.token_span(open));
            return;
        }
        let mut block = self.nodes[row as usize].first_block;
        while let Some(row) = self.blocks.get(block as usize).filter(|b| b.first != b.open) {
            block = row.next;
        }
        let first = self.blocks[block as usize].open as usize;
        self.mistakes.second_block(self.token_span(open), self.token_span(first));
    }

    /// Leaves the innermost block at a `}`, and reads what follows it.
    pub(super) fn close_block(&mut self) {
        if self.skip_extra_close() {
            return;
        }
        let close = self.at;
        self.at += 1;
        if self.open.len() == 1 {
            if self.extra_close > 0 {
                self.extra_close -= 1;
            } else {
                self.unmatched(close);
            }
            return;
        }
        let Some(frame) = self.open.pop() else { return };
        if frame.nameless {
            if let Some(outer) = self.open.last_mut() {
                outer.last_child = frame.last_child;
            }
            return;
        }
        let block = &mut self.blocks[frame.block as usize];
        block.close = row_number(close);
        let row = block.node;
        self.nodes[row as usize].end = row_number(self.at);
        self.tail(row);
    }

    fn unmatched(&mut self, close: usize) {
        self.is_nested = false;
        // A string without an end may have swallowed the `{`.
        if self.mistakes.has(errors::UNTERMINATED_STRING) {
            return;
        }
        // Looked for once: again for every brace would take too long.
        if !self.mistakes.has(errors::UNMATCHED_BRACE) {
            self.suspect_close(close);
        }
        self.mistakes.unmatched_brace(self.token_span(close));
    }

    /// A `{` where a node should begin; `first` is the `/-` before it, or the `{`. Behind a newline
    /// or `;` it most likely belongs to the node before it. Otherwise what it holds is read as if
    /// the braces were not there.
    pub(super) fn block_without_node(&mut self, first: usize) {
        let brace = self.here();
        let Frame { block, last_child, .. } = self.open[self.open.len() - 1];
        let previous = self.nodes.get(last_child as usize).filter(|node| node.first_block == NONE);
        if let Some(node) = previous.copied() {
            let end = node.end as usize;
            let between = (end..self.at).all(|at| {
                matches!(self.kind_at(at), Kind::Space | Kind::Newline | Kind::Semicolon)
            });
            let name = self.token_span(node.name as usize);
            let gap = between.then(|| self.span(end, self.at));
            self.mistakes.brace_on_next_line(self.text, brace, name, gap);
            if node.state == State::Sound {
                self.nodes[last_child as usize].state = State::Broken;
            }
            self.open_block(last_child, first);
        } else if self.is_extra_open() {
            self.mistakes.extra_open_brace(brace);
            self.repair = None;
            self.at += 1;
        } else {
            self.mistakes.block_without_node(brace);
            self.suspects.push(Repair::ExtraOpen(self.at));
            self.extra_open += 1;
            let open = row_number(self.at);
            self.open.push(Frame { block, last_child, nameless: true, open });
            self.at += 1;
        }
    }

    /// The first `}` so far that stands further right than the line of its `{`: perhaps it is the one
    /// too many.
    pub(super) fn closed_early(&self, lines: &Lines) -> Option<u32> {
        let indent = |token: u32| lines.indent[token as usize];
        let closed = self.blocks.iter().filter(|block| block.close != NONE);
        closed
            .filter(|block| indent(block.close) > indent(block.open))
            .map(|block| block.close)
            .min()
    }

    /// Reports the blocks that are open at the end of the text: one mistake, as after one missing
    /// brace all blocks around it seem to be open.
    pub(super) fn report_open_blocks(&mut self) {
        let frames = std::mem::take(&mut self.open);
        let end = self.trimmed(self.at);
        for frame in &frames[1..] {
            if let Some(block) = self.blocks.get(frame.block as usize) {
                self.nodes[block.node as usize].end = row_number(end);
            }
        }
        if frames.len() == 1 {
            // The `{` without a node has its `}`.
            self.suspects.retain(|suspect| !matches!(suspect, Repair::ExtraOpen(_)));
            return;
        }
        self.is_nested = false;
        let has_swallowed = self.swallowed_rest || self.mistakes.has(errors::UNTERMINATED_STRING);
        if frames.len() <= 1 + self.extra_open || has_swallowed {
            return;
        }
        let lines = Lines::of(self);
        let (open, before) = self
            .closed_by_another(&lines)
            .or_else(|| self.left_by_indentation(&frames[1..], &lines))
            .unwrap_or((frames[frames.len() - 1].open as usize, None));
        if let Some(before) = before {
            let blocks = frames.len() - 1;
            self.suspects.push(Repair::Close { open, before, blocks });
        }
        let place = match before {
            Some(token) => self.token_span(token),
            None => Span::at(self.tokens[end].start),
        };
        self.mistakes.missing_brace(
            self.text,
            place,
            before.is_some(),
            self.token_span(open),
            frames.len() - 1,
        );
    }

    /// The first block whose `}` stands further left than the line of its `{`: that `}` was meant
    /// for another block. Its `{`, and the token before which its own `}` is missing.
    fn closed_by_another(&self, lines: &Lines) -> Option<(usize, Option<usize>)> {
        let block = self
            .blocks
            .iter()
            .filter(|block| block.close != NONE && lines.is_first[block.close as usize])
            .filter(|block| lines.indent[block.close as usize] < lines.indent[block.open as usize])
            .min_by_key(|block| block.close)?;
        let child = self.child_further_left(block.first_child, block.open, lines);
        Some((block.open as usize, child.or(Some(block.close as usize))))
    }

    /// The outermost open block with a child that does not stand further right than the block.
    fn left_by_indentation(
        &self,
        frames: &[Frame],
        lines: &Lines,
    ) -> Option<(usize, Option<usize>)> {
        // Where no line is indented it tells nothing.
        if lines.indent.iter().all(|indent| *indent == 0) {
            return None;
        }
        frames.iter().find_map(|frame| {
            let block = self.blocks.get(frame.block as usize).filter(|_| !frame.nameless)?;
            let child = self.child_further_left(block.first_child, block.open, lines)?;
            Some((block.open as usize, Some(child)))
        })
    }

    fn child_further_left(&self, first_child: u32, open: u32, lines: &Lines) -> Option<usize> {
        let mut row = first_child;
        while let Some(node) = self.nodes.get(row as usize) {
            let first = node.first as usize;
            if lines.is_first[first] && lines.indent[first] <= lines.indent[open as usize] {
                return Some(first);
            }
            row = node.next;
        }
        None
    }
}

/// How the lines of a text are indented, for every token.
pub(super) struct Lines {
    /// How far the token's line is indented, in bytes.
    pub(super) indent: Vec<u32>,
    /// Whether the token is the first of its line.
    pub(super) is_first: Vec<bool>,
}

impl Lines {
    pub(super) fn of(parser: &Parser<'_>) -> Self {
        let mut lines = Self { indent: Vec::new(), is_first: Vec::new() };
        let (mut indent, mut at_start) = (0, true);
        for (at, token) in parser.tokens.iter().enumerate() {
            match token.kind {
                Kind::Newline => (indent, at_start) = (0, true),
                Kind::Space if at_start => indent = parser.token_span(at).len(),
                _ => {}
            }
            let blank = matches!(token.kind, Kind::Newline | Kind::Space | Kind::Bom);
            lines.is_first.push(at_start && !blank);
            at_start &= blank;
            lines.indent.push(indent);
        }
        lines
    }
}
