//! Comments that allow what is found, for whoever adopts the linter with findings still there.

use std::collections::BTreeMap;

use super::Settings;
use crate::finding::{Edit, Finding};
use crate::language::Language;
use crate::parsed::Parsed;
use crate::rules::group_of;
use crate::span::{Origin, Span};

/// The edits that allow `findings`, which are of the file `parsed`, each for the innermost node that
/// a comment can speak of; in file order, one for each place.
///
/// Left out is what no comment may allow, what says that the file was not understood, and what is
/// about such comments.
#[must_use]
pub fn add_allow(
    parsed: &Parsed,
    findings: &[Finding],
    settings: &Settings,
    reason: &str,
) -> Vec<Edit> {
    let mut places: BTreeMap<Place, Vec<&str>> = BTreeMap::new();
    let mut lines = Lines::of(parsed);
    let mut allowed: Vec<&Finding> =
        findings.iter().filter(|finding| may_be_allowed(finding, settings)).collect();
    allowed.sort_by_key(|finding| finding.primary.origin);
    for finding in allowed {
        let rules = places.entry(lines.place_for(finding.primary.origin.span.start)).or_default();
        if !rules.contains(&finding.rule) {
            rules.push(finding.rule);
        }
    }
    let newline = if parsed.text().contains("\r\n") { "\r\n" } else { "\n" };
    let comment = |(place, rules): (Place, Vec<&str>)| {
        let keyword = if place.whole_file { "allow-file" } else { "allow" };
        let comment = written(parsed.language(), keyword, &rules.join(", "), reason);
        let indent = place.indent.of(parsed.text());
        let origin = Origin::new(parsed.file(), Span::at(place.at));
        Edit { origin, text: format!("{indent}{comment}{newline}") }
    };
    places.into_iter().map(comment).collect()
}

/// A comment that allows `rules`.
fn written(language: Language, keyword: &str, rules: &str, reason: &str) -> String {
    match language {
        Language::Kdl => format!("// iommulint: {keyword} {rules} -- {reason}"),
        // XML has no `--` in a comment.
        Language::Libvirt => {
            let reason = reason.replace("--", "- -");
            let reason = reason.strip_suffix('-').unwrap_or(&reason);
            format!("<!-- iommulint: {keyword} {rules} - {reason} -->")
        }
        Language::Qemu => format!("# iommulint: {keyword} {rules} -- {reason}"),
    }
}

fn may_be_allowed(finding: &Finding, settings: &Settings) -> bool {
    !matches!(group_of(finding.rule), "syntax" | "lint")
        && !settings.not_allowable.covers(finding.rule)
}

/// Where a comment goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// The byte before which it goes.
    at: u32,
    /// What stands before the node in its line, when that is only blank.
    indent: Span,
    /// Whether it speaks of the whole file.
    whole_file: bool,
}

/// Goes through the nodes of a file once, and knows which of them begin a line: a comment above a
/// line speaks of that node.
struct Lines<'t> {
    text: &'t str,
    /// Where a comment about the whole file goes.
    top: u32,
    ahead: std::iter::Peekable<std::vec::IntoIter<Span>>,
    /// The nodes that have begun, the innermost at the end; of each, where it ends and the place above
    /// it when it begins its line.
    open: Vec<(u32, Option<Place>)>,
    /// Where the last node began.
    last: Option<u32>,
}

impl<'t> Lines<'t> {
    fn of(parsed: &'t Parsed) -> Self {
        let ahead = parsed.elements().into_iter().peekable();
        Self { text: parsed.text(), top: parsed.top(), ahead, open: Vec::new(), last: None }
    }

    /// The place for a comment about what begins at `offset`, which comes after all that were asked
    /// for before.
    fn place_for(&mut self, offset: u32) -> Place {
        while let Some(span) = self.ahead.next_if(|span| span.start <= offset) {
            self.close(span.start);
            let place = self.above(span.start);
            self.open.push((span.end, place));
            self.last = Some(span.start);
        }
        self.close(offset);
        let top = Place { at: self.top, indent: Span::at(0), whole_file: true };
        self.open.iter().rev().find_map(|(_, place)| *place).unwrap_or(top)
    }

    fn close(&mut self, offset: u32) {
        while self.open.pop_if(|(end, _)| *end <= offset).is_some() {}
    }

    /// The place above the node at `start`, when it is the first of its line.
    fn above(&self, start: u32) -> Option<Place> {
        let from = self.last.unwrap_or(0);
        let newline = Span::new(from, start).of(self.text).rfind('\n');
        let line = match newline {
            Some(at) => from + u32::try_from(at).ok()? + 1,
            None if self.last.is_none() => 0,
            None => return None,
        };
        let indent = Span::new(line, start);
        let blank = indent.of(self.text).bytes().all(|byte| matches!(byte, b' ' | b'\t'));
        // What else stands before it may be the end of a comment: nothing can be put above that.
        let (at, indent) = if blank { (line, indent) } else { (start, Span::at(start)) };
        Some(Place { at, indent, whole_file: false })
    }
}
