//! Places of a text as editors count them: lines, and units of an encoding within a line.

use gen_lsp_types::{Position, PositionEncodingKind, Range};
use iommulint_lang::span::Span;
use memchr::memchr2_iter;

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what every client can do.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The best of those that a client `offers`: bytes need no conversion.
    pub(crate) fn among(offers: &[PositionEncodingKind]) -> Self {
        if offers.contains(&PositionEncodingKind::UTF8) {
            return Self::Utf8;
        }
        let is_only_utf32 = offers.contains(&PositionEncodingKind::UTF32)
            && !offers.contains(&PositionEncodingKind::UTF16);
        if is_only_utf32 { Self::Utf32 } else { Self::Utf16 }
    }

    /// Its name in the protocol.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn units(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// Where the lines of a text are, and its characters that are not as many units as bytes.
///
/// Lines end as the protocol says, at `\n`, `\r\n` or `\r`. Any place is found in a time that grows with
/// the logarithm of the text, however long a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Index {
    lines: Vec<Line>,
    /// In text order; always empty for UTF-8.
    wide: Vec<Wide>,
    /// The length of the text.
    length: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line {
    start: u32,
    /// Before the line ending.
    end: u32,
}

/// A character that has more bytes than units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wide {
    start: u32,
    end: u32,
    /// How many units fewer than bytes the text has up to `end`.
    saved: u32,
}

/// How far what lies behind an edit was moved.
#[derive(Clone, Copy)]
struct Moved {
    /// The end of what was replaced.
    from: u32,
    /// The end of what is there now.
    to: u32,
}

impl Moved {
    /// Where the byte at `offset`, which is behind the edit, is now.
    const fn by(self, offset: u32) -> u32 {
        offset - self.from + self.to
    }
}

impl Index {
    /// The index of `text`, the columns of which are counted in `encoding`.
    pub(crate) fn new(text: &str, encoding: Encoding) -> Self {
        Self { lines: lines(text), wide: wide(text, encoding), length: number(text.len()) }
    }

    /// Makes this the index of `text`, which it was until `span` of it was replaced by `length` bytes. That takes a
    /// time that grows with how much was replaced; what lies behind is only moved.
    pub(crate) fn splice(&mut self, text: &str, span: Span, length: u32, encoding: Encoding) {
        // A line more on both sides: what is typed may part a `\r\n`, or make two endings one.
        let first = self.line_at(span.start).saturating_sub(1);
        let behind = self.lines.len().min(self.line_at(span.end) + 2);
        let start = self.lines[first].start;
        let old_end = self.lines.get(behind).map_or(self.length, |next| next.start);
        let moved = Moved { from: span.end, to: span.start + length };
        let end = moved.by(old_end);
        let part = &text[start as usize..end as usize];

        let is_last = behind == self.lines.len();
        for line in &mut self.lines[behind..] {
            *line = Line { start: moved.by(line.start), end: moved.by(line.end) };
        }
        let mut lines = lines(part);
        // A part that ends with a line ending is followed by the line that begins there already.
        lines.truncate(lines.len() - usize::from(!is_last));
        let lines = lines.into_iter();
        let lines = lines.map(|line| Line { start: start + line.start, end: start + line.end });
        self.lines.splice(first..behind, lines);

        let among = self.wide.partition_point(|wide| wide.start < start)
            ..self.wide.partition_point(|wide| wide.start < old_end);
        let saved_until = |at: usize| at.checked_sub(1).map_or(0, |last| self.wide[last].saved);
        let (saved_before, saved_old) = (saved_until(among.start), saved_until(among.end));
        let wide = wide(part, encoding);
        let saved_new = saved_before + wide.last().map_or(0, |last| last.saved);
        for behind in &mut self.wide[among.end..] {
            *behind = Wide {
                start: moved.by(behind.start),
                end: moved.by(behind.end),
                saved: behind.saved - saved_old + saved_new,
            };
        }
        let wide = wide.into_iter().map(|wide| Wide {
            start: start + wide.start,
            end: start + wide.end,
            saved: saved_before + wide.saved,
        });
        self.wide.splice(among, wide);
        self.length = number(text.len());
    }

    /// The position of the byte at `offset`; of one within a character or a line ending, that of where it begins.
    pub(crate) fn position(&self, offset: u32) -> Position {
        let offset = offset.min(self.length);
        let line = self.line_at(offset);
        let Line { start, end } = self.lines[line];
        let character = self.units_before(offset.min(end)) - self.units_before(start);
        Position { line: number(line), character }
    }

