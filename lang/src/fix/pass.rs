//! Once over a file: all fixes of one concern where that is well, else without those to blame.

use super::apart::{Taken, chosen};
use super::{Applied, edited};
use crate::check::{Analysis, Concern};
use crate::finding::{Applicability, Edit, Finding, Fix};
use crate::span::Span;

/// How often a file is checked in one pass at most. Fixes that are not tried wait for the next.
const MOST_TRIALS: usize = 500;

/// A pass to be made.
pub(super) struct Pass<'a> {
    before: &'a Analysis,
    /// The findings to be done away with and the fix of each, in file order.
    wanted: Vec<(&'a Finding, &'a Fix)>,
}

/// What a pass led to.
pub(super) struct Passed {
    pub(super) applied: Vec<Applied>,
    pub(super) analysis: Analysis,
}

impl<'a> Pass<'a> {
    /// The fixes of the findings of one concern, as far as they can be applied together.
    pub(super) fn over(before: &'a Analysis, most: Applicability, concern: Concern) -> Self {
        let text = before.parsed.text();
        let comments: Vec<Span> = before.parsed.comments();
        // Only what is about comments may take one away.
        let keeps_comments = |fix: &Fix| {
            concern == Concern::Comment || fix.edits.iter().all(|edit| keeps(&comments, edit))
        };
        let mut taken = Taken::default();
        let findings = before.findings.iter().filter(|f| Concern::of(f.rule) == concern);
        let wanted = findings.filter_map(|finding| {
            let fix = chosen(finding, most)?;
            (keeps_comments(fix) && taken.take(fix, text)).then_some((finding, fix))
        });
        Self { before, wanted: wanted.collect() }
    }

    /// Applies them; none when that changes nothing.
    ///
    /// What makes errors is looked for by halves, so that one culprit among thousands is found soon.
    pub(super) fn run(self, check: impl Fn(String) -> Analysis) -> Option<Passed> {
        let mut accepted: Vec<(&Finding, &Fix)> = Vec::new();
        let mut reached: Option<Analysis> = None;
        let mut groups = vec![self.wanted.as_slice()];
        for _ in 0..MOST_TRIALS {
            let Some(group) = groups.pop() else { break };
            if group.is_empty() {
                continue;
            }
            let analysis = check(self.text_with(accepted.iter().chain(group)));
            let so_far = reached.as_ref().unwrap_or(self.before);
            if analysis.errors <= so_far.errors {
                accepted.extend(group);
                reached = Some(analysis);
            } else if group.len() > 1 {
                let (first, second) = group.split_at(group.len() / 2);
                groups.extend([second, first]);
            }
        }
        let analysis = reached.filter(|after| after.parsed.text() != self.before.parsed.text())?;
        let applied = accepted
            .into_iter()
            .map(|(finding, fix)| Applied { rule: finding.rule, title: fix.title.clone() });
        Some(Passed { applied: applied.collect(), analysis })
    }

    /// The text with some of the fixes.
    fn text_with<'f>(&self, fixes: impl Iterator<Item = &'f (&'a Finding, &'a Fix)>) -> String
    where
        'a: 'f,
    {
        let mut edits: Vec<&Edit> = fixes.flat_map(|(_, fix)| &fix.edits).collect();
        edits.sort_by_key(|edit| edit.origin);
        edited(self.before.parsed.text(), edits)
    }
}

/// Whether none of `comments`, which are in file order, lies even partly in what `edit` replaces.
fn keeps(comments: &[Span], edit: &Edit) -> bool {
    let replaced = edit.origin.span;
    let next = comments.partition_point(|comment| comment.end <= replaced.start);
    comments.get(next).is_none_or(|comment| comment.start >= replaced.end)
}
