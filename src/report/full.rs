//! Findings with the source around them, for people.

use std::fmt;
use std::ops::Range;

use ariadne::{Config, IndexType, Label, ReportKind};
use iommulint_lang::finding::{Applicability, Finding, Fix, Severity};

use super::view::{self, View};
use super::{Report, Summary, visible};
use crate::source::Source;

/// Frames drawn by ariadne, and a line that sums up.
pub(crate) struct Full {
    /// Whether to use colours.
    pub(crate) color: bool,
}

impl Report for Full {
    fn findings(&self, source: &Source, findings: &[Finding]) -> String {
        let mut report = String::new();
        if findings.is_empty() {
            return report;
        }
        let name = visible::line(&source.name).into_owned();
        let mut whole = Drawn { name: name.clone(), view: View::whole(source) };
        let (drawn, left) = super::to_draw(findings);
        for finding in drawn {
            let spans: Vec<_> = places(source, finding).map(|(span, ..)| span).collect();
            report.push_str(&self.headline(finding));
            if view::needs_cut(source, &spans) {
                let view = View::cut(source, &spans);
                self.frame(source, finding, &mut Drawn { name: name.clone(), view }, &mut report);
            } else {
                self.frame(source, finding, &mut whole, &mut report);
            }
            report.push('\n');
        }
        report + &left
    }

    fn end(&self, summary: &Summary) -> String {
        sum_up(summary)
    }
}

/// How many findings there were, in one line; nothing when nothing was checked.
pub(super) fn sum_up(summary: &Summary) -> String {
    let checked = count(summary.files, "file");
    if summary.files == 0 {
        return String::new();
    }
    if summary.files_with_findings == 0 {
        return format!("{checked} checked, no findings\n");
    }
    let counts =
        [(summary.errors, "error"), (summary.warnings, "warning"), (summary.notes, "note")];
    let found: Vec<_> =
        counts.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| count(*n, noun)).collect();
    let of = match (summary.files_with_findings, summary.files) {
        (1, 1) => String::new(),
        (with, all) => format!(" in {with} of {}", count(all, "file")),
    };
    format!("{}{of}\n", found.join(", "))
}

/// The places of a finding within its file, in the order they are drawn: by where they end, which
/// keeps all of them in one frame. The flag says which is the primary one.
fn places<'a>(
    source: &'a Source,
    finding: &'a Finding,
) -> impl Iterator<Item = (Range<usize>, &'a str, bool)> {
    let primary = std::iter::once((&finding.primary, true));
    let mut places: Vec<_> = primary
        .chain(finding.labels.iter().map(|label| (label, false)))
        .filter(|(label, _)| label.origin.file == finding.primary.origin.file)
        .map(|(label, is_primary)| {
            (source.clamp(label.origin.span), label.text.as_str(), is_primary)
        })
        .collect();
    places.sort_by_key(|(span, _, is_primary)| (source.line_at(span.end), span.start, !is_primary));
    places.into_iter()
}

impl Full {
    /// `error[pci/bus-window]: what is wrong`
    fn headline(&self, finding: &Finding) -> String {
        let (color, bold, plain) = match (self.color, finding.severity) {
            (false, _) => ("", "", ""),
            (true, Severity::Error) => ("\x1b[1;31m", "\x1b[0;1m", "\x1b[0m"),
            (true, Severity::Warning) => ("\x1b[1;33m", "\x1b[0;1m", "\x1b[0m"),
            (true, Severity::Note) => ("\x1b[1;36m", "\x1b[0;1m", "\x1b[0m"),
        };
        let (severity, rule) = (finding.severity.name(), finding.rule);
        let headline = visible::line(&finding.headline);
        format!("{color}{severity}[{rule}]{bold}: {headline}{plain}\n")
    }

