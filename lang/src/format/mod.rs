//! The canonical layout of a file.
//!
//! - One node a line, indented by four blanks a block, `{` on the node's line and `}` on a line of
//!   its own. `;` ends lines instead of nodes. A block that holds nothing, not even a comment, is `{}`.
//! - Between nodes at most one empty line, where there was one; none where a block or the file begins
//!   or ends. No blanks at the end of a line, and a newline at the end of the file.
//! - One blank between entries and before `{`; none around `=`, within and behind a type annotation,
//!   and behind `/-`, but for `/- kdl-version 2`.
//! - A line that goes on behind `\` still does so between the same entries, indented once more.
//! - A comment stays on the line of the node, brace or entry it stands behind, after one blank;
//!   one on a line of its own is indented like the node that follows.
//! - Names, numbers, strings and comments are as they were written, a string or comment of several
//!   lines in all its lines. Only the blanks at the end of a `//` comment go.
//! - Lines end as the first line of the file does: at CR LF, or else at LF. Lines of strings and comments
//!   do not count.
//!
//! A comment that suppresses a finding speaks of the first node on its line. Where that node would
//! no longer share a line with it (`a { b } // iommulint: allow …`), it goes to a line of its own
//! above the node; that is the only case in which something changes places.

mod gap;
mod layout;
mod writer;

use crate::syntax::Tree;

/// Blocks in more blocks than this are indented no further: otherwise the blanks of a deep file
/// would grow with the square of its depth.
const DEEPEST: usize = 32;

/// The text of `tree` in the canonical layout, which means the same and has the same comments;
/// `None` when the file has syntax errors. A text which has that layout is returned as it is.
#[must_use]
pub fn format(tree: &Tree) -> Option<String> {
    tree.is_sound().then(|| layout::lay_out(tree))
}
