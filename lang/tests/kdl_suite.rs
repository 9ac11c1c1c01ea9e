//! The official KDL test suite, read from where cargo keeps the `kdl` crate.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use iommulint_lang::span::FileId;
use iommulint_lang::syntax::{Entry, Node, Tree, Value, parse};

/// Cases of the published suite which the newest specification judges otherwise.
const SUPERSEDED: &[(&str, &str)] = &[(
    "zero_space_before_slashdash_arg_fail.kdl",
    "base-node of the newest grammar: `(node-space* (node-space | slashdash) node-prop-or-arg)*`",
)];

/// Good cases the published suite has no output for.
const NO_OUTPUT: &[&str] = &["hex.kdl"];

/// The `tests/test_cases` folder of the `kdl` crate.
fn suite() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output()
        .expect("cargo metadata runs");
    let text = String::from_utf8(output.stdout).expect("cargo metadata is UTF-8");
    let end = text
        .match_indices("Cargo.toml\"")
        .map(|(at, _)| at)
        .find(|&at| text[..at].rsplit('/').nth(1).is_some_and(|folder| folder.starts_with("kdl-6")))
        .expect("the kdl crate is a dependency");
    let start = text[..end].rfind('"').map_or(0, |at| at + 1);
    Path::new(&text[start..end]).join("tests/test_cases")
}

fn inputs(suite: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(suite.join("input"))
        .expect("the suite is there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    files
}

fn name_of(path: &Path) -> String {
    path.file_name().expect("a file").to_string_lossy().into_owned()
}

#[test]
fn every_case_is_judged_rightly() {
    let suite = suite();
    let files = inputs(&suite);
    assert!(files.len() >= 320, "only {} cases", files.len());
    let mut wrong = String::new();
    for path in files {
        let name = name_of(&path);
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        let (tree, findings) = parse(text.as_str(), FileId(0));
        assert_eq!(tree.text(), text);
        let superseded = SUPERSEDED.iter().any(|(case, _)| *case == name);
        let must_fail = name.contains("_fail") && !superseded;
        if must_fail == findings.is_empty() {
            let _ = writeln!(wrong, "{name}: must fail: {must_fail}\n{text}\n{findings:#?}");
        }
        let expected = std::fs::read_to_string(suite.join("expected_kdl").join(&name)).ok();
        let no_output = must_fail || superseded || NO_OUTPUT.contains(&&*name);
        assert_eq!(expected.is_none(), no_output, "{name}");
        let Some(expected) = expected else { continue };
        let printed = canonical(&tree);
        if printed.trim_end() != expected.trim_end() {
            let _ =
                writeln!(wrong, "{name}:\n{text}\n-- expected\n{expected}\n-- printed\n{printed}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Most broken cases hold one mistake: they must give one finding.
#[test]
fn one_mistake_one_finding() {
    /// Cases with several mistakes, and how many.
    const SEVERAL: &[(&str, usize)] = &[
        ("floating_point_keyword_identifier_strings_fail.kdl", 3),
        // An empty type, and a bare `false`.
        ("just_space_in_arg_type_fail.kdl", 2),
        // Two disallowed characters.
        ("unicode_lri_fail.kdl", 2),
    ];
    let suite = suite();
    let mut wrong = String::new();
    for path in inputs(&suite) {
        let name = name_of(&path);
        if !name.contains("_fail") || SUPERSEDED.iter().any(|(case, _)| *case == name) {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        let (_, findings) = parse(text.as_str(), FileId(0));
        let wanted = SEVERAL.iter().find(|(case, _)| *case == name).map_or(1, |(_, n)| *n);
        if findings.len() != wanted {
            let _ = writeln!(wrong, "{name}: {} findings\n{text}", findings.len());
            for finding in findings {
                let span = finding.primary.origin.span;
                let _ = writeln!(wrong, "  {span:?} {} {}", finding.rule, finding.headline);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The document as the suite prints it.
fn canonical(tree: &Tree) -> String {
    let mut out = String::new();
    for node in tree.roots() {
        print_node(node, 0, &mut out);
    }
    if out.is_empty() { "\n".to_owned() } else { out }
}

fn print_node(node: Node<'_>, depth: usize, out: &mut String) {
    out.push_str(&"    ".repeat(depth));
    out.push_str(&annotation(node.type_name().as_deref()));
    out.push_str(&word(&node.name()));
    for entry in node.arguments() {
        let _ = write!(out, " {}", value(entry));
    }
    let mut properties: Vec<(String, Entry<'_>)> =
        node.properties().map(|entry| (entry.key().expect("a key").into_owned(), entry)).collect();
    properties.reverse();
    properties.sort_by(|a, b| a.0.cmp(&b.0));
    properties.dedup_by(|a, b| a.0 == b.0);
    for (key, entry) in properties {
        let _ = write!(out, " {}={}", word(&key), value(entry));
    }
    let children: Vec<Node<'_>> = node.children().collect();
    if children.is_empty() {
        out.push('\n');
        return;
    }
    out.push_str(" {\n");
    for child in children {
        print_node(child, depth + 1, out);
    }
    out.push_str(&"    ".repeat(depth));
    out.push_str("}\n");
}

fn annotation(name: Option<&str>) -> String {
    name.map_or(String::new(), |name| format!("({})", word(name)))
}

fn value(entry: Entry<'_>) -> String {
    let text = match entry.value() {
        Value::Text(text) => word(&text),
        Value::Integer(number) => number.to_string(),
        Value::BigInteger(text) => text.replace('_', ""),
        Value::Decimal(text) => decimal(text),
        Value::Infinity { negative: false } => "#inf".to_owned(),
        Value::Infinity { negative: true } => "#-inf".to_owned(),
        Value::NotANumber => "#nan".to_owned(),
        Value::Boolean(value) => format!("#{value}"),
        Value::Null => "#null".to_owned(),
        Value::Missing => "MISSING".to_owned(),
    };
    annotation(entry.type_name().as_deref()) + &text
}

/// A decimal number as the published copy of the suite writes it, through a 64-bit float. (Newer
/// copies keep the digits, which `Value::Decimal` also allows.)
fn decimal(text: &str) -> String {
    let number: f64 = text.replace('_', "").parse().expect("a decimal number");
    match number {
        f64::INFINITY => "#inf".to_owned(),
        f64::NEG_INFINITY => "#-inf".to_owned(),
        number => format!("{number:?}"),
    }
}

/// A string, bare where it can be.
fn word(text: &str) -> String {
    let (tree, findings) = parse(format!("node {text}"), FileId(0));
    let bare = findings.is_empty()
        && tree.all_nodes().count() == 1
        && tree.roots().next().is_some_and(|node| {
            node.all_entries().count() == 1
                && node.entries().next().is_some_and(|entry| {
                    entry.is_bare_string() && entry.value() == Value::Text(text.into())
                })
        });
    if bare {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{C}' => out.push_str("\\f"),
            c => out.push(c),
        }
    }
    out + "\""
}
