//! The syntax of a file: KDL version 2, read without loss and without giving up.
//!
//! [`parse`] takes any text and always yields a [`Tree`]: every byte of the text belongs to it, and
//! what could not be understood is reported once and left out. The work and the memory grow
//! linearly with the text, whatever it holds; nothing here recurses.
//!
//! Written from the KDL v2 specification, `draft-marchan-kdl2`. Where its newest edition allows
//! more than the first release did (`node "x"/-1`), the newest one is followed.

mod chars;
pub mod errors;
mod lexer;
pub(crate) mod lines;
mod mistakes;
mod number;
mod parser;
mod prescan;
mod quoted;
mod string;
mod token;
mod tree;
mod value;

use std::sync::Arc;

use crate::finding::Finding;
use crate::span::{FileId, MAX_TEXT, Span};

pub(crate) use chars::{is_disallowed, is_newline, is_space};
pub(crate) use mistakes::quote;
pub(crate) use token::Kind;
pub use tree::{Block, Comment, CommentKind, Entry, Node, NodeId, Tree};
pub use value::Value;

/// Reads `text`, which the caller knows as `file`.
///
/// The findings are in file order, all of them errors, and at most [`errors::LIMIT`] plus one that
/// counts the rest. A text longer than [`MAX_TEXT`] is not read at all: the tree is empty.
#[must_use]
pub fn parse(text: impl Into<Arc<str>>, file: FileId) -> (Tree, Vec<Finding>) {
    let text = text.into();
    let mut mistakes = mistakes::Mistakes::new(file);
    if text.len() > MAX_TEXT {
        mistakes.too_long(text.len());
        return (Tree::empty(file), mistakes.into_findings());
    }
    let prescan = prescan::prescan(&text);
    mistakes.disallowed(&text, &prescan);
    let tokens = lexer::lex(&text, prescan.exotic_newlines);
    let tree = parser::parse(text, file, tokens, &mut mistakes);
    (tree, mistakes.into_findings())
}

/// The range from `start` to `end`, which lie in a text shorter than 4 GiB.
#[expect(clippy::cast_possible_truncation, reason = "texts of 4 GiB and more are refused before")]
const fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}