    /// The range of `span`.
    pub(crate) fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The byte at `position` of `text`, which this is the index of. What lies behind the end of a line is its
    /// end, what lies behind the last line is the end of the text, and what lies within a character its start.
    pub(crate) fn offset(&self, text: &str, position: Position) -> u32 {
        let Some(Line { start, end }) = self.lines.get(position.line as usize) else {
            return self.length;
        };
        let units = self.units_before(*start).saturating_add(position.character);
        let behind = self.wide.partition_point(|wide| wide.end - wide.saved <= units);
        let saved = behind.checked_sub(1).map_or(0, |last| self.wide[last].saved);
        let next = self.wide.get(behind).map_or(self.length, |wide| wide.start);
        let offset = units.saturating_add(saved).min(next).min(*end);
        number(text.floor_char_boundary(offset as usize))
    }

    /// The bytes that `range` of `text` covers; empty at its start when it ends before that.
    pub(crate) fn span(&self, text: &str, range: Range) -> Span {
        let start = self.offset(text, range.start);
        Span::new(start, self.offset(text, range.end).max(start))
    }

    /// The bytes of the lines that `span` touches, their endings included.
    pub(crate) fn lines_of(&self, span: Span) -> Span {
        let first = self.line_at(span.start);
        let next = self.lines.get(self.line_at(span.end) + 1);
        Span::new(self.lines[first].start, next.map_or(self.length, |next| next.start))
    }

    /// The parts of `span` in each of its lines, line endings left out.
    pub(crate) fn by_line(&self, span: Span) -> impl Iterator<Item = Span> {
        let lines = self.lines[self.line_at(span.start)..].iter();
        let in_line =
            move |line: &Line| Span::new(span.start.max(line.start), span.end.min(line.end));
        lines
            .take_while(move |line| line.start < span.end)
            .map(in_line)
            .filter(|part| part.start < part.end)
    }

    /// The number of the line that holds the byte at `offset`.
    fn line_at(&self, offset: u32) -> usize {
        self.lines.partition_point(|line| line.start <= offset).saturating_sub(1)
    }

    /// How many units there are before `offset`, or before the character around it.
    fn units_before(&self, offset: u32) -> u32 {
        let behind = self.wide.partition_point(|wide| wide.end <= offset);
        let saved = behind.checked_sub(1).map_or(0, |last| self.wide[last].saved);
        let within = self.wide.get(behind).map_or(offset, |wide| offset.min(wide.start));
        within - saved
    }
}

fn lines(text: &str) -> Vec<Line> {
    let bytes = text.as_bytes();
    let mut lines = Vec::with_capacity(bytes.len() / 32 + 1);
    let mut start = 0;
    for end in memchr2_iter(b'\n', b'\r', bytes) {
        // The `\n` of a `\r\n`, with which the line has ended already.
        if end < start {
            continue;
        }
        lines.push(Line { start: number(start), end: number(end) });
        start = if bytes[end..].starts_with(b"\r\n") { end + 2 } else { end + 1 };
    }
    lines.push(Line { start: number(start), end: number(bytes.len()) });
    lines
}

fn wide(text: &str, encoding: Encoding) -> Vec<Wide> {
    let mut wide = Vec::new();
    if encoding == Encoding::Utf8 || text.is_ascii() {
        return wide;
    }
    let mut saved = 0;
    for (start, character) in text.char_indices().filter(|(_, character)| !character.is_ascii()) {
        saved += character.len_utf8() - encoding.units(character);
        let end = start + character.len_utf8();
        wide.push(Wide { start: number(start), end: number(end), saved: number(saved) });
    }
    wide
}

