//! Findings in sentences, for screen readers: no frames, no columns to look at.

use iommulint_lang::finding::{Finding, Label};
use iommulint_lang::span::{FileId, Origin, Span};
use miette::{NamedSource, NarratableReportHandler};

use super::view::{self, View};
use super::{Report, Summary, visible};
use crate::source::Position;
use crate::sources::Sources;

/// miette's narrated report, and a line that sums up.
pub(super) struct Narrated;

impl Report for Narrated {
    fn findings(&self, sources: &Sources, file: FileId, findings: &[Finding]) -> String {
        if findings.is_empty() {
            return String::new();
        }
        let source = sources.of(file);
        let view = View::whole(source);
        let name = visible::line(&source.name).into_owned();
        let text = NamedSource::new(&name, view.drawn.text().to_owned());
        let mut report = String::new();
        let handler = NarratableReportHandler::new();
        let (drawn, left) = super::to_draw(findings);
        for finding in drawn {
            let mut shown = harmless(sources, &view, finding);
            let labels = std::iter::once(&finding.primary).chain(&finding.labels);
            let places: Vec<_> = labels
                .filter(|label| label.origin.file == file)
                .map(|label| source.clamp(label.origin.span))
                .collect();
            let rendered = if view::needs_cut(source, &places) {
                // A line that nobody wants to have read out.
                let at = source.position(places[0].start);
                shown.notes.insert(0, format!("at {name}, line {}, column {}", at.line, at.column));
                handler.render_report(&mut report, &shown)
            } else {
                handler.render_report(&mut report, &shown.in_source(&text))
            };
            rendered.expect("writing to memory does not fail");
            report.push('\n');
        }
        report + &left
    }

    fn end(&self, _: &Sources, summary: &Summary) -> String {
        summary.lines()
    }
}

/// The finding in the terms of the text that is shown. What is elsewhere says so in words.
fn harmless(sources: &Sources, view: &View, finding: &Finding) -> Finding {
    let offset = |at| u32::try_from(view.at(at)).unwrap_or(u32::MAX);
    let label = |label: &Label| {
        let (source, range) = sources.at(label.origin);
        if label.origin.file != finding.primary.origin.file {
            let Position { line, column, .. } = source.position(range.start);
            let fact = super::fact(label);
            let text = format!("in {}, line {line}, column {column}: {fact}", source.name);
            return Label { origin: label.origin, text: visible::line(&text).into_owned() };
        }
        let span = Span::new(offset(range.start), offset(range.end));
        Label {
            origin: Origin::new(label.origin.file, span),
            text: visible::line(&label.text).into_owned(),
        }
    };
    let mut shown = finding.clone();
    shown.headline = visible::line(&finding.headline).into_owned();
    shown.primary = label(&finding.primary);
    shown.labels = finding.labels.iter().map(label).collect();
    shown.notes = finding.notes.iter().map(|note| visible::lines(note).into_owned()).collect();
    shown.help = finding.help.as_deref().map(|help| visible::lines(help).into_owned());
    for fix in &mut shown.fixes {
        fix.title = visible::line(&fix.title).into_owned();
    }
    shown
}

#[cfg(test)]
mod tests {
    use iommulint_lang::finding::Severity;

    use super::*;
    use crate::source::Source;

    #[test]
    fn labels_in_other_files_say_where_they_are() {
        let mut sources = Sources::one(Source::new("a.kdl", "vm \"a\"\n"));
        sources.insert(FileId(1), Source::new("b\x1b.kdl", "// öö\n vm \"b\"\n"));
        let origin = |file, start, end| Origin::new(FileId(file), Span::new(start, end));
        let finding = Finding::new("hostdev/two-vms", Severity::Error, origin(0, 3, 6), "shared")
            .with_label(origin(1, 12, 15), "with this vm")
            .with_label(origin(1, 9, 11), "");
        let report = Narrated.findings(&sources, FileId(0), &[finding]);
        assert!(report.contains("in b␛.kdl, line 2, column 5: with this vm\n"), "{report}");
        assert!(report.contains("in b␛.kdl, line 2, column 2: here\n"), "{report}");
    }
}
