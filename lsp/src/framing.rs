//! From bytes to messages: a header that says how long a message is, and as many bytes of JSON.

use std::io::{self, BufRead, ErrorKind, Read as _};

use lsp_server::Message;
use memchr::memchr;

/// The longest header; those of editors have one or two short lines.
const LONGEST_HEADER: u64 = 4 * 1024;
/// The longest message, in bytes. A file with one that is longer could not be worked with.
const LONGEST_MESSAGE: u64 = 1 << 30;

/// What was read.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A message.
    Message(Message),
    /// As many bytes as were announced, which are no message, and why; the next message begins behind them.
    NoMessage(String),
    /// Something after which nobody can tell where the next message begins, and what.
    Broken(String),
    /// There is no more to come.
    End,
}

/// Reads the next message. No more memory is taken than bytes have come, whatever the header says.
pub(crate) fn read(from: &mut impl BufRead) -> Incoming {
    match frame(from) {
        Ok(Some(text)) => {
            message(text).map_or_else(|why| Incoming::NoMessage(why.to_string()), Incoming::Message)
        }
        Ok(None) => Incoming::End,
        Err(error) => Incoming::Broken(error.to_string()),
    }
}

fn frame(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let Some(length) = header(from)? else { return Ok(None) };
    let mut text = Vec::new();
    from.take(length).read_to_end(&mut text)?;
    if text.len() as u64 == length { Ok(Some(text)) } else { Err(ended_within()) }
}

/// How many bytes the message has; none when there is no header at all.
fn header(from: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut from = from.take(LONGEST_HEADER);
    let mut length = None;
    for number in 0.. {
        let mut line = Vec::new();
        from.read_until(b'\n', &mut line)?;
        if line.is_empty() && number == 0 {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            let is_too_long = from.limit() == 0;
            return Err(if is_too_long { no_header("no end of it") } else { ended_within() });
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            break;
        }
        let line = String::from_utf8_lossy(line);
        let Some((name, value)) = line.split_once(':') else {
            return Err(no_header(&format!("`{line:.60}`")));
        };
        if name.eq_ignore_ascii_case("Content-Length") {
            let value = value.trim();
            let known = value.parse().ok().filter(|length| *length <= LONGEST_MESSAGE);
            let wrong = || format!("`{value:.60}` for a number of bytes up to {LONGEST_MESSAGE}");
            length = Some(known.ok_or_else(|| no_header(&wrong()))?);
        }
    }
    length.map(Some).ok_or_else(|| no_header("no `Content-Length`"))
}

fn no_header(found: &str) -> io::Error {
    let why = format!("expected the header of a message, and found {found}");
    io::Error::new(ErrorKind::InvalidData, why)
}

fn ended_within() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "it ends in the middle of a message")
}

fn message(mut text: Vec<u8>) -> serde_json::Result<Message> {
    serde_json::from_slice(&text).or_else(|why| {
        if replace_lone_surrogates(&mut text) { serde_json::from_slice(&text) } else { Err(why) }
    })
}

/// Puts `\ufffd` where `text` has half a character, which editors that work in UTF-16 may well send. It is as
/// many units, so that positions behind it stay true. Whether there was any.
fn replace_lone_surrogates(text: &mut [u8]) -> bool {
    let mut replaced = false;
    let mut at = 0;
    while let Some(next) = memchr(b'\\', &text[at..]) {
        at += next;
        let is_low = |unit: u16| (0xdc00..0xe000).contains(&unit);
        match escaped_unit(text, at) {
            Some(0xd800..0xdc00) if escaped_unit(text, at + 6).is_some_and(is_low) => at += 12,
            Some(0xd800..0xe000) => {
                text[at + 2..at + 6].copy_from_slice(b"fffd");
                replaced = true;
                at += 6;
            }
            // Of two backslashes the second begins nothing.
            _ => at = (at + 2).min(text.len()),
        }
    }
    replaced
}

/// The unit that is written as `\uXXXX` at `at`.
fn escaped_unit(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn repaired(json: &str) -> (bool, Value) {
        let mut text = json.as_bytes().to_vec();
        let replaced = replace_lone_surrogates(&mut text);
        (replaced, serde_json::from_slice(&text).unwrap())
    }

    #[test]
    fn half_a_character_is_replaced() {
        for (json, expected) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\ud83d\ude00x""#, "\u{fffd}😀x"),
            (r#""\\\ud83d\\""#, "\\\u{fffd}\\"),
        ] {
            assert_eq!(repaired(json), (true, expected.into()), "{json}");
        }
        for (json, expected) in
            [(r#""\ud83d\ude00""#, "😀"), (r#""\\ud83d""#, "\\ud83d"), (r#""\u00e4\n""#, "ä\n")]
        {
            assert_eq!(repaired(json), (false, expected.into()), "{json}");
        }
    }

    #[test]
    fn headers_may_be_written_in_other_ways() {
        for header in ["content-length:2\r\n", "Content-Type: x\r\nContent-Length: 2\r\n"] {
            let bytes = format!("{header}\r\n{{}}");
            assert_eq!(frame(&mut bytes.as_bytes()).unwrap(), Some(b"{}".to_vec()), "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_to_an_end(bytes: Vec<u8>, length in 0u8..40) {
            let header = format!("Content-Length: {length}\r\n\r\n").into_bytes();
            for bytes in [bytes.clone(), [header, bytes].concat()] {
                let mut left = bytes.as_slice();
                while !matches!(read(&mut left), Incoming::End | Incoming::Broken(_)) {}
            }
        }

        #[test]
        fn units_are_not_lost(units in prop::collection::vec(any::<u16>(), 0..8)) {
            let escaped: Vec<String> = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let (_, value) = repaired(&format!("\"{}\"", escaped.concat()));
            prop_assert_eq!(value.as_str().unwrap(), String::from_utf16_lossy(&units));
        }
    }
}
