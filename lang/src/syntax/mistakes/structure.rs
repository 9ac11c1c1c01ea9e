//! Mistakes in the structure: braces, terminators, white space, comments, `/-`, type annotations.

use super::super::errors;
use super::super::lines::{BLANKS, blank_rest, indentation};
use super::{Mistakes, quote, replace, shown};
use crate::finding::Applicability::{Safe, Unsafe};
use crate::span::{Origin, Span};

impl Mistakes {
    pub(crate) fn open_comment(&mut self, text: &str, span: Span) {
        let nested = span.of(text).get(2..).is_some_and(|inside| inside.contains("/*"));
        let opening = Span::new(span.start, span.start + 2);
        self.add(
            errors::UNTERMINATED_COMMENT,
            opening,
            || "`/*` is never closed by `*/`".to_owned(),
            |finding, _| {
                let finding = finding.with_text("the comment reaches to the end of the file");
                if nested {
                    finding.with_help(
                        "comments nest: every `/*` inside of the comment needs its own `*/`",
                    )
                } else {
                    finding.with_help("add `*/` where the comment ends")
                }
            },
        );
    }

    pub(crate) fn missing_brace(
        &mut self,
        text: &str,
        place: Span,
        before: bool,
        open: Span,
        blocks: usize,
    ) {
        self.add(
            errors::MISSING_BRACE,
            place,
            || "a `}` is missing".to_owned(),
            |finding, file| {
                let label = if before { "a `}` belongs before this" } else { "the file ends here" };
                let at = Span::at(place.start);
                let mut finding = finding
                    .with_text(label)
                    .with_label(Origin::new(file, open), "this `{` is not closed")
                    .with_help("add the `}`; the place is guessed from the indentation")
                    .with_fix(replace("insert `}`", Unsafe, file, at, brace_at(text, place.start)));
                if blocks > 1 {
                    finding = finding
                        .with_note(format!("{blocks} blocks are open at the end of the file"));
                }
                finding
            },
        );
    }

    /// `line`: a node up to its `{`, as it stands at `first` as well.
    pub(crate) fn doubled_line(&mut self, line: Span, first: Span) {
        self.add(
            errors::MISSING_BRACE,
            line,
            || "this line is there twice".to_owned(),
            |finding, file| {
                finding
                    .with_text("its `{` has no `}`")
                    .with_label(Origin::new(file, first), "the first time")
                    .with_help("remove one of the two")
                    .with_fix(replace("remove the second one", Unsafe, file, line, ""))
            },
        );
    }

    /// `place`: the end of the line of the node that is called `name`.
    pub(crate) fn missing_open_brace(&mut self, name: Span, place: Span) {
        self.add(
            errors::MISSING_BRACE,
            place,
            || "a `{` is missing".to_owned(),
            |finding, file| {
                finding
                    .with_text("a `{` belongs here")
                    .with_label(Origin::new(file, name), "the nodes below are indented further")
                    .with_help("add the `{`, or the node it belongs to; the place is guessed from the indentation")
                    .with_fix(replace("add the `{`", Unsafe, file, place, " {"))
            },
        );
    }

    pub(crate) fn unmatched_brace(&mut self, span: Span) {
        self.add(
            errors::UNMATCHED_BRACE,
            span,
            || "this `}` closes nothing".to_owned(),
            |finding, file| {
                finding
                    .with_text("no block is open here")
                    .with_help("remove it, or add the `{` it belongs to")
                    .with_fix(replace("remove the `}`", Unsafe, file, span, ""))
            },
        );
    }

    /// `found`: the `}` for which no block is left; `has_lost_line`: whether the line of the `{` may be
    /// what is missing.
    pub(crate) fn extra_brace(&mut self, span: Span, found: Span, has_lost_line: bool) {
        self.add(
            errors::UNMATCHED_BRACE,
            span,
            || "this `}` is one too many".to_owned(),
            |finding, file| {
                let finding = finding
                    .with_text("stands further right than what it would close")
                    .with_label(Origin::new(file, found), "no block is left for this one");
                if has_lost_line {
                    return finding.with_help("remove it, or write the line with its `{`");
                }
                finding.with_help("remove it").with_fix(replace(
                    "remove the `}`",
                    Unsafe,
                    file,
                    span,
                    "",
                ))
            },
        );
    }

