//! Where strings with quotes end. A string that is never closed ends where the least damage is
//! done: at the end of its line, or of the text for a multi-line one.

use super::chars::{is_newline, is_space};
use super::token::Kind;

/// Bytes that may end a `"…"` string, begin an escape, or begin a newline beyond ASCII.
static STOPS: [bool; 256] = stops();

const fn stops() -> [bool; 256] {
    let mut table = [false; 256];
    // 0xC2 begins U+0085, 0xE2 begins U+2028 and U+2029.
    let stops = [b'"', b'\\', b'\n', b'\r', 0xB, 0xC, 0xC2, 0xE2];
    let mut index = 0;
    while index < stops.len() {
        table[stops[index] as usize] = true;
        index += 1;
    }
    table
}

/// The end and kind of the string whose first `"` is at byte `start`.
pub(crate) fn quoted(text: &str, start: usize) -> (usize, Kind) {
    let bytes = text.as_bytes();
    if bytes[start..].starts_with(b"\"\"\"") {
        return multiline(text, start + 3);
    }
    let mut kind = Kind::String;
    let mut at = start + 1;
    loop {
        at += bytes[at..].iter().take_while(|b| !STOPS[usize::from(**b)]).count();
        match bytes.get(at) {
            Some(b'"') => return (at + 1, kind),
            Some(b'\\') => {
                kind = Kind::EscapedString;
                at = behind_escape(text, at);
            }
            Some(0xC2 | 0xE2) => {
                let c = text[at..].chars().next().unwrap_or_default();
                if is_newline(c) {
                    return open_string(text, start, 0, at);
                }
                at += c.len_utf8();
            }
            Some(_) => return open_string(text, start, 0, at),
            None => return open_string(text, start, 0, bytes.len()),
        }
    }
}

/// Where the text goes on behind the backslash at byte `at`: behind the escaped character, or
/// behind all escaped white space, newlines included.
fn behind_escape(text: &str, at: usize) -> usize {
    let rest = &text[at + 1..];
    let blanks = rest.len() - rest.trim_start_matches(|c| is_space(c) || is_newline(c)).len();
    match rest.chars().next() {
        Some(c) if blanks == 0 => at + 1 + c.len_utf8(),
        _ => at + 1 + blanks,
    }
}

/// The string from `start`, with `hashes` times `#` before its quote, is not closed before
/// `line_end`.
fn open_string(text: &str, start: usize, hashes: usize, line_end: usize) -> (usize, Kind) {
    if let Some(end) = v1_multiline(text, line_end, hashes) {
        return (end, Kind::V1MultilineString);
    }
    let kind = if hashes == 0 { Kind::OpenString } else { Kind::OpenRawString };
    (open_end(text, start + hashes, line_end), kind)
}

/// Where an unclosed string is taken to end: before the blanks at the end of the line, and before
/// braces there, which more likely belong to a block than to the string.
fn open_end(text: &str, start: usize, line_end: usize) -> usize {
    let opening = start + 1;
    let string = text[opening..line_end]
        .trim_end_matches(|c| is_space(c) || is_newline(c) || matches!(c, '{' | '}' | ';'));
    opening + string.len()
}

/// How far a string of KDL v1, where strings may span lines, is looked for.
const V1_REACH: usize = 2048;

/// The end of a string that was begun before `line_end` and is closed on a later line. The first
/// quote to follow must look like a closing one: glued to what stands before, and not to what stands
/// behind, or alone on its line but for `;` and braces.
fn v1_multiline(text: &str, line_end: usize, hashes: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let reach = bytes.len().min(line_end + V1_REACH);
    let quote = line_end + memchr::memchr2(b'"', b'\\', &bytes[line_end..reach])?;
    if bytes[quote] != b'"' {
        return None;
    }
    let line = bytes[line_end..quote].iter().rposition(|b| *b == b'\n')?;
    let before = &bytes[line_end + line + 1..quote];
    let alone = before.iter().all(|b| matches!(b, b' ' | b'\t'));
    let glued = before.last().is_some_and(|b| !matches!(b, b' ' | b'\t' | b'=' | b')'));
    let end = quote + 1 + hashes;
    let behind = bytes.get(end..reach).unwrap_or_default();
    let may_end = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'}' | b'{');
    let closes = if alone {
        behind.iter().take_while(|b| **b != b'\n').all(may_end)
    } else {
        glued && behind.first().is_none_or(may_end)
    };
    (closes && is_closed(bytes, quote + 1, hashes)).then_some(end)
}

/// The end of the multi-line string whose text begins at byte `from`.
fn multiline(text: &str, from: usize) -> (usize, Kind) {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) {
        at += found;
        if bytes[at] == b'\\' {
            at = behind_escape(text, at);
        } else if bytes[at..].starts_with(b"\"\"\"") {
            return (at + 3, Kind::MultilineString);
        } else {
            at += 1;
        }
    }
    (bytes.len(), Kind::OpenMultilineString)
}

/// The end and kind of the raw string whose `hashes` first bytes from `start` are `#`.
pub(crate) fn raw(text: &str, start: usize, hashes: usize) -> (usize, Kind) {
    let quote = start + hashes;
    if text[quote..].starts_with("\"\"\"") {
        return raw_multiline(text, quote + 3, hashes);
    }
    match raw_line(text, quote + 1, hashes) {
        Ok(end) => (end, Kind::RawString),
        Err(line_end) => open_string(text, start, hashes, line_end),
    }
}

/// The end of a raw string of KDL v1 whose `r` ends at byte `from`; `None` when none begins here
/// or it is not closed on its line.
pub(crate) fn v1_raw(text: &str, from: usize) -> Option<usize> {
    let hashes = count_hashes(&text.as_bytes()[from..]);
    let quote = from + hashes;
    text[quote..].starts_with('"').then(|| raw_line(text, quote + 1, hashes).ok())?
}

/// The end of a raw string on one line whose text begins at byte `from`; the end of the line when
/// it is not closed there.
fn raw_line(text: &str, from: usize, hashes: usize) -> Result<usize, usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes[at..].iter().take_while(|b| !STOPS[usize::from(**b)]).count();
        match bytes.get(at) {
            Some(b'"') if is_closed(bytes, at + 1, hashes) => return Ok(at + 1 + hashes),
            Some(b'"' | b'\\') => at += 1,
            Some(0xC2 | 0xE2) => {
                let c = text[at..].chars().next().unwrap_or_default();
                if is_newline(c) {
                    return Err(at);
                }
                at += c.len_utf8();
            }
            _ => return Err(at),
        }
    }
}

/// The end and kind of the raw multi-line string whose text begins at byte `from`.
fn raw_multiline(text: &str, from: usize, hashes: usize) -> (usize, Kind) {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(found) = memchr::memchr(b'"', &bytes[at..]) {
        at += found;
        if bytes[at..].starts_with(b"\"\"\"") && is_closed(bytes, at + 3, hashes) {
            return (at + 3 + hashes, Kind::RawMultilineString);
        }
        at += 1;
    }
    (bytes.len(), Kind::OpenMultilineString)
}

/// Whether at least `hashes` times `#` stands at byte `at`.
fn is_closed(bytes: &[u8], at: usize, hashes: usize) -> bool {
    bytes.get(at..at + hashes).is_some_and(|found| found.iter().all(|b| *b == b'#'))
}

/// How many `#` the bytes begin with.
fn count_hashes(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| **b == b'#').count()
}
