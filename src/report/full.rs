//! Findings with the source around them, for people.

use iommulint_lang::finding::{Applicability, Finding, Fix, Severity};
use iommulint_lang::span::FileId;

use super::frame::{self, Frame};
use super::view::View;
use super::{Report, Summary, visible};
use crate::sources::Sources;

/// Frames drawn by ariadne, and a line that sums up.
pub(crate) struct Full {
    /// Whether to use colours.
    pub(crate) color: bool,
}

impl Report for Full {
    fn findings(&self, sources: &Sources, file: FileId, findings: &[Finding]) -> String {
        let mut report = String::new();
        if findings.is_empty() {
            return report;
        }
        let whole = View::whole(sources.of(file));
        let (drawn, left) = super::to_draw(findings);
        for finding in drawn {
            report.push_str(&self.headline(finding));
            let Frame { lines, closing } = frame::draw(sources, finding, &whole, self.color);
            push_trimmed(&mut report, &lines);
            report.push_str(&self.tail(finding, closing.matches('─').count()));
            push_trimmed(&mut report, &closing);
            report.push('\n');
        }
        report + &left
    }

    fn end(&self, _: &Sources, summary: &Summary) -> String {
        summary.lines()
    }
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

#[cfg(test)]
mod tests {
    use iommulint_lang::span::{Origin, Span};

    use super::*;
    use crate::source::Source;

    const FILE: FileId = FileId(0);

    fn origin(sources: &Sources, file: FileId, text: &str) -> Origin {
        let start = sources.of(file).text.find(text).expect("it is in the text");
        let at = |offset| u32::try_from(offset).expect("the text is short");
        Origin::new(file, Span::new(at(start), at(start + text.len())))
    }

    fn draw(sources: &Sources, finding: Finding) -> String {
        Full { color: false }.findings(sources, FILE, &[finding])
    }

    #[test]
    fn labels_near_and_far_notes_help_and_fixes_are_in_one_frame() {
        let lines = "    cell 0\n".repeat(9);
        let sources = Sources::one(Source::new(
            "vm.kdl",
            format!(
                "vm \"a\" {{\n    pxb bus-nr=252 numa=1\n{lines}    pxb bus-nr=250 {{ }}\n}}\n"
            ),
        ));
        let finding = Finding::new(
            "pci/bus-window",
            Severity::Warning,
            origin(&sources, FILE, "250"),
            "bus number `250` is taken",
        )
        .with_text("reaches to 253")
        .with_label(origin(&sources, FILE, "252"), "which is here")
        .with_label(origin(&sources, FILE, "numa=1"), "")
        .with_note("QEMU: no such\nbus")
        .with_help("leave it out")
        .with_replacement(
            "use 248",
            Applicability::Safe,
            origin(&sources, FILE, "250"),
            "248",
        );
        assert_eq!(
            draw(&sources, finding),
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
        let sources = Sources::one(Source::new("vm.kdl", "vm \"a\" {\n    x\n    y\n    z\n}\n"));
        let finding = Finding::new(
            "pci/slot",
            Severity::Note,
            origin(&sources, FILE, &sources.of(FILE).text.trim_end()[7..]),
            "it is long",
        );
        assert_eq!(
            draw(&sources, finding),
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
    fn labels_in_other_files_are_drawn_below_with_the_name_and_place_there() {
        let mut sources = Sources::one(Source::new("a.kdl", "vm \"a\" {\n    hostdev host=1\n}\n"));
        let other = FileId(1);
        let text = "// öö\nvm \"ü\" {\n    hostdev host=1\n}\n";
        sources.insert(other, Source::new("b\x1b.kdl", text));
        let finding = Finding::new(
            "hostdev/two-vms",
            Severity::Error,
            origin(&sources, FILE, "host=1"),
            "host device `1` is given to two vms",
        )
        .with_label(origin(&sources, other, "host=1"), "the other")
        .with_label(origin(&sources, FILE, "\"a\""), "by this vm")
        .with_label(origin(&sources, other, "\"ü\""), "of this vm")
        .with_help("take another");
        assert_eq!(
            draw(&sources, finding),
            "\
error[hostdev/two-vms]: host device `1` is given to two vms
   ╭─[ a.kdl:2:13 ]
   │
 1 │ vm \"a\" {
   │    ─┬─
   │     ╰─── by this vm
 2 │     hostdev host=1
   │             ───┬──
   │                ╰──── here
   │
   ├─[ b␛.kdl:2:4 ]
   │
 2 │ vm \"ü\" {
   │    ─┬─
   │     ╰─── of this vm
 3 │     hostdev host=1
   │             ───┬──
   │                ╰──── the other
   │
   │ help: take another
───╯

"
        );
    }

    #[test]
    fn the_columns_of_cut_lines_are_those_of_the_files() {
        let long = |mark| format!("{}{mark}{}\n", "ü ".repeat(700), " ö".repeat(700));
        let mut sources = Sources::one(Source::new("a.kdl", long("first")));
        sources.insert(FileId(1), Source::new("b.kdl", long("second")));
        let primary = origin(&sources, FILE, "first");
        let finding = Finding::new("pci/slot", Severity::Note, primary, "wrong")
            .with_label(origin(&sources, FileId(1), "second"), "also this");
        let drawn = draw(&sources, finding);
        assert!(drawn.contains("╭─[ a.kdl:1:1401 ]\n"), "{drawn}");
        assert!(drawn.contains("├─[ b.kdl:1:1401 ]\n"), "{drawn}");
        assert!(drawn.lines().all(|line| line.len() < 400), "{drawn}");
    }

    #[test]
    fn every_place_can_be_drawn() {
        for text in ["", "\n", "ü", "a\n", "a\r\n\tb\r", "\u{feff}a\u{85}b", "👩\u{200d}💻\n漢"]
        {
            let sources = Sources::one(Source::new("vm.kdl", text));
            for start in 0..8 {
                for end in start..9 {
                    let origin = Origin::new(FileId(0), Span::new(start, end));
                    let finding = Finding::new("pci/slot", Severity::Error, origin, "wrong")
                        .with_text("this one");
                    let drawn = draw(&sources, finding);
                    assert!(drawn.contains("this one"), "{text:?} {start} {end}: {drawn}");
                    let (source, range) = sources.at(origin);
                    let at = source.position(range.start);
                    let place = format!("[ vm.kdl:{}:{} ]", at.line, at.column);
                    assert!(drawn.contains(&place), "{text:?} {start} {end}: {place} {drawn}");
                }
            }
        }
    }
}
