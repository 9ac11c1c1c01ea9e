//! The mistakes the parser knows: names, summaries, and what KDL says and why.

mod blocks;
mod command_lines;
mod files;
mod habits;
mod nodes;
mod words;
mod xml;

pub use blocks::*;
pub use command_lines::*;
pub use files::*;
pub use habits::*;
pub use nodes::*;
pub use words::*;
pub use xml::*;

use crate::rules::Rule;

/// How many mistakes of one file are reported; one more finding counts the rest.
pub const LIMIT: usize = 100;

/// The rules about them, in the order of the rule book.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        words::RULES,
        blocks::RULES,
        nodes::RULES,
        habits::RULES,
        files::RULES,
        xml::RULES,
        command_lines::RULES,
    ]
    .into_iter()
    .flatten()
}

/// Declares the name of each rule, and the rules; the doc comments become their documentation.
macro_rules! rules {
    ($($(#[doc = $doc:expr])+ $constant:ident = $name:literal: $summary:literal;)+) => {
        $(
            #[doc = concat!("Name of the rule: ", $summary, ".")]
            pub const $constant: &str = $name;
        )+

        pub(super) static RULES: &[$crate::rules::Rule] = &[
            $($crate::rules::Rule {
                name: $constant,
                summary: $summary,
                severity: $crate::finding::Severity::Error,
                on_by_default: true,
                needs: $crate::rules::Needs::File,
                since: "0.1.0",
                documentation: concat!($($doc, "\n"),+),
                check: $crate::rules::Check::WhileReading,
            },)+
        ];
    };
}
use rules;
