//! What stands between two words of a file: comments and newlines.

use super::writer::NodeLine;

/// A comment between two words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comment<'t> {
    /// How many newlines stand between what precedes it and the comment.
    pub(super) newlines: usize,
    /// Its text, without blanks at the end.
    pub(super) text: &'t str,
    /// Whether it takes the rest of its line.
    pub(super) is_line: bool,
    /// Which node it allows findings in, if it is a comment that does so.
    pub(super) allows: Allows,
}

/// Which node a comment allows findings in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allows {
    /// It is about no node: it may stand anywhere.
    Nothing,
    /// The next node, because none begins before it on its line.
    Next,
    /// The first on its line, which is now here.
    OnLine(NodeLine),
}

/// All that stands between two words.
#[derive(Debug, Default)]
pub(super) struct Gap<'t> {
    /// The comments.
    pub(super) comments: Vec<Comment<'t>>,
    /// How many newlines stand behind the last comment.
    pub(super) newlines: usize,
}

impl<'t> Gap<'t> {
    /// Adds a newline.
    pub(super) fn newline(&mut self) {
        self.newlines += 1;
    }

    /// Adds a comment.
    pub(super) fn comment(&mut self, text: &'t str, is_line: bool, allows: Allows) {
        let newlines = std::mem::take(&mut self.newlines);
        self.comments.push(Comment { newlines, text, is_line, allows });
    }
}
