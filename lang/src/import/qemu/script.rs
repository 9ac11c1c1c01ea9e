//! A file of command lines: its text and structure.

use std::sync::Arc;

use super::command_line::CommandLine;
use super::json;
use super::places::{self, Place};
use super::shell::{self, Word};
use crate::span::{FileId, MAX_TEXT, Span};

/// A shell script, or a file of arguments, as it was read.
#[derive(Clone, Debug)]
pub struct Script {
    text: Arc<str>,
    file: FileId,
    comments: Vec<Span>,
    arguments: Vec<Span>,
    places: Vec<Place>,
}

impl Script {
    pub(super) fn new(
        text: Arc<str>,
        file: FileId,
        words: &shell::Script,
        commands: &[CommandLine<'_>],
    ) -> Self {
        let continued = continued_lines(&text);
        // In the middle of a command of several lines no comment can stand: it would end the command.
        let may_have_comment = |span: &Span| {
            let line = continued.partition_point(|line| line.end <= span.start);
            continued.get(line).is_none_or(|line| line.start > span.start)
        };
        let elements = commands.iter().flat_map(elements).filter(may_have_comment);
        let mut arguments: Vec<Span> = elements.collect();
        arguments.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        arguments.dedup();
        let places = places::of(commands);
        Self { text, file, comments: words.comments.clone(), arguments, places }
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Which file it is.
    #[must_use]
    pub const fn file(&self) -> FileId {
        self.file
    }

    /// Every comment with its `#`, in file order.
    #[must_use]
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// Every QEMU command, and every argument of it that a comment can stand above, by where it
    /// begins.
    #[must_use]
    pub fn elements(&self) -> &[Span] {
        &self.arguments
    }

    /// The arguments that can be changed, in file order.
    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// Behind the line that names the interpreter, if there is one.
    #[must_use]
    pub fn behind_interpreter(&self) -> u32 {
        let length = if self.text.starts_with("#!") {
            self.text.find('\n').map_or(self.text.len(), |end| end + 1)
        } else {
            0
        };
        u32::try_from(length).unwrap_or(u32::MAX)
    }
}

/// The lines that go on with the one before them, which ends with a backslash.
fn continued_lines(text: &str) -> Vec<Span> {
    let offset = |position| u32::try_from(position).unwrap_or(u32::MAX);
    let (mut start, mut is_continued, mut lines) = (0, false, Vec::new());
    for line in text.split_inclusive('\n') {
        if is_continued {
            lines.push(Span::new(offset(start), offset(start + line.len())));
        }
        start += line.len();
        is_continued = line.trim_end_matches(['\n', '\r']).ends_with('\\');
    }
    lines
}

/// Where a command and its arguments stand.
fn elements(command: &CommandLine<'_>) -> Vec<Span> {
    let arguments = command.arguments.iter().map(|argument| {
        let start = argument.flag.span();
        let end = argument.value.map_or(start, Word::span);
        // A variable may hold one of them.
        if end.end >= start.start { start.to(end) } else { start }
    });
    let arguments: Vec<Span> = arguments.collect();
    let first = command.program.map(Word::span);
    let whole = first.or_else(|| arguments.first().copied()).map(|first| {
        let last = arguments.iter().map(|span| span.end).max();
        Span::new(first.start, last.map_or(first.end, |last| last.max(first.end)))
    });
    whole.into_iter().chain(arguments).collect()
}

/// The commands of `text`: one JSON array of words, words that each end with a NUL byte, or shell.
pub(super) fn words(text: &str) -> shell::Script {
    if text.len() > MAX_TEXT {
        return shell::Script::default();
    }
    if text.contains('\0') && !text.contains('\n') {
        return shell::Script { commands: vec![between_nuls(text)], ..shell::Script::default() };
    }
    if text.trim_start().starts_with('[')
        && let Ok(words) = json::words(text)
    {
        return shell::Script { commands: vec![words], ..shell::Script::default() };
    }
    shell::read(text)
}

/// The words of `/proc/PID/cmdline`.
fn between_nuls(text: &str) -> Vec<Word> {
    let mut start = 0;
    let words = text.split_terminator('\0').map(|word| {
        let at = start;
        start += word.len() + 1;
        Word::at(word, at)
    });
    words.collect()
}
