//! The parts of a line around a place of the text.
//!
//! None looks further than the blanks it is about, so that many places of one long line are no
//! matter.

use crate::span::Span;

/// What may stand between the parts of a line.
pub(crate) const BLANKS: &[char] = &[' ', '\t'];

/// The span with the blanks before it on its line, so that the text before it and behind it meet as
/// they did.
pub(crate) fn behind_blanks(text: &str, span: Span) -> Span {
    let before = &text[..span.start as usize];
    let blanks = &before[before.trim_end_matches(BLANKS).len()..];
    Span::new(span.start - length(blanks), span.end)
}

/// The blanks before `offset`, if nothing else stands before it on its line.
pub(crate) fn indentation(text: &str, offset: u32) -> Option<&str> {
    let before = &text[..offset as usize];
    let (rest, blanks) = before.split_at(before.trim_end_matches(BLANKS).len());
    (rest.is_empty() || rest.ends_with('\n')).then_some(blanks)
}

/// What stands behind `offset` on its line if it is nothing but `blanks`, and the end of the line,
/// which is empty at the end of the text.
pub(crate) fn blank_rest<'t>(
    text: &'t str,
    offset: u32,
    blanks: &[char],
) -> Option<(&'t str, &'t str)> {
    let rest = &text[offset as usize..];
    let behind = rest.trim_start_matches(blanks);
    let newline = ["\r\n", "\n", ""].into_iter().find(|end| behind.starts_with(end))?;
    let at = rest.len() - behind.len();
    let is_end = !newline.is_empty() || behind.is_empty();
    is_end.then(|| (&rest[..at], &behind[..newline.len()]))
}

/// A length as offsets are counted: of a part of a text whose length fits.
pub(crate) fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
