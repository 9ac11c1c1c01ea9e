//! Strings: what the spellings mean, and what is wrong with them.

use std::borrow::Cow;
use std::ops::Range;

use super::chars::{is_newline, is_space, newline_len};
use super::token::Kind;

/// What a string token means. Broken parts are kept as written.
pub(crate) fn decode(token: &str, kind: Kind) -> Cow<'_, str> {
    match kind {
        Kind::String => Cow::Borrowed(inside(token, 1)),
        Kind::V1MultilineString if token.starts_with('#') => {
            Cow::Borrowed(inside(token, hashes(token) + 1))
        }
        Kind::EscapedString | Kind::V1MultilineString => {
            let mut text = String::with_capacity(token.len());
            unescape(inside(token, 1), &mut text);
            Cow::Owned(text)
        }
        Kind::RawString => Cow::Borrowed(inside(token, hashes(token) + 1)),
        Kind::V1RawString => {
            let raw = token.get(1..).unwrap_or("");
            Cow::Borrowed(inside(raw, hashes(raw) + 1))
        }
        Kind::MultilineString | Kind::RawMultilineString => Cow::Owned(dedent(token).text),
        Kind::OpenString => Cow::Borrowed(token.strip_prefix('"').unwrap_or(token)),
        _ => Cow::Borrowed(token),
    }
}

/// How many `#` a raw string begins with.
pub(crate) fn hashes(token: &str) -> usize {
    token.bytes().take_while(|b| *b == b'#').count()
}

/// `token` without `quotes` bytes at either end.
fn inside(token: &str, quotes: usize) -> &str {
    token.get(quotes..token.len().saturating_sub(quotes)).unwrap_or("")
}

/// The byte ranges of the wrong escapes in `text`, backslash included.
pub(crate) fn bad_escapes(text: &str) -> Vec<Range<usize>> {
    let mut bad = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &text.as_bytes()[at..]) {
        let start = at + found;
        let (escape, len) = escape(&text[start..]);
        if let Escape::Bad = escape {
            bad.push(start..start + len);
        }
        at = start + len;
    }
    bad
}

/// What a backslash and the following characters stand for.
enum Escape {
    /// One character.
    Char(char),
    /// White space that is left out.
    Nothing,
    /// KDL knows no such escape.
    Bad,
}

/// The escape at the start of `text`, which begins with a backslash, and its length in bytes.
fn escape(text: &str) -> (Escape, usize) {
    let mut chars = text.chars();
    chars.next();
    let Some(c) = chars.next() else {
        return (Escape::Bad, 1);
    };
    let known = match c {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '\\' => '\\',
        '"' => '"',
        'b' => '\u{8}',
        'f' => '\u{C}',
        's' => ' ',
        'u' => return unicode_escape(text),
        c if is_space(c) || is_newline(c) => {
            let blanks = text[1..].trim_start_matches(|c| is_space(c) || is_newline(c));
            return (Escape::Nothing, text.len() - blanks.len());
        }
        c => return (Escape::Bad, 1 + c.len_utf8()),
    };
    (Escape::Char(known), 2)
}

/// `\u{…}` with one to six hexadecimal digits that name a Unicode scalar value.
fn unicode_escape(text: &str) -> (Escape, usize) {
    let Some(rest) = text[2..].strip_prefix('{') else {
        return (Escape::Bad, 2);
    };
    let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    if rest.as_bytes().get(digits) != Some(&b'}') {
        return (Escape::Bad, 3 + digits);
    }
    let len = 3 + digits + 1;
    let known = (1..=6)
        .contains(&digits)
        .then(|| u32::from_str_radix(&rest[..digits], 16).ok())
        .flatten()
        .and_then(char::from_u32);
    (known.map_or(Escape::Bad, Escape::Char), len)
}

