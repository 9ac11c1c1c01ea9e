//! The mistakes the parser knows: names, summaries, and what KDL says and why.

use crate::finding::Severity;
use crate::rules::{Check, Needs, Rule};

/// How many mistakes of one file are reported; one more finding counts the rest.
pub const LIMIT: usize = 100;

macro_rules! rules {
    ($($constant:ident $name:literal $summary:literal $explanation:literal)*) => {
        $(
            #[doc = concat!("Name of the rule: ", $summary, ".")]
            pub const $constant: &str = concat!("syntax/", $name);
        )*

        /// All of them.
        pub static RULES: &[Rule] = &[
            $(Rule {
                name: $constant,
                summary: $summary,
                severity: Severity::Error,
                on_by_default: true,
                needs: Needs::File,
                since: "0.1.0",
                documentation: concat!(
                    "## What it does\n\nReports ", $summary, ".\n\n## Why\n\n", $explanation, "\n",
                ),
                check: Check::WhileReading,
            },)*
        ];
    };
}

rules! {
    UNTERMINATED_STRING "unterminated-string"
        "a string without its closing quotes"
        "A string in quotes ends on the line it begins; only `\"\"\"` strings go over several lines. \
        Without the closing quote the rest of the line is taken for the string."

    UNTERMINATED_COMMENT "unterminated-comment"
        "`/*` without `*/`"
        "A block comment reaches up to its `*/`. Block comments nest: every `/*` inside of one \
        needs a `*/` of its own."

    V1_KEYWORD "v1-keyword"
        "`true`, `false`, `null`, `inf`, `-inf` or `nan` without `#`"
        "KDL 2 writes these values with a `#`: `#true`. KDL 1 wrote them bare. To avoid confusion \
        the bare words are not even strings in KDL 2."

    V1_RAW_STRING "v1-raw-string"
        "a raw string written `r\"…\"`, as in KDL 1"
        "KDL 2 writes raw strings without the `r`, and with at least one `#`: `#\"C:\\dir\"#`."

    V1_MULTILINE_STRING "v1-multiline-string"
        "a `\"…\"` string over several lines, as in KDL 1"
        "In KDL 2 a string over several lines begins and ends with `\"\"\"`. Its text begins on the \
        line behind the opening quotes, and the closing quotes stand on a line of their own, \
        whose indentation is taken off every line."

    BAD_ESCAPE "bad-escape"
        "a backslash in a string before something it cannot escape"
        "Quoted strings know `\\n`, `\\r`, `\\t`, `\\\\`, `\\\"`, `\\b`, `\\f`, `\\s`, `\\u{…}`, and a \
        backslash before white space, which leaves the white space out. KDL 1 also had `\\/`. Raw \
        strings, `#\"…\"#`, have no escapes."

    BAD_NUMBER "bad-number"
        "a bare word which begins like a number and is none"
        "A bare string must not begin like a number, so `12MiB` or a PCI address needs quotes. \
        Numbers are written `12`, `-1.5e3`, `0x1f`, `0o17` or `0b11`, with `_` between digits as \
        one likes; a point needs digits on both sides."

    BAD_STRING "bad-string"
        "the lines of a `\"\"\"` string do not fit together"
        "The text of a `\"\"\"` string begins on the line behind the opening quotes; the closing \
        quotes stand on a line of their own. The white space before them is taken off every \
        line, so every line which is not blank must begin with it."

    BAD_NAME "bad-name"
        "a number or a keyword where a name must stand"
        "The name of a node, the key of a property and the name of a type are strings. Words that \
        look like numbers or keywords must be in quotes there."

    DISALLOWED_CHARACTER "disallowed-character"
        "a control character or a text direction character"
        "KDL forbids control characters, the Unicode characters that change the direction of \
        text, and the byte order mark anywhere but at the start, even in comments: they make a \
        file look different from what it says. In quoted strings they can be written as `\\u{…}`."

    RESERVED_CHARACTER "reserved-character"
        "a character that a bare string cannot hold"
        "A bare string cannot hold any of `( ) { } [ ] / \\ \" # ; =`. Paths, for example, must be \
        in quotes."

    MISSING_BRACE "missing-brace"
        "a block of children without its `{` or `}`"
        "Every `{` needs a `}`, and every `}` a `{`. Where one is missing can only be guessed; the indentation of the \
        lines is taken as a hint."

    UNMATCHED_BRACE "unmatched-brace"
        "a `}` without its `{`"
        "Every `}` closes the innermost open block. Here none is open."

    BRACE_ON_NEXT_LINE "brace-on-next-line"
        "a `{` on the line below its node"
        "A node ends at the end of its line, or at `;`. Its children must begin on the line where \
        its last argument or property stands, or that line must end with `\\`."

    SECOND_BLOCK "second-block"
        "a second block of children"
        "A node has at most one block of children which is not taken out with `/-`."

    MISSING_NAME "missing-name"
        "something stands where a node should begin"
        "A node begins with its name, which is a string; only `/-` and a type annotation can \
        stand before it."

    MISSING_SPACE "missing-space"
        "two parts of a node without white space between them"
        "The name, the arguments and the properties of a node are separated by white space."

    MISSING_VALUE "missing-value"
        "a property without a value"
        "A value must follow the `=` of a property on the same line."

    MISSING_TERMINATOR "missing-terminator"
        "two nodes on one line without `;`"
        "A node ends with a newline, `;`, the `}` around it, or the end of the file. The `}` of \
        its own children does not end it."

    STRAY_SEMICOLON "stray-semicolon"
        "a `;` which ends no node"
        "A `;` ends the node before it. An empty node does not exist."

    MISSING_EQUALS "missing-equals"
        "a property without the `=` between its key and its value"
        "A property is written `key=\"value\"`. Without the `=` the two are arguments, and between \
        arguments there is white space."

    STRAY_EQUALS "stray-equals"
        "a `=` without a property key"
        "A `=` stands between the key and the value of a property, and a property stands behind \
        the name of its node: `name key=value`. `name = value` is no node."

    ENTRY_AFTER_CHILDREN "entry-after-children"
        "an argument or property behind the children"
        "Arguments and properties stand before the block of children, even before one that is \
        taken out with `/-`."

    BAD_CONTINUATION "bad-continuation"
        "a `\\` which is not at the end of its line"
        "Outside of strings a `\\` continues a node on the next line. Only white space and \
        comments may follow it on its line."

    BAD_SLASHDASH "bad-slashdash"
        "a `/-` which takes out nothing, or only a part of something"
        "`/-` takes out the node, the argument, the property or the block of children behind it, \
        as a whole: it stands before the key of a property, and before a type annotation."

    BAD_TYPE_ANNOTATION "bad-type-annotation"
        "parentheses which are no type annotation"
        "Parentheses hold the type of a node or value: one string, directly before the name or \
        value, as in `(u8)255`."

    UNKNOWN_KEYWORD "unknown-keyword"
        "`#` before a word which is no keyword"
        "The keywords of KDL are `#true`, `#false`, `#null`, `#inf`, `#-inf` and `#nan`, in lower \
        case."

    HASH_COMMENT "hash-comment"
        "`#` used to begin a comment"
        "Comments are written `// …` or `/* … */`. A `#` begins a keyword or a raw string."

    LIST "list"
        "a list in brackets"
        "KDL has no lists in brackets: a node takes any number of arguments, `name 1 2 3`."

    KDL_VERSION "kdl-version"
        "the file says it is in another version of KDL"
        "A file may begin with `/- kdl-version 2`. Files in another version cannot be read."

    TOO_LONG "too-long"
        "a file of 4 GiB or more"
        "Places in a file are counted in 32 bits, so that a file can have 4 294 967 295 bytes at \
        most."

    TOO_MANY_ERRORS "too-many-errors"
        "more syntax errors than are shown"
        "Only the first hundred syntax errors of a file are shown: a file with so many is most \
        likely no KDL file, or one mistake led to all others."
}