    /// The source with its labels, then help and notes.
    fn frame(&self, source: &Source, finding: &Finding, drawn: &mut Drawn, report: &mut String) {
        let on_view =
            |span: Range<usize>, view: &View| ((), view.at(span.start)..view.at(span.end));
        let primary = source.clamp(finding.primary.origin.span);
        let config = Config::new().with_color(self.color).with_index_type(IndexType::Byte);
        // Its headline is written by `headline`: ariadne colours one of its own wording always.
        let mut frame =
            ariadne::Report::build(ReportKind::Error, on_view(primary.clone(), &drawn.view))
                .with_config(config);
        for (order, (span, text, is_primary)) in (0..).zip(places(source, finding)) {
            let color = match finding.severity {
                _ if !is_primary => ariadne::Color::Cyan,
                Severity::Error => ariadne::Color::Red,
                Severity::Warning => ariadne::Color::Yellow,
                Severity::Note => ariadne::Color::Cyan,
            };
            // A label without text would not be drawn at all.
            let text = if text.is_empty() { "here".into() } else { visible::line(text) };
            frame.add_label(
                Label::new(on_view(span, &drawn.view))
                    .with_message(text)
                    .with_color(color)
                    .with_order(order)
                    .with_priority(i32::from(is_primary)),
            );
        }
        let mut bytes = Vec::new();
        frame.finish().write(&mut *drawn, &mut bytes).expect("writing to memory does not fail");
        let text = String::from_utf8_lossy(&bytes);
        let (_, text) = text.split_once('\n').unwrap_or_default();
        let (frame, closing) = text.trim_end().rsplit_once('\n').unwrap_or_default();
        if drawn.view.is_cut {
            push_trimmed(report, &drawn.with_true_column(frame, source, primary.start));
        } else {
            push_trimmed(report, frame);
        }
        report.push_str(&self.tail(finding, closing.matches('─').count()));
        push_trimmed(report, closing);
    }

    /// The notes, the help and the fixes, within the frame whose margin is that wide.
    fn tail(&self, finding: &Finding, margin: usize) -> String {
        let (grey, green, plain) =
            if self.color { ("\x1b[38;5;240m", "\x1b[38;5;115m", "\x1b[0m") } else { ("", "", "") };
        let notes = finding.notes.iter().map(|note| ("note", note.clone()));
        let help = finding.help.iter().map(|help| ("help", help.clone()));
        let fixes = finding.fixes.iter().map(|fix| ("fix", offer(fix)));
        let mut lines = vec![String::new()];
        for (word, text) in notes.chain(help).chain(fixes) {
            let mut before = format!(" {green}{word}{plain}: ");
            for line in visible::lines(&text).lines() {
                lines.push(before + line);
                before = " ".repeat(word.len() + 3);
            }
        }
        if lines.len() == 1 {
            return String::new();
        }
        let indent = " ".repeat(margin);
        lines.iter().flat_map(|line| [&indent, grey, "│", plain, line, "\n"]).collect()
    }
}

/// What a fix would do, and how far it may be trusted.
fn offer(fix: &Fix) -> String {
    match fix.applicability {
        Applicability::Safe => fix.title.clone(),
        Applicability::Unsafe => format!("{} (this may change what was meant)", fix.title),
        Applicability::DisplayOnly => format!("{} (a person must decide)", fix.title),
    }
}

/// Adds `text`, the lines trimmed at their ends.
fn push_trimmed(report: &mut String, text: &str) {
    for line in text.lines() {
        report.push_str(line.trim_end());
        report.push('\n');
    }
}

fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// One file as ariadne is given it.
struct Drawn {
    name: String,
    view: View,
}

impl Drawn {
    /// Says the column in the file where ariadne said the column in the cut line.
    fn with_true_column(&self, text: &str, source: &Source, primary: usize) -> String {
        let position = source.position(primary);
        let Some((_, line, byte_column)) = self.view.drawn.get_byte_line(self.view.at(primary))
        else {
            return text.to_owned();
        };
        let start = self.view.at(primary) - byte_column;
        let drawn = &self.view.drawn.text()[start..start + byte_column];
        let said = format!("{}:{}:{} ", self.name, line + 1, drawn.chars().count() + 1);
        let meant = format!("{}:{}:{} ", self.name, position.line, position.column);
        text.replacen(&said, &meant, 1)
    }
}

