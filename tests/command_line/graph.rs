//! `iommulint graph`: the picture in the README is what it draws.
//!
//! `UPDATE_EXPECTED=1` draws it anew.

use std::fs;
use std::path::Path;

use crate::run::{iommulint, stdout};

fn drawn(arguments: &[&str]) -> String {
    let folder = env!("CARGO_MANIFEST_DIR");
    let output = iommulint(folder).arg("graph").args(arguments).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(0));
    stdout(&output)
}

#[test]
fn the_picture_of_the_readme_is_drawn() {
    let picture = drawn(&["examples/pcie-switch.kdl"]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/graph.svg");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, &picture).expect("it can be written");
    }
    assert_eq!(fs::read_to_string(&path).expect("it can be read"), picture);
}

#[test]
fn a_page_holds_the_picture() {
    let page = drawn(&["--format", "html", "examples/pcie-switch.kdl"]);
    assert!(page.starts_with("<!DOCTYPE html>\n"), "{page}");
    assert!(page.contains(&drawn(&["examples/pcie-switch.kdl"])));
    // Domains are drawn, too.
    let domain = drawn(&["corpus/xml/ok/vsmmu/two-groups.xml"]);
    assert!(domain.contains(">vm two</text>"), "{domain}");
}

#[test]
fn other_programs_may_draw_it() {
    for (format, first) in [("dot", "graph \"what"), ("mermaid", "flowchart LR\n")] {
        let graph = drawn(&["--format", format, "examples/pcie-switch.kdl"]);
        assert!(graph.starts_with(first), "{graph}");
        assert!(graph.contains("switch pci.3"), "{graph}");
    }
}
