//! Variables of a script, as far as their values are certain.

use std::collections::HashMap;

use super::functions::Change;
use super::word::{Word, is_unknown};
use crate::span::Span;

/// What a variable holds.
#[derive(Clone, Debug)]
pub(super) enum Variable {
    /// One text.
    Text(Word),
    /// Words.
    Array(Vec<Word>),
}

/// How commands are grouped where that decides whether they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// `{ … }`: runs as if it were not grouped.
    Group,
    /// `( … )`: runs, and what it assigns is gone afterwards.
    Subshell,
    /// `if`, `for`, `case`: may run, or not, or more than once.
    Conditional,
    /// A function's body: runs later, if at all.
    Function,
    /// `( … )` as a function's body: what it assigns is gone as well.
    SubshellFunction,
}

impl Block {
    /// Whether it is a function's body.
    const fn is_function(self) -> bool {
        matches!(self, Self::Function | Self::SubshellFunction)
    }

    /// Whether a closing bracket ends it, and what it assigns is gone afterwards.
    pub(super) const fn is_subshell(self) -> bool {
        matches!(self, Self::Subshell | Self::SubshellFunction)
    }
}

/// All variables that are assigned in the file up to some point.
#[derive(Debug, Default)]
pub(super) struct Variables {
    values: HashMap<String, Variable>,
    blocks: Vec<(Block, HashMap<String, Before>)>,
    /// How many of the blocks are functions.
    functions: usize,
}

/// What a variable held before the block.
#[derive(Debug)]
enum Before {
    /// The array's first so many words.
    Words(usize),
    /// The text's first so many bytes.
    Bytes(usize),
    /// Something that is no part of what it holds now; none when it was not assigned.
    Other(Option<Variable>),
}

