//! What the user typed, as it comes from the editor.

use gen_lsp_types::{Range, VersionedTextDocumentIdentifier};
use serde::Deserialize;

use crate::position::{Encoding, Index, number};

/// The parameters of `textDocument/didChange`.
///
/// They are read here, for to the protocol's types a change with a range that is none is one without: it would
/// replace the whole text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Edited {
    /// The file, and the editor's number for its text after the changes.
    pub(crate) text_document: VersionedTextDocumentIdentifier,
    /// What was changed, one after the other: each is counted in the text after those before it.
    pub(crate) content_changes: Vec<Change>,
}

/// A change of a text.
#[derive(Debug, Deserialize)]
pub(crate) struct Change {
    /// What is replaced; everything when it is left out.
    range: Option<Range>,
    /// By what.
    text: String,
}

/// Makes `changes` in `text`, the index of which is `index`.
pub(crate) fn apply(
    text: &mut String,
    index: &mut Index,
    encoding: Encoding,
    changes: Vec<Change>,
) {
    for Change { range, text: new } in changes {
        if let Some(range) = range {
            let span = index.span(text, range);
            text.replace_range(span.range(), &new);
            index.splice(text, span, number(new.len()), encoding);
        } else {
            *text = new;
            *index = Index::new(text, encoding);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use serde_json::{Value, json};

    fn after(text: &str, changes: Value) -> String {
        let mut text = text.to_owned();
        let mut index = Index::new(&text, Encoding::Utf16);
        let changes = serde_json::from_value(changes).unwrap();
        apply(&mut text, &mut index, Encoding::Utf16, changes);
        assert_eq!(index, Index::new(&text, Encoding::Utf16));
        text
    }

    fn range(from: (u32, u32), to: (u32, u32)) -> Value {
        json!({
            "start": { "line": from.0, "character": from.1 },
            "end": { "line": to.0, "character": to.1 },
        })
    }

    #[test]
    fn changes_build_on_each_other() {
        let changes = json!([
            { "range": range((0, 2), (0, 3)), "text": "x\ny" },
            { "range": range((1, 1), (1, 1)), "text": "z" },
        ]);
        assert_eq!(after("😀ab", changes), "😀x\nyzb");
    }

    #[test]
    fn a_change_without_a_range_is_the_whole_text() {
        assert_eq!(after("abc", json!([{ "text": "d" }])), "d");
    }

    #[test]
    fn a_range_that_is_none_is_not_the_whole_text() {
        for range in [json!({}), json!(1), json!({ "start": { "line": -1, "character": 0 } })] {
            let change = json!({ "range": range, "text": "d" });
            assert!(serde_json::from_value::<Change>(change).is_err(), "{range}");
        }
    }

    #[test]
    fn no_range_is_too_strange() {
        for (from, to) in [((9, 9), (9, 9)), ((0, 3), (0, 1)), ((0, 1), (u32::MAX, u32::MAX))] {
            let text = after("😀ab\r\nc", json!([{ "range": range(from, to), "text": "!" }]));
            assert!(text.contains('!'), "{text}");
        }
    }
}
