//! What `docs/language-server.md` says that the server can do is what the server says.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::client::{Client, folder};

const PAGE: &str = include_str!("../../docs/language-server.md");
const README: &str = include_str!("../../README.md");

/// Rows of the first table: where in the capabilities it is, what is there, and whether we have it.
fn rows() -> Vec<(&'static str, Option<&'static str>, bool)> {
    let rows = PAGE.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let (_, capability) = cells.next()?.strip_suffix('`')?.split_once('`')?;
        let has_it = match cells.next()? {
            "✓" => true,
            "–" => false,
            mark => panic!("{mark} for {capability}"),
        };
        let (path, wanted) = match capability.split_once(": ") {
            Some((path, wanted)) => (path, Some(wanted)),
            None => (capability, None),
        };
        Some((path, wanted, has_it))
    });
    rows.collect()
}

/// Whether `found` says that something can be done, and how, where that is said.
fn says(found: &Value, wanted: Option<&str>) -> bool {
    match (found, wanted) {
        (Value::Null | Value::Bool(false), _) => false,
        (_, None) => true,
        (Value::String(found), Some(wanted)) => found.starts_with(wanted),
        (Value::Array(found), wanted) => found.iter().any(|found| says(found, wanted)),
        (found, Some(wanted)) => format!("{found}") == wanted,
    }
}

/// What the server answers an editor that can do everything.
fn announced() -> Value {
    let folder = folder();
    let mut client = Client::start(folder.path(), &[]);
    let capabilities = json!({
        "general": { "positionEncodings": ["utf-8", "utf-16", "utf-32"] },
        "textDocument": { "diagnostic": {} },
        "workspace": { "textDocumentContent": {} },
    });
    let result = client.initialize(folder.path(), &capabilities);
    client.goodbye();
    result["capabilities"].clone()
}

#[test]
fn the_page_says_what_the_server_says() {
    let rows = rows();
    assert!(rows.len() > 30, "{} rows", rows.len());
    let announced = announced();
    for (path, wanted, has_it) in &rows {
        let pointer = format!("/{}", path.replace('.', "/"));
        let found = announced.pointer(&pointer).unwrap_or(&Value::Null);
        assert_eq!(says(found, *wanted), *has_it, "{path}: {found}");
    }
    let known: BTreeSet<&str> =
        rows.iter().filter_map(|(path, ..)| path.split('.').next()).collect();
    for capability in announced.as_object().expect("an object").keys() {
        assert!(known.contains(capability.as_str()), "{capability} has no row");
    }
}

/// The rows of the table of servers in a page: what they are about, without what it is called in the protocol, and
/// the marks, without those for footnotes.
fn marks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let table = page.lines().skip_while(|line| !line.starts_with("| | iommulint | ruff"));
    let rows = table.skip(2).take_while(|line| line.starts_with('|')).map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let name = cells.next().expect("a row has a name");
        let name = name.split_once(" `").map_or(name, |(name, _)| name);
        (name, cells.map(|mark| mark.split(' ').next().expect("there is one")).collect())
    });
    rows.collect()
}

#[test]
fn the_short_table_is_a_part_of_the_long_one() {
    let long = marks(PAGE);
    let short = marks(README);
    assert!(short.len() > 10, "{short:?}");
    for row in &short {
        assert!(long.contains(row), "{row:?}");
    }
}
