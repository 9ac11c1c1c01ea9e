//! The picture for Graphviz.

use std::fmt::{self, Display, Write};

use super::rows::{Row, edges, rows, title, trees};
use crate::map::Map;

/// What the guests will see as a graph in the DOT language, for Graphviz to lay out: a cluster for each vm, and in
/// it one for what each vSMMU translates for.
#[must_use]
pub fn dot(maps: &[Map]) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_dot(&mut out, maps);
    out
}

fn write_dot(out: &mut String, maps: &[Map]) -> fmt::Result {
    out.write_str(
        "graph \"what the guest will see\" {\n    rankdir=LR\n    \
         node [shape=box, style=\"rounded,filled\", fontname=\"monospace\", fontsize=10]\n    \
         graph [fontname=\"monospace\", fontsize=10, labeljust=l]\n",
    )?;
    for (number, map) in maps.iter().enumerate() {
        writeln!(out, "    subgraph cluster_{number} {{\n        label={}", Label(&[title(map)]))?;
        write_vm(out, number, &rows(map))?;
        out.write_str("    }\n")?;
    }
    out.write_str("}\n")
}

fn write_vm(out: &mut String, vm: usize, rows: &[Row]) -> fmt::Result {
    for tree in trees(rows) {
        let root = tree.start;
        let words = rows[root].vsmmu.as_ref();
        if let Some(words) = words {
            let label = Label(std::slice::from_ref(words));
            writeln!(
                out,
                "        subgraph cluster_{vm}_{root} {{\n            \
                 graph [label={label}, style=\"rounded,dashed\", bgcolor=\"#edf3ff\", color=\"#4a6fb5\"]"
            )?;
        }
        let indent = if words.is_some() { 12 } else { 8 };
        for position in tree {
            let Row { kind, lines, .. } = &rows[position];
            let (fill, edge) = kind.colors();
            writeln!(
                out,
                "{:indent$}n{vm}_{position} [label={}, fillcolor=\"{fill}\", color=\"{edge}\"]",
                "",
                Label(lines)
            )?;
        }
        if words.is_some() {
            out.write_str("        }\n")?;
        }
    }
    for (from, to) in edges(rows) {
        writeln!(out, "        n{vm}_{from} -- n{vm}_{to}")?;
    }
    Ok(())
}

/// Lines as the DOT language quotes them: each to the left, and nothing in them read as an escape or an entity.
struct Label<'t>(&'t [String]);

impl Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for line in self.0 {
            for c in line.chars() {
                match c {
                    '"' => f.write_str("\\\"")?,
                    '\\' => f.write_str("\\\\")?,
                    '&' => f.write_str("&amp;")?,
                    c => f.write_char(c)?,
                }
            }
            f.write_str("\\l")?;
        }
        f.write_char('"')
    }
}