impl Variables {
    /// What `name` holds; none when that is not known.
    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.values.get(name)
    }

    /// `name=text`.
    pub(super) fn assign(&mut self, name: &str, value: Variable) {
        let now = self.values.remove(name);
        if self.is_recording() {
            let kept = match (&now, &value) {
                (Some(Variable::Text(now)), Variable::Text(value))
                    if value.value().starts_with(now.value()) =>
                {
                    Some(Before::Bytes(now.value().len()))
                }
                _ => None,
            };
            self.record(name, now, kept);
        }
        self.values.insert(name.to_owned(), value);
    }

    /// `name+=(words)`.
    pub(super) fn append(&mut self, name: &str, words: Vec<Word>, at: Span) {
        if let Some(Variable::Array(now)) = self.values.get(name) {
            let before = now.len();
            if self.is_recording() {
                self.record(name, None, Some(Before::Words(before)));
            }
            if let Some(Variable::Array(now)) = self.values.get_mut(name) {
                now.extend(words);
            }
            return;
        }
        // What the environment or something unknown left in it comes first.
        let first = match self.values.get(name) {
            Some(Variable::Text(text)) => text.clone(),
            _ => Word::gap(at),
        };
        let words = std::iter::once(first).chain(words).collect();
        self.assign(name, Variable::Array(words));
    }

    /// `name` may hold anything from now on.
    pub(super) fn forget(&mut self, name: &str) {
        let now = self.values.remove(name);
        if self.is_recording() {
            self.record(name, now, None);
        }
    }

    /// `name` has changed, and it is not known to what.
    pub(super) fn change(&mut self, name: &str, change: Change, at: Span) {
        match self.values.get(name) {
            Some(Variable::Array(_)) if change == Change::Longer => {
                self.append(name, vec![Word::gap(at)], at);
            }
            Some(Variable::Text(text)) if change == Change::Longer => {
                let mut text = text.clone();
                text.push(" ", at.start);
                text.push_unknown(at.start);
                self.assign(name, Variable::Text(text));
            }
            _ => self.forget(name),
        }
    }

    /// Everything may hold anything: another file was read.
    pub(super) fn forget_all(&mut self) {
        self.values.clear();
    }

    fn is_recording(&self) -> bool {
        self.blocks.iter().any(|(block, _)| *block != Block::Group)
    }

    /// Notes in the innermost block that matters what `name` held before it.
    fn record(&mut self, name: &str, now: Option<Variable>, kept: Option<Before>) {
        let Some((_, changed)) =
            self.blocks.iter_mut().rev().find(|(block, _)| *block != Block::Group)
        else {
            return;
        };
        let earlier = changed.remove(name);
        let before = match (earlier, kept) {
            (None, Some(kept)) => kept,
            (None, None) => Before::Other(now),
            // Still its beginning.
            (Some(Before::Bytes(bytes)), Some(Before::Bytes(_))) => Before::Bytes(bytes),
            (Some(Before::Words(words)), Some(Before::Words(_))) => Before::Words(words),
            (Some(Before::Other(value)), _) => Before::Other(value),
            (Some(Before::Words(words)), _) => Before::Other(now.map(|now| match now {
                Variable::Array(mut now) => {
                    now.truncate(words);
                    Variable::Array(now)
                }
                other @ Variable::Text(_) => other,
            })),
            (Some(Before::Bytes(bytes)), _) => Before::Other(now.map(|now| match now {
                Variable::Text(mut text) => {
                    text.truncate(bytes);
                    Variable::Text(text)
                }
                other @ Variable::Array(_) => other,
            })),
        };
        changed.insert(name.to_owned(), before);
    }

    /// A block begins.
    pub(super) fn enter(&mut self, block: Block) {
        self.functions += usize::from(block.is_function());
        self.blocks.push((block, HashMap::new()));
    }

    /// How many functions' bodies are being read, one in another.
    pub(super) const fn functions(&self) -> usize {
        self.functions
    }

    /// The innermost block; none outside of all.
    pub(super) fn block(&self) -> Option<Block> {
        self.blocks.last().map(|(block, _)| *block)
    }

    /// The innermost block ends at `at`.
    pub(super) fn leave(&mut self, at: Span) {
        let Some((block, changed)) = self.blocks.pop() else { return };
        self.functions -= usize::from(block.is_function());
        for (name, before) in changed {
            self.undo(name, before, block, at);
        }
    }

    /// `else`: what the branch before assigned may or may not have happened.
    pub(super) fn next_branch(&mut self, at: Span) {
        if self.block() == Some(Block::Conditional) {
            self.leave(at);
            self.enter(Block::Conditional);
        }
    }

    /// What `name` held before a block that ends at `at`: certain after a subshell, else only its
    /// beginning is.
    fn undo(&mut self, name: String, before: Before, block: Block, at: Span) {
        let is_certain = block.is_subshell();
        let (value, around) = match (before, self.values.remove(&name)) {
            (Before::Words(words), Some(Variable::Array(mut now))) => {
                now.truncate(words);
                if !is_certain {
                    now.push(Word::gap(at));
                }
                (Some(Variable::Array(now)), (None, Some(Before::Words(words))))
            }
            (Before::Bytes(bytes), Some(Variable::Text(mut now))) => {
                let added = now.value().get(bytes..).unwrap_or("");
                let is_apart = added.starts_with([' ', '\t', '\n']);
                now.truncate(bytes);
                if !is_certain {
                    if is_apart {
                        now.push(" ", at.start);
                    }
                    now.push_unknown(at.start);
                }
                (Some(Variable::Text(now)), (None, Some(Before::Bytes(bytes))))
            }
            (Before::Other(value), _) if is_certain => (value, (None, None)),
            (Before::Other(value), _) => (None, (value, None)),
            _ => (None, (None, None)),
        };
        // The block around has seen it change, too.
        if self.is_recording() && !is_certain {
            self.record(&name, around.0, around.1);
        }
        if let Some(value) = value {
            self.values.insert(name, value);
        }
    }
}

/// Whether `text` can be the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The name, whether it is added to, and where the value begins, if `word` begins as an assignment.
pub(super) fn assignment(word: &str) -> Option<(&str, bool, usize)> {
    let equals = word.find('=')?;
    let (name, appends) = match word[..equals].strip_suffix('+') {
        Some(name) => (name, true),
        None => (&word[..equals], false),
    };
    (is_name(name) && !is_unknown(name)).then_some((name, appends, equals + 1))
}

/// Whether an assignment, as it is `written`, puts further words behind what `name` holds:
/// `name="$name …`.
pub(super) fn begins_with_itself(name: &str, written: &str) -> bool {
    let value = written.strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
    let rest = value.and_then(|value| value.strip_prefix('"').unwrap_or(value).strip_prefix('$'));
    let rest = rest.and_then(|rest| match rest.strip_prefix('{') {
        Some(rest) => rest.strip_prefix(name)?.strip_prefix('}'),
        None => rest.strip_prefix(name),
    });
    rest.is_some_and(|rest| {
        let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
        rest.starts_with([' ', '\t', '\n'])
    })
}

/// Where each name is last assigned, so that a function's body, which runs later, knows what is
/// certain.
pub(super) fn last_assignments(text: &str) -> HashMap<&str, usize> {
    let mut last = HashMap::new();
    for (equals, _) in text.match_indices('=') {
        let before = &text[..equals];
        let before = before.strip_suffix('+').unwrap_or(before);
        let bytes = before.as_bytes();
        let is_part = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        let length = bytes.iter().rev().take_while(|b| is_part(b)).count();
        let name = &before[before.len() - length..];
        if is_name(name) {
            last.insert(name, equals);
        }
    }
    last
}
