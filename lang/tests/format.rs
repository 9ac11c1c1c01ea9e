//! The canonical layout: what goes where.

use iommulint_lang::format::format;
use iommulint_lang::span::FileId;
use iommulint_lang::syntax::parse;

fn formatted(text: &str) -> String {
    let (tree, findings) = parse(text, FileId(0));
    assert_eq!(findings, [], "{text}");
    format(&tree).expect("it has no syntax error")
}

/// `before` becomes `after`, and that stays.
fn becomes(before: &str, after: &str) {
    assert_eq!(formatted(before), after, "{before:?}");
    assert_eq!(formatted(after), after, "not stable");
}

#[test]
fn a_node_has_a_line_of_its_own() {
    becomes("a;b 1;\tc", "a\nb 1\nc\n");
    becomes("a { b { c; d } }", "a {\n    b {\n        c\n        d\n    }\n}\n");
    becomes("  a{\nb}\n", "a {\n    b\n}\n");
    becomes("a { }\nb {\n\n}\n", "a {}\nb {}\n");
}

#[test]
fn empty_lines_are_kept_singly_between_nodes() {
    becomes("\n\na\n\n\n\nb\nc\n\n", "a\n\nb\nc\n");
    becomes("a {\n\n  b\n\n\n  c\n\n}\n", "a {\n    b\n\n    c\n}\n");
    becomes("a {\n}\n\n\nb", "a {}\n\nb\n");
    becomes("a // c\n\n\n// d\n\n\nb", "a // c\n\n// d\n\nb\n");
    becomes("a { // c\n\n  b\n}", "a { // c\n    b\n}\n");
    becomes("a {\n\n// c\n\n  b\n\n// d\n\n}", "a {\n    // c\n\n    b\n\n    // d\n}\n");
}

#[test]
fn files_without_nodes() {
    becomes("", "");
    becomes(" \n\n\t\n", "");
    becomes("\u{FEFF}", "\u{FEFF}");
    becomes("\u{FEFF}\n  a", "\u{FEFF}a\n");
    becomes("\n// c", "// c\n");
    becomes(" /* c */ /* d */", "/* c */ /* d */\n");
}

#[test]
fn blanks_within_a_node() {
    becomes("a   1\t\"b\"  k =  2", "a 1 \"b\" k=2\n");
    becomes("( t ) a ( u ) 1 k = ( v ) \"w\"", "(t)a (u)1 k=(v)\"w\"\n");
    becomes("a \"b\"/-1", "a \"b\" /-1\n");
    becomes("a 1   \n", "a 1\n");
    becomes(
        "a /- 1 /- k = 2 /- { b } { c } /- { }",
        "a /-1 /-k=2 /-{\n    b\n} {\n    c\n} /-{}\n",
    );
}

#[test]
fn values_are_as_they_were_written() {
    let values =
        "a 0x0F_f +1 1.50E+3 \"a\\u{62}\\/\" #\"b\"# ##\"\"\"\n  c\n  \"\"\"## \"\" #true #-inf\n";
    let values = values.replace("\\/", "");
    becomes(&values, &values);
}

#[test]
fn the_lines_of_a_string_stay_where_they_are() {
    becomes(
        "a {\n b \"\"\"\n   x\n     y  \n\n   \"\"\" 1 {\n c }\n}",
        "a {\n    b \"\"\"\n   x\n     y  \n\n   \"\"\" 1 {\n        c\n    }\n}\n",
    );
    becomes("a \"x \\\n   y\"   1", "a \"x \\\n   y\" 1\n");
}

#[test]
fn a_node_that_is_left_out() {
    becomes("/-  a 1\n/-\n\nb", "/-a 1\n/-b\n");
    becomes("/- // c\n\n  a", "/- // c\na\n");
    becomes(
        "x {\n/- /* c */ a\n/- // d\n// e\n b }",
        "x {\n    /- /* c */ a\n    /- // d\n    // e\n    b\n}\n",
    );
    becomes("a /-\n// c\n\n 1", "a /-\n    // c\n    1\n");
    becomes("/- \\\n a", "/-a\n");
    becomes("/-  kdl-version   2\na", "/- kdl-version 2\na\n");
    becomes("a\n/- kdl-version 2", "a\n/-kdl-version 2\n");
}

#[test]
fn a_line_goes_on_where_it_did() {
    becomes("a 1 \\\n2   \\  \n  3\n", "a 1 \\\n    2 \\\n    3\n");
    becomes("x { a \\\n 1; }", "x {\n    a \\\n        1\n}\n");
    becomes("a \\\n \\\n\\\n1", "a \\\n    1\n");
    becomes("a 1 \\\n  {\n b }", "a 1 {\n    b\n}\n");
    becomes("a k \\\n = \\\n 1", "a k=1\n");
    becomes("a 1 \\\n\nb \\", "a 1\n\nb\n");
    becomes("a \\ // c\n 1 \\ /* d */ // e\n 2", "a \\ // c\n    1 /* d */ \\ // e\n    2\n");
    becomes("a \\ // c\n {\n}", "a \\ // c\n    {}\n");
    becomes("a 1 \\ // c\n\nb", "a 1 // c\n\nb\n");
    becomes("\\\n a; \\ // c\n b", "a // c\nb\n");
}

