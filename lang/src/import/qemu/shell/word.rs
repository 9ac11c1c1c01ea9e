//! Words: what a program gets as one argument, and where each byte of it was written.

use std::ops::Range;

use crate::span::Span;

/// Stands in a word's value for a part that is not known, such as `$HOME`. No argument can hold it.
pub(in super::super) const UNKNOWN: char = '\0';

/// Whether some part of `value` is not known.
pub(in super::super) fn is_unknown(value: &str) -> bool {
    value.contains(UNKNOWN)
}

/// One argument of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Word {
    /// What the program gets, unquoted; [`UNKNOWN`] where that is not known.
    value: String,
    /// Where its bytes were written, by rising `from`.
    runs: Vec<Run>,
    /// Where the word stands.
    span: Span,
    /// Whether it may be any number of words: an unquoted variable of unknown value.
    is_gap: bool,
}

/// Bytes of a value that stand in the file one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// The first of them, in the value.
    from: u32,
    /// Where that is in the file.
    source: u32,
    /// 0 for the word itself; another for each variable that was put in.
    variable: u32,
}

impl Word {
    /// An empty word that begins at `start`.
    pub(super) fn begin(start: u32) -> Self {
        Self { span: Span::at(start), ..Self::default() }
    }

    /// Any number of words, none of them known.
    pub(super) fn gap(span: Span) -> Self {
        let mut gap = Self { span, is_gap: true, ..Self::default() };
        gap.push_unknown(span.start);
        gap
    }

    /// Some text that stands at `start` as it is.
    pub(in super::super) fn at(text: &str, start: usize) -> Self {
        Self::of_pieces(start..start + text.len(), &[(text.to_owned(), start)])
    }

    /// A word at `range` of the file, made of pieces of text that each stand somewhere in it.
    pub(in super::super) fn of_pieces(range: Range<usize>, pieces: &[(String, usize)]) -> Self {
        let offset = |position| u32::try_from(position).unwrap_or(u32::MAX);
        let span = Span::new(offset(range.start), offset(range.end));
        let mut word = Self { span, ..Self::default() };
        for (text, start) in pieces {
            word.push(text, offset(*start));
        }
        word
    }

    /// What the program gets.
    pub(in super::super) fn value(&self) -> &str {
        &self.value
    }

    /// Where the word stands.
    pub(in super::super) const fn span(&self) -> Span {
        self.span
    }

    /// Whether it stands in the file, in one piece, as a program gets it.
    pub(in super::super) fn is_verbatim(&self) -> bool {
        matches!(&self.runs[..], [run] if run.variable == 0)
    }

    /// Whether it may be any number of words.
    pub(in super::super) const fn is_gap(&self) -> bool {
        self.is_gap
    }

    /// Where the bytes `range` of the value were written; the whole word when they come from
    /// different places.
    pub(in super::super) fn place(&self, range: Range<usize>) -> Span {
        let (Some(first), Some(last)) = (
            self.source_of(range.start.min(range.end.saturating_sub(1))),
            self.source_of(range.end.saturating_sub(1)),
        ) else {
            return self.span;
        };
        if range.is_empty() {
            let behind = if range.start == 0 { first.0 } else { last.0 + 1 };
            return Span::at(behind);
        }
        if first.1 == last.1 && first.0 <= last.0 {
            Span::new(first.0, last.0 + 1)
        } else {
            self.span
        }
    }

    /// Where one byte of the value was written, and through which variable.
    fn source_of(&self, byte: usize) -> Option<(u32, u32)> {
        let byte = u32::try_from(byte).ok()?;
        let run = self.runs[..self.runs.partition_point(|run| run.from <= byte)].last()?;
        Some((run.source + (byte - run.from), run.variable))
    }

    /// Appends text that stands in the file at `source` as it is.
    pub(super) fn push(&mut self, text: &str, source: u32) {
        self.push_from(text, source, 0);
    }

    fn push_from(&mut self, text: &str, source: u32, variable: u32) {
        if text.is_empty() {
            return;
        }
        let from = length(&self.value);
        let follows = self.runs.last().is_some_and(|run| {
            run.variable == variable && run.source.checked_add(from - run.from) == Some(source)
        });
        if !follows {
            self.runs.push(Run { from, source, variable });
        }
        self.value.push_str(text);
    }

    /// Appends a part of unknown value.
    pub(super) fn push_unknown(&mut self, source: u32) {
        let mut placeholder = [0; 1];
        self.push_from(UNKNOWN.encode_utf8(&mut placeholder), source, u32::MAX);
    }

    /// Appends the bytes `range` of `other`; with a `variable`, what was written in place there came
    /// here through that one.
    pub(super) fn push_part(&mut self, other: &Self, range: Range<usize>, variable: Option<u32>) {
        let (start, end) = (range.start, range.end);
        let Some(first) =
            other.runs.partition_point(|run| run.from as usize <= start).checked_sub(1)
        else {
            return;
        };
        let mut runs = other.runs[first..].iter().peekable();
        while let Some(run) = runs.next() {
            let from = start.max(run.from as usize);
            let until = runs.peek().map_or(end, |next| end.min(next.from as usize));
            let Some(text) = other.value.get(from..until).filter(|text| !text.is_empty()) else {
                break;
            };
            let through = variable.filter(|_| run.variable == 0).unwrap_or(run.variable);
            self.push_from(
                text,
                run.source + length(&other.value[run.from as usize..from]),
                through,
            );
        }
    }

    /// Shortens the value to its first `length` bytes.
    pub(super) fn truncate(&mut self, length: usize) {
        if self.value.is_char_boundary(length) {
            self.value.truncate(length);
            self.runs.retain(|run| (run.from as usize) < length);
        }
    }

    /// Ends the word in the file.
    pub(super) fn end(&mut self, end: u32) {
        self.span.end = end.max(self.span.start);
    }

    /// Whether nothing is in it.
    pub(super) const fn is_empty(&self) -> bool {
        self.value.is_empty()
    }
}

/// Texts are at most `MAX_TEXT` bytes long, and what variables put in is bounded far below.
fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
