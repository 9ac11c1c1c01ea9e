//! Documents that hold everything KDL has, comments and line continuations wherever they may stand.

use kdl::KdlValue;

/// Decisions, taken from random bytes so that proptest can shrink them; zeroes when they run out.
struct Tape {
    bytes: std::vec::IntoIter<u8>,
}

impl Tape {
    fn below(&mut self, limit: usize) -> usize {
        usize::from(self.bytes.next().unwrap_or(0)) % limit
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn is_over(&self) -> bool {
        self.bytes.len() == 0
    }
}

/// A document, decided by random bytes.
pub(crate) fn document(bytes: Vec<u8>) -> String {
    let mut text = String::new();
    any_nodes(&mut Tape { bytes: bytes.into_iter() }, 0, &mut text);
    text
}

/// Strings: what they mean, and spellings of them.
pub(crate) const STRINGS: &[(&str, &[&str])] = &[
    ("node", &["node", "\"node\"", "#\"node\"#", "\"no\\\n  de\"", "\"\"\"\n  node\n  \"\"\""]),
    ("bus-nr", &["bus-nr", "\"bus-nr\"", "##\"bus-nr\"##", "\"bus\\u{2d}nr\""]),
    ("", &["\"\"", "#\"\"#", "\"\"\"\n\"\"\"", "\"\\   \""]),
    ("true", &["\"true\"", "#\"true\"#"]),
    ("0009:01:00.0", &["\"0009:01:00.0\"", "#\"0009:01:00.0\"#"]),
    ("a b", &["\"a b\"", "\"a\\sb\"", "#\"a b\"#", "\"a \\ \n b\""]),
    ("say \"hi\"", &["\"say \\\"hi\\\"\"", "#\"say \"hi\"\"#"]),
    ("C:\\x", &["\"C:\\\\x\"", "#\"C:\\x\"#"]),
    (
        "one\n  two\n\nthree",
        &[
            "\"one\\n  two\\n\\nthree\"",
            "\"\"\"\n    one\n      two\n\n    three\n    \"\"\"",
            "#\"\"\"\n\tone\n\t  two\n \n\tthree\n\t\"\"\"#",
            "\"\"\"\r\n one\r\n   two\r\n\r\n three\r\n \"\"\"",
        ],
    ),
    ("漢字 é", &["\"漢字 é\"", "\"\\u{6f22}字\\s\\u{e9}\""]),
    ("漢字", &["漢字", "\"漢字\""]),
    ("-", &["-", "\"-\""]),
    ("..", &["\"..\"", ".."]),
    ("\u{202E}", &["\"\\u{202E}\""]),
];

/// Other values: what they mean, and spellings of them.
pub(crate) const VALUES: &[(KdlValue, &[&str])] = &[
    (KdlValue::Integer(0), &["0", "-0", "+0", "0x0", "0b0_", "0o0", "00"]),
    (KdlValue::Integer(252), &["252", "0xfc", "0xF_C", "0b1111_1100", "0o374", "+2_5_2"]),
    (KdlValue::Integer(-17), &["-17", "-0x11", "-0b10001", "-1_7_"]),
    (
        KdlValue::Integer(18_446_744_073_709_551_616),
        &["18446744073709551616", "0x1_0000_0000_0000_0000"],
    ),
    (KdlValue::Float(1.5), &["1.5", "+1.5", "15e-1", "1_.5_0", "0.15E+1"]),
    (KdlValue::Bool(true), &["#true"]),
    (KdlValue::Bool(false), &["#false"]),
    (KdlValue::Null, &["#null"]),
];

const SLASHDASHES: &[&str] = &["/-", "/- ", "/-\n", "/- // c\n  ", "/-\n/* c */"];
const SPACES: &[&str] = &[
    " ",
    "  ",
    "\t",
    " /* c */ ",
    "/* /* c */ } */",
    " \\\n",
    " \\ // c\n\t",
    "\u{A0}",
    " \\ /* c */ // c\n /* iommulint: allow schema/unknown-node -- c */ ",
];
const MAYBE_SPACES: &[&str] = &["", "", "", "", " ", "\t", "/**/", " \\\r\n "];
const ENDS: &[&str] = &[
    "\n",
    ";",
    "\r\n",
    " // c\n",
    "\n\n// c\n",
    " ;",
    "/* c */\n",
    "\u{2028}",
    " // iommulint: allow schema/unknown-node -- c\n",
    "; /* c\n c */ \n\n\n",
    "\n/* iommulint: allow schema/unknown-node -- c */",
];

fn any_string(tape: &mut Tape, out: &mut String) {
    let (_, spellings) = tape.pick(STRINGS);
    out.push_str(tape.pick(spellings));
}

fn any_type(tape: &mut Tape, out: &mut String) {
    if tape.below(8) == 1 {
        out.push('(');
        out.push_str(tape.pick(MAYBE_SPACES));
        any_string(tape, out);
        out.push_str(tape.pick(MAYBE_SPACES));
        out.push(')');
        out.push_str(tape.pick(MAYBE_SPACES));
    }
}

fn any_value(tape: &mut Tape, out: &mut String) {
    any_type(tape, out);
    if tape.below(2) == 0 {
        any_string(tape, out);
    } else {
        let (_, spellings) = &VALUES[tape.below(VALUES.len())];
        out.push_str(tape.pick(spellings));
    }
}

fn any_entry(tape: &mut Tape, out: &mut String) {
    out.push_str(tape.pick(SPACES));
    if tape.below(8) == 1 {
        out.push_str(tape.pick(SLASHDASHES));
    }
    if tape.below(2) == 1 {
        any_string(tape, out);
        out.push_str(tape.pick(MAYBE_SPACES));
        out.push('=');
        out.push_str(tape.pick(MAYBE_SPACES));
    }
    any_value(tape, out);
}

/// Nodes at `depth`. Slash-dashed children are rare and shallow: reading them takes the other parser
/// time that doubles with each level.
fn any_nodes(tape: &mut Tape, depth: usize, out: &mut String) {
    for _ in 0..tape.below(4) {
        if tape.is_over() {
            return;
        }
        let slashdashed = tape.below(8) == 1;
        if slashdashed {
            out.push_str(tape.pick(SLASHDASHES));
        }
        any_type(tape, out);
        any_string(tape, out);
        for _ in 0..tape.below(4) {
            any_entry(tape, out);
        }
        if depth < 4 && tape.below(2) == 1 {
            out.push_str(tape.pick(SPACES));
            if depth == 0 && tape.below(8) == 1 {
                out.push_str("/-");
            }
            out.push('{');
            out.push_str(tape.pick(&["", " ", "\n    ", " // c\n", "/* c */", "\r\n\n\t// c\n"]));
            any_nodes(tape, depth + 1, out);
            out.push('}');
        }
        // `/- n;` is refused by the other parser, kdl-rs issue 107.
        out.push_str(if slashdashed { "\n" } else { tape.pick(ENDS) });
    }
}
