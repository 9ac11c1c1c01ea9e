//! Changes of a file as the editor makes them.

use std::collections::BTreeMap;
use std::time::Duration;

use gen_lsp_types::{
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier, TextEdit,
    WorkspaceEdit,
};
use iommulint_lang::finding::Edit;
use iommulint_lang::span::{FileId, Origin, Span};
use similar::{DiffOp, TextDiff};

use crate::documents::Document;
use crate::snapshot::Snapshot;

/// How long a small difference is looked for.
const PATIENCE: Duration = Duration::from_millis(200);

/// The edits that make `new` of `old`, the text of `file`: as small as they can be, so that the cursor stays
/// where it is; in file order.
pub(crate) fn between(file: FileId, old: &str, new: &str) -> Vec<Edit> {
    let difference = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let before: Vec<&str> = difference.iter_old_slices().collect();
    let after: Vec<&str> = difference.iter_new_slices().collect();
    let starts: Vec<usize> = std::iter::once(0)
        .chain(before.iter().scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        }))
        .collect();
    let mut edits = Vec::new();
    let mut replace = |lines: std::ops::Range<usize>, by: &[&str]| {
        let (start, old) = (starts[lines.start], before[lines].concat());
        edits.extend(trimmed(file, start, &old, &by.concat()));
    };
    for op in difference.ops() {
        let (old, new) = (op.old_range(), op.new_range());
        match op {
            DiffOp::Equal { .. } => {}
            // Line by line, where lines belong together.
            DiffOp::Replace { .. } if old.len() == new.len() => {
                for (old, new) in old.zip(new) {
                    replace(old..old + 1, &after[new..=new]);
                }
            }
            _ => replace(old, &after[new]),
        }
    }
    edits
}

/// The edit that replaces `old`, which begins at `start`, by `new`, without what they begin and end with alike.
fn trimmed(file: FileId, start: usize, old: &str, new: &str) -> Option<Edit> {
    if old == new {
        return None;
    }
    let alike = |(one, other): &(char, char)| one == other;
    let length = |pair: (char, char)| pair.0.len_utf8();
    let prefix: usize = old.chars().zip(new.chars()).take_while(alike).map(length).sum();
    let (old, new) = (&old[prefix..], &new[prefix..]);
    let suffix: usize =
        old.chars().rev().zip(new.chars().rev()).take_while(alike).map(length).sum();
    let start = u32::try_from(start + prefix).ok()?;
    let span = Span::new(start, start + u32::try_from(old.len() - suffix).ok()?);
    Some(Edit { origin: Origin::new(file, span), text: new[..new.len() - suffix].to_owned() })
}

/// The edits of open files as one change; none when one of the files is open no more.
pub(crate) fn workspace_edit<'e>(
    snapshot: Snapshot<'_>,
    edits: impl IntoIterator<Item = &'e Edit>,
) -> Option<WorkspaceEdit> {
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(edit.origin.file).or_default().push(edit);
    }
    let of_files = by_file.into_iter().map(|(file, edits)| {
        let document = snapshot.documents.with_id(file)?;
        Some((document, edits.into_iter().map(|edit| text_edit(document, edit)).collect()))
    });
    let of_files: Vec<(&Document, Vec<TextEdit>)> = of_files.collect::<Option<_>>()?;
    if !snapshot.client.document_changes {
        let changes = of_files.into_iter().map(|(document, edits)| (document.uri.clone(), edits));
        return Some(WorkspaceEdit {
            changes: Some(changes.collect()),
            ..WorkspaceEdit::default()
        });
    }
    let changes = of_files.into_iter().map(|(document, edits)| {
        let text_document = OptionalVersionedTextDocumentIdentifier {
            version: Some(document.version),
            text_document_identifier: TextDocumentIdentifier { uri: document.uri.clone() },
        };
        let edits = edits.into_iter().map(Into::into).collect();
        TextDocumentEdit { text_document, edits }.into()
    });
    Some(WorkspaceEdit { document_changes: Some(changes.collect()), ..WorkspaceEdit::default() })
}

/// One edit of `document`.
pub(crate) fn text_edit(document: &Document, edit: &Edit) -> TextEdit {
    let range = document.index().range(edit.origin.span);
    TextEdit { range, new_text: edit.text.clone() }
}

#[cfg(test)]
mod tests {
    use iommulint_lang::fix::edited;
    use proptest::prelude::*;

    use super::*;

    fn texts(edits: &[Edit]) -> Vec<(Span, &str)> {
        edits.iter().map(|edit| (edit.origin.span, edit.text.as_str())).collect()
    }

    #[test]
    fn only_what_differs_is_replaced() {
        let edits = between(FileId(0), "a\n  b c\nd\n", "a\n    b  c\nd\n");
        assert_eq!(texts(&edits), [(Span::new(4, 5), "  b ")]);
        let edits = between(FileId(0), "a\n\n\nb", "a\n\nb\n");
        assert_eq!(edited("a\n\n\nb", &edits), "a\n\nb\n");
        let (old, new) = ("a\n\r\n\n", "\r\n\r\n \n\n");
        assert_eq!(edited(old, &between(FileId(0), old, new)), new, "moved insertions");
        assert!(between(FileId(0), "a\n", "a\n").is_empty());
    }

    proptest! {
        #[test]
        fn edits_lead_from_one_text_to_the_other(
            old in "([ab ä]{0,3}(\n|\r\n)){0,6}[ab]{0,2}",
            new in "([ab ä]{0,3}(\n|\r\n)){0,6}[ab]{0,2}",
        ) {
            let edits = between(FileId(0), &old, &new);
            prop_assert_eq!(edited(&old, &edits), new);
            for pair in edits.windows(2) {
                prop_assert!(pair[0].origin.span.end <= pair[1].origin.span.start);
            }
        }
    }
}
