//! Mistakes in strings.

use std::ops::Range;

use super::super::errors;
use super::super::string::{self, Layout};
use super::super::token::Kind;
use super::{Mistakes, quote, replace, shown};
use crate::finding::Applicability::{Safe, Unsafe};
use crate::finding::{Edit, Fix};
use crate::span::{Origin, Span};

impl Mistakes {
    pub(crate) fn open_string(&mut self, text: &str, span: Span) {
        let token = span.of(text);
        let closing = format!("\"{}", "#".repeat(string::hashes(token)));
        self.add(
            errors::UNTERMINATED_STRING,
            span,
            || format!("the string is never closed by `{closing}`"),
            |finding, file| {
                finding
                    .with_text("a string ends on the line it begins")
                    .with_help(format!("add the missing `{closing}`"))
                    .with_fix(replace(
                        format!("insert `{closing}`"),
                        Unsafe,
                        file,
                        Span::at(span.end),
                        closing.as_str(),
                    ))
            },
        );
    }

    pub(crate) fn open_multiline_string(&mut self, text: &str, span: Span) {
        let hashes = string::hashes(span.of(text));
        let closing = format!("\"\"\"{}", "#".repeat(hashes));
        let opening = super::super::span(span.start as usize, span.start as usize + closing.len());
        self.add(
            errors::UNTERMINATED_STRING,
            opening,
            || format!("the string is never closed by `{closing}`"),
            |finding, _| {
                finding
                    .with_text("the string reaches to the end of the file")
                    .with_help(format!("add `{closing}` on a line of its own"))
            },
        );
    }

    pub(crate) fn v1_raw_string(&mut self, text: &str, span: Span) {
        let raw = &span.of(text)[1..];
        let meaning = string::decode(span.of(text), Kind::V1RawString);
        let needed = string::hashes(raw).max(1);
        let new = if meaning.starts_with("\"\"") {
            quote(&meaning)
        } else {
            let hashes = "#".repeat(needed);
            format!("{hashes}\"{meaning}\"{hashes}")
        };
        let new =
            if string::hashes(raw) == 0 && meaning.contains("\"#") { quote(&meaning) } else { new };
        self.add(
            errors::V1_RAW_STRING,
            span,
            || "KDL 2 writes raw strings without `r`".to_owned(),
            |finding, file| {
                finding
                    .with_text("a raw string of KDL version 1")
                    .with_help(format!("write `{}`", shown(&new)))
                    .with_fix(replace("write it as a raw string of KDL 2", Safe, file, span, &*new))
            },
        );
    }

    pub(crate) fn v1_multiline_string(&mut self, text: &str, span: Span) {
        let meaning = string::decode(span.of(text), Kind::V1MultilineString);
        let new = quote(&meaning);
        self.add(
            errors::V1_MULTILINE_STRING,
            span,
            || "a string over several lines needs `\"\"\"`".to_owned(),
            |finding, file| {
                finding
                    .with_text("`\"…\"` ends on the line it begins")
                    .with_help("put `\"\"\"` on a line before and on a line behind the text, or write `\\n`")
                    .with_fix(replace("write it on one line", Unsafe, file, span, &*new))
            },
        );
    }

    /// One finding for all wrong escapes of one string; `bad` are byte ranges of the token.
    pub(crate) fn bad_escapes(&mut self, text: &str, token: Span, bad: &[Range<usize>]) {
        let place = |range: &Range<usize>| {
            let start = token.start as usize;
            super::super::span(start + range.start, start + range.end)
        };
        let Some(first) = bad.first().map(place) else {
            return;
        };
        let all_solidus = bad.iter().all(|range| place(range).of(text) == "\\/");
        let escape = first.of(text);
        self.add(
            errors::BAD_ESCAPE,
            first,
            || format!("`{}` is no escape", shown(escape)),
            |mut finding, file| {
                for range in bad.iter().skip(1).take(9) {
                    finding = finding.with_label(Origin::new(file, place(range)), "and this");
                }
                let edits = |new: &dyn Fn(&str) -> String| -> Vec<Edit> {
                    bad.iter()
                        .map(|range| Edit {
                            origin: Origin::new(file, place(range)),
                            text: new(place(range).of(text)),
                        })
                        .collect()
                };
                if all_solidus {
                    return finding
                        .with_text("an escape of KDL version 1")
                        .with_help("write `/`: it needs no backslash")
                        .with_fix(Fix {
                            title: "remove the backslash".to_owned(),
                            applicability: Safe,
                            edits: edits(&|_| "/".to_owned()),
                        });
                }
                if escape.starts_with("\\u") {
                    return finding
                        .with_text("not a Unicode scalar value")
                        .with_help("write `\\u{…}` with one to six hexadecimal digits, at most 10FFFF, not D800 to DFFF");
                }
                finding
                    .with_text("unknown escape")
                    .with_help("write `\\\\` for a backslash, or use a raw string: `#\"…\"#`")
                    .with_fix(Fix {
                        title: "double the backslash".to_owned(),
                        applicability: Unsafe,
                        edits: edits(&|escape| format!("\\{escape}")),
                    })
            },
        );
    }

    pub(crate) fn layout(&mut self, text: &str, token: Span, mistake: &Layout) {
        let place = |range: &Range<usize>| {
            let start = token.start as usize;
            super::super::span(start + range.start, start + range.end)
        };
        match mistake {
            Layout::TextAfterOpening(range) => {
                let one_line = !token.of(text).contains(super::super::chars::is_newline);
                self.add(
                    errors::BAD_STRING,
                    if range.is_empty() { token } else { place(range) },
                    || "the text of a `\"\"\"` string must begin on the next line".to_owned(),
                    |finding, file| {
                        let finding =
                            finding.with_text("on the line of the opening quotes").with_help(
                                "write `\"…\"` for a string on one line, or begin a new line",
                            );
                        let meaning = string::decode(token.of(text), Kind::MultilineString);
                        if one_line {
                            let new = quote(&meaning);
                            finding.with_fix(replace(
                                "write it with single quotes",
                                Safe,
                                file,
                                token,
                                new,
                            ))
                        } else {
                            finding
                        }
                    },
                );
            }
            Layout::TextBeforeClosing(range) => self.add(
                errors::BAD_STRING,
                place(range),
                || "the closing `\"\"\"` must stand on a line of its own".to_owned(),
                |finding, _| {
                    finding
                        .with_text("on the line of the closing quotes")
                        .with_help("begin a new line before the closing quotes")
                },
            ),
            Layout::Indentation { line, wanted } => self.add(
                errors::BAD_STRING,
                place(line),
                || "this line is indented less than the closing `\"\"\"`".to_owned(),
                |finding, file| {
                    let closing = Span::new(token.end.saturating_sub(3), token.end);
                    finding
                        .with_text("must begin with the same white space")
                        .with_label(Origin::new(file, closing), "sets the indentation")
                        .with_help("indent every line at least as far as the closing quotes")
                        .with_fix(replace(
                            "indent the line",
                            Unsafe,
                            file,
                            place(line),
                            wanted.as_str(),
                        ))
                },
            ),
        }
    }
}
