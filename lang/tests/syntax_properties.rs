//! What holds for every text, KDL or not.

use iommulint_lang::finding::Finding;
use iommulint_lang::rules;
use iommulint_lang::span::{FileId, Span};
use iommulint_lang::syntax::{Entry, Node, Tree, errors, parse};
use proptest::prelude::*;

/// Pieces from which texts are put together that look like KDL, or nearly so.
const PIECES: &[&str] = &[
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\u{85}",
    "\u{2028}",
    "\u{A0}",
    "\u{FEFF}",
    "\u{0}",
    "\u{202E}",
    "a",
    "node",
    "é",
    "漢",
    "true",
    "null",
    "-inf",
    "r",
    "1",
    "0x1f",
    "0xZZ",
    "1.5e3",
    "12MiB",
    "0009:01:00.0",
    ".5",
    "+",
    "-",
    "=",
    ";",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "/",
    "\\",
    "#",
    "##",
    "\"",
    "\"\"",
    "\"\"\"",
    "\"text\"",
    "#\"",
    "\"#",
    "#\"\"\"",
    "\"\"\"#",
    "r\"",
    "r#\"",
    "//",
    "/*",
    "*/",
    "/-",
    "\\n",
    "\\u{41}",
    "\\u{",
    "\\/",
    "#true",
    "#True",
    "(u8)",
    "kdl-version",
    "a {\n",
    "}\n",
    "k=1",
    "k=\"v\"",
    " // c\n",
    "\"\"\"\n",
    "  \"\"\"\n",
    "\\\n",
];

fn check_span(text: &str, span: Span) {
    assert!(text.get(span.range()).is_some(), "{span:?} is no part of {text:?}");
}

fn check_finding(text: &str, finding: &Finding) {
    check_span(text, finding.primary.origin.span);
    for label in &finding.labels {
        check_span(text, label.origin.span);
    }
    for fix in &finding.fixes {
        let mut last = 0;
        for edit in &fix.edits {
            check_span(text, edit.origin.span);
            assert!(edit.origin.span.start >= last, "edits overlap");
            last = edit.origin.span.end;
        }
    }
    assert!(rules::find(finding.rule).is_some());
}

fn inside(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn check_entry(text: &str, node: Node<'_>, entry: Entry<'_>) {
    let span = entry.span();
    assert!(!span.of(text).is_empty(), "an entry has bytes");
    assert!(inside(node.span(), span));
    assert!(inside(span, entry.value_span()));
    assert_eq!(entry.key().is_some(), entry.is_property());
    for part in entry.key_span().into_iter().chain(entry.type_annotation()) {
        assert!(inside(span, part));
    }
    check_span(text, entry.value_span());
    let _ = (entry.value(), entry.type_name());
}

fn check_node(text: &str, node: Node<'_>) {
    let span = node.span();
    assert!(!node.name_span().of(text).is_empty(), "a node has a name");
    assert!(inside(span, node.name_span()));
    assert!(inside(span, node.header_span()), "{:?} {:?} {text:?}", span, node.header_span());
    // A string without an end takes the rest of the text, and a block without an end the comments.
    let open = span.end as usize == text.len()
        || node.tree().comments().any(|comment| comment.span.end == span.end);
    assert!(open || !span.of(text).ends_with([' ', '\n']), "{:?}", span.of(text));
    let _ = (node.name(), node.type_name());
    let mut end = node.name_span().end;
    for entry in node.all_entries() {
        assert!(entry.span().start >= end, "entries are in order");
        end = entry.span().end;
        check_entry(text, node, entry);
    }
    for block in node.blocks() {
        assert!(["", "{"].contains(&block.open_brace().of(text)));
        assert!(block.close_brace().is_none_or(|brace| brace.of(text) == "}"));
        for child in block.nodes() {
            assert!(inside(span, child.span()));
            assert_eq!(child.parent().map(Node::id), Some(node.id()));
        }
    }
}

fn check(text: &str) -> Vec<Finding> {
    let (tree, findings) = parse(text, FileId(7));
    assert_eq!(tree.text(), text);
    assert_eq!(tree.token_texts().collect::<String>(), text);
    assert!(findings.len() <= errors::LIMIT + 1);
    for finding in &findings {
        check_finding(text, finding);
    }
    for comment in tree.comments() {
        assert_eq!(comment.span.of(text), comment.text);
        assert!(comment.text.starts_with("//") || comment.text.starts_with("/*"));
    }
    for node in tree.all_nodes() {
        check_node(text, node);
    }
    assert_eq!(reached(&tree), tree.all_nodes().count(), "every node is reached from the roots");
    findings
}

/// How many nodes are reached by walking from the roots.
fn reached(tree: &Tree) -> usize {
    let mut open: Vec<Node<'_>> = tree.all_roots().collect();
    let mut count = 0;
    while let Some(node) = open.pop() {
        count += 1;
        open.extend(node.all_children());
    }
    count
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn nearly_kdl(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        check(&pieces.into_iter().map(|piece| PIECES[piece]).collect::<String>());
    }
}

const DOCUMENT: &str = r##"target libvirt="12.8" qemu="11.1"

vm "grace-2gpu" machine="virt" {
    mmio-window "2TiB" // the window
    /* the
       group */
    vsmmu "smmu0" iommufd="iommufd0" host=#"smmu3.0x0000000012000000"# {
        accel ats=#true ril=#false ssidsize=20 oas=48
        pxb bus-nr=252 \
            numa-node=0
        hostdev "gpu0" host="0009:01:00.0" /- old=1 {
            generic-initiator nodes="2-9"; x
        }
    }
    note """
        Some text.
        """
}
"##;

