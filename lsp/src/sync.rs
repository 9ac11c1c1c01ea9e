//! What the user typed, as it comes from the editor.

use gen_lsp_types::{
    TextDocumentContentChangeEvent, TextDocumentContentChangePartial,
    TextDocumentContentChangeWholeDocument,
};

use crate::position::{Encoding, Index};

/// Makes `changes` in `text`, one after the other: each is counted in the text after those before it.
/// Gives the index of the text as it is then.
pub(crate) fn apply(
    text: &mut String,
    mut index: Index,
    encoding: Encoding,
    changes: Vec<TextDocumentContentChangeEvent>,
) -> Index {
    use TextDocumentContentChangeEvent as Change;
    for change in changes {
        match change {
            Change::TextDocumentContentChangePartial(TextDocumentContentChangePartial {
                range,
                text: new,
                ..
            }) => {
                let span = index.span(text, range);
                text.replace_range(span.range(), &new);
            }
            Change::TextDocumentContentChangeWholeDocument(
                TextDocumentContentChangeWholeDocument { text: new },
            ) => *text = new,
        }
        index = Index::new(text, encoding);
    }
    index
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use serde_json::{Value, json};

    fn after(text: &str, changes: Value) -> String {
        let mut text = text.to_owned();
        let index = Index::new(&text, Encoding::Utf16);
        apply(&mut text, index, Encoding::Utf16, serde_json::from_value(changes).unwrap());
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
    fn no_range_is_too_strange() {
        for (from, to) in [((9, 9), (9, 9)), ((0, 3), (0, 1)), ((0, 1), (u32::MAX, u32::MAX))] {
            let text = after("😀ab\r\nc", json!([{ "range": range(from, to), "text": "!" }]));
            assert!(text.contains('!'), "{text}");
        }
    }
}
