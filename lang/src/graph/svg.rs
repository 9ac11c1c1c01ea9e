//! The picture as SVG, and in a page.

use std::fmt::{self, Display, Write};

use super::layout::{BOX_HEIGHT, LINE, Layout, PADDING, layout, width};
use super::rows::{Row, rows, title};
use crate::map::Map;
use crate::visible;

/// Light, and dark where the reader's system is.
const STYLE: &str = "\
    text { font: 12px ui-monospace, Consolas, 'DejaVu Sans Mono', monospace; fill: #1f2328; }\n\
    .name { font-weight: bold; }\n\
    .paper { fill: #ffffff; }\n\
    .vsmmu { fill: #dbe7ff; fill-opacity: 0.5; stroke: #4a6fb5; stroke-dasharray: 4 3; }\n\
    .edge { fill: none; stroke: #7d8590; }\n\
    .bus { fill: #f3f4f6; stroke: #7d8590; }\n\
    .hostdev { fill: #dcf3df; stroke: #3d7f49; }\n\
    .device { fill: #fff3d1; stroke: #94741d; }\n\
    @media (prefers-color-scheme: dark) {\n\
    text { fill: #e6edf3; }\n\
    .paper { fill: #1f1f1f; }\n\
    .vsmmu { fill: #1f3563; stroke: #7ea2e8; }\n\
    .bus { fill: #2d2f33; }\n\
    .hostdev { fill: #1e3f25; stroke: #66b175; }\n\
    .device { fill: #453913; stroke: #c9a43a; }\n\
    }\n";

/// A picture in SVG of what the guests will see: root complexes from above to below, what hangs on them to the
/// right, and around them the vSMMU that translates for them.
#[must_use]
pub fn svg(maps: &[Map]) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_svg(&mut out, maps);
    out
}

/// A page that holds the picture and needs nothing else.
#[must_use]
pub fn html(maps: &[Map]) -> String {
    let names: Vec<String> = maps.iter().map(|map| Text(&map.name).to_string()).collect();
    let title = names.join(", ");
    let picture = svg(maps);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n</head>\n\
         <body>\n{picture}</body>\n</html>\n"
    )
}

fn write_svg(out: &mut String, maps: &[Map]) -> fmt::Result {
    let mut top = 0;
    let mut pictures = Vec::new();
    for map in maps {
        let title_bottom = top + PADDING + LINE;
        let rows = rows(map);
        let layout = layout(&rows, title_bottom);
        let bottom = layout.height;
        pictures.push((map, title_bottom, rows, layout));
        top = bottom;
    }
    let titles = maps.iter().map(|map| width(&title(map)) + 2 * PADDING);
    let widths = pictures.iter().map(|(.., layout)| layout.width);
    let width = titles.chain(widths).max().unwrap_or_default();
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width}\" height=\"{top}\" \
         viewBox=\"0 0 {width} {top}\">"
    )?;
    writeln!(out, "<title>What the guest will see</title>\n<style>\n{STYLE}</style>")?;
    writeln!(out, "<rect class=\"paper\" width=\"{width}\" height=\"{top}\"/>")?;
    for (map, title_bottom, rows, layout) in &pictures {
        let (title, x) = (title(map), PADDING);
        writeln!(
            out,
            "<text class=\"name\" x=\"{x}\" y=\"{title_bottom}\">{}</text>",
            Text(&title)
        )?;
        write_vm(out, rows, layout)?;
    }
    out.write_str("</svg>\n")
}

fn write_vm(out: &mut String, rows: &[Row], layout: &Layout) -> fmt::Result {
    for (row, area) in &layout.regions {
        let (x, y) = (area.x, area.y);
        let (width, height) = (area.width, area.height);
        writeln!(
            out,
            "<rect class=\"vsmmu\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>"
        )?;
        let words = rows[*row].vsmmu.as_deref().unwrap_or_default();
        writeln!(out, "<text x=\"{}\" y=\"{}\">{}</text>", x + PADDING, y + LINE, Text(words))?;
    }
    for (from, to) in &layout.edges {
        let (from, to) = (layout.boxes[*from], layout.boxes[*to]);
        let turn = to.x - (to.x - from.right()) / 2;
        let (start, end) = (from.middle(), to.middle());
        writeln!(
            out,
            "<path class=\"edge\" d=\"M{} {start}H{turn}V{end}H{}\"/>",
            from.right(),
            to.x
        )?;
    }
    for (row, area) in rows.iter().zip(&layout.boxes) {
        let class = row.kind.class();
        let (x, y, width) = (area.x, area.y, area.width);
        writeln!(
            out,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{BOX_HEIGHT}\" rx=\"4\"/>"
        )?;
        // In the middle of the box, whether there are two lines or three.
        let unused = BOX_HEIGHT - PADDING - row.lines.len().min(3) * LINE;
        for (number, line) in row.lines.iter().enumerate() {
            let (x, y) = (x + PADDING, y + unused / 2 + (number + 1) * LINE);
            let class = if number == 0 { " class=\"name\"" } else { "" };
            writeln!(out, "<text{class} x=\"{x}\" y=\"{y}\">{}</text>", Text(line))?;
        }
    }
    Ok(())
}

/// A text as XML writes it.
struct Text<'t>(&'t str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in visible::line(self.0).chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                // XML has no such characters.
                '\u{fffe}' | '\u{ffff}' => f.write_char(char::REPLACEMENT_CHARACTER)?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
