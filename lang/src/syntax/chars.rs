//! Which characters KDL treats specially (KDL v2, "Whitespace", "Newline",
//! "Disallowed Literal Code Points", "Non-identifier characters").

/// White space which does not end a line: `unicode-space` of the grammar.
pub(crate) const fn is_space(c: char) -> bool {
    matches!(
        c,
        '\t' | ' ' | '\u{A0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// One of the characters that end a line. CR LF together are one newline.
pub(crate) const fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A character that may stand nowhere in a file, not even in a comment. U+FEFF is allowed as the
/// first character only, which the caller must know.
pub(crate) const fn is_disallowed(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{8}'
            | '\u{E}'..='\u{1F}'
            | '\u{7F}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}'
    )
}

/// How many bytes the newline at the start of `text` has; 0 when there is none.
pub(crate) fn newline_len(text: &str) -> usize {
    if text.starts_with("\r\n") {
        return 2;
    }
    match text.chars().next() {
        Some(c) if is_newline(c) => c.len_utf8(),
        _ => 0,
    }
}

/// What a byte begins, for the lexer's dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Part of a bare word, and a possible start of one.
    Word,
    /// A decimal digit, `+`, `-` or `.`: perhaps the start of a number.
    NumberLike,
    /// Space or tab.
    Space,
    /// A one-byte newline, or CR.
    Newline,
    /// `"`.
    Quote,
    /// `#`.
    Hash,
    /// `/`.
    Slash,
    /// `\`.
    Backslash,
    /// `{`.
    BraceOpen,
    /// `}`.
    BraceClose,
    /// `(`.
    ParenOpen,
    /// `)`.
    ParenClose,
    /// `=`.
    Equals,
    /// `;`.
    Semicolon,
    /// `[` or `]`.
    Bracket,
    /// Part of a character beyond ASCII.
    High,
}

/// The class of every byte. Disallowed control characters count as parts of words: the scan for
/// disallowed characters reports them, and nothing else should.
pub(crate) static CLASS: [Class; 256] = classes();

/// Whether a byte continues a bare word without a further look.
pub(crate) static IN_WORD: [bool; 256] = words();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Word; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop stays below 256")]
        let class = match byte as u8 {
            b'0'..=b'9' | b'+' | b'-' | b'.' => Class::NumberLike,
            b' ' | b'\t' => Class::Space,
            b'\n' | b'\r' | 0xB | 0xC => Class::Newline,
            b'"' => Class::Quote,
            b'#' => Class::Hash,
            b'/' => Class::Slash,
            b'\\' => Class::Backslash,
            b'{' => Class::BraceOpen,
            b'}' => Class::BraceClose,
            b'(' => Class::ParenOpen,
            b')' => Class::ParenClose,
            b'=' => Class::Equals,
            b';' => Class::Semicolon,
            b'[' | b']' => Class::Bracket,
            0x80..=0xFF => Class::High,
            _ => Class::Word,
        };
        table[byte] = class;
        byte += 1;
    }
    table
}

const fn words() -> [bool; 256] {
    let classes = classes();
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(classes[byte], Class::Word | Class::NumberLike);
        byte += 1;
    }
    table
}
