//! Mistakes within words, numbers, texts and comments.

use super::rules;

rules! {
    /// ## What it does
    ///
    /// Reports a string, a text in quotes, that is not closed on its line.
    ///
    /// ## Why
    ///
    /// A string in `"…"` ends on the line on which it begins. Without the closing quote nobody can
    /// tell how much of the line was meant to be the string, so the rest of the line is taken for
    /// it. Write the closing quote; a string that really goes over several lines begins and ends
    /// with `"""`.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    UNTERMINATED_STRING = "syntax/unterminated-string": "a string without its closing quotes";

    /// ## What it does
    ///
    /// Reports a comment that begins with `/*` and is never closed.
    ///
    /// ## Why
    ///
    /// Such a comment reaches up to its `*/`. Without one the rest of the file would be comment,
    /// and nothing in it would be checked. Unlike comments in XML or C they can be within each
    /// other: every `/*` inside of one needs a `*/` of its own.
    ///
    /// To comment out to the end of the line, write `//`. To take out one node with all it holds,
    /// write `/-` before its name.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    ///
    /// /* The second GPU /* 0019:01:00.0 */ comes later.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    ///
    /// /* The second GPU /* 0019:01:00.0 */ comes later. */
    /// ```
    UNTERMINATED_COMMENT = "syntax/unterminated-comment": "`/*` without `*/`";

    /// ## What it does
    ///
    /// Reports `true`, `false`, `null`, `inf`, `-inf` and `nan` written without the `#` before
    /// them.
    ///
    /// ## Why
    ///
    /// The language is KDL 2, where these values begin with a `#`, as in `#true`. KDL 1 wrote them
    /// bare, as most languages do. The bare words could also be meant as strings, so KDL 2 takes
    /// them for neither: write `#true` for the value, `"true"` in quotes for the string.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         accel ats=true
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         accel ats=#true
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    V1_KEYWORD = "syntax/v1-keyword": "`true`, `false`, `null`, `inf`, `-inf` or `nan` without `#`";

    /// ## What it does
    ///
    /// Reports a string with an `r` before its quotes.
    ///
    /// ## Why
    ///
    /// A raw string is one in which a backslash is just a backslash. KDL 1 wrote it `r"…"`; KDL 2,
    /// the language of these files, writes it without the `r` and with a `#` on both sides:
    /// `#"C:\dir"#`. Where there is no backslash and no quote in it, plain quotes do: `"dir"`.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host=r"0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host=#"0009:01:00.0"#
    ///     }
    /// }
    /// ```
    V1_RAW_STRING = "syntax/v1-raw-string": r#"a raw string written `r"…"`, as in KDL 1"#;

    /// ## What it does
    ///
    /// Reports a string in `"…"` that goes on over the end of its line.
    ///
    /// ## Why
    ///
    /// In KDL 2 a string in `"…"` ends on its line, so that a forgotten quote does no harm to the
    /// lines below; KDL 1 let it go on. Write it on one line, with `\n` where a line of it shall
    /// end. Or begin and end it with `"""`: then its text begins on the next line, and the closing
    /// `"""` stand on a line of their own. The white space before them is taken off every line.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="
    ///             0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="""
    ///             0009:01:00.0
    ///             """
    ///     }
    /// }
    /// ```
    V1_MULTILINE_STRING = "syntax/v1-multiline-string": r#"a `"…"` string over several lines, as in KDL 1"#;

    /// ## What it does
    ///
    /// Reports a backslash in a string in quotes with something behind it that gives it no meaning.
    ///
    /// ## Why
    ///
    /// In quotes a backslash and what follows it stand for something else: `\n` for the end of a
    /// line, `\t` for a tab, `\\` for a backslash, `\"` for a quote, `\u{…}` for the character of
    /// that hexadecimal number; there are also `\r`, `\b`, `\f`, and `\s` for a space. A backslash
    /// before white space leaves the white space out. Anything else is more likely a slip than
    /// meant, so it has no meaning.
    ///
    /// Characters like `.`, `:`, `/` and `$` need no backslash. For a backslash itself write two,
    /// or put the string between `#"` and `"#`, where a backslash is just a backslash.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009\:01\:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    BAD_ESCAPE = "syntax/bad-escape": "a backslash in a string before something it cannot escape";

    /// ## What it does
    ///
    /// Reports a word without quotes that begins like a number and goes on as something else.
    ///
    /// ## Why
    ///
    /// Many words need no quotes, but one that begins with a digit, or with a sign or a point
    /// before one, is taken for a number. PCI addresses, and sizes such as `2TiB`, are no numbers:
    /// put them into quotes.
    ///
    /// Numbers are written `12`, `-1.5e3`, `0x1f` (hexadecimal), `0o17` (octal) or `0b11` (binary),
    /// with `_` between digits as one likes. A decimal point needs a digit on both sides.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host=0009:01:00.0
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    BAD_NUMBER = "syntax/bad-number": "a bare word which begins like a number and is none";

    /// ## What it does
    ///
    /// Reports a string between `"""` whose lines do not stand as they must.
    ///
    /// ## Why
    ///
    /// Its text begins on the line below the opening `"""`, and the closing `"""` stand on a line
    /// of their own. The white space before the closing ones says how far the text is indented, and
    /// is taken off every line of it. So every line that is not blank must begin with the very same
    /// spaces and tabs: from a line that begins with less, nobody could say what to take off.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="""
    ///         0009:01:00.0
    ///             """
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="""
    ///             0009:01:00.0
    ///             """
    ///     }
    /// }
    /// ```
    BAD_STRING = "syntax/bad-string": r#"the lines of a `"""` string do not fit together"#;

    /// ## What it does
    ///
    /// Reports a number, or a value like `#true`, where the name of something must stand.
    ///
    /// ## Why
    ///
    /// Every node begins with a name that says what it is, as an XML element does: `cell 0`, not
    /// `0`. Before a `=` stands the key of a property, which is its name, and in the parentheses of
    /// `(u8)255` the name of a type. All these are strings. One that looks like a number or like
    /// `true` must be in quotes in KDL; but no name in these files does, so most likely the name
    /// was forgotten: write it.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     numa {
    ///         0 cpus="0-3" memory="8GiB"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     numa {
    ///         cell 0 cpus="0-3" memory="8GiB"
    ///     }
    /// }
    /// ```
    BAD_NAME = "syntax/bad-name": "a number or a keyword where a name must stand";

    /// ## What it does
    ///
    /// Reports control characters, the Unicode characters that change the direction of text, and a
    /// byte order mark anywhere but at the start of the file.
    ///
    /// ## Why
    ///
    /// They cannot be seen, and some make a file look different from what it says. KDL therefore
    /// forbids them everywhere, even in comments. They often come along when text is copied from a
    /// web page or a chat: delete them. A string in quotes that really needs one can name it by its
    /// number: `\u{202E}`.
    ///
    /// ## Example
    ///
    /// It cannot be shown as it is, so here `<U+200E>` stands for the character of that number, an
    /// invisible mark that text runs from left to right:
    ///
    /// ```text
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="<U+200E>0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    DISALLOWED_CHARACTER = "syntax/disallowed-character": "a control character or a text direction character";

    /// ## What it does
    ///
    /// Reports a bare string, a word without quotes, that has a character in it that only a string
    /// in quotes can hold, such as `/`, `\`, `#`, `[` or `]`.
    ///
    /// ## Why
    ///
    /// A bare string can hold none of `( ) { } [ ] / \ " # ; =`, which KDL keeps for itself: `//`
    /// begins a comment, `#` a value like `#true`, `;` ends a node. Put into quotes what has one of
    /// them in it, such as a path. A comment begins with `//`, not with `#`.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm guest#1 machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "guest#1" machine="virt" {
    ///     iommufd "iommufd0"
    ///     vsmmu "smmu0" iommufd="iommufd0" {
    ///         hostdev "gpu0" host="0009:01:00.0"
    ///     }
    /// }
    /// ```
    RESERVED_CHARACTER = "syntax/reserved-character": "a character that a bare string cannot hold";
}