/// Appends `text` to `out`, its escapes resolved.
fn unescape(text: &str, out: &mut String) {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &text.as_bytes()[at..]) {
        let start = at + found;
        out.push_str(&text[at..start]);
        let (escape, len) = escape(&text[start..]);
        match escape {
            Escape::Char(c) => out.push(c),
            Escape::Nothing => {}
            Escape::Bad => out.push_str(&text[start..start + len]),
        }
        at = start + len;
    }
    out.push_str(&text[at..]);
}

/// What is wrong with the layout of a multi-line string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Text follows the opening quotes, at these bytes of the token.
    TextAfterOpening(Range<usize>),
    /// Text precedes the closing quotes, at these bytes of the token.
    TextBeforeClosing(Range<usize>),
    /// A line does not begin with the closing line's indentation.
    Indentation {
        /// The line's own indentation, as bytes of the token; may be empty.
        line: Range<usize>,
        /// The closing line's indentation.
        wanted: String,
    },
}

/// A multi-line string without its indentation.
pub(crate) struct Dedented {
    /// What it means.
    pub(crate) text: String,
    /// The first mistake in its layout.
    pub(crate) mistake: Option<Layout>,
}

/// One line of a multi-line string after the white space escapes have been resolved.
struct Line {
    /// The byte of the token where it begins.
    start: usize,
    /// What it holds, with all other escapes still in it.
    text: String,
}

/// Takes the indentation off `token`, a multi-line string, raw or not.
pub(crate) fn dedent(token: &str) -> Dedented {
    let raw = token.starts_with('#');
    let quotes = hashes(token) + 3;
    let body = inside(token, quotes);
    let newline = newline_len(body);
    if newline == 0 {
        let mut text = String::new();
        resolve(body, raw, &mut text);
        let end = body.find(is_newline).unwrap_or(body.len());
        let mistake = Some(Layout::TextAfterOpening(quotes..quotes + end));
        return Dedented { text, mistake };
    }
    let mut lines = logical_lines(body, newline, quotes, raw);
    let Some(closing) = lines.pop() else {
        return Dedented { text: String::new(), mistake: None };
    };
    let mut mistake = None;
    let mut prefix = closing.text.as_str();
    if !prefix.chars().all(is_space) {
        mistake = Some(Layout::TextBeforeClosing(closing.start..token.len() - quotes));
        prefix = &prefix[..prefix.len() - prefix.trim_start_matches(is_space).len()];
    }
    let mut text = String::with_capacity(body.len());
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        if line.text.chars().all(is_space) {
            continue;
        }
        let stripped = line.text.strip_prefix(prefix);
        if stripped.is_none() && mistake.is_none() {
            let own = line.text.len() - line.text.trim_start_matches(is_space).len();
            let wanted = prefix.to_owned();
            mistake = Some(Layout::Indentation { line: line.start..line.start + own, wanted });
        }
        resolve(stripped.unwrap_or_else(|| line.text.trim_start_matches(is_space)), raw, &mut text);
    }
    Dedented { text, mistake }
}

/// Appends `text` to `out`, its escapes resolved unless it is raw.
fn resolve(text: &str, raw: bool, out: &mut String) {
    if raw {
        out.push_str(text);
    } else {
        unescape(text, out);
    }
}

/// The lines of `body` from its byte `from`, white space escapes resolved as KDL wants it before
/// the indentation is taken off. `offset` is where `body` begins in the token.
fn logical_lines(body: &str, from: usize, offset: usize, raw: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = Line { start: offset + from, text: String::new() };
    let mut at = from;
    while at < body.len() {
        let rest = &body[at..];
        let newline = newline_len(rest);
        if newline > 0 {
            at += newline;
            lines.push(std::mem::replace(
                &mut line,
                Line { start: offset + at, text: String::new() },
            ));
        } else if !raw && rest.starts_with('\\') {
            let (escape, len) = escape(rest);
            if !matches!(escape, Escape::Nothing) {
                line.text.push_str(&rest[..len]);
            }
            at += len;
        } else {
            let plain = rest.find(|c| is_newline(c) || (c == '\\' && !raw)).unwrap_or(rest.len());
            line.text.push_str(&rest[..plain]);
            at += plain;
        }
    }
    lines.push(line);
    lines
}
