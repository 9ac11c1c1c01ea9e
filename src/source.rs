//! A file's text, and where its lines begin.

use iommulint_lang::span::Span;

/// One input file of a run.
#[derive(Debug)]
pub(crate) struct Source {
    /// As the user named it.
    pub(crate) name: String,
    /// All of it.
    pub(crate) text: String,
    /// Byte offset of the start of each line.
    lines: Vec<usize>,
}

/// A place in a file as people count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// From 1; lines end at `\n`, `\r\n` or `\r`, as in editors.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
    /// From 0, in bytes.
    pub(crate) offset: usize,
}

impl Source {
    /// The file `name` with this text.
    pub(crate) fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|&(at, &byte)| {
            byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
        });
        let lines = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { name: name.into(), text, lines }
    }

    /// `span` moved to character boundaries within the file.
    pub(crate) fn clamp(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.text.floor_char_boundary(span.start as usize);
        let end = self.text.ceil_char_boundary(span.end as usize);
        start..end.max(start)
    }

    /// Which line, from 0, the byte at `offset` is in.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|&start| start <= offset) - 1
    }

    /// The bytes of a line, from 0, with what ends it.
    pub(crate) fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let end = self.lines.get(line + 1).copied().unwrap_or(self.text.len());
        self.lines[line]..end
    }

    /// The place of the byte at `offset`, which must be a character boundary.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let line = self.line_at(offset);
        let column = self.text[self.lines[line]..offset].chars().count() + 1;
        Position { line: line + 1, column, offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_each_kind_of_newline_and_columns_count_characters() {
        let source = Source::new("a", "a\r\nb\rü😀c\n");
        let at = |offset| {
            let Position { line, column, .. } = source.position(offset);
            (line, column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(5), (3, 1));
        assert_eq!(at(source.text.find('c').expect("there is one")), (3, 3));
        assert_eq!(at(source.text.len()), (4, 1));
    }

    #[test]
    fn spans_are_moved_to_character_boundaries_within_the_file() {
        let source = Source::new("a", "aü");
        assert_eq!(source.clamp(Span::new(2, 2)), 1..3);
        assert_eq!(source.clamp(Span::new(7, 9)), 3..3);
        assert_eq!(source.clamp(Span::new(0, 2)), 0..3);
    }
}
