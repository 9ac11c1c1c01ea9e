//! One fast pass over the text before lexing: disallowed characters, and whether any newline other
//! than LF and CR LF occurs.

use super::chars::is_disallowed;
use crate::span::Span;

/// What the pass found.
pub(crate) struct Prescan {
    /// Whether a line may end at something else than LF or CR LF.
    pub(crate) exotic_newlines: bool,
    /// The first disallowed characters, at most [`KEPT`].
    pub(crate) disallowed: Vec<Span>,
    /// How many disallowed characters there are beyond those.
    pub(crate) more_disallowed: usize,
}

/// How many disallowed characters are kept: no more would be shown.
const KEPT: usize = 100;

/// How many bytes are looked at together; plain loops over this many compile to vector code.
const BLOCK: usize = 64;

/// Looks at every byte of `text`.
pub(crate) fn prescan(text: &str) -> Prescan {
    let mut found = Prescan { exotic_newlines: false, disallowed: Vec::new(), more_disallowed: 0 };
    let bytes = text.as_bytes();
    let mut done = 0;
    for (index, block) in bytes.chunks(BLOCK).enumerate() {
        let start = index * BLOCK;
        if start + block.len() <= done || block.iter().fold(true, |all, &b| all & is_plain(b)) {
            continue;
        }
        done = found.look_closely(text, start.max(done), start + block.len());
    }
    found
}

/// Whether `byte` can be part of neither a disallowed character nor an exotic newline.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "branches would keep the loop from being vectorised"
)]
const fn is_plain(byte: u8) -> bool {
    ((byte >= b' ') & (byte < 0x7F)) | (byte == b'\n') | (byte == b'\t')
}

impl Prescan {
    /// Goes through the characters that begin in `start..end`, and returns where the last one ends.
    fn look_closely(&mut self, text: &str, start: usize, end: usize) -> usize {
        let mut at = text.ceil_char_boundary(start);
        let bytes = text.as_bytes();
        while at < end {
            let byte = bytes[at];
            if is_plain(byte) {
                at += 1;
                continue;
            }
            let Some(c) = text[at..].chars().next() else {
                break;
            };
            let next = at + c.len_utf8();
            match c {
                '\r' => self.exotic_newlines |= bytes.get(next) != Some(&b'\n'),
                '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                    self.exotic_newlines = true;
                }
                '\u{FEFF}' if at == 0 => {}
                c if is_disallowed(c) => self.keep(at, next),
                _ => {}
            }
            at = next;
        }
        at
    }

    fn keep(&mut self, start: usize, end: usize) {
        if self.disallowed.len() < KEPT {
            self.disallowed.push(super::span(start, end));
        } else {
            self.more_disallowed += 1;
        }
    }
}
