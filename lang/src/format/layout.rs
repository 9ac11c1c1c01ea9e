//! From the tokens of a file to lines. Every word is written as it is; what stands between two
//! words follows from what the second one begins.

use super::gap::{Allows, Comment, Gap};
use super::writer::{NodeLine, Writer};
use crate::check::allows_in_a_node;
use crate::syntax::{Kind, Tree, is_newline, is_space};

/// Lays out `tree`, which has no syntax errors.
pub(super) fn lay_out(tree: &Tree) -> String {
    let mut layout = Layout {
        tree,
        writer: Writer::new(tree.text().len(), newline(tree)),
        gap: Gap::default(),
        before: Before::Start,
        depth: 0,
        source_line: None,
        node: 0,
        entry: 0,
        block: 0,
    };
    for token in 0..tree.tokens.len() {
        layout.token(token);
    }
    layout.writer.finish()
}

/// What the lines of the result end at. Newlines in strings and comments do not count: they stay.
fn newline(tree: &Tree) -> &'static str {
    let first = tree.tokens.iter().find(|token| token.kind == Kind::Newline);
    match first.map(|token| &tree.text()[token.start as usize..]) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        _ => "\n",
    }
}

struct Layout<'t> {
    tree: &'t Tree,
    writer: Writer<'t>,
    /// What was read since the last word.
    gap: Gap<'t>,
    /// What the last word was.
    before: Before,
    /// How many blocks are open.
    depth: usize,
    /// The first node on the line that is being read, and where it was written.
    source_line: Option<NodeLine>,
    /// The row of the next node.
    node: usize,
    /// The row of the next entry.
    entry: usize,
    /// The row of the next block.
    block: usize,
}

/// What was written last, as far as it matters for what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// Nothing yet.
    Start,
    /// The `{` of a block.
    Open,
    /// The `/-` of a part of this kind.
    Slashdash(Begins),
    /// Anything else.
    Word,
}

/// What begins at a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begins {
    Node,
    Entry,
    Block,
    /// Nothing: it goes on with what began before.
    Part,
}

/// How two words of one node are told apart.
struct Inside {
    /// What stands between them when nothing else does.
    separator: &'static str,
    /// Whether a newline between them stays, though there is no comment.
    keeps_break: bool,
    /// What has to precede a newline.
    escape: &'static str,
    /// How far a new line is indented.
    depth: usize,
}

impl<'t> Layout<'t> {
    fn token(&mut self, token: usize) {
        let text = self.text(token);
        match self.tree.tokens[token].kind {
            Kind::Bom => self.writer.byte_order_mark(text),
            Kind::Space | Kind::Backslash | Kind::Semicolon => {}
            Kind::Newline => {
                self.gap.newline();
                self.source_line = None;
            }
            Kind::LineComment | Kind::BlockComment => self.comment(token),
            Kind::BraceClose => {
                self.close_block();
                self.word(text);
            }
            Kind::End => self.end(),
            kind => {
                let begins = self.begins(token);
                self.separate(token, begins);
                if begins == Begins::Node {
                    let line = self.writer.begin_node(self.node - 1, self.depth);
                    self.source_line.get_or_insert(line);
                }
                self.word(text);
                if kind == Kind::BraceOpen {
                    self.depth += 1;
                    self.before = Before::Open;
                } else if kind == Kind::Slashdash {
                    self.before = Before::Slashdash(begins);
                }
            }
        }
    }

