//! Cuts a text into tokens. Every byte belongs to exactly one token; nothing is ever refused.

use super::chars::{CLASS, Class, IN_WORD, is_newline, is_space};
use super::quoted;
use super::token::{Kind, Token};
use super::{number, value};

/// Cuts `text`, which is shorter than 4 GiB, into tokens; the last is [`Kind::End`].
/// `exotic_newlines`: whether a line may end at something else than LF or CR LF.
pub(crate) fn lex(text: &str, exotic_newlines: bool) -> Vec<Token> {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        tokens: Vec::with_capacity(text.len() / 3 + 16),
        exotic_newlines,
    };
    lexer.run();
    lexer.tokens.shrink_to_fit();
    lexer.tokens
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<Token>,
    exotic_newlines: bool,
}

impl Lexer<'_> {
    fn run(&mut self) {
        if self.text.starts_with('\u{FEFF}') {
            self.push(0, Kind::Bom);
            self.at = '\u{FEFF}'.len_utf8();
        }
        while let Some(&byte) = self.bytes.get(self.at) {
            let start = self.at;
            let kind = self.token(CLASS[usize::from(byte)]);
            self.push(start, kind);
        }
        self.push(self.at, Kind::End);
    }

    fn push(&mut self, start: usize, kind: Kind) {
        #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
        self.tokens.push(Token { start: start as u32, kind });
    }

    /// Moves behind the token at `self.at`, which begins with a byte of `class`.
    fn token(&mut self, class: Class) -> Kind {
        match class {
            Class::Word => self.word(),
            Class::NumberLike => self.number_like(),
            Class::Space => self.space(),
            Class::Newline => self.newline(),
            Class::Quote => self.take(quoted::quoted(self.text, self.at)),
            Class::Hash => self.hash(),
            Class::Slash => self.slash(),
            Class::Backslash => self.single(Kind::Backslash),
            Class::BraceOpen => self.single(Kind::BraceOpen),
            Class::BraceClose => self.single(Kind::BraceClose),
            Class::ParenOpen => self.single(Kind::ParenOpen),
            Class::ParenClose => self.single(Kind::ParenClose),
            Class::Equals => self.single(Kind::Equals),
            Class::Semicolon => self.single(Kind::Semicolon),
            Class::Bracket => self.single(Kind::Reserved),
            Class::High => self.high(),
        }
    }

    fn single(&mut self, kind: Kind) -> Kind {
        self.at += 1;
        kind
    }

    fn take(&mut self, (end, kind): (usize, Kind)) -> Kind {
        self.at = end;
        kind
    }

    fn newline(&mut self) -> Kind {
        let crlf = self.bytes[self.at..].starts_with(b"\r\n");
        self.at += if crlf { 2 } else { 1 };
        Kind::Newline
    }

    fn space(&mut self) -> Kind {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\t') => self.at += 1,
                Some(&byte) if byte >= 0x80 => match self.char() {
                    Some(c) if is_space(c) => self.at += c.len_utf8(),
                    _ => break,
                },
                _ => break,
            }
        }
        Kind::Space
    }

    fn high(&mut self) -> Kind {
        match self.char() {
            Some(c) if is_space(c) => self.space(),
            Some(c) if is_newline(c) => {
                self.at += c.len_utf8();
                Kind::Newline
            }
            _ => self.word(),
        }
    }

    fn char(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// Moves behind the bare word that begins or goes on here.
    fn skip_word(&mut self) {
        loop {
            match self.bytes.get(self.at) {
                Some(&byte) if IN_WORD[usize::from(byte)] => self.at += 1,
                Some(&byte) if byte >= 0x80 => match self.char() {
                    Some(c) if !is_space(c) && !is_newline(c) => self.at += c.len_utf8(),
                    _ => break,
                },
                _ => break,
            }
        }
    }

    fn word(&mut self) -> Kind {
        let start = self.at;
        self.skip_word();
        let word = &self.bytes[start..self.at];
        match word {
            b"r" => match quoted::v1_raw(self.text, self.at) {
                Some(end) => self.take((end, Kind::V1RawString)),
                None => Kind::Identifier,
            },
            b"true" | b"false" | b"null" | b"inf" | b"nan" => Kind::BareKeyword,
            _ => Kind::Identifier,
        }
    }

    fn number_like(&mut self) -> Kind {
        let start = self.at;
        self.skip_word();
        let word = &self.text[start..self.at];
        let is_digit = |at: usize| word.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        let signed = usize::from(word.starts_with(['+', '-']));
        if is_digit(signed) {
            if number::is_number(word) { Kind::Number } else { Kind::BadNumber }
        } else if word[signed..].starts_with('.') && is_digit(signed + 1) {
            Kind::BadNumber
        } else if value::is_bare_keyword(word) {
            Kind::BareKeyword
        } else {
            Kind::Identifier
        }
    }

    fn hash(&mut self) -> Kind {
        let hashes = self.bytes[self.at..].iter().take_while(|b| **b == b'#').count();
        if self.bytes.get(self.at + hashes) == Some(&b'"') {
            return self.take(quoted::raw(self.text, self.at, hashes));
        }
        let start = self.at;
        self.at += hashes;
        self.skip_word();
        let word = &self.text[start + hashes..self.at];
        match (hashes, word) {
            (_, "") => Kind::Reserved,
            (1, word) if value::is_bare_keyword(word) => Kind::Keyword,
            _ => Kind::BadKeyword,
        }
    }

    fn slash(&mut self) -> Kind {
        match self.bytes.get(self.at + 1) {
            Some(b'/') => {
                self.at = self.line_end(self.at + 2);
                Kind::LineComment
            }
            Some(b'*') => self.block_comment(),
            Some(b'-') => {
                self.at += 2;
                Kind::Slashdash
            }
            _ => self.single(Kind::Reserved),
        }
    }

    /// Where the line that holds byte `from` ends, its newline excluded.
    fn line_end(&self, from: usize) -> usize {
        let rest = &self.bytes[from..];
        if self.exotic_newlines {
            return self.text[from..].find(is_newline).map_or(self.bytes.len(), |len| from + len);
        }
        match memchr::memchr(b'\n', rest) {
            Some(len) if len > 0 && rest[len - 1] == b'\r' => from + len - 1,
            Some(len) => from + len,
            None => self.bytes.len(),
        }
    }

    /// Block comments nest.
    fn block_comment(&mut self) -> Kind {
        let mut depth = 1_usize;
        let mut at = self.at + 2;
        while let Some(found) = memchr::memchr2(b'*', b'/', &self.bytes[at..]) {
            at += found;
            match (self.bytes[at], self.bytes.get(at + 1)) {
                (b'*', Some(b'/')) => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        self.at = at;
                        return Kind::BlockComment;
                    }
                }
                (b'/', Some(b'*')) => {
                    depth += 1;
                    at += 2;
                }
                _ => at += 1,
            }
        }
        self.at = self.bytes.len();
        Kind::OpenComment
    }
}
