//! Nodes and children blocks.

use std::borrow::Cow;

use super::super::token::Kind;
use super::rows::{BlockRow, NodeRow, State};
use super::{Entry, NONE, Tree};
use crate::span::{Origin, Span};

/// The number of a node in its tree; nodes are numbered in text order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A node: a name, then arguments and properties, then children.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    pub(super) tree: &'t Tree,
    pub(super) row: u32,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Node").field("name", &self.name()).field("span", &self.span()).finish()
    }
}

impl<'t> Node<'t> {
    pub(super) fn data(self) -> &'t NodeRow {
        &self.tree.nodes[self.row as usize]
    }

    /// The tree it is part of.
    #[must_use]
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// Its number.
    #[must_use]
    pub fn id(self) -> NodeId {
        NodeId(self.row)
    }

    /// Its name, escapes resolved.
    #[must_use]
    pub fn name(self) -> Cow<'t, str> {
        self.tree.decoded(self.data().name)
    }

    /// The bytes of its name, quotes included.
    #[must_use]
    pub fn name_span(self) -> Span {
        self.tree.token_span(self.data().name)
    }

    /// Its name's file and bytes.
    #[must_use]
    pub fn origin(self) -> Origin {
        Origin::new(self.tree.file, self.name_span())
    }

    /// The bytes of its type annotation, parentheses included.
    #[must_use]
    pub fn type_annotation(self) -> Option<Span> {
        self.tree.annotation(self.data().annotation)
    }

    /// The name in its type annotation, escapes resolved.
    #[must_use]
    pub fn type_name(self) -> Option<Cow<'t, str>> {
        self.tree.annotation_name(self.data().annotation)
    }

    /// All its bytes, from `/-`, type annotation or name to the last entry or `}`; neither blanks
    /// nor `;` behind it.
    #[must_use]
    pub fn span(self) -> Span {
        self.tree.span(self.data().first, self.data().end)
    }

    /// The bytes of type annotation, name and entries: what comes before the children.
    #[must_use]
    pub fn header_span(self) -> Span {
        let data = self.data();
        let first = if data.annotation == NONE { data.name } else { data.annotation };
        let end = self.all_entries().next_back().map_or(data.name + 1, |entry| entry.data().end);
        self.tree.span(first, end)
    }

    /// Whether `/-` stands before it.
    #[must_use]
    pub fn is_slashdashed(self) -> bool {
        self.data().slashdashed
    }

    /// Whether a syntax error was reported in its header, so that an entry which seems to be missing
    /// may only be broken.
    #[must_use]
    pub fn is_broken(self) -> bool {
        self.data().state != State::Sound
    }

    /// Whether a syntax error was reported in its name, so that nothing should be said of a name that
    /// is not known.
    #[must_use]
    pub fn has_broken_name(self) -> bool {
        self.data().state == State::NameBroken
    }

    /// Its arguments and properties, without slash-dashed ones.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        self.all_entries().filter(|entry| !entry.is_slashdashed())
    }

    /// Its arguments and properties.
    #[must_use]
    pub fn all_entries(self) -> impl DoubleEndedIterator<Item = Entry<'t>> {
        let first = self.data().first_entry;
        let tree = self.tree;
        (first..first + self.data().entries).map(move |row| Entry { tree, row })
    }

    /// Its arguments, without slash-dashed ones.
    pub fn arguments(self) -> impl Iterator<Item = Entry<'t>> {
        self.entries().filter(|entry| !entry.is_property())
    }

    /// Its properties, without slash-dashed ones. Of several with one key the last counts.
    pub fn properties(self) -> impl Iterator<Item = Entry<'t>> {
        self.entries().filter(|entry| entry.is_property())
    }

    /// Its children blocks: at most one of them is not slash-dashed, unless a mistake was reported.
    pub fn blocks(self) -> impl Iterator<Item = Block<'t>> {
        let tree = self.tree;
        let next = move |row: u32| tree.blocks.get(row as usize).map(|_| Block { tree, row });
        std::iter::successors(next(self.data().first_block), move |block| next(block.data().next))
    }

    /// Its children, without those that are slash-dashed or stand in a slash-dashed block.
    pub fn children(self) -> impl Iterator<Item = Node<'t>> {
        self.blocks()
            .filter(|block| !block.is_slashdashed())
            .flat_map(Block::nodes)
            .filter(|node| !node.is_slashdashed())
    }

    /// Its children, those in slash-dashed blocks included.
    pub fn all_children(self) -> impl Iterator<Item = Node<'t>> {
        self.blocks().flat_map(Block::nodes)
    }

    /// The `{` of its children block, unless that is slash-dashed.
    #[must_use]
    pub fn open_brace(self) -> Option<Span> {
        self.blocks().find(|block| !block.is_slashdashed()).map(Block::open_brace)
    }

    /// The `}` of its children block, unless that is slash-dashed or never closed.
    #[must_use]
    pub fn close_brace(self) -> Option<Span> {
        self.blocks().find(|block| !block.is_slashdashed())?.close_brace()
    }

    /// The node among whose children it is.
    #[must_use]
    pub fn parent(self) -> Option<Node<'t>> {
        Some(self.parent_block()?.node())
    }

    /// The children block it stands in.
    #[must_use]
    pub fn parent_block(self) -> Option<Block<'t>> {
        let row = self.data().parent_block;
        (row != NONE).then_some(Block { tree: self.tree, row })
    }
}

/// A children block, `{ … }`.
#[derive(Clone, Copy)]
pub struct Block<'t> {
    pub(super) tree: &'t Tree,
    pub(super) row: u32,
}

impl<'t> Block<'t> {
    fn data(self) -> &'t BlockRow {
        &self.tree.blocks[self.row as usize]
    }

    /// The node it belongs to.
    #[must_use]
    pub fn node(self) -> Node<'t> {
        Node { tree: self.tree, row: self.data().node }
    }

    /// Whether `/-` stands before it.
    #[must_use]
    pub fn is_slashdashed(self) -> bool {
        self.data().first != self.data().open
    }

    /// The bytes of the `{`; where it is missing, the empty place at the end of the line.
    #[must_use]
    pub fn open_brace(self) -> Span {
        let span = self.tree.token_span(self.data().open);
        let is_there = self.tree.kind(self.data().open) == Kind::BraceOpen;
        if is_there { span } else { Span::at(span.start) }
    }

    /// The bytes of the `}`; `None` when it is missing.
    #[must_use]
    pub fn close_brace(self) -> Option<Span> {
        self.tree.optional_span(self.data().close)
    }

    /// The nodes inside.
    pub fn nodes(self) -> impl Iterator<Item = Node<'t>> {
        self.tree.siblings(self.data().first_child)
    }
}
