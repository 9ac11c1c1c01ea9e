//! The tree of a file, and the handles to walk it.
//!
//! Nodes, blocks and entries are rows of flat tables; they refer to tokens by index. A handle is the
//! tree and a row number, so it is as cheap to pass on as a reference.

use std::borrow::Cow;
use std::sync::Arc;

use super::token::{Kind, Token};
use super::{Value, number, string, value};
use crate::span::{FileId, Origin, Span};

/// No row, or no token.
pub(crate) const NONE: u32 = u32::MAX;

/// A row number as it is kept: a text shorter than 4 GiB has fewer rows than that.
#[expect(
    clippy::cast_possible_truncation,
    reason = "every row stands for at least one byte"
)]
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
}

/// What is known of a node; token indices unless said otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeRow {
    /// The `/-`, the type annotation or the name, whichever comes first.
    pub(crate) first: u32,
    /// The `(` of the type annotation.
    pub(crate) annotation: u32,
    /// The name.
    pub(crate) name: u32,
    /// Behind the last token.
    pub(crate) end: u32,
    /// The row of the first entry.
    pub(crate) first_entry: u32,
    /// How many entries.
    pub(crate) entries: u32,
    /// The row of the first children block.
    pub(crate) first_block: u32,
    /// The row of the last children block.
    pub(crate) last_block: u32,
    /// The row of the block it stands in; [`NONE`] at the top level.
    pub(crate) parent_block: u32,
    /// The row of the next node in the same block.
    pub(crate) next: u32,
    /// Whether `/-` stands before it.
    pub(crate) slashdashed: bool,
    /// Whether it has a children block that is not slash-dashed.
    pub(crate) has_children: bool,
    /// Whether a mistake was reported in its own tokens.
    pub(crate) broken: bool,
}

/// What is known of a children block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockRow {
    /// The row of the node it belongs to.
    pub(crate) node: u32,
    /// The `/-` or the `{`.
    pub(crate) first: u32,
    /// The `{`.
    pub(crate) open: u32,
    /// The `}`.
    pub(crate) close: u32,
    /// The row of the first node inside.
    pub(crate) first_child: u32,
    /// The row of the node's next block.
    pub(crate) next: u32,
}

/// What is known of an argument or a property; token indices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntryRow {
    /// The `/-`, the key, the type annotation or the value, whichever comes first.
    pub(crate) first: u32,
    /// The key.
    pub(crate) key: u32,
    /// The `(` of the type annotation.
    pub(crate) annotation: u32,
    /// The first token of the value.
    pub(crate) value: u32,
    /// Behind the last token.
    pub(crate) end: u32,
    /// Whether `/-` stands before it.
    pub(crate) slashdashed: bool,
    /// Whether the value cannot be understood.
    pub(crate) broken: bool,
}

impl Tree {
    pub(crate) fn empty(file: FileId) -> Self {
        Self {
            file,
            text: Arc::from(""),
            tokens: vec![Token {
                start: 0,
                kind: Kind::End,
            }],
            nodes: Vec::new(),
            blocks: Vec::new(),
            entries: Vec::new(),
            first_root: NONE,
        }
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
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

    /// The nodes at the top level, without slash-dashed ones.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.all_roots().filter(|node| !node.is_slashdashed())
    }

    /// The nodes at the top level.
    pub fn all_roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.siblings(self.first_root)
    }

    /// Every node of the file in text order, slash-dashed ones and what they hold included.
    pub fn all_nodes(&self) -> impl DoubleEndedIterator<Item = Node<'_>> {
        self.nodes.iter().enumerate().map(|(row, _)| Node {
            tree: self,
            row: row_number(row),
        })
    }

    /// The node with this number.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<Node<'_>> {
        self.nodes.get(id.0 as usize).map(|_| Node {
            tree: self,
            row: id.0,
        })
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
            Some(Comment {
                kind,
                span,
                text: span.of(&self.text),
            })
        })
    }

    /// The texts of all tokens, in order. Joined they are the text of the file.
    pub fn token_texts(&self) -> impl Iterator<Item = &str> {
        self.tokens
            .windows(2)
            .map(|pair| Span::new(pair[0].start, pair[1].start).of(&self.text))
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
        let next = |row: u32| {
            self.nodes
                .get(row as usize)
                .map(|_| Node { tree: self, row })
        };
        std::iter::successors(next(first), move |node| next(node.data().next))
    }

    fn kind(&self, token: u32) -> Kind {
        self.tokens
            .get(token as usize)
            .map_or(Kind::End, |token| token.kind)
    }

    fn start(&self, token: u32) -> u32 {
        self.tokens
            .get(token as usize)
            .or(self.tokens.last())
            .map_or(0, |token| token.start)
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
        let name = (open + 1..)
            .zip(rest)
            .find(|(_, token)| token.kind.is_value())?
            .0;
        Some(self.decoded(name))
    }

    /// The type annotation whose `(` is token `open`.
    fn annotation(&self, open: u32) -> Option<Span> {
        let rest = self.tokens.get(open as usize..)?;
        let close = (open..)
            .zip(rest)
            .find(|(_, token)| token.kind == Kind::ParenClose)?
            .0;
        Some(self.span(open, close + 1))
    }
}

