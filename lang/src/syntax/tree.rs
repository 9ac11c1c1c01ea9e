//! The tree of a file, and the handles to walk it.
//!
//! Nodes, blocks and entries are rows of flat tables; they refer to tokens by index. A handle is the
//! tree and a row number, so it is as cheap to pass on as a reference.

mod at;
mod entry;
mod node;
mod rows;

use std::borrow::Cow;
use std::sync::Arc;

use super::string;
use super::token::{Kind, Token};
use crate::span::{FileId, Span};

pub use entry::Entry;
pub use node::{Block, Node, NodeId};
pub(crate) use rows::{BlockRow, EntryRow, NodeRow, State};

/// No row, or no token.
pub(crate) const NONE: u32 = u32::MAX;

/// A row number as it is kept: a text shorter than 4 GiB has fewer rows than that.
#[expect(clippy::cast_possible_truncation, reason = "every row stands for at least one byte")]
pub(crate) const fn row_number(row: usize) -> u32 {
    row as u32
}

/// The syntax of one file. Its text is the file's text, byte for byte.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(crate) file: FileId,
    pub(crate) text: Arc<str>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) nodes: Vec<NodeRow>,
    pub(crate) blocks: Vec<BlockRow>,
    pub(crate) entries: Vec<EntryRow>,
    /// The first node at the top level.
    pub(crate) first_root: u32,
    /// Whether every node stands in the block it was meant for, as far as the braces tell.
    pub(crate) is_nested: bool,
    /// Whether no mistake was found.
    pub(crate) sound: bool,
}

impl Tree {
    pub(crate) fn empty(file: FileId) -> Self {
        Self {
            file,
            text: Arc::from(""),
            tokens: vec![Token { start: 0, kind: Kind::End }],
            nodes: Vec::new(),
            blocks: Vec::new(),
            entries: Vec::new(),
            first_root: NONE,
            is_nested: true,
            sound: false,
        }
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether every node stands in the block it was meant for, as far as the braces tell.
    #[must_use]
    pub fn is_nested(&self) -> bool {
        self.is_nested
    }

    /// The text of the file, shared.
    #[must_use]
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The file, as the caller named it.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.file
    }

    /// Whether the file has no syntax error, so that all of it was understood.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.sound
    }

    /// The nodes at the top level, without slash-dashed ones.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.all_roots().filter(|node| !node.is_slashdashed())
    }

    /// The nodes at the top level.
    pub fn all_roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.siblings(self.first_root)
    }

    /// Every node of the file in text order, slash-dashed ones and what they hold included.
    #[must_use]
    pub fn all_nodes(&self) -> impl DoubleEndedIterator<Item = Node<'_>> {
        self.nodes.iter().enumerate().map(|(row, _)| Node { tree: self, row: row_number(row) })
    }

    /// The node with this number.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<Node<'_>> {
        self.nodes.get(id.0 as usize).map(|_| Node { tree: self, row: id.0 })
    }

    /// Every comment of the file, in text order. `/-` is not among them: it makes its node, entry or
    /// block slash-dashed.
    pub fn comments(&self) -> impl Iterator<Item = Comment<'_>> {
        self.tokens.iter().enumerate().filter_map(|(index, token)| {
            let kind = match token.kind {
                Kind::LineComment => CommentKind::Line,
                Kind::BlockComment | Kind::OpenComment => CommentKind::Block,
                _ => return None,
            };
            let span = Span::new(token.start, self.tokens.get(index + 1)?.start);
            Some(Comment { kind, span, text: span.of(&self.text) })
        })
    }

    /// The texts of all tokens, in order. Joined they are the text of the file.
    pub fn token_texts(&self) -> impl Iterator<Item = &str> {
        self.tokens.windows(2).map(|pair| Span::new(pair[0].start, pair[1].start).of(&self.text))
    }

    /// How many bytes of memory the tree holds, its text included.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.text.len()
            + self.tokens.capacity() * size_of::<Token>()
            + self.nodes.capacity() * size_of::<NodeRow>()
            + self.blocks.capacity() * size_of::<BlockRow>()
            + self.entries.capacity() * size_of::<EntryRow>()
    }

    fn siblings(&self, first: u32) -> impl Iterator<Item = Node<'_>> {
        let next = |row: u32| self.nodes.get(row as usize).map(|_| Node { tree: self, row });
        std::iter::successors(next(first), move |node| next(node.data().next))
    }

    fn kind(&self, token: u32) -> Kind {
        self.tokens.get(token as usize).map_or(Kind::End, |token| token.kind)
    }

    fn start(&self, token: u32) -> u32 {
        self.tokens.get(token as usize).or(self.tokens.last()).map_or(0, |token| token.start)
    }

    /// From the start of token `first` to the start of token `end`.
    fn span(&self, first: u32, end: u32) -> Span {
        Span::new(self.start(first), self.start(end).max(self.start(first)))
    }

    fn token_span(&self, token: u32) -> Span {
        self.span(token, token.saturating_add(1))
    }

    fn optional_span(&self, token: u32) -> Option<Span> {
        (token != NONE).then(|| self.token_span(token))
    }

    fn decoded(&self, token: u32) -> Cow<'_, str> {
        string::decode(self.token_span(token).of(&self.text), self.kind(token))
    }

    /// The name in the type annotation whose `(` is token `open`.
    fn annotation_name(&self, open: u32) -> Option<Cow<'_, str>> {
        let rest = self.tokens.get(open as usize..)?.get(1..)?;
        let name = (open + 1..).zip(rest).find(|(_, token)| token.kind.is_value())?.0;
        Some(self.decoded(name))
    }

    /// The type annotation whose `(` is token `open`.
    fn annotation(&self, open: u32) -> Option<Span> {
        let rest = self.tokens.get(open as usize..)?;
        let close = (open..).zip(rest).find(|(_, token)| token.kind == Kind::ParenClose)?.0;
        Some(self.span(open, close + 1))
    }
}

/// How a comment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentKind {
    /// `// …` up to the end of the line.
    Line,
    /// `/* … */`.
    Block,
}

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment<'t> {
    /// How it is written.
    pub kind: CommentKind,
    /// Its bytes, delimiters included, the newline behind a `//` comment excluded.
    pub span: Span,
    /// Its text, delimiters included.
    pub text: &'t str,
}