    pub(crate) fn extra_open_brace(&mut self, span: Span) {
        self.add(
            errors::MISSING_NAME,
            span,
            || "this `{` is one too many".to_owned(),
            |finding, file| {
                finding
                    .with_text("follows no node, and has no `}`")
                    .with_help("remove it")
                    .with_fix(replace("remove the `{`", Unsafe, file, span, ""))
            },
        );
    }

    pub(crate) fn brace_on_next_line(
        &mut self,
        text: &str,
        brace: Span,
        name: Span,
        gap: Option<Span>,
    ) {
        let name_text = shown(name.of(text));
        let semicolon = gap.is_some_and(|gap| gap.of(text).contains(';'));
        self.add(
            errors::BRACE_ON_NEXT_LINE,
            brace,
            || {
                if semicolon {
                    format!("`;` ends `{name_text}` before its children")
                } else {
                    format!("the `{{` of `{name_text}` must stand on the line of `{name_text}`")
                }
            },
            |finding, file| {
                let finding = finding
                    .with_text("this `{` follows no node")
                    .with_label(Origin::new(file, name), "a node ends with its line, or with `;`")
                    .with_help("write the `{` behind the last argument or property of the node");
                match gap {
                    Some(gap) => finding.with_fix(replace("move the `{` up", Safe, file, gap, " ")),
                    None => finding,
                }
            },
        );
    }

    pub(crate) fn block_without_node(&mut self, brace: Span) {
        self.add(
            errors::MISSING_NAME,
            brace,
            || "a block of children needs a node before it".to_owned(),
            |finding, _| {
                finding
                    .with_text("this `{` follows no node")
                    .with_help("write the name of a node before the `{`")
            },
        );
    }

    pub(crate) fn second_block(&mut self, brace: Span, first: Span) {
        self.add(
            errors::SECOND_BLOCK,
            brace,
            || "a node has one block of children only".to_owned(),
            |finding, file| {
                finding
                    .with_text("second block")
                    .with_label(Origin::new(file, first), "first block")
                    .with_help("put all children into the first block")
            },
        );
    }

    pub(crate) fn stray_semicolon(&mut self, span: Span) {
        self.add(
            errors::STRAY_SEMICOLON,
            span,
            || "`;` without a node before it".to_owned(),
            |finding, file| {
                finding
                    .with_text("there is no node to end")
                    .with_help("remove it")
                    .with_fix(replace("remove the `;`", Safe, file, span, ""))
            },
        );
    }

    pub(crate) fn missing_terminator(&mut self, next: Span) {
        self.add(
            errors::MISSING_TERMINATOR,
            next,
            || "a new node needs a new line, or `;` before it".to_owned(),
            |finding, file| {
                let before = Span::at(next.start);
                finding
                    .with_text("the node before ends with its `}`")
                    .with_help("put a `;` or a newline before it")
                    .with_fix(replace("insert `;`", Unsafe, file, before, "; "))
            },
        );
    }

    pub(crate) fn entry_after_children(&mut self, span: Span) {
        self.add(
            errors::ENTRY_AFTER_CHILDREN,
            span,
            || "arguments and properties must stand before the children".to_owned(),
            |finding, _| {
                finding
                    .with_text("behind the block of children")
                    .with_help("move it before the `{`, or begin a new line for a new node")
            },
        );
    }

    pub(crate) fn missing_space(&mut self, next: Span) {
        self.add(
            errors::MISSING_SPACE,
            next,
            || "a space is missing before this".to_owned(),
            |finding, file| {
                finding
                    .with_text("glued to what stands before")
                    .with_help("separate names, arguments and properties by spaces")
                    .with_fix(replace("insert a space", Safe, file, Span::at(next.start), " "))
            },
        );
    }

    /// `key"value"` or `key:"value"`; `key` is without the colon, `gap` is the colon or nothing.
    pub(crate) fn missing_equals(&mut self, text: &str, key: Span, gap: Span) {
        let key_text = shown(key.of(text));
        self.add(
            errors::MISSING_EQUALS,
            key.to(gap),
            || format!("a `=` is missing behind `{key_text}`"),
            |finding, file| {
                finding
                    .with_help(format!("a property is written `{key_text}=…`"))
                    .with_fix(replace("write the `=`", Safe, file, gap, "="))
            },
        );
    }

