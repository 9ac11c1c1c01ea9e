//! The text being written, line by line.

use super::DEEPEST;
use crate::syntax::is_newline;

/// A line of the result on which nodes begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeLine {
    /// The first of them, by its row.
    pub(super) node: usize,
    /// Where the line begins, as a byte of the result.
    start: usize,
    /// In how many blocks the node stands.
    depth: usize,
}

/// A comment that goes above a node that is already written.
struct Raised<'t> {
    above: NodeLine,
    text: &'t str,
}

/// The result so far.
pub(super) struct Writer<'t> {
    out: String,
    /// What ends a line.
    newline: &'static str,
    /// Where the first line begins: behind the byte order mark.
    start: usize,
    /// Where the line begins that was begun last: lines of strings and comments do not count.
    line_start: usize,
    /// The first node on the line that is being written, lines of strings and comments included.
    on_line: Option<NodeLine>,
    /// In the order of the lines they go above.
    raised: Vec<Raised<'t>>,
}

impl<'t> Writer<'t> {
    /// An empty result, for a text of `len` bytes, whose lines are to end at `newline`.
    pub(super) fn new(len: usize, newline: &'static str) -> Self {
        Self {
            out: String::with_capacity(len + len / 8),
            newline,
            start: 0,
            line_start: 0,
            on_line: None,
            raised: Vec::new(),
        }
    }

    /// Writes the byte order mark, before which nothing can be put.
    pub(super) fn byte_order_mark(&mut self, mark: &str) {
        self.out.push_str(mark);
        self.start = self.out.len();
        self.line_start = self.start;
    }

    /// Whether there is nothing yet.
    pub(super) fn is_empty(&self) -> bool {
        self.out.len() == self.start
    }

    /// Writes a piece of the file as it is.
    pub(super) fn piece(&mut self, text: &str) {
        self.out.push_str(text);
        if text.contains(is_newline) {
            self.on_line = None;
        }
    }

    /// Writes a blank.
    pub(super) fn blank(&mut self) {
        self.out.push(' ');
    }

    /// Ends the line and indents the next by `depth` blocks.
    pub(super) fn new_line(&mut self, depth: usize) {
        self.end_line();
        self.indent(depth);
    }

    /// Ends the line.
    pub(super) fn end_line(&mut self) {
        self.out.push_str(self.newline);
        self.line_start = self.out.len();
        self.on_line = None;
    }

    fn indent(&mut self, depth: usize) {
        self.out.extend(std::iter::repeat_n("    ", depth.min(DEEPEST)));
    }

    /// Notes that the node of row `node`, in `depth` blocks, is the first on this line.
    pub(super) fn begin_node(&mut self, node: usize, depth: usize) -> NodeLine {
        let line = NodeLine { node, start: self.line_start, depth };
        self.on_line = Some(line);
        line
    }

    /// The first node on the line that is being written.
    pub(super) fn on_line(&self) -> Option<usize> {
        self.on_line.map(|line| line.node)
    }

    /// Puts a comment on a line of its own above `line`, which must not be above one where this was
    /// done before.
    pub(super) fn raise(&mut self, above: NodeLine, text: &'t str) {
        self.raised.push(Raised { above, text });
    }

    /// The result.
    pub(super) fn finish(mut self) -> String {
        if self.raised.is_empty() {
            return self.out;
        }
        let raised = std::mem::take(&mut self.raised);
        let written = std::mem::take(&mut self.out);
        let mut done = 0;
        for Raised { above, text } in raised {
            self.out.push_str(&written[done..above.start]);
            done = above.start;
            self.indent(above.depth);
            self.out.push_str(text);
            self.out.push_str(self.newline);
        }
        self.out.push_str(&written[done..]);
        self.out
    }
}
