//! Mistakes in bare words: keywords, numbers, and what ought to be in quotes.

use super::super::errors;
use super::{Mistakes, quote, replace, shown};
use crate::finding::Applicability::{Safe, Unsafe};
use crate::finding::{Finding, Fix};
use crate::span::{FileId, Origin, Span};
use crate::suggest::distance;

/// The keywords of KDL.
const KEYWORDS: [&str; 6] = ["#true", "#false", "#null", "#inf", "#-inf", "#nan"];

impl Mistakes {
    pub(crate) fn bare_keyword(&mut self, text: &str, span: Span) {
        let word = span.of(text);
        self.add(
            errors::V1_KEYWORD,
            span,
            || format!("`{word}` is written `#{word}`"),
            |finding, file| {
                finding
                    .with_text("KDL 2 wants a `#` here")
                    .with_help(format!(
                        "write `#{word}`; for the string write `\"{word}\"` in quotes"
                    ))
                    .with_fix(replace(
                        format!("write `#{word}`"),
                        Safe,
                        file,
                        span,
                        format!("#{word}"),
                    ))
            },
        );
    }

    /// `role`: what the word is used for, such as `property key`.
    pub(crate) fn not_a_name(&mut self, text: &str, span: Span, role: &str) {
        let word = span.of(text);
        self.add(
            errors::BAD_NAME,
            span,
            || format!("`{}` cannot be a {role}", shown(word)),
            |finding, file| {
                let new = quote(word);
                finding
                    .with_text(format!("a {role} is a string"))
                    .with_help(format!("put it into quotes: `{}`", shown(&new)))
                    .with_fix(replace("put it into quotes", Safe, file, span, new))
            },
        );
    }

    pub(crate) fn no_name(&mut self, text: &str, span: Span) {
        self.add(
            errors::MISSING_NAME,
            span,
            || format!("expected the name of a node, found `{}`", shown(span.of(text))),
            |finding, _| finding.with_help("begin every line with the name of a node"),
        );
    }

    pub(crate) fn unknown_keyword(&mut self, text: &str, span: Span) {
        let word = span.of(text);
        let meant = nearest_keyword(word);
        self.add(
            errors::UNKNOWN_KEYWORD,
            span,
            || format!("`{}` is no keyword", shown(word)),
            |finding, file| match meant {
                Some(meant) => finding
                    .with_help(format!("did you mean `{meant}`?"))
                    .with_fix(replace(format!("write `{meant}`"), Unsafe, file, span, meant)),
                None => finding.with_help(
                    "keywords are `#true`, `#false`, `#null`, `#inf`, `#-inf` and `#nan`; \
                     comments begin with `//`",
                ),
            },
        );
    }

    /// `is_plain`: whether nothing changes but the comment when the `#` is replaced.
    pub(crate) fn hash_comment(&mut self, span: Span, is_plain: bool) {
        let hash = Span::new(span.start, span.start + 1);
        self.add(
            errors::HASH_COMMENT,
            hash,
            || "a comment begins with `//`, not with `#`".to_owned(),
            |finding, file| {
                let finding =
                    finding.with_text("`#` begins no comment in KDL").with_help("write `//`");
                if is_plain {
                    finding.with_fix(replace("write `//`", Safe, file, hash, "//"))
                } else {
                    finding
                }
            },
        );
    }

    pub(crate) fn bad_number(&mut self, text: &str, span: Span) {
        let word = span.of(text);
        self.add(
            errors::BAD_NUMBER,
            span,
            || format!("`{}` is neither a number nor a string", shown(word)),
            |finding, file| describe_number(finding, file, word, span),
        );
    }

    /// A bare word with characters in it that need quotes; `role`: what it is used for.
    pub(crate) fn unquoted(&mut self, text: &str, span: Span, role: &str) {
        let word = span.of(text);
        let culprit = word.chars().find(|c| "[]/\\#=()".contains(*c)).unwrap_or('?');
        self.add(
            errors::RESERVED_CHARACTER,
            span,
            || {
                if word.chars().count() == 1 {
                    format!("`{word}` means nothing here")
                } else {
                    format!("`{}` must be in quotes", shown(word))
                }
            },
            |finding, file| {
                // A character alone is no value that somebody forgot to quote.
                let trust = if word.chars().count() == 1 { Unsafe } else { Safe };
                let new = quote(word);
                finding
                    .with_text(format!("`{culprit}` cannot stand in a {role} without quotes"))
                    .with_help(format!("write `{}`", shown(&new)))
                    .with_fix(replace("put it into quotes", trust, file, span, new))
            },
        );
    }

