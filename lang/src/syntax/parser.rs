//! From tokens to the tree. Blocks that are open are kept on a stack of our own, so that no nesting
//! is too deep; every step moves forward, so that no text takes longer than its length.

mod braces;
mod entry;
mod repair;

use std::sync::Arc;

use repair::Repair;

use super::mistakes::Mistakes;
use super::token::{Kind, Token};
use super::tree::{BlockRow, EntryRow, NONE, NodeRow, State, Tree, row_number};
use crate::span::{FileId, Span};

/// How often a text is read again at most.
const MOST_TRIES: usize = 3;

/// Builds the tree of `text`, which was cut into `tokens`.
pub(crate) fn parse(
    text: Arc<str>,
    file: FileId,
    tokens: Vec<Token>,
    mistakes: &mut Mistakes,
) -> Tree {
    let before = mistakes.clone();
    let (mut rows, suspects) = Parser::run(&text, &tokens, None, mistakes);
    for repair in suspects.into_iter().take(MOST_TRIES) {
        let mut said = before.clone();
        let (repaired, _) = Parser::run(&text, &tokens, Some(repair), &mut said);
        if said.count() <= mistakes.count() && repaired.is_nested {
            (rows, *mistakes) = (repaired, said);
            break;
        }
    }
    let Rows { nodes, blocks, entries, first_root, is_nested } = rows;
    let sound = mistakes.count() == 0;
    Tree { file, text, tokens, nodes, blocks, entries, first_root, is_nested, sound }
}

/// What one reading of a text gives.
struct Rows {
    nodes: Vec<NodeRow>,
    blocks: Vec<BlockRow>,
    entries: Vec<EntryRow>,
    first_root: u32,
    /// Whether the braces add up, or were made to.
    is_nested: bool,
}

struct Parser<'p> {
    text: &'p str,
    tokens: &'p [Token],
    /// The next token; never behind [`Kind::End`].
    at: usize,
    nodes: Vec<NodeRow>,
    blocks: Vec<BlockRow>,
    entries: Vec<EntryRow>,
    /// The blocks that are open, outermost first; the first frame is the top level.
    open: Vec<Frame>,
    first_root: u32,
    /// Whether a comment or string without an end took the rest of the text, closing braces and all.
    swallowed_rest: bool,
    /// How many `}` are too many for reasons that have been reported.
    extra_close: usize,
    /// How many `{` are too many for reasons that have been reported.
    extra_open: usize,
    /// The wrong brace to be put right, until it has been.
    repair: Option<Repair>,
    /// What may be wrong with the braces, the likeliest first.
    suspects: Vec<Repair>,
    /// Whether the braces add up so far.
    is_nested: bool,
    mistakes: &'p mut Mistakes,
}

/// A list of nodes that is being read.
#[derive(Clone, Copy)]
struct Frame {
    /// The block; [`NONE`] for the top level.
    block: u32,
    /// The last node read in it.
    last_child: u32,
    /// Whether its `{` follows no node: its nodes are read into the block around it.
    nameless: bool,
    /// Its `{`.
    open: u32,
}

impl<'p> Parser<'p> {
    /// Reads the text once, with one of its braces put right.
    fn run(
        text: &'p str,
        tokens: &'p [Token],
        repair: Option<Repair>,
        mistakes: &'p mut Mistakes,
    ) -> (Rows, Vec<Repair>) {
        let mut parser = Parser {
            text,
            tokens,
            at: 0,
            nodes: Vec::with_capacity(tokens.len() / 12 + 4),
            blocks: Vec::new(),
            entries: Vec::with_capacity(tokens.len() / 5 + 4),
            open: vec![Frame { block: NONE, last_child: NONE, nameless: false, open: NONE }],
            first_root: NONE,
            swallowed_rest: false,
            extra_close: 0,
            extra_open: 0,
            repair,
            suspects: Vec::new(),
            is_nested: true,
            mistakes,
        };
        parser.document();
        let Parser { mut nodes, mut blocks, mut entries, first_root, .. } = parser;
        nodes.shrink_to_fit();
        blocks.shrink_to_fit();
        entries.shrink_to_fit();
        // A repair that had no place to be made is none.
        let is_nested = parser.is_nested && parser.repair.is_none();
        (Rows { nodes, blocks, entries, first_root, is_nested }, parser.suspects)
    }
}