/// The number of a node in its tree; nodes are numbered in text order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A node: a name, then arguments and properties, then children.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    row: u32,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Node")
            .field("name", &self.name())
            .field("span", &self.span())
            .finish()
    }
}

impl<'t> Node<'t> {
    fn data(self) -> &'t NodeRow {
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
        let first = if data.annotation == NONE {
            data.name
        } else {
            data.annotation
        };
        let end = self
            .all_entries()
            .next_back()
            .map_or(data.name + 1, |entry| entry.data().end);
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
        self.data().broken
    }

    /// Its arguments and properties, without slash-dashed ones.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        self.all_entries().filter(|entry| !entry.is_slashdashed())
    }

    /// Its arguments and properties.
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
        std::iter::successors(next(self.data().first_block), move |block| {
            next(block.data().next)
        })
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
        self.blocks()
            .find(|block| !block.is_slashdashed())
            .map(Block::open_brace)
    }

    /// The `}` of its children block, unless that is slash-dashed or never closed.
    #[must_use]
    pub fn close_brace(self) -> Option<Span> {
        self.blocks()
            .find(|block| !block.is_slashdashed())?
            .close_brace()
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
        (row != NONE).then_some(Block {
            tree: self.tree,
            row,
        })
    }
}

/// A children block, `{ … }`.
#[derive(Clone, Copy)]
pub struct Block<'t> {
    tree: &'t Tree,
    row: u32,
}

impl<'t> Block<'t> {
    fn data(self) -> &'t BlockRow {
        &self.tree.blocks[self.row as usize]
    }

    /// The node it belongs to.
    #[must_use]
    pub fn node(self) -> Node<'t> {
        Node {
            tree: self.tree,
            row: self.data().node,
        }
    }

    /// Whether `/-` stands before it.
    #[must_use]
    pub fn is_slashdashed(self) -> bool {
        self.data().first != self.data().open
    }

    /// The bytes of the `{`.
    #[must_use]
    pub fn open_brace(self) -> Span {
        self.tree.token_span(self.data().open)
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

/// An argument or a property.
#[derive(Clone, Copy)]
pub struct Entry<'t> {
    tree: &'t Tree,
    row: u32,
}

impl std::fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("key", &self.key())
            .field("value", &self.value())
            .field("span", &self.span())
            .finish()
    }
}

impl<'t> Entry<'t> {
    fn data(self) -> &'t EntryRow {
        &self.tree.entries[self.row as usize]
    }

    /// Whether it is a property, that is, has a key.
    #[must_use]
    pub fn is_property(self) -> bool {
        self.data().key != NONE
    }

    /// The key of a property, escapes resolved.
    #[must_use]
    pub fn key(self) -> Option<Cow<'t, str>> {
        self.is_property()
            .then(|| self.tree.decoded(self.data().key))
    }

    /// The bytes of the key, quotes included.
    #[must_use]
    pub fn key_span(self) -> Option<Span> {
        self.tree.optional_span(self.data().key)
    }

    /// What it holds.
    #[must_use]
    pub fn value(self) -> Value<'t> {
        let data = self.data();
        if data.broken || data.value == NONE {
            return Value::Missing;
        }
        let text = || self.value_span().of(&self.tree.text);
        match self.tree.kind(data.value) {
            Kind::Number => number::decode(text()),
            Kind::Keyword | Kind::BareKeyword => value::keyword(text()),
            kind if kind.is_string() => Value::Text(string::decode(text(), kind)),
            _ => Value::Missing,
        }
    }

    /// The bytes of the value, quotes included, type annotation excluded. Of a property without a
    /// value: an empty range behind the `=`.
    #[must_use]
    pub fn value_span(self) -> Span {
        let data = self.data();
        if data.value == NONE {
            return Span::at(self.span().end);
        }
        self.tree.span(data.value, data.end)
    }

    /// The value's file and bytes.
    #[must_use]
    pub fn origin(self) -> Origin {
        Origin::new(self.tree.file, self.value_span())
    }

    /// All its bytes, `/-`, key and type annotation included.
    #[must_use]
    pub fn span(self) -> Span {
        self.tree.span(self.data().first, self.data().end)
    }

    /// The bytes of the type annotation, parentheses included.
    #[must_use]
    pub fn type_annotation(self) -> Option<Span> {
        self.tree.annotation(self.data().annotation)
    }

    /// The name in its type annotation, escapes resolved.
    #[must_use]
    pub fn type_name(self) -> Option<Cow<'t, str>> {
        self.tree.annotation_name(self.data().annotation)
    }

    /// Whether `/-` stands before it.
    #[must_use]
    pub fn is_slashdashed(self) -> bool {
        self.data().slashdashed
    }

    /// Whether the value is a string written without quotes.
    #[must_use]
    pub fn is_bare_string(self) -> bool {
        !self.data().broken && self.tree.kind(self.data().value) == Kind::Identifier
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
