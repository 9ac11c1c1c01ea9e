//! Texts as an editor holds them: positions and edits, worked out without the server's help.

use serde_json::{Value, json};

/// What columns count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16,
}

impl Encoding {
    /// Its name in the protocol.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
        }
    }

    fn length(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
        }
    }

    /// The position of the byte at `offset`.
    pub(crate) fn position(self, text: &str, offset: usize) -> Value {
        let before = &text[..offset];
        let in_an_ending = before.ends_with('\r') && text[offset..].starts_with('\n');
        let before = if in_an_ending { &before[..offset - 1] } else { before };
        let normal = before.replace("\r\n", "\n").replace('\r', "\n");
        let line = normal.rsplit('\n').next().unwrap_or_default();
        json!({ "line": normal.matches('\n').count(), "character": self.length(line) })
    }

    /// The byte at `position`.
    pub(crate) fn offset(self, text: &str, position: &Value) -> usize {
        let number = |key: &str| position[key].as_u64().expect("a number");
        let (mut line, mut column) = (0, 0);
        let mut characters = text.char_indices().chain([(text.len(), '\n')]).peekable();
        while let Some((at, character)) = characters.next() {
            if (line, column) == (number("line"), number("character")) {
                return at;
            }
            let in_an_ending =
                character == '\r' && characters.peek().is_some_and(|it| it.1 == '\n');
            match character {
                _ if in_an_ending => {}
                '\n' | '\r' => (line, column) = (line + 1, 0),
                _ => column += self.length(character.encode_utf8(&mut [0; 4])) as u64,
            }
        }
        panic!("{position} is nowhere")
    }

    /// `text` after `edits`, which are all counted in it.
    pub(crate) fn edited(self, text: &str, edits: &Value) -> String {
        let edits = edits.as_array().expect("a list").iter().map(|edit| {
            let at = |end: &str| self.offset(text, &edit["range"][end]);
            (at("start")..at("end"), edit["newText"].as_str().expect("a text"))
        });
        let mut edits: Vec<_> = edits.collect();
        edits.sort_by_key(|(range, _)| range.start);
        let mut result = text.to_owned();
        for (range, new) in edits.into_iter().rev() {
            result.replace_range(range, new);
        }
        result
    }
}