impl Parser<'_> {
    fn document(&mut self) {
        if self.kind() == Kind::Bom {
            self.at += 1;
        }
        loop {
            self.skip_line_space();
            self.close_where_missing();
            match self.kind() {
                Kind::End => break,
                Kind::BraceClose => self.close_block(),
                Kind::Semicolon => {
                    self.mistakes.stray_semicolon(self.here());
                    self.skip_while(|kind| matches!(kind, Kind::Semicolon | Kind::Space));
                }
                Kind::BraceOpen => self.block_without_node(self.at),
                _ => self.node(),
            }
        }
        self.report_open_blocks();
    }

    // Tokens.

    fn kind(&self) -> Kind {
        self.tokens[self.at].kind
    }

    fn kind_at(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::End, |token| token.kind)
    }

    fn bump(&mut self) {
        if self.kind() != Kind::End {
            self.at += 1;
        }
    }

    fn skip_while(&mut self, wanted: impl Fn(Kind) -> bool) {
        while self.kind() != Kind::End && wanted(self.kind()) {
            self.at += 1;
        }
    }

    /// From the start of token `first` to the start of token `end`.
    fn span(&self, first: usize, end: usize) -> Span {
        Span::new(self.tokens[first].start, self.tokens[end.min(self.tokens.len() - 1)].start)
    }

    fn token_span(&self, at: usize) -> Span {
        self.span(at, at + 1)
    }

    /// The bytes of the next token.
    fn here(&self) -> Span {
        self.token_span(self.at)
    }

    fn token_text(&self, at: usize) -> &str {
        self.token_span(at).of(self.text)
    }

    /// Skips the `;` that ends something broken.
    fn skip_semicolon(&mut self) {
        if self.kind() == Kind::Semicolon {
            self.at += 1;
        }
    }

    // White space.

    /// Skips `node-space*`; whether there was any.
    fn skip_node_space(&mut self) -> bool {
        let start = self.at;
        loop {
            match self.kind() {
                Kind::Space | Kind::BlockComment => self.at += 1,
                Kind::OpenComment => self.open_comment(),
                Kind::Backslash => match self.continuation_end() {
                    Some(end) => self.at = end,
                    None => break,
                },
                _ => break,
            }
        }
        self.at > start
    }

    /// Skips `line-space*`.
    fn skip_line_space(&mut self) {
        loop {
            match self.kind() {
                Kind::Space | Kind::Newline | Kind::LineComment | Kind::BlockComment => {
                    self.at += 1;
                }
                Kind::OpenComment => self.open_comment(),
                Kind::Backslash => match self.continuation_end() {
                    Some(end) => self.at = end,
                    None => break,
                },
                _ => break,
            }
        }
    }

    fn open_comment(&mut self) {
        self.mistakes.open_comment(self.text, self.here());
        self.swallowed_rest = true;
        self.at += 1;
    }

    /// The token behind the line continuation that begins at the next token, a backslash; `None`
    /// when something else than comments follows it on its line.
    fn continuation_end(&self) -> Option<usize> {
        let mut at = self.at + 1;
        while matches!(self.kind_at(at), Kind::Space | Kind::BlockComment) {
            at += 1;
        }
        if self.kind_at(at) == Kind::LineComment {
            at += 1;
        }
        match self.kind_at(at) {
            Kind::Newline => Some(at + 1),
            Kind::End => Some(at),
            _ => None,
        }
    }

    // Nodes.

    /// Reads one node up to its terminator, or up to the `{` of its children.
    fn node(&mut self) {
        let first = self.at;
        let slashdashed = self.kind() == Kind::Slashdash;
        if slashdashed && !self.slashdash(first) {
            self.skip_semicolon();
            return;
        }
        if slashdashed && self.kind() == Kind::BraceOpen {
            self.block_without_node(first);
            return;
        }
        let before = self.mistakes.count();
        let annotation = self.annotation();
        self.skip_misplaced_slashdash();
        if !self.has_name(annotation) {
            return;
        }
        let name = self.at;
        let sound = self.name();
        let row = self.add_node(first, annotation, name, slashdashed);
        if !sound {
            self.nodes[row as usize].state = State::NameBroken;
        }
        self.tail(row);
        let node = &mut self.nodes[row as usize];
        if node.state == State::Sound && self.mistakes.count() > before {
            node.state = State::Broken;
        }
        self.check_version(row);
    }

    /// Skips the `/-` at token `at` and what may stand behind it; whether a part follows which it
    /// can take out.
    fn slashdash(&mut self, at: usize) -> bool {
        self.at = at + 1;
        self.skip_line_space();
        if self.kind() == Kind::Slashdash {
            self.mistakes.repeated_slashdash(self.here());
            while self.kind() == Kind::Slashdash {
                self.at += 1;
                self.skip_line_space();
            }
        }
        let ends = matches!(self.kind(), Kind::End | Kind::BraceClose | Kind::Semicolon);
        if ends && !self.swallowed_rest {
            self.mistakes.slashdash_without_part(self.token_span(at));
        }
        !ends
    }

    /// Skips a `/-` behind a type annotation.
    fn skip_misplaced_slashdash(&mut self) {
        if self.kind() == Kind::Slashdash {
            self.mistakes.misplaced_slashdash(self.here());
            self.at += 1;
            self.skip_line_space();
        }
    }

    /// Whether the next token can be taken for a node's name. If not, the mistake is reported, and
    /// the rest of the line skipped where it would only lead to more.
    fn has_name(&mut self, annotation: u32) -> bool {
        match self.kind() {
            Kind::BadKeyword if annotation == NONE => {
                self.hash_comment();
                false
            }
            kind if kind.is_value() => true,
            _ if annotation != NONE => {
                let open = annotation as usize;
                self.mistakes
                    .annotation_without_target(self.text, self.span(open, self.trimmed(self.at)));
                self.skip_rest_of_line();
                false
            }
            Kind::Reserved if self.token_text(self.at).starts_with('#') => {
                self.hash_comment();
                false
            }
            Kind::Semicolon => {
                self.at += 1;
                false
            }
            Kind::Newline | Kind::End | Kind::LineComment | Kind::BraceClose => false,
            Kind::Backslash if !self.is_word_part(self.at + 1) => {
                self.mistakes.bad_continuation(self.here());
                self.at += 1;
                false
            }
            Kind::Reserved | Kind::Backslash => true,
            _ => {
                self.mistakes.no_name(self.text, self.here());
                self.skip_while(|kind| {
                    matches!(kind, Kind::Equals | Kind::ParenClose | Kind::Space)
                });
                false
            }
        }
    }

    /// Reads the name, a single token, and what is glued to it by mistake. Whether it is sound.
    fn name(&mut self) -> bool {
        let at = self.at;
        let before = self.mistakes.count();
        if self.word() {
            self.check_as_name(at, "name");
        } else {
            self.mistakes.unquoted(self.text, self.span(at, self.at), "name");
        }
        self.mistakes.count() == before
    }

    fn add_node(&mut self, first: usize, annotation: u32, name: usize, slashdashed: bool) -> u32 {
        let row = row_number(self.nodes.len());
        let top = self.open.len() - 1;
        let Frame { block, last_child, nameless, .. } = self.open[top];
        self.nodes.push(NodeRow {
            first: row_number(first),
            annotation,
            name: row_number(name),
            end: row_number(self.at),
            first_entry: row_number(self.entries.len()),
            entries: 0,
            first_block: NONE,
            last_block: NONE,
            has_children: false,
            parent_block: block,
            next: NONE,
            slashdashed,
            // Whose child it is was not written.
            state: if nameless { State::NameBroken } else { State::Sound },
        });
        self.open[top].last_child = row;
        if let Some(previous) = self.nodes.get_mut(last_child as usize) {
            previous.next = row;
        } else if let Some(block) = self.blocks.get_mut(block as usize) {
            block.first_child = row;
        } else {
            self.first_root = row;
        }
        row
    }

    /// Reads what follows a node's name, or one of its blocks, up to the end of the node or up to
    /// the inside of its next block.
    fn tail(&mut self, row: u32) {
        // What is glued to a mistake is part of it: no space is missed there.
        let mut reported = false;
        loop {
            let glued = !self.skip_node_space();
            let at = self.at;
            let before = self.mistakes.count();
            match self.kind() {
                Kind::Newline | Kind::LineComment if self.open_where_missing(row) => return,
                Kind::Newline | Kind::LineComment | Kind::End | Kind::BraceClose => return,
                Kind::Semicolon => {
                    self.at += 1;
                    return;
                }
                Kind::BraceOpen => {
                    self.open_block(row, at);
                    return;
                }
                Kind::Slashdash => {
                    if self.slashdash(at) {
                        if self.kind() == Kind::BraceOpen {
                            self.open_block(row, at);
                            return;
                        }
                        if self.has_blocks(row) {
                            self.entries_after_children(row);
                            return;
                        }
                        self.entry(row, at, true);
                    }
                }
                _ if self.has_blocks(row) => {
                    self.text_after_children(row);
                    return;
                }
                Kind::Equals => self.stray_equals(row, reported),
                Kind::ParenClose => self.stray_paren(),
                Kind::Backslash if !self.is_word_part(at + 1) => {
                    self.mistakes.bad_continuation(self.here());
                    self.at += 1;
                }
                Kind::Reserved if !glued && self.is_hash_comment() => {
                    self.hash_comment();
                }
                _ if glued && self.quote_is_missing() => self.shifted_quotes(),
                _ if glued && self.equals_is_missing(row) => self.missing_equals(row),
                _ => {
                    self.entry(row, at, false);
                    let span = self.token_span(at);
                    if glued && !reported && self.mistakes.count() == before {
                        self.mistakes.missing_space(span);
                    } else if glued {
                        self.mistakes.space_fixes(before, span.start);
                    }
                }
            }
            reported = self.mistakes.count() > before;
        }
    }

    fn has_blocks(&self, row: u32) -> bool {
        self.nodes[row as usize].first_block != NONE
    }

    /// Something stands behind a node's children: a new node, whose terminator is missing, or an
    /// entry that was written too late.
    fn text_after_children(&mut self, row: u32) {
        let behind = if self.kind_at(self.at + 1) == Kind::Space { 2 } else { 1 };
        let is_property = self.kind_at(self.at + behind) == Kind::Equals;
        if self.kind().is_string() && self.nodes[row as usize].has_children && !is_property {
            self.mistakes.missing_terminator(self.here());
            self.extra_close += 1;
        } else {
            self.entries_after_children(row);
        }
    }

    /// Reports entries behind the children, and skips up to the end of the node. If another block
    /// follows, most likely the `}` before the entries is one too many: the block is entered.
    fn entries_after_children(&mut self, row: u32) {
        self.mistakes.entry_after_children(self.here());
        self.skip_entries();
        while self.kind() == Kind::Slashdash {
            self.at += 1;
            self.skip_entries();
        }
        if self.kind() == Kind::BraceOpen {
            self.enter_block(row, self.at);
        }
        self.skip_semicolon();
        self.extra_close += 1;
    }

    /// Skips up to the end of the node or its next block.
    fn skip_entries(&mut self) {
        self.skip_while(|kind| {
            !matches!(
                kind,
                Kind::Newline
                    | Kind::LineComment
                    | Kind::OpenComment
                    | Kind::Semicolon
                    | Kind::BraceOpen
                    | Kind::BraceClose
                    | Kind::Slashdash
            )
        });
    }

    /// Skips what is a comment in other languages: all of the line.
    fn hash_comment(&mut self) {
        let hash = self.at;
        self.skip_while(|kind| !matches!(kind, Kind::Newline | Kind::OpenComment));
        // A `/*` in it would begin no comment any more.
        let is_comment = |at| matches!(self.kind_at(at), Kind::BlockComment | Kind::OpenComment);
        let is_plain = !(hash..=self.at).any(is_comment);
        self.mistakes.hash_comment(self.token_span(hash), is_plain);
    }

    /// Whether a `#` stands alone, as before a comment in other languages.
    fn is_hash_comment(&self) -> bool {
        let is_alone = matches!(self.kind_at(self.at + 1), Kind::Space | Kind::Newline | Kind::End);
        is_alone && self.token_text(self.at) == "#"
    }

    fn skip_rest_of_line(&mut self) {
        self.skip_while(|kind| {
            !matches!(kind, Kind::Newline | Kind::BraceClose | Kind::OpenComment)
        });
    }

    /// The token behind the last one before `end` that is not white space.
    fn trimmed(&self, end: usize) -> usize {
        let blank = |at: usize| matches!(self.kind_at(at), Kind::Space | Kind::Newline);
        let mut end = end;
        while end > 0 && blank(end - 1) {
            end -= 1;
        }
        end
    }

    /// `/- kdl-version N` as the first node names the version of the language.
    fn check_version(&mut self, row: u32) {
        let node = self.nodes[row as usize];
        if row != 0 || !node.slashdashed || self.token_text(node.name as usize) != "kdl-version" {
            return;
        }
        let Some(entry) = self.entries.get(node.first_entry as usize) else {
            return;
        };
        if node.entries == 1 && entry.value != NONE && entry.key == NONE {
            let value = entry.value as usize;
            if self.token_text(value) != "2" {
                self.mistakes.version(self.text, self.token_span(value));
            }
        }
    }
}
