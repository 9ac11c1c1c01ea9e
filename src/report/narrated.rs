//! Findings in sentences, for screen readers: no frames, no columns to look at.

use iommulint_lang::finding::{Finding, Label};
use iommulint_lang::span::{Origin, Span};
use miette::{NamedSource, NarratableReportHandler};

use super::view::{self, View};
use super::{Report, Summary, full, visible};
use crate::source::Source;

/// miette's narrated report, and a line that sums up.
pub(super) struct Narrated;

impl Report for Narrated {
    fn findings(&self, source: &Source, findings: &[Finding]) -> String {
        if findings.is_empty() {
            return String::new();
        }
        let view = View::whole(source);
        let name = visible::line(&source.name).into_owned();
        let text = NamedSource::new(&name, view.drawn.text().to_owned());
        let mut report = String::new();
        let handler = NarratableReportHandler::new();
        let (drawn, left) = super::to_draw(findings);
        for finding in drawn {
            let mut shown = harmless(source, &view, finding);
            let labels = std::iter::once(&finding.primary).chain(&finding.labels);
            let places: Vec<_> = labels.map(|label| source.clamp(label.origin.span)).collect();
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

    fn end(&self, summary: &Summary) -> String {
        full::sum_up(summary)
    }
}

/// The finding in the terms of the text that is shown.
fn harmless(source: &Source, view: &View, finding: &Finding) -> Finding {
    let offset = |at| u32::try_from(view.at(at)).unwrap_or(u32::MAX);
    let label = |label: &Label| {
        let range = source.clamp(label.origin.span);
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
