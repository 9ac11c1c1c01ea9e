//! Findings as [`miette::Diagnostic`]s, for Rust programs that report with miette.

use std::error::Error;
use std::fmt;

use miette::{Diagnostic, LabeledSpan, SourceCode};

use super::{Finding, Label, Severity};
use crate::span::Span;

/// A finding together with the text it is about, so that miette can quote it.
///
/// Made by [`Finding::in_source`].
#[derive(Clone, Copy)]
pub struct InSource<'a> {
    finding: &'a Finding,
    source: &'a dyn SourceCode,
}

impl Finding {
    /// This finding with the text of the file that its primary label is in, such as a
    /// [`miette::NamedSource`].
    #[must_use]
    pub fn in_source<'a>(&'a self, source: &'a dyn SourceCode) -> InSource<'a> {
        InSource { finding: self, source }
    }

    /// Whether a label is in the file of the primary one.
    fn is_beside(&self, label: &Label) -> bool {
        label.origin.file == self.primary.origin.file
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl Error for Finding {}

impl Diagnostic for Finding {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    /// The notes, the help, and what the fixes would do: miette knows of no notes.
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let titles = self.fixes.iter().map(|fix| &fix.title);
        let said: Vec<&str> =
            self.notes.iter().chain(&self.help).chain(titles).map(String::as_str).collect();
        if said.is_empty() { None } else { Some(Box::new(said.join("\n"))) }
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(Self::url(self)))
    }

    /// Those in the file of the primary one; the others are [related](Diagnostic::related).
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let text = |label: &Label| Some(label.text.clone()).filter(|text| !text.is_empty());
        let primary = LabeledSpan::new_primary_with_span(
            text(&self.primary),
            source_span(self.primary.origin.span),
        );
        let beside = self.labels.iter().filter(|label| self.is_beside(label)).map(move |label| {
            LabeledSpan::new_with_span(text(label), source_span(label.origin.span))
        });
        Some(Box::new(std::iter::once(primary).chain(beside)))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let mut elsewhere = self.labels.iter().filter(|label| !self.is_beside(label)).peekable();
        elsewhere.peek()?;
        Some(Box::new(elsewhere.map(|label| label as &dyn Diagnostic)))
    }
}

fn source_span(span: Span) -> miette::SourceSpan {
    span.range().into()
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Label {}

/// A label in another file than the finding's: miette would look for its span in the finding's
/// file, so that only the fact is given.
impl Diagnostic for Label {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }
}

impl fmt::Debug for InSource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.finding.fmt(f)
    }
}

impl fmt::Display for InSource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.finding, f)
    }
}

impl Error for InSource<'_> {}

impl Diagnostic for InSource<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.finding.code()
    }

    fn severity(&self) -> Option<miette::Severity> {
        self.finding.severity()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.finding.help()
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Diagnostic::url(self.finding)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Diagnostic::labels(self.finding)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        self.finding.related()
    }
}

#[cfg(test)]
mod tests {
    use miette::{JSONReportHandler, NamedSource, NarratableReportHandler};

    use super::*;
    use crate::span::{FileId, Origin};

    fn finding() -> Finding {
        let origin = |file, start, end| Origin::new(FileId(file), Span::new(start, end));
        Finding::new("pci/bus-nr-range", Severity::Error, origin(0, 11, 14), "`255` is too much")
            .with_text("of 254")
            .with_label(origin(0, 0, 3), "this PXB")
            .with_label(origin(1, 700, 900), "and the other file")
            .with_note("libvirt: out of range")
            .with_help("leave it out")
    }

    #[test]
    fn the_narrated_report_says_everything() {
        let source = NamedSource::new("vm.kdl", "pxb bus-nr=255\n");
        let mut report = String::new();
        NarratableReportHandler::new()
            .render_report(&mut report, &finding().in_source(&source))
            .expect("it can be rendered");
        for part in [
            "`255` is too much",
            "Diagnostic severity: error",
            "vm.kdl",
            "pxb bus-nr=255",
            "of 254",
            "this PXB",
            "and the other file",
            "libvirt: out of range",
            "leave it out",
            "pci/bus-nr-range",
        ] {
            assert!(report.contains(part), "{part}: {report}");
        }
    }

    #[test]
    fn the_json_report_has_the_spans_of_this_file_only() {
        let source = NamedSource::new("vm.kdl", "pxb bus-nr=255\n");
        let mut report = String::new();
        JSONReportHandler::new()
            .render_report(&mut report, &finding().in_source(&source))
            .expect("it can be rendered");
        assert!(report.contains(r#""span": {"offset": 11,"length": 3}"#), "{report}");
        assert!(!report.contains("700"), "{report}");
    }
}
