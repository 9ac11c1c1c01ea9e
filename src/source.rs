//! A file's text, and where its lines begin.

use std::sync::OnceLock;

use iommulint_lang::span::Span;

/// One input file of a run.
#[derive(Debug)]
pub(crate) struct Source {
    /// As the user named it.
    pub(crate) name: String,
    /// All of it.
    pub(crate) text: String,
    /// Made when a place is first asked for: most files have no findings.
    index: OnceLock<Index>,
}

/// Where lines begin, and how many characters there are up to some places: with it, a place is
/// found without reading its line from the start, however long that is.
#[derive(Debug)]
struct Index {
    /// Byte offset of the start of each line.
    lines: Vec<usize>,
    /// How many characters begin before each [`BLOCK`] of bytes.
    characters: Vec<usize>,
}

/// Bytes from one count of characters to the next.
const BLOCK: usize = 1024;

impl Index {
    fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|&(at, &byte)| {
            byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
        });
        let lines = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        let mut total = 0;
        let characters = bytes
            .chunks(BLOCK)
            .map(|block| {
                let before = total;
                total += characters_in(block);
                before
            })
            .collect();
        Self { lines, characters }
    }

    /// How many characters of `text` begin before `offset`.
    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let block = (offset / BLOCK).min(self.characters.len().saturating_sub(1));
        let counted = self.characters.get(block).copied().unwrap_or_default();
        counted + characters_in(&text.as_bytes()[block * BLOCK..offset])
    }
}

/// How many characters begin in these bytes of UTF-8.
fn characters_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
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
        Self { name: name.into(), text: text.into(), index: OnceLock::new() }
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(&self.text))
    }

    /// `span` moved to character boundaries within the file.
    pub(crate) fn clamp(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.text.floor_char_boundary(span.start as usize);
        let end = self.text.ceil_char_boundary(span.end as usize);
        start..end.max(start)
    }

    /// Which line, from 0, the byte at `offset` is in.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        self.index().lines.partition_point(|&start| start <= offset) - 1
    }

    /// The bytes of a line, from 0, with what ends it.
    pub(crate) fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let end = self.index().lines.get(line + 1).copied().unwrap_or(self.text.len());
        self.index().lines[line]..end
    }

    /// The place of the byte at `offset`, which must be a character boundary.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let (index, line) = (self.index(), self.line_at(offset));
        let before = |offset| index.characters_before(&self.text, offset);
        let column = before(offset) - before(index.lines[line]) + 1;
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

    #[test]
    fn columns_are_right_in_long_lines() {
        let text = "aü漢😀".repeat(700);
        let source = Source::new("a", format!("first\n{text}"));
        for (character, (at, _)) in text.char_indices().enumerate() {
            assert_eq!(source.position(6 + at).column, character + 1);
        }
        assert_eq!(source.position(source.text.len()).column, 2801);
    }
}
