//! The picture for Mermaid.

use std::fmt::{self, Display, Write};

use super::rows::{Kind, Row, edges, rows, title, trees};
use crate::map::Map;

const TEXT: &str = "#1f2328";

/// What the guests will see as a flowchart for Mermaid, which GitHub and GitLab draw in Markdown: a subgraph for each
/// vm, and in it one for what each vSMMU translates for.
#[must_use]
pub fn mermaid(maps: &[Map]) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_mermaid(&mut out, maps);
    out
}

fn write_mermaid(out: &mut String, maps: &[Map]) -> fmt::Result {
    out.write_str("flowchart LR\n")?;
    for (number, map) in maps.iter().enumerate() {
        writeln!(out, "    subgraph vm{number}[{}]\n        direction LR", Label(&[title(map)]))?;
        write_vm(out, number, &rows(map))?;
        out.write_str("    end\n")?;
    }
    // The text is dark on a dark page, too: the boxes are light there.
    for kind in Kind::ALL {
        let (class, (fill, edge)) = (kind.class(), kind.colors());
        writeln!(out, "    classDef {class} fill:{fill},stroke:{edge},color:{TEXT}")?;
    }
    writeln!(
        out,
        "    classDef vsmmu fill:#edf3ff,stroke:#4a6fb5,stroke-dasharray:4 3,color:{TEXT}"
    )
}

fn write_vm(out: &mut String, vm: usize, rows: &[Row]) -> fmt::Result {
    for tree in trees(rows) {
        let root = tree.start;
        let words = rows[root].vsmmu.as_ref();
        if let Some(words) = words {
            let label = Label(std::slice::from_ref(words));
            writeln!(out, "        subgraph vm{vm}s{root}[{label}]\n            direction LR")?;
        }
        let indent = if words.is_some() { 12 } else { 8 };
        for position in tree {
            let Row { kind, lines, .. } = &rows[position];
            let class = kind.class();
            writeln!(out, "{:indent$}vm{vm}n{position}[{}]:::{class}", "", Label(lines))?;
        }
        if words.is_some() {
            writeln!(out, "        end\n        class vm{vm}s{root} vsmmu")?;
        }
    }
    for (from, to) in edges(rows) {
        writeln!(out, "        vm{vm}n{from} --- vm{vm}n{to}")?;
    }
    Ok(())
}

/// Lines as Mermaid quotes them. What it could read as its own, as Markdown or as HTML is written by number.
struct Label<'t>(&'t [String]);

impl Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for (number, line) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str("<br>")?;
            }
            for c in line.chars() {
                let is_plain = !c.is_ascii_punctuation() || "-.:,/()".contains(c);
                if is_plain { f.write_char(c)? } else { write!(f, "#{};", u32::from(c))? }
            }
        }
        f.write_char('"')
    }
}
