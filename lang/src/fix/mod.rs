//! Applying what findings offer to change, until nothing more can be done.

mod apart;
mod pass;

use crate::check::{Analysis, Concern, Settings, check};
use crate::finding::{Applicability, Edit};
use crate::language::Text;
use crate::span::FileId;
use crate::syntax::errors;

use pass::Pass;

/// How often a file is changed and checked again at most: one change may uncover the next mistake,
/// and of syntax errors no more than [`LIMIT`](errors::LIMIT) are found at once.
pub const MOST_PASSES: usize = 100;

/// How many passes in a row may change a file without making it better. More would only be fixes that
/// undo each other.
const MOST_IDLE: usize = 10;

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
pub fn fix(text: impl Into<Text>, file: FileId, settings: &Settings, most: Applicability) -> Fixed {
    let text = text.into();
    let language = text.language;
    let mut analysis = check(text, file, settings);
    let mut applied: Vec<Applied> = Vec::new();
    let mut idle: Option<Idle> = None;
    for _ in 0..MOST_PASSES {
        // In this order: a number that is free in what can be read may be taken in the rest.
        let next = Concern::ALL.into_iter().find_map(|concern| {
            Pass::over(&analysis, most, concern)
                .run(|text| check(language.text(text), file, settings))
        });
        let Some(next) = next else { break };
        let fixes_before = applied.len();
        applied.extend(next.applied);
        let before = std::mem::replace(&mut analysis, next.analysis);
        let run = idle.take().unwrap_or(Idle { before, fixes: fixes_before, passes: 0 });
        if is_better(&analysis, &run.before) {
            continue;
        }
        if run.passes == MOST_IDLE {
            applied.truncate(run.fixes);
            analysis = run.before;
            break;
        }
        idle = Some(Idle { passes: run.passes + 1, ..run });
    }
    Fixed { text: analysis.parsed.text().to_owned(), applied, analysis }
}

/// Passes in a row that made nothing better.
struct Idle {
    /// What was there before them. It is gone back to, so that to fix it again changes nothing.
    before: Analysis,
    /// How many fixes had led to that.
    fixes: usize,
    /// How many they are, less one.
    passes: usize,
}

/// Whether there is less to say of a text than `before`. Where there are too many syntax errors to say
/// them all, nobody knows.
fn is_better(after: &Analysis, before: &Analysis) -> bool {
    let is_capped = before.findings.iter().any(|f| f.rule == errors::TOO_MANY_ERRORS);
    let amount = |analysis: &Analysis| (analysis.errors, analysis.findings.len());
    is_capped || amount(after) < amount(before)
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