#[test]
fn every_beginning_of_a_document_is_read() {
    for (end, _) in DOCUMENT.char_indices() {
        let findings = check(&DOCUMENT[..end]);
        // The cut leaves blocks open, and breaks at most the part it goes through.
        assert!(findings.len() <= 2, "{} {findings:#?}", &DOCUMENT[..end]);
    }
}

#[test]
fn a_document_with_one_character_less_has_few_findings() {
    for (at, c) in DOCUMENT.char_indices() {
        let text = format!("{}{}", &DOCUMENT[..at], &DOCUMENT[at + c.len_utf8()..]);
        let findings = check(&text);
        let rules: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
        assert!(findings.len() <= 2, "{text}\n{rules:#?}");
    }
}

/// A single wrong character mostly gives a single finding.
#[test]
fn cascades_are_rare() {
    let (mut broken, mut cascades) = (0_u32, 0_u32);
    for (at, _) in DOCUMENT.char_indices() {
        for inserted in
            ["{", "}", "(", ")", "\"", "#", ";", "=", "\\", "/", "\n", "[", "]", ",", "1"]
        {
            let text = format!("{}{inserted}{}", &DOCUMENT[..at], &DOCUMENT[at..]);
            match check(&text).len() {
                0 => {}
                1 => broken += 1,
                several => {
                    broken += 1;
                    cascades += 1;
                    assert!(several <= 4, "{text}");
                }
            }
        }
    }
    assert!(cascades * 8 < broken, "{cascades} of {broken}");
}

/// Parses; work that grows with the square of these shapes' sizes would take minutes.
fn read(text: &str) -> (Tree, Vec<Finding>) {
    parse(text, FileId(0))
}

/// Shapes that made other parsers slow, or overflow the stack.
#[test]
fn odd_shapes_are_linear() {
    const N: usize = 50_000;
    let nested = |open: &str, close: &str| open.repeat(N) + &close.repeat(N);
    let good = [
        nested("a {", "}"),
        nested("a /-{", "}"),
        nested("a { x; /-a { x;", "}}"),
        nested("/* ", "*/"),
        format!("/{}/", "*".repeat(N)),
        format!("/*{} */", "/".repeat(N)),
        "/- a\n".repeat(N),
        format!("a{}", " /-1".repeat(N)),
        format!("a{}", " /-{}".repeat(N)),
        format!("a{}", " \\\n".repeat(N)),
        format!("a {}", "\"\\n\"=1 ".repeat(N)),
        format!("a \"{}\"", "\\ \n".repeat(N)),
        format!("a \"\"\"\n{}\"\"\"", "\\ \n".repeat(N)),
        format!("a \"\"\"\n{}\"\"\"", "x \"\"\n".repeat(N)),
        format!("a {}", "9".repeat(N)),
        format!("a {0}\"{1}\"{0}", "#".repeat(N), "\"#".repeat(N)),
        "\u{2028}".repeat(N),
        format!("a{}", "\n".repeat(N)),
    ];
    for text in good {
        let (tree, findings) = read(&text);
        assert_eq!(findings, [], "{text:.20}");
        assert!(tree.held_bytes() < 64 * (text.len() + 64), "{}", &text[..20]);
    }
    let (_, findings) = read(&format!("a{}{}", " /-{}".repeat(N), " {}".repeat(N)));
    assert_eq!(findings.len(), errors::LIMIT + 1);
    let bad = [
        "a {",
        "}",
        "a }\n",
        "=",
        "(",
        ")",
        "((a)",
        "[",
        "]",
        "[1 ",
        "/-",
        "a /-{",
        "a #\"\"\"",
        "a \"\"\"",
        "a \"",
        "a \"\n",
        "a #\"",
        "a #\"\n",
        "r\"",
        "r#\"a\" ",
        "r#\"",
        "\"x\"",
        "true ",
        "true\n",
        "\"x\n",
        "1x\n",
        "a b=\n",
        "a b= ",
        "/*",
        "\\",
        "\\ ",
        "#",
        "# ",
        "a#",
        "{",
        "a\n{",
        "a {} {",
        "a {} b ",
        "a {}{}",
        ";",
        "\u{202E}",
        "\u{0}",
        "\"\\q\"",
        "\"\\q\" ",
        "\"\\u{",
        "a\n  {",
        "a (b",
        "a (b c",
        "a=\n",
        "a \"b c\"d",
        "a/",
        "{\n",
        "{a}",
        "} {",
        "\"a\n b\"\n",
        "###\"",
    ];
    for piece in bad {
        let text = piece.repeat(N);
        let (tree, findings) = read(&text);
        assert!(!findings.is_empty(), "{piece}");
        assert!(findings.len() <= errors::LIMIT + 1, "{piece}");
        assert_eq!(tree.text().len(), text.len());
        drop((tree, findings));
    }
}
