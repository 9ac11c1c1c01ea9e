//! A file's text as it is drawn: harmless, and with overlong lines cut around what matters.

use std::ops::Range;

use super::visible;
use crate::source::Source;

/// A line of more bytes than this is cut.
const LONG_LINE: usize = 240;
/// How many bytes of a cut line are kept on each side of where a label begins or ends.
const KEPT_AROUND: usize = 48;

/// What is drawn in place of a file.
pub(super) struct View {
    /// The drawn text, by line. It ends with a blank, so that the end of the file is a place.
    pub(super) drawn: ariadne::Source<String>,
    /// Where offsets of the file and of the drawn text drift apart: from the first on, the second
    /// counts along with it. In file order.
    drift: Vec<(usize, usize)>,
}

/// Whether drawing `spans` needs a line that is too long to be drawn whole.
pub(super) fn needs_cut(source: &Source, spans: &[Range<usize>]) -> bool {
    needed_lines(source, spans).iter().any(|&line| is_long(source, line))
}

fn is_long(source: &Source, line: usize) -> bool {
    source.line_range(line).len() > LONG_LINE
}

/// The lines, from 0, where a span begins or ends; each once, in order.
fn needed_lines(source: &Source, spans: &[Range<usize>]) -> Vec<usize> {
    let mut lines: Vec<usize> = spans
        .iter()
        .flat_map(|span| [span.start, span.end])
        .map(|offset| source.line_at(offset))
        .collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

impl View {
    /// All of the file.
    pub(super) fn whole(source: &Source) -> Self {
        let mut builder = Builder::default();
        builder.keep(source, 0..source.text.len());
        builder.finish()
    }

    /// The lines where `spans` begin or end, the long ones cut; all others blank.
    pub(super) fn cut(source: &Source, spans: &[Range<usize>]) -> Self {
        let mut builder = Builder::default();
        let mut next = 0;
        for line in needed_lines(source, spans) {
            while next < line {
                builder.drawn.push('\n');
                next += 1;
            }
            let range = source.line_range(line);
            if is_long(source, line) {
                builder.keep_around(source, range, spans);
            } else {
                builder.keep(source, range);
            }
            next = line + 1;
        }
        builder.finish()
    }

    /// Where the byte at `offset` of the file is drawn.
    pub(super) fn at(&self, offset: usize) -> usize {
        let before = self.drift.partition_point(|&(from, _)| from <= offset);
        match before.checked_sub(1).map(|last| self.drift[last]) {
            Some((from, to)) => to + (offset - from),
            None => offset,
        }
    }
}

#[derive(Default)]
struct Builder {
    drawn: String,
    drift: Vec<(usize, usize)>,
}

impl Builder {
    /// Draws the bytes of `range`.
    fn keep(&mut self, source: &Source, range: Range<usize>) {
        self.drift.push((range.start, self.drawn.len()));
        for (at, c) in source.text[range.clone()].char_indices() {
            let drawn = visible::of(c);
            self.drawn.push(drawn);
            if drawn.len_utf8() != c.len_utf8() {
                self.drift.push((range.start + at + c.len_utf8(), self.drawn.len()));
            }
        }
    }

    /// Draws what is near the begin or end of a span, and `…` for what is left out.
    fn keep_around(&mut self, source: &Source, line: Range<usize>, spans: &[Range<usize>]) {
        let text = &source.text;
        let ends = text[line.clone()].trim_end_matches(['\n', '\r']).len() + line.start;
        let mut windows: Vec<Range<usize>> = spans
            .iter()
            .flat_map(|span| [span.start, span.end])
            .filter(|offset| line.contains(offset) || *offset == line.end)
            .map(|offset| {
                let offset = offset.min(ends);
                let start = text.floor_char_boundary(offset.saturating_sub(KEPT_AROUND));
                start.max(line.start)..text.ceil_char_boundary(offset + KEPT_AROUND).min(ends)
            })
            .collect();
        windows.sort_unstable_by_key(|window| window.start);
        let mut next = line.start;
        for window in windows {
            if window.start > next {
                self.drawn.push('…');
            }
            let start = window.start.max(next);
            if start < window.end {
                self.keep(source, start..window.end);
                next = window.end;
            }
        }
        // What lies beyond maps to the end of the line.
        self.drift.push((next, self.drawn.len()));
        if next < ends {
            self.drawn.push('…');
        }
        self.keep(source, ends..line.end);
    }

    fn finish(mut self) -> View {
        self.drawn.push(' ');
        View { drawn: ariadne::Source::from(self.drawn), drift: self.drift }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_follow_when_pictures_are_longer_than_what_they_stand_for() {
        let source = Source::new("a", "a\x1bb\u{202e}c");
        let view = View::whole(&source);
        assert_eq!(view.drawn.text(), "a␛b\u{fffd}c ");
        for (at, c) in [(0, 'a'), (2, 'b'), (6, 'c')] {
            assert_eq!(view.drawn.text()[view.at(at)..].chars().next(), Some(c));
        }
        assert_eq!(view.at(source.text.len()), view.drawn.text().len() - 1);
    }

    #[test]
    fn long_lines_are_cut_and_offsets_follow() {
        let text = format!("short\n{}X{}Y{}\n", "ü".repeat(2000), "o".repeat(500), "p".repeat(900));
        let source = Source::new("a", text);
        let spots: Vec<_> = ["X", "Y"]
            .into_iter()
            .map(|mark| source.text.find(mark).map(|at| at..at + 1).expect("it is there"))
            .collect();
        assert!(needs_cut(&source, &spots));
        let view = View::cut(&source, &spots);
        assert!(view.drawn.text().len() < 300, "{}", view.drawn.text());
        for (span, mark) in spots.iter().zip(["X", "Y"]) {
            assert_eq!(&view.drawn.text()[view.at(span.start)..view.at(span.end)], mark);
        }
        assert_eq!(view.drawn.text().matches('…').count(), 3);
    }
}
