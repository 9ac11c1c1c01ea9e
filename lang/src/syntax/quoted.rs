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
/// a `{` there, which more likely opens a block than belongs to the string.
fn open_end(text: &str, start: usize, line_end: usize) -> usize {
    let opening = start + 1;
    let line = text[opening..line_end].trim_end_matches(is_space);
    let line = line.strip_suffix('{').map_or(line, |line| line.trim_end_matches(is_space));
    opening + line.len()
}

/// How far a string of KDL v1, where strings may span lines, is looked for.
const V1_REACH: usize = 2048;

/// The end of a string that was begun before `line_end` and is closed on a later line. The first
/// quote to follow must look like a closing one: only white space, `;` or `}` behind it, or the
/// end of the line.
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
    let closed = bytes.get(quote + 1..end).is_some_and(|rest| rest.iter().all(|b| *b == b'#'));
    let nothing_behind = bytes
        .get(end..reach)
        .unwrap_or_default()
        .iter()
        .take_while(|b| **b != b'\n')
        .all(|b| matches!(b, b' ' | b'\t' | b'\r' | b';' | b'}' | b'{'));
    (closed && nothing_behind && (alone || glued)).then_some(end)
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
    let rest = &text[start + hashes..];
    if rest.starts_with("\"\"\"") {
        let from = start + hashes + 3;
        return match closing(text, from, text.len(), "\"\"\"", hashes) {
            Some(end) => (end, Kind::RawMultilineString),
            None => (text.len(), Kind::OpenMultilineString),
        };
    }
    let from = start + hashes + 1;
    let line_end = text[from..].find(is_newline).map_or(text.len(), |len| from + len);
    match closing(text, from, line_end, "\"", hashes) {
        Some(end) => (end, Kind::RawString),
        None => open_string(text, start, hashes, line_end),
    }
}

/// The end of a raw string of KDL v1 whose `r` ends at byte `from`; `None` when none begins here
/// or it is not closed on its line.
pub(crate) fn v1_raw(text: &str, from: usize) -> Option<usize> {
    let hashes = text.as_bytes()[from..].iter().take_while(|b| **b == b'#').count();
    let body = text[from + hashes..].strip_prefix('"')?;
    let start = text.len() - body.len();
    let line_end = body.find(is_newline).map_or(text.len(), |len| start + len);
    closing(text, start, line_end, "\"", hashes)
}

/// The end of the first `quotes` with `hashes` times `#` behind them in `from..to`.
fn closing(text: &str, from: usize, to: usize, quotes: &str, hashes: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[..to];
    let mut at = from;
    while let Some(found) = memchr::memchr(b'"', &bytes[at..]) {
        at += found;
        if bytes[at..].starts_with(quotes.as_bytes()) {
            let behind = at + quotes.len();
            let found = bytes[behind..].iter().take(hashes).take_while(|b| **b == b'#').count();
            if found == hashes {
                return Some(behind + hashes);
            }
        }
        at += 1;
    }
    None
}
