//! The pieces a text is cut into.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// U+FEFF as the first character.
    Bom,
    /// White space within a line.
    Space,
    /// One newline; CR LF is one.
    Newline,
    /// `// …`, without its newline.
    LineComment,
    /// `/* … */`.
    BlockComment,
    /// `/* …` up to the end of the text.
    OpenComment,
    /// `/-`.
    Slashdash,
    /// `\` outside of a string.
    Backslash,
    /// A bare string.
    Identifier,
    /// `true`, `false`, `null`, `inf`, `-inf` or `nan` without `#`.
    BareKeyword,
    /// A number.
    Number,
    /// A bare word which begins like a number and is none.
    BadNumber,
    /// `#true`, `#false`, `#null`, `#inf`, `#-inf` or `#nan`.
    Keyword,
    /// `#` and a word which is no keyword.
    BadKeyword,
    /// `"…"` without backslashes.
    String,
    /// `"…"` with backslashes.
    EscapedString,
    /// `"""…"""`.
    MultilineString,
    /// `#"…"#`.
    RawString,
    /// `#"""…"""#`.
    RawMultilineString,
    /// `r"…"` or `r#"…"#` of KDL v1.
    V1RawString,
    /// `"…"` over several lines, as in KDL v1.
    V1MultilineString,
    /// `"…` without its closing quote, up to the end of the line.
    OpenString,
    /// `#"…` without its closing quote, up to the end of the line.
    OpenRawString,
    /// `"""…` or `#"""…` without its end, up to the end of the text.
    OpenMultilineString,
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
    /// `/`, `[`, `]` or `#` where it means nothing.
    Reserved,
    /// The end of the text: the last token, and empty.
    End,
}

impl Kind {
    /// Whether the token is a string in some spelling, even a broken one.
    pub(crate) const fn is_string(self) -> bool {
        matches!(self, Self::Identifier) || self.is_quoted()
    }

    /// Whether the token is a string with quotes.
    pub(crate) const fn is_quoted(self) -> bool {
        matches!(
            self,
            Self::String
                | Self::EscapedString
                | Self::MultilineString
                | Self::RawString
                | Self::RawMultilineString
                | Self::V1RawString
                | Self::V1MultilineString
                | Self::OpenString
                | Self::OpenRawString
                | Self::OpenMultilineString
        )
    }

    /// Whether the token can be the whole of a value, even of a broken one.
    pub(crate) const fn is_value(self) -> bool {
        self.is_string()
            || matches!(
                self,
                Self::Number
                    | Self::BadNumber
                    | Self::BareKeyword
                    | Self::Keyword
                    | Self::BadKeyword
            )
    }
}

/// A piece of the text: from `start` to the next token's start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// The first byte.
    pub(crate) start: u32,
    /// What it is.
    pub(crate) kind: Kind,
}
