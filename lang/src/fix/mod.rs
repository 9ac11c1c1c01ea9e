//! Applying what findings offer to change, until nothing more can be done.

mod apart;
mod pass;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::check::{Analysis, Concern, Settings, check};
use crate::finding::{Applicability, Edit};
use crate::span::FileId;

use pass::Pass;

/// How often a file is changed and checked again at most: one change may uncover the next mistake,
/// and of syntax errors no more than [`LIMIT`](crate::syntax::errors::LIMIT) are found at once.
pub const MOST_PASSES: usize = 100;

/// A text after its fixes.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The text.
    pub text: String,
    /// What was done, in the order it was done.
    pub applied: Vec<Applied>,
    /// What there is to say of the text as it is now.
    pub analysis: Analysis,
}

/// One fix that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The rule whose finding offered it.
    pub rule: &'static str,
    /// What it did, in the imperative.
    pub title: String,
}

/// Applies the fixes of `text` that may be trusted as far as `most` says, and those that show up
/// behind them, until there are no more.
///
/// Of several fixes of a finding the first safe one is taken, else the first unsafe one where `most`
/// is [`Unsafe`](Applicability::Unsafe); what is [`DisplayOnly`](Applicability::DisplayOnly) never is.
/// A fix that would make more errors than it removes is left out. To fix the outcome again changes
/// nothing, unless [`MOST_PASSES`] were too few.
#[must_use]
pub fn fix(
    text: impl Into<Arc<str>>,
    file: FileId,
    settings: &Settings,
    most: Applicability,
) -> Fixed {
    let mut analysis = check(text, file, settings);
    let mut applied: Vec<Applied> = Vec::new();
    let mut course = Course::default();
    for _ in 0..MOST_PASSES {
        if !course.goes_on(analysis.tree.text(), &mut applied) {
            break;
        }
        // In this order: a number that is free in what can be read may be taken in the rest.
        let next = Concern::ALL.into_iter().find_map(|concern| {
            Pass::over(&analysis, most, concern).run(|text| check(text, file, settings))
        });
        let Some(next) = next else { break };
        applied.extend(next.applied);
        analysis = next.analysis;
    }
    Fixed { text: analysis.tree.text().to_owned(), applied, analysis }
}

/// `text` with `edits` made, which are in file order and do not overlap.
#[must_use]
pub fn edited<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        let range = edit.origin.span.range();
        result.push_str(text.get(from..range.start).unwrap_or(""));
        result.push_str(&edit.text);
        from = range.end;
    }
    result.push_str(text.get(from..).unwrap_or(""));
    result
}

/// The texts that were gone through: fixes that undo each other would lead round and round.
#[derive(Default)]
struct Course {
    /// Each text by its hash: how many were before it, and how many fixes led to it.
    seen: HashMap<u64, (usize, usize)>,
    hashes: Vec<u64>,
    /// The text of the round to stop at. It is the same wherever the round is entered, so that to fix
    /// the outcome again changes nothing.
    end: Option<u64>,
}

impl Course {
    /// Notes a text; false where it is the one to stop at.
    fn goes_on(&mut self, text: &str, applied: &mut Vec<Applied>) -> bool {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        if self.end.is_none() {
            if let Some(&(before, fixes)) = self.seen.get(&hash) {
                self.end = self.hashes[before..].iter().min().copied();
                applied.truncate(fixes);
            } else {
                self.seen.insert(hash, (self.hashes.len(), applied.len()));
                self.hashes.push(hash);
            }
        }
        self.end != Some(hash)
    }
}