impl ariadne::Cache<()> for Drawn {
    type Storage = String;

    fn fetch(&mut self, (): &()) -> Result<&ariadne::Source, impl fmt::Debug> {
        Ok::<_, fmt::Error>(&self.view.drawn)
    }

    fn display<'a>(&self, (): &'a ()) -> Option<impl fmt::Display + 'a> {
        Some(self.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use iommulint_lang::span::{FileId, Origin, Span};

    use super::*;

    fn origin(source: &Source, text: &str) -> Origin {
        let start = source.text.find(text).expect("it is in the text");
        let at = |offset| u32::try_from(offset).expect("the text is short");
        Origin::new(FileId(0), Span::new(at(start), at(start + text.len())))
    }

    fn draw(source: &Source, finding: Finding) -> String {
        Full { color: false }.findings(source, &[finding])
    }

    #[test]
    fn labels_near_and_far_notes_help_and_fixes_are_in_one_frame() {
        let lines = "    cell 0\n".repeat(9);
        let source = Source::new(
            "vm.kdl",
            format!(
                "vm \"a\" {{\n    pxb bus-nr=252 numa=1\n{lines}    pxb bus-nr=250 {{ }}\n}}\n"
            ),
        );
        let finding = Finding::new(
            "pci/bus-window",
            Severity::Warning,
            origin(&source, "250"),
            "bus number `250` is taken",
        )
        .with_text("reaches to 253")
        .with_label(origin(&source, "252"), "which is here")
        .with_label(origin(&source, "numa=1"), "")
        .with_note("QEMU: no such\nbus")
        .with_help("leave it out")
        .with_replacement("use 248", Applicability::Safe, origin(&source, "250"), "248");
        assert_eq!(
            draw(&source, finding),
            "\
warning[pci/bus-window]: bus number `250` is taken
    ╭─[ vm.kdl:12:16 ]
    │
  2 │     pxb bus-nr=252 numa=1
    │                ─┬─ ───┬──
    │                 ╰────────── which is here
    │                       │
    │                       ╰──── here
    │
 12 │     pxb bus-nr=250 { }
    │                ─┬─
    │                 ╰─── reaches to 253
    │
    │ note: QEMU: no such
    │       bus
    │ help: leave it out
    │ fix: use 248
────╯

"
        );
    }

    #[test]
    fn a_label_over_several_lines_shows_where_it_begins_and_ends() {
        let source = Source::new("vm.kdl", "vm \"a\" {\n    x\n    y\n    z\n}\n");
        let finding = Finding::new(
            "pci/slot",
            Severity::Note,
            origin(&source, &source.text.trim_end()[7..]),
            "it is long",
        );
        assert_eq!(
            draw(&source, finding),
            "\
note[pci/slot]: it is long
   ╭─[ vm.kdl:1:8 ]
   │
 1 │ ╭─▶ vm \"a\" {
   ┆ ┆
 5 │ ├─▶ }
   │ │
   │ ╰─────── here
───╯

"
        );
    }

    #[test]
    fn every_place_can_be_drawn() {
        for text in ["", "\n", "ü", "a\n", "a\r\n\tb\r", "\u{feff}a\u{85}b", "👩\u{200d}💻\n漢"]
        {
            let source = Source::new("vm.kdl", text);
            for start in 0..8 {
                for end in start..9 {
                    let origin = Origin::new(FileId(0), Span::new(start, end));
                    let finding = Finding::new("pci/slot", Severity::Error, origin, "wrong")
                        .with_text("this one");
                    let drawn = draw(&source, finding);
                    assert!(drawn.contains("this one"), "{text:?} {start} {end}: {drawn}");
                    let at = source.position(source.clamp(origin.span).start);
                    let place = format!("[ vm.kdl:{}:{} ]", at.line, at.column);
                    assert!(drawn.contains(&place), "{text:?} {start} {end}: {place} {drawn}");
                }
            }
        }
    }
}
