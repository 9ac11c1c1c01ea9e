//! The graphs that are written for Graphviz, drawn by it: it draws the same words as we do.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use iommulint_conformance::{Root, generate, workspace};
use iommulint_lang::check::{Settings, check};
use iommulint_lang::graph::{dot, svg};
use iommulint_lang::map::{self, Map};
use iommulint_lang::span::FileId;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use roxmltree::Document;

/// Names in which Graphviz could see something else.
const ODD: &str = r#"
vm "1. *a* &amp; \\N \"q\" <b> | { ü" machine="virt" {
    root-port {
        hostdev "graph" host="0009:01:00.0"
    }
}
vm "second" machine="virt" {
    iommufd "i"
    vsmmu "\\l" iommufd="i" {
        hostdev "gpu" host="000a:01:00.0"
    }
}
"#;

fn maps(text: &str) -> Vec<Map> {
    map::all(&check(text, FileId(0), &Settings::default()))
}

/// What `dot` draws, as SVG.
fn draw(root: &Root, graph: &str) -> String {
    let mut dot = root
        .command("dot")
        .arg("-Tsvg")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    dot.stdin.take().unwrap().write_all(graph.as_bytes()).unwrap();
    let output = dot.wait_with_output().unwrap();
    assert!(output.status.success(), "{graph}");
    String::from_utf8(output.stdout).unwrap()
}

/// All words of a picture, in no order.
fn words(picture: &str) -> Vec<String> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let picture = Document::parse_with_options(picture, options).unwrap();
    let texts = picture.descendants().filter(|node| node.tag_name().name() == "text");
    let mut words: Vec<String> =
        texts.map(|node| node.text().unwrap_or_default().to_owned()).collect();
    words.sort();
    words
}

#[test]
fn graphviz_draws_the_same_words_and_edges() {
    let Some(root) = Root::locate() else {
        return;
    };
    let examples = fs::read_dir(workspace().join("examples")).unwrap().map(|it| it.unwrap().path());
    let is_kdl = |path: &std::path::PathBuf| path.extension().is_some_and(|it| it == "kdl");
    let mut texts: Vec<String> =
        examples.filter(is_kdl).map(|path| fs::read_to_string(path).unwrap()).collect();
    texts.push(ODD.to_owned());
    let mut runner = TestRunner::deterministic();
    let generated = (0..40).map(|_| generate::file().new_tree(&mut runner).unwrap().current());
    texts.extend(generated);

    let mut edges = 0;
    for text in texts {
        let maps = maps(&text);
        assert!(!maps.is_empty(), "{text}");
        let (own, graph) = (svg(&maps), dot(&maps));
        let drawn = draw(&root, &graph);
        assert_eq!(words(&drawn), words(&own), "{text}\n{graph}");
        let count = own.matches("class=\"edge\"").count();
        assert_eq!(drawn.matches("class=\"edge\"").count(), count, "{text}\n{graph}");
        let regions = own.matches("class=\"vsmmu\"").count();
        assert_eq!(
            drawn.matches("class=\"cluster\"").count(),
            maps.len() + regions,
            "{text}\n{graph}"
        );
        edges += count;
    }
    assert!(edges > 300, "{edges} edges");
}