    pub(crate) fn list(&mut self, text: &str, span: Span) {
        let list = span.of(text);
        let inside = list.trim_start_matches('[').trim_end_matches(']');
        let values: Vec<&str> = inside.split([',', ' ', '\t']).filter(|v| !v.is_empty()).collect();
        let plain = list.ends_with(']') && !inside.contains(['"', '[', '(', '{']);
        let new = values.join(" ");
        self.add(
            errors::LIST,
            span,
            || "KDL has no lists in brackets".to_owned(),
            |finding, file| {
                let finding = finding.with_text("`[` and `]` mean nothing here");
                if plain && !values.is_empty() {
                    finding
                        .with_help(format!("write the values one after another: `{}`", shown(&new)))
                        .with_fix(replace("remove brackets and commas", Unsafe, file, span, new))
                } else {
                    finding.with_help("write the values one after another, separated by spaces")
                }
            },
        );
    }

    pub(crate) fn missing_value(&mut self, text: &str, key: Span, equals: Span) {
        self.add(
            errors::MISSING_VALUE,
            key.to(equals),
            || format!("`{}` has no value", shown(key.of(text))),
            |finding, _| {
                finding
                    .with_text("nothing follows the `=`")
                    .with_help("write a value behind the `=`, on the same line")
            },
        );
    }

    /// `name = value`: `=` where no key can be.
    pub(crate) fn stray_equals(
        &mut self,
        text: &str,
        equals: Span,
        name: Span,
        no_entries: bool,
        value: Option<Span>,
    ) {
        let name_text = shown(name.of(text));
        self.add(
            errors::STRAY_EQUALS,
            equals,
            || {
                if no_entries {
                    format!("`{name_text}` is a node: it takes no `=`")
                } else {
                    "`=` without a key before it".to_owned()
                }
            },
            |finding, file| match value.filter(|value| {
                let between = Span::new(name.end, value.start).of(text);
                between.trim_matches([' ', '\t', '=']).is_empty()
            }) {
                Some(value) if no_entries => {
                    let shown_value = shown(value.of(text));
                    finding
                        .with_text("only properties have a `=`")
                        .with_label(Origin::new(file, name), "the name of a node")
                        .with_help(format!(
                            "write `{name_text} {shown_value}` for an argument, or \
                             `{name_text} KEY={shown_value}` for a property"
                        ))
                        .with_fix(replace(
                            "write it as an argument",
                            Unsafe,
                            file,
                            Span::new(name.end, value.start),
                            " ",
                        ))
                }
                _ => finding
                    .with_text("only a property key can stand before it")
                    .with_help("write properties as `key=value`"),
            },
        );
    }
}

/// Says what is wrong with a word that looks like a number.
fn describe_number(finding: Finding, file: FileId, word: &str, span: Span) -> Finding {
    use super::super::number::is_number;
    let origin_fix = |title: String, applicability, new: String| -> Fix {
        replace(title, applicability, file, span, new)
    };
    if let Some(number) = word.strip_suffix(',').filter(|number| is_number(number)) {
        return finding
            .with_text("ends with a comma")
            .with_help("remove the comma: values are separated by spaces")
            .with_fix(origin_fix("remove the comma".to_owned(), Safe, number.to_owned()));
    }
    let unsigned = word.trim_start_matches(['+', '-']);
    let sign = &word[..word.len() - unsigned.len()];
    let completed = if unsigned.starts_with('.') {
        Some(format!("{sign}0{unsigned}"))
    } else if unsigned.ends_with('.') {
        Some(format!("{word}0"))
    } else {
        let lower = word.to_ascii_lowercase();
        (lower != word).then_some(lower)
    };
    if let Some(completed) = completed.filter(|completed| is_number(completed)) {
        return finding
            .with_text("not how KDL writes numbers")
            .with_help(format!("write `{completed}`, or put it into quotes if it is no number"))
            .with_fix(origin_fix(format!("write `{completed}`"), Unsafe, completed));
    }
    let radix = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => Some("`0x` hexadecimal digits 0 to 9 and a to f"),
        [b'0', b'o' | b'O', ..] => Some("`0o` octal digits 0 to 7"),
        [b'0', b'b' | b'B', ..] => Some("`0b` binary digits 0 and 1"),
        _ => None,
    };
    if let Some(radix) = radix {
        return finding
            .with_text("begins like a number")
            .with_help(format!("after {radix} must follow, or put it into quotes"));
    }
    let new = quote(word);
    finding
        .with_text("begins like a number, goes on like a string")
        .with_help(format!("put it into quotes: `{}`", shown(&new)))
        .with_fix(origin_fix("put it into quotes".to_owned(), Safe, new))
}

/// The keyword that `word` was most likely meant to be.
fn nearest_keyword(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    if word.chars().count() > 8 {
        return None;
    }
    let off = word.starts_with("#off") || word == "#no";
    if off || word == "#on" || word == "#yes" {
        return Some(if off { "#false" } else { "#true" });
    }
    let letters: Vec<char> = word.chars().collect();
    KEYWORDS
        .into_iter()
        .map(|keyword| (distance(&letters, &keyword.chars().collect::<Vec<_>>()), keyword))
        .filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, keyword)| keyword)
}