#[test]
fn a_comment_behind_something_stays_there() {
    becomes("a   // c  \t\nb // d", "a // c\nb // d\n");
    becomes("a 1;// c\nb;/* d */c", "a 1 // c\nb /* d */\nc\n");
    becomes("a{// c\nb}// d", "a { // c\n    b\n} // d\n");
    becomes("a { /* c */ }", "a { /* c */\n}\n");
    becomes("a { b; /* c */ }", "a {\n    b /* c */\n}\n");
    becomes("a {\n b\n /* c */ }", "a {\n    b\n    /* c */\n}\n");
}

#[test]
fn a_comment_on_a_line_of_its_own_is_indented() {
    becomes(
        "a {\n// b\n  /* c\n d */\n  b\n        // e\n}\n    // f",
        "a {\n    // b\n    /* c\n d */\n    b\n    // e\n}\n// f\n",
    );
    becomes("/* c */ a\n/* d */   /* e */b", "/* c */ a\n/* d */ /* e */ b\n");
}

#[test]
fn comments_within_a_node() {
    becomes(
        "a/* 1 */(/* 2 */t/* 3 */)/* 4 */1/* 5 */k/* 6 */=/* 7 */(/* 8 */u)/* 9 */2/* 10 */{}/* 11 */",
        "a /* 1 */ ( /* 2 */ t /* 3 */ ) /* 4 */ 1 /* 5 */ k /* 6 */ = /* 7 */ ( /* 8 */ u) /* 9 */ 2 /* 10 */ {} /* 11 */\n",
    );
    becomes("a k= \\\n /* c */ 1", "a k= \\\n    /* c */ 1\n");
    becomes("a /- /* c */ 1 /-/* d */ { b }", "a /- /* c */ 1 /- /* d */ {\n    b\n}\n");
}

#[test]
fn lines_end_as_the_first_one_does() {
    becomes("a\r\nb\nc \\\n 1", "a\r\nb\r\nc \\\r\n    1\r\n");
    becomes("a\nb\r\nc", "a\nb\nc\n");
    becomes("a\rb\u{85}c\u{2028}", "a\nb\nc\n");
    becomes("a /* x\r\n y */\r\n\r\nb\r\n", "a /* x\r\n y */\r\n\r\nb\r\n");
}

/// A comment that allows findings speaks of the first node on its line, or else of the next one.
#[test]
fn a_comment_that_allows_findings_keeps_its_node() {
    let allow = "// iommulint: allow pci/index-gap -- why";
    let block = "/* iommulint: allow pci/index-gap -- why */";
    for (before, after) in [
        ("a ALLOW", "a ALLOW\n"),
        ("a { b } ALLOW", "ALLOW\na {\n    b\n}\n"),
        ("x\n\na { b } ALLOW\n\nc", "x\n\nALLOW\na {\n    b\n}\n\nc\n"),
        ("a { ALLOW\nb }", "a { ALLOW\n    b\n}\n"),
        ("x {\n /* c */ a; b ALLOW\n}", "x {\n    ALLOW\n    /* c */ a\n    b\n}\n"),
        ("a { b BLOCK; c } ALLOW\n", "BLOCK\nALLOW\na {\n    b\n    c\n}\n"),
        ("a; BLOCK b\nc; d k=BLOCK 1\n", "a BLOCK\nb\nBLOCK\nc\nd k=1\n"),
        ("a {\nb } ALLOW\nc", "a {\n    ALLOW\n    b\n}\nc\n"),
        ("a {\nb\n} ALLOW\nc", "a {\n    b\n} ALLOW\nc\n"),
        ("a \\\n { ALLOW\nb }", "a {\n    ALLOW\n    b\n}\n"),
        ("a k\\\n= BLOCK 1 { b }", "a k= \\\n    BLOCK 1 {\n    b\n}\n"),
        ("a; b \\ ALLOW\n 1", "ALLOW\na\nb \\\n    1\n"),
        ("a \"\"\"\n\"\"\" ALLOW\nb", "a \"\"\"\n\"\"\" ALLOW\nb\n"),
        ("a; b \"\"\"\n\"\"\" ALLOW\nc", "a\nb \"\"\"\n\"\"\" ALLOW\nc\n"),
        ("BLOCK a", "BLOCK a\n"),
    ] {
        let written = |text: &str| text.replace("ALLOW", allow).replace("BLOCK", block);
        becomes(&written(before), &written(after));
        let file = |text: &str| written(text).replace("allow", "allow-file");
        assert_eq!(
            formatted(&file(before)).matches("allow-file").count(),
            file(before).matches("allow-file").count()
        );
    }
    let file = "// iommulint: allow-file pci/index-gap -- why";
    becomes(&format!("a {{ b }} {file}"), &format!("a {{\n    b\n}} {file}\n"));
}

#[test]
fn a_file_with_syntax_errors_is_not_formatted() {
    for text in ["a {", "a }", "a k=", "a \"", "# c", "a \u{202E}"] {
        let (tree, findings) = parse(text, FileId(0));
        assert_ne!(findings, [], "{text}");
        assert_eq!(format(&tree), None, "{text}");
    }
}
