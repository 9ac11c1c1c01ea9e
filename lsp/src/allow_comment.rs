//! Comments that suppress findings, while somebody writes or reads them.

use iommulint_lang::parsed::Parsed;
use iommulint_lang::span::Span;

/// What of such a comment a cursor is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The name of a rule, or where one can stand.
    Rule(Span),
    /// `allow` or `allow-file`.
    Directive(Span),
}

/// The part of a suppression at `offset`; none behind `--`, where people write why.
pub(crate) fn at(parsed: &Parsed, offset: u32) -> Option<Part> {
    let text = parsed.text();
    let comment = parsed
        .comments()
        .into_iter()
        .find(|comment| comment.start < offset && offset <= comment.end)?;
    let written = comment.of(text);
    let directive = written.find("iommulint:")? + "iommulint:".len();
    let before = text.get(comment.start as usize + directive..offset as usize)?;
    if before.contains("--") || before.contains('\n') {
        return None;
    }
    let is_apart = |c: char| c.is_whitespace() || c == ',';
    let start = before.len() - before.rsplit(is_apart).next().map_or(0, str::len);
    let behind = text[offset as usize..comment.end as usize]
        .find(|c: char| is_apart(c) || c == '*')
        .unwrap_or((comment.end - offset) as usize);
    let length = u32::try_from(before.len() - start).ok()?;
    let span = Span::new(offset - length, offset + u32::try_from(behind).ok()?);
    let first = before.split(is_apart).find(|word| !word.is_empty());
    let is_first = before[..start].trim().is_empty();
    match first {
        _ if is_first => Some(Part::Directive(span)),
        Some("allow" | "allow-file") => Some(Part::Rule(span)),
        _ => None,
    }
}
