//! The source of a finding with its labels, drawn by ariadne.

use std::fmt::{self, Write as _};
use std::ops::Range;

use ariadne::{Config, IndexType, ReportKind};
use iommulint_lang::finding::{Finding, Severity};
use iommulint_lang::span::FileId;

use super::view::{self, View};
use super::visible;
use crate::source::Position;
use crate::sources::Sources;

/// What is drawn of a finding.
pub(super) struct Frame {
    /// All lines but the last.
    pub(super) lines: String,
    /// The last line, which closes the frame.
    pub(super) closing: String,
}

/// Draws the places of `finding`. `whole` is all of the file of the primary one.
pub(super) fn draw(sources: &Sources, finding: &Finding, whole: &View, color: bool) -> Frame {
    let files = files(finding);
    let cuts: Vec<_> = files.iter().map(|&file| cut(sources, finding, file)).collect();
    let views = cuts.iter().map(|cut| cut.as_ref().unwrap_or(whole)).collect();
    let mut drawn = Drawn { files: &files, views };
    let places = places(sources, finding, &files);
    let text = write(finding, &places, &mut drawn, color);
    // Its headline is written by the report: ariadne colours one of its own wording always.
    let (_, text) = text.split_once('\n').unwrap_or_default();
    let (lines, closing) = text.trim_end().rsplit_once('\n').unwrap_or_default();
    let places = files.iter().map(|&file| first(&places, file));
    Frame { lines: with_true_places(lines, sources, places), closing: closing.to_owned() }
}

/// The files of a finding, that of the primary place first.
fn files(finding: &Finding) -> Vec<FileId> {
    let mut files = vec![finding.primary.origin.file];
    for label in super::elsewhere(finding) {
        if !files.contains(&label.origin.file) {
            files.push(label.origin.file);
        }
    }
    files
}

/// What is drawn of `file`, when that is not all of the file of the primary place.
fn cut(sources: &Sources, finding: &Finding, file: FileId) -> Option<View> {
    let source = sources.of(file);
    let spans: Vec<_> = std::iter::once(&finding.primary)
        .chain(&finding.labels)
        .filter(|label| label.origin.file == file)
        .map(|label| source.clamp(label.origin.span))
        .collect();
    let is_needed = file != finding.primary.origin.file || view::needs_cut(source, &spans);
    is_needed.then(|| View::cut(source, &spans))
}

/// A label where it is drawn.
struct Place<'a> {
    file: FileId,
    span: Range<usize>,
    text: &'a str,
    is_primary: bool,
}

/// The places in the order they are drawn: by file, then by where they end, which keeps all of one
/// file in one frame.
fn places<'a>(sources: &Sources, finding: &'a Finding, files: &[FileId]) -> Vec<Place<'a>> {
    let further = finding.labels.iter().map(|label| (label, false));
    let mut places: Vec<_> = std::iter::once((&finding.primary, true))
        .chain(further)
        .map(|(label, is_primary)| Place {
            file: label.origin.file,
            span: sources.at(label.origin).1,
            text: super::fact(label),
            is_primary,
        })
        .collect();
    places.sort_by_key(|place| {
        let file = files.iter().position(|&file| file == place.file);
        let line = sources.of(place.file).line_at(place.span.end);
        (file, line, place.span.start, !place.is_primary)
    });
    places
}

/// The place that is said above the part of the frame that shows `file`.
fn first<'a, 'b>(places: &'a [Place<'b>], file: FileId) -> &'a Place<'b> {
    let is_better = |place: &&Place<'_>| place.file == file && place.is_primary;
    let first = places.iter().find(is_better);
    first.or_else(|| places.iter().find(|place| place.file == file)).expect("each has one")
}

fn write(finding: &Finding, places: &[Place<'_>], drawn: &mut Drawn<'_>, color: bool) -> String {
    let on_view = |place: &Place<'_>, drawn: &Drawn<'_>| {
        let view = drawn.view(place.file);
        (place.file, view.at(place.span.start)..view.at(place.span.end))
    };
    let primary = on_view(first(places, finding.primary.origin.file), drawn);
    let config = Config::new().with_color(color).with_index_type(IndexType::Byte);
    let mut frame = ariadne::Report::build(ReportKind::Error, primary).with_config(config);
    for (order, place) in (0..).zip(places) {
        let color = match finding.severity {
            _ if !place.is_primary => ariadne::Color::Cyan,
            Severity::Error => ariadne::Color::Red,
            Severity::Warning => ariadne::Color::Yellow,
            Severity::Note => ariadne::Color::Cyan,
        };
        frame.add_label(
            ariadne::Label::new(on_view(place, drawn))
                .with_message(visible::line(place.text))
                .with_color(color)
                .with_order(order)
                .with_priority(i32::from(place.is_primary)),
        );
    }
    let mut bytes = Vec::new();
    frame.finish().write(drawn, &mut bytes).expect("writing to memory does not fail");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Stands for the name of a file while ariadne draws; nothing that is drawn has this character.
const NAME: &str = "\x01";

/// Says where `places` are instead of each [`NAME`] with its line and column: ariadne knows the
/// columns of the drawn text only, and counts them wrongly in all files but the first.
fn with_true_places<'a>(
    lines: &str,
    sources: &Sources,
    places: impl Iterator<Item = &'a Place<'a>>,
) -> String {
    let mut parts = lines.split(NAME);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for (part, place) in parts.zip(places) {
        let source = sources.of(place.file);
        let Position { line, column, .. } = source.position(place.span.start);
        let name = visible::line(&source.name);
        write!(result, "{name}:{line}:{column}").expect("writing to memory does not fail");
        result.push_str(part.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()));
    }
    result
}

/// The files of one finding as ariadne is given them.
struct Drawn<'a> {
    files: &'a [FileId],
    views: Vec<&'a View>,
}

impl Drawn<'_> {
    fn view(&self, file: FileId) -> &View {
        let position = self.files.iter().position(|&known| known == file);
        self.views[position.expect("every file of the finding is there")]
    }
}

impl ariadne::Cache<FileId> for &mut Drawn<'_> {
    type Storage = String;

    fn fetch(&mut self, file: &FileId) -> Result<&ariadne::Source, impl fmt::Debug> {
        Ok::<_, fmt::Error>(&self.view(*file).drawn)
    }

    fn display<'a>(&self, _: &'a FileId) -> Option<impl fmt::Display + 'a> {
        Some(NAME)
    }
}
