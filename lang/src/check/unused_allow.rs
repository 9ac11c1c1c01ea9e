//! Taking a rule's name out of a comment that allows it.

use std::ops::Range;

use super::allow::to_span;
use crate::finding::Edit;
use crate::span::{FileId, Origin, Span};
use crate::syntax::lines::{BLANKS, behind_blanks, blank_rest, indentation, length};

/// Takes the name at `position` of `names` out of `comment`: with the comma that parts it from its
/// neighbour, or with all of the comment where it has no neighbour.
pub(super) fn without(
    (text, file): (&str, FileId),
    comment: Span,
    names: &[Range<usize>],
    position: usize,
) -> Edit {
    let name = &names[position];
    if let Some(next) = names.get(position + 1) {
        return edit(file, to_span(name.start..next.start), "");
    }
    match position.checked_sub(1) {
        Some(before) => edit(file, to_span(names[before].end..name.end), ""),
        None => without_comment((text, file), comment),
    }
}

fn without_comment((text, file): (&str, FileId), comment: Span) -> Edit {
    let behind = &text[comment.end as usize..];
    let blanks = length(behind) - length(behind.trim_start_matches(BLANKS));
    match (indentation(text, comment.start), blank_rest(text, comment.end, BLANKS)) {
        (Some(before), Some((_, newline))) => {
            let end = comment.end + blanks + length(newline);
            edit(file, Span::new(comment.start - length(before), end), "")
        }
        (Some(_), None) => edit(file, Span::new(comment.start, comment.end + blanks), ""),
        // What stands before it and what stands behind it stay apart.
        (None, None) if blanks == 0 => edit(file, behind_blanks(text, comment), " "),
        (None, _) => edit(file, behind_blanks(text, comment), ""),
    }
}

fn edit(file: FileId, span: Span, text: &str) -> Edit {
    Edit { origin: Origin::new(file, span), text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::check::{Settings, check};
    use crate::finding::Finding;
    use crate::fix::edited;
    use crate::span::FileId;

    /// `text` without the first name in a comment that allows nothing that is found.
    fn removed(text: &str) -> String {
        let found = check(text, FileId(0), &Settings::default()).findings;
        let is_unused = |finding: &&Finding| finding.rule == "lint/unused-allow";
        let unused = found.iter().find(is_unused).expect("one is unused");
        edited(text, &unused.fixes.first().expect("it can be removed").edits)
    }

    #[test]
    fn a_comment_goes_with_its_last_name() {
        const RIGHT: &str = "vm \"a\" machine=\"virt\" {\n    root-port\n}\n";
        for (above, left) in [
            ("// iommulint: allow pci/index-gap -- r\n", ""),
            ("  /* iommulint: allow pci/index-gap */\r\n", ""),
            (
                "// iommulint: allow-file pci/index-gap, pci/bus-window -- r\n",
                "// iommulint: allow-file pci/bus-window -- r\n",
            ),
            (
                "// iommulint: allow no/rule pci/index-gap -- r\n",
                "// iommulint: allow no/rule -- r\n",
            ),
            ("/* iommulint: allow pci/index-gap -- r */ ", ""),
        ] {
            assert_eq!(removed(&format!("{above}{RIGHT}")), format!("{left}{RIGHT}"), "{above}");
        }
    }

    #[test]
    fn what_stands_around_a_comment_stays_apart() {
        for (before, after) in [
            (
                "vm \"a\"/* iommulint: allow pci/index-gap */machine=\"virt\" // x",
                "vm \"a\" machine=\"virt\" // x",
            ),
            (
                "vm \"a\" machine=\"virt\" // iommulint: allow pci/index-gap\n",
                "vm \"a\" machine=\"virt\"\n",
            ),
        ] {
            assert_eq!(removed(before), after);
        }
    }
}