/// A length as offsets are counted; a text is at most as long as they can say.
pub(crate) fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_units() {
        let text = "aä😀b\r\nc\rd\n";
        for (encoding, columns) in ALL.into_iter().zip([[1, 3, 7, 8], [1, 2, 4, 5], [1, 2, 3, 4]]) {
            let index = Index::new(text, encoding);
            for (offset, column) in [1, 3, 7, 8].into_iter().zip(columns) {
                assert_eq!(index.position(offset), at(0, column), "{encoding:?}");
                assert_eq!(index.offset(text, at(0, column)), offset, "{encoding:?}");
            }
            let lines: Vec<Position> = [10, 11, 12, 13, 14].map(|it| index.position(it)).into();
            assert_eq!(lines, [at(1, 0), at(1, 1), at(2, 0), at(2, 1), at(3, 0)], "{encoding:?}");
        }
    }

    #[test]
    fn what_is_nowhere_is_clamped() {
        let text = "aä😀b\r\nc";
        for encoding in ALL {
            let index = Index::new(text, encoding);
            assert_eq!(index.offset(text, at(0, 99)), 8, "{encoding:?}");
            assert_eq!(index.offset(text, at(0, u32::MAX)), 8, "{encoding:?}");
            assert_eq!(index.offset(text, at(7, 0)), 11, "{encoding:?}");
            assert_eq!(index.offset(text, at(u32::MAX, u32::MAX)), 11, "{encoding:?}");
            assert_eq!(index.position(9), index.position(8), "in the line ending, {encoding:?}");
            assert_eq!(index.position(99), at(1, 1), "{encoding:?}");
        }
        let index = Index::new(text, Encoding::Utf16);
        assert_eq!(index.offset(text, at(0, 3)), 3, "between two surrogates");
        let index = Index::new(text, Encoding::Utf8);
        assert_eq!(index.offset(text, at(0, 5)), 3, "within a character");
    }

    #[test]
    fn lines_can_be_taken_apart() {
        let text = "ab\r\n\ncd\nef";
        let index = Index::new(text, Encoding::Utf16);
        let parts: Vec<&str> = index.by_line(Span::new(1, 9)).map(|part| part.of(text)).collect();
        assert_eq!(parts, ["b", "cd", "e"]);
        assert_eq!(index.lines_of(Span::new(1, 1)).of(text), "ab\r\n");
        assert_eq!(index.lines_of(Span::new(4, 6)).of(text), "\ncd\n");
        assert_eq!(index.lines_of(Span::new(8, 10)).of(text), "ef");
    }

    #[test]
    fn bytes_are_preferred() {
        use PositionEncodingKind as Kind;
        assert_eq!(Encoding::among(&[]), Encoding::Utf16);
        assert_eq!(Encoding::among(&[Kind::UTF32]), Encoding::Utf32);
        assert_eq!(Encoding::among(&[Kind::UTF32, Kind::UTF16]), Encoding::Utf16);
        assert_eq!(Encoding::among(&[Kind::UTF16, Kind::UTF8]), Encoding::Utf8);
    }

    proptest! {
        #[test]
        fn there_and_back(text in "[a\\r\\n ä😀\u{2028}]{0,40}") {
            for encoding in ALL {
                let index = Index::new(&text, encoding);
                let within_ending = |at: usize| text[..at].ends_with('\r') && text[at..].starts_with('\n');
                let places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
                for place in places.filter(|at| !within_ending(*at)) {
                    let position = index.position(number(place));
                    prop_assert_eq!(index.offset(&text, position) as usize, place);
                    let line = index.lines_of(Span::at(number(place))).range();
                    let before: usize = text[line.start..place].chars().map(|c| encoding.units(c)).sum();
                    prop_assert_eq!(position.character as usize, before);
                }
            }
        }

        #[test]
        fn an_edited_index_is_that_of_the_edited_text(
            text in "[a\\r\\nä😀]{0,20}",
            edits in prop::collection::vec((0usize..80, 0usize..80, "[b\\r\\n😀]{0,5}"), 1..4),
        ) {
            for encoding in ALL {
                let mut text = text.clone();
                let mut index = Index::new(&text, encoding);
                for (one, other, new) in &edits {
                    let [one, other] = [one, other].map(|at| text.floor_char_boundary(at % (text.len() + 1)));
                    let span = Span::new(number(one.min(other)), number(one.max(other)));
                    text.replace_range(span.range(), new);
                    index.splice(&text, span, number(new.len()), encoding);
                    prop_assert_eq!(&index, &Index::new(&text, encoding));
                }
            }
        }

        #[test]
        fn any_position_is_somewhere(text in "[a\\r\\nä😀]{0,20}", line in 0u32..9, character: u32) {
            for encoding in ALL {
                let index = Index::new(&text, encoding);
                for character in [character, character % 9] {
                    let offset = index.offset(&text, Position { line, character });
                    prop_assert!(text.is_char_boundary(offset as usize));
                }
            }
        }
    }
}