    fn text(&self, token: usize) -> &'t str {
        let start = self.tree.tokens[token].start as usize;
        let end = self.tree.tokens.get(token + 1).map_or(start, |next| next.start as usize);
        &self.tree.text()[start..end]
    }

    fn word(&mut self, text: &str) {
        self.writer.piece(text);
        if text.contains(is_newline) {
            self.source_line = None;
        }
        self.before = Before::Word;
    }

    fn comment(&mut self, token: usize) {
        let text = self.text(token);
        let is_line = self.tree.tokens[token].kind == Kind::LineComment;
        let allows = match self.source_line {
            _ if !allows_in_a_node(text) => Allows::Nothing,
            Some(line) => Allows::OnLine(line),
            None => Allows::Next,
        };
        let kept = if is_line { text.trim_end_matches(is_space) } else { text };
        self.gap.comment(kept, is_line, allows);
        if text.contains(is_newline) {
            self.source_line = None;
        }
    }

    /// What begins at a word. Rows are in text order, so that each is met once.
    fn begins(&mut self, token: usize) -> Begins {
        let is_first = |first: Option<u32>| first.is_some_and(|first| first as usize == token);
        if is_first(self.tree.nodes.get(self.node).map(|node| node.first)) {
            self.node += 1;
            Begins::Node
        } else if is_first(self.tree.entries.get(self.entry).map(|entry| entry.first)) {
            self.entry += 1;
            Begins::Entry
        } else if is_first(self.tree.blocks.get(self.block).map(|block| block.first)) {
            self.block += 1;
            Begins::Block
        } else {
            Begins::Part
        }
    }

    /// Writes what stands before a word that is no `}`.
    fn separate(&mut self, token: usize, begins: Begins) {
        let inside = |separator, keeps_break| Inside {
            separator,
            keeps_break,
            escape: " \\",
            depth: self.depth + 1,
        };
        let inside = match (self.before, begins) {
            (_, Begins::Node) => return self.separate_lines(),
            // Behind `/-` newlines mean nothing.
            (Before::Slashdash(part), _) => Inside {
                separator: if self.names_version(token) { " " } else { "" },
                keeps_break: false,
                escape: "",
                depth: if part == Begins::Node { self.depth } else { self.depth + 1 },
            },
            (_, Begins::Entry) => inside(" ", true),
            (_, Begins::Block) => inside(" ", false),
            (_, Begins::Part) => inside("", false),
        };
        self.separate_words(&inside);
    }

    /// Whether the word is the name in `/- kdl-version 2`, which KDL wants to be written like this.
    fn names_version(&self, token: usize) -> bool {
        self.node == 1 && self.entry == 0 && self.text(token) == "kdl-version"
    }

    // Within a node.

    /// Writes what stands between two words of one node.
    fn separate_words(&mut self, inside: &Inside) {
        let gap = std::mem::take(&mut self.gap);
        let mut any = false;
        let mut after_line_comment = false;
        for comment in &gap.comments {
            if self.raise(comment) {
                continue;
            }
            if comment.newlines > 0 || self.must_leave_line(comment) {
                self.go_on_in_new_line(inside, after_line_comment);
            } else {
                self.writer.blank();
            }
            if comment.is_line && !inside.escape.is_empty() {
                self.writer.piece("\\ ");
            }
            self.writer.piece(comment.text);
            after_line_comment = comment.is_line;
            any = true;
        }
        if gap.newlines > 0 && (any || inside.keeps_break) {
            self.go_on_in_new_line(inside, after_line_comment);
        } else if any {
            self.writer.blank();
        } else {
            self.writer.piece(inside.separator);
        }
    }

    fn go_on_in_new_line(&mut self, inside: &Inside, after_line_comment: bool) {
        if !after_line_comment {
            self.writer.piece(inside.escape);
        }
        self.writer.new_line(inside.depth);
    }

    // Between nodes.

    /// Writes what stands before a node.
    fn separate_lines(&mut self) {
        let newlines = self.gap.newlines;
        let after = self.comments_between_lines();
        if self.writer.is_empty() {
            return;
        }
        if after.own_line && newlines == 0 {
            self.writer.blank();
        } else {
            self.begin_line(newlines, after.may_leave_line);
        }
    }

    /// Writes what stands before a `}`.
    fn close_block(&mut self) {
        let is_bare = self.before == Before::Open && self.gap.comments.is_empty();
        self.comments_between_lines();
        self.depth = self.depth.saturating_sub(1);
        if !is_bare {
            self.writer.new_line(self.depth);
        }
    }

    /// Writes what stands before the end of the file.
    fn end(&mut self) {
        self.comments_between_lines();
        if !self.writer.is_empty() {
            self.writer.end_line();
        }
    }

    /// Writes the comments between two nodes, or a node and a brace, or at either end of the file.
    fn comments_between_lines(&mut self) -> After {
        let mut after = After {
            own_line: self.before == Before::Start,
            may_leave_line: self.before == Before::Word,
        };
        for comment in std::mem::take(&mut self.gap).comments {
            if self.raise(&comment) {
                continue;
            }
            if self.writer.is_empty() {
                // The file begins with it.
            } else if comment.newlines > 0 || self.must_leave_line(&comment) {
                self.begin_line(comment.newlines, after.may_leave_line);
                after.own_line = true;
            } else {
                self.writer.blank();
            }
            after.may_leave_line |= after.own_line;
            self.writer.piece(comment.text);
        }
        after
    }

    /// Begins a line, behind an empty one if there was one.
    fn begin_line(&mut self, newlines: usize, may_leave_line: bool) {
        if newlines > 1 && may_leave_line {
            self.writer.end_line();
        }
        self.writer.new_line(self.depth);
    }

    // Comments that allow findings in a node.

    /// Puts a comment above the node it is about, if it cannot stay on that node's line; whether it
    /// was done.
    fn raise(&mut self, comment: &Comment<'t>) -> bool {
        match comment.allows {
            Allows::OnLine(line) if self.writer.on_line() != Some(line.node) => {
                self.writer.raise(line, comment.text);
                true
            }
            _ => false,
        }
    }

    /// Whether a comment would be taken to be about a node it now shares a line with.
    fn must_leave_line(&self, comment: &Comment<'t>) -> bool {
        comment.allows == Allows::Next && self.writer.on_line().is_some()
    }
}

/// What comments between two nodes leave behind.
#[derive(Clone, Copy, Debug)]
struct After {
    /// Whether the last one is on a line that nothing but comments is on.
    own_line: bool,
    /// Whether an empty line may follow: not where a block begins.
    may_leave_line: bool,
}