    pub(crate) fn bad_continuation(&mut self, span: Span) {
        self.add(
            errors::BAD_CONTINUATION,
            span,
            || "`\\` must be the last thing on its line".to_owned(),
            |finding, _| {
                finding
                    .with_text("continues the node on the next line")
                    .with_help("remove it, or put what contains it into quotes")
            },
        );
    }

    pub(crate) fn slashdash_without_part(&mut self, span: Span) {
        self.add(
            errors::BAD_SLASHDASH,
            span,
            || "`/-` without anything to take out".to_owned(),
            |finding, _| {
                finding
                    .with_text("nothing follows")
                    .with_help("`/-` takes out the node, argument, property or block behind it")
            },
        );
    }

    pub(crate) fn repeated_slashdash(&mut self, span: Span) {
        self.add(
            errors::BAD_SLASHDASH,
            span,
            || "`/-` cannot follow another `/-`".to_owned(),
            |finding, file| {
                finding.with_text("second `/-`").with_help("one `/-` is enough").with_fix(replace(
                    "remove the second `/-`",
                    Safe,
                    file,
                    span,
                    "",
                ))
            },
        );
    }

    pub(crate) fn misplaced_slashdash(&mut self, span: Span) {
        self.add(
            errors::BAD_SLASHDASH,
            span,
            || "`/-` cannot take out a value only".to_owned(),
            |finding, _| {
                finding.with_text("between a key or a type and its value").with_help(
                    "write `/-` before the key or the type annotation, to take out all of it",
                )
            },
        );
    }

    pub(crate) fn annotation_without_target(&mut self, text: &str, span: Span) {
        let inside = span.of(text).trim_start_matches('(').trim_end_matches(')');
        self.add(
            errors::BAD_TYPE_ANNOTATION,
            span,
            || "a type annotation without a value".to_owned(),
            |finding, _| {
                let finding = finding.with_text("nothing it could belong to follows");
                if inside.starts_with(['"', '#']) || inside.parse::<f64>().is_ok() {
                    finding.with_help("a value stands without parentheses")
                } else {
                    finding.with_help("write a value behind it, or put it into quotes if it is one")
                }
            },
        );
    }

    pub(crate) fn annotated_key(&mut self, span: Span) {
        self.add(
            errors::BAD_TYPE_ANNOTATION,
            span,
            || "a property key cannot have a type".to_owned(),
            |finding, file| {
                finding
                    .with_text("before the key")
                    .with_help("write it before the value: `key=(type)value`")
                    .with_fix(replace("remove the type", Unsafe, file, span, ""))
            },
        );
    }

    pub(crate) fn bad_annotation(&mut self, text: &str, span: Span, closed: bool) {
        let inside = span.of(text).trim_start_matches('(').trim_end_matches(')').trim();
        self.add(
            errors::BAD_TYPE_ANNOTATION,
            span,
            || {
                if !closed {
                    "`(` is never closed by `)`".to_owned()
                } else if inside.is_empty() {
                    "an empty type annotation".to_owned()
                } else {
                    format!("`{}` is no type annotation", shown(span.of(text)))
                }
            },
            |finding, _| {
                finding.with_text("parentheses hold the type of a value").with_help(format!(
                    "write one name between the parentheses, or {} if it is a value",
                    shown(&quote(span.of(text)))
                ))
            },
        );
    }

    pub(crate) fn stray_paren(&mut self, span: Span) {
        self.add(
            errors::BAD_TYPE_ANNOTATION,
            span,
            || "this `)` closes nothing".to_owned(),
            |finding, file| {
                finding
                    .with_text("no `(` is open here")
                    .with_help("remove it, or put the value that contains it into quotes")
                    .with_fix(replace("remove the `)`", Unsafe, file, span, ""))
            },
        );
    }

    pub(crate) fn version(&mut self, text: &str, span: Span) {
        let version = shown(span.of(text));
        self.add(
            errors::KDL_VERSION,
            span,
            || format!("KDL version {version} cannot be read, only version 2"),
            |finding, _| {
                finding
                    .with_text("the file says so itself")
                    .with_help("rewrite the file in KDL version 2, then correct this line")
            },
        );
    }
}

/// A `}` before what stands at `offset`, on a line of its own where that begins one.
fn brace_at(text: &str, offset: u32) -> String {
    match indentation(text, offset) {
        Some(indentation) => format!("}}\n{indentation}"),
        None if blank_rest(text, offset, BLANKS).is_some() => "\n}".to_owned(),
        None => "} ".to_owned(),
    }
}
