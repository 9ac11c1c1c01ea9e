//! Edits, damage and requests at random.

use std::env;

use serde_json::{Value, json};

use crate::client::{Client, notification, request, uri};
use crate::corpus::{File, corpus};
use crate::text::Encoding;

const INTERNAL_ERROR: i64 = -32603;

/// What is typed: what the language is made of, whole and half, and what columns can be miscounted at.
const TYPED: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    "a",
    " ",
    "    ",
    "{",
    "}",
    "\"",
    "=",
    "/-",
    "//",
    "/*",
    "*/",
    "#\"",
    "\"#",
    "\"\"\"",
    "\\",
    "\\u{",
    ";",
    "(",
    ")",
    "😀",
    "ä",
    "\u{2028}",
    "\u{feff}",
    "\0",
    "<",
    ">",
    "<!--",
    "]]>",
    "&amp;",
    "&",
    "'",
    "$(",
    "-device ",
    "allow ",
    "// iommulint: allow ",
    "vm \"b\" {\n",
    "hostdev \"x\" host=\"0000:01:00.0\"\n",
    "pxb bus-nr=",
    "vsmmu",
    "index=1",
    "<address type='pci'/>",
    "99999999999999999999",
    "0x",
    "-1",
    "#null",
    "𝒶",
];

/// Numbers that are the same in each run.
struct Random(u64);

impl Random {
    /// Others when `IOMMULINT_RANDOM_SEED` says so.
    fn new() -> Self {
        Self(number("IOMMULINT_RANDOM_SEED").unwrap_or(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % (end as u64)).expect("small")
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// A place between two characters of `text`, though not in a line ending: editors have none there.
    fn place(&mut self, text: &str) -> usize {
        let mut at = text.floor_char_boundary(self.below(text.len() + 1));
        if text[..at].ends_with('\r') && text[at..].starts_with('\n') {
            at += 1;
        }
        at
    }

    /// A part of `text`, most often a short one.
    fn part(&mut self, text: &str) -> (usize, usize) {
        let start = self.place(text);
        let end = match self.below(4) {
            0 => start,
            1 => self.place(text),
            _ => self.place(&text[..text.ceil_char_boundary((start + 20).min(text.len()))]),
        };
        (start.min(end), start.max(end))
    }

    /// What `files` have somewhere, or something short.
    fn typed<'a>(&mut self, files: &'a [File]) -> &'a str {
        if self.below(8) > 0 {
            return self.of::<&str>(TYPED);
        }
        let text = &self.of(files).text;
        let (start, end) = self.part(text);
        &text[start..end]
    }
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

/// How often; more often when `IOMMULINT_RANDOM_ROUNDS` says so.
fn rounds() -> u64 {
    number("IOMMULINT_RANDOM_ROUNDS").unwrap_or(6)
}

/// What is asked about a file as a whole.
const ABOUT_FILES: [&str; 4] = [
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/formatting",
    "textDocument/semanticTokens/full",
];

/// Everything that shows what the server believes the file to be.
fn beliefs(client: &mut Client, uri: &str, version: i32) -> Value {
    let document = json!({ "uri": uri });
    let options = json!({ "tabSize": 4, "insertSpaces": true });
    let params = json!({ "textDocument": document, "options": options });
    let answers = ABOUT_FILES.map(|method| client.ask(method, &params));
    json!({ "diagnostics": client.diagnostics(uri, version), "answers": answers })
}

#[test]
fn edits_leave_what_a_fresh_server_has() {
    let (folder, files) = corpus();
    let mut random = Random::new();
    for encoding in [Encoding::Utf8, Encoding::Utf16] {
        let capabilities = json!({ "general": { "positionEncodings": [encoding.name()] } });
        let mut edited = Client::hello(folder.path(), &capabilities);
        let mut fresh = Client::hello(folder.path(), &capabilities);
        // Never used twice, so that what was said of a file that was open before is not taken for news.
        let mut version = 1;
        for _ in 0..rounds() {
            let file = random.of(&files);
            let uri = uri(&folder.path().join(&file.name));
            let close =
                notification("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
            let mut text = file.text.clone();
            edited.open(&uri, "", &text);
            for _ in 0..4 {
                let mut burst = Vec::new();
                for _ in 0..=random.below(12) {
                    let changes: Vec<Value> = (0..=random.below(3))
                        .map(|_| change(&mut random, &files, encoding, &mut text))
                        .collect();
                    version += 1;
                    let document = json!({ "uri": uri, "version": version });
                    let params = json!({ "textDocument": document, "contentChanges": changes });
                    burst.push(notification("textDocument/didChange", &params));
                }
                edited.send_all(&burst);
                let document =
                    json!({ "uri": uri, "languageId": "", "version": version, "text": text });
                fresh.tell("textDocument/didOpen", &json!({ "textDocument": document }));
                let (found, expected) =
                    (beliefs(&mut edited, &uri, version), beliefs(&mut fresh, &uri, version));
                assert_eq!(found, expected, "{} has become {text:?}", file.name);
                fresh.send(&close);
            }
            edited.send(&close);
        }
        goodbye(edited);
        goodbye(fresh);
    }
}

/// A change of `text`, which is made in it too.
fn change(random: &mut Random, files: &[File], encoding: Encoding, text: &mut String) -> Value {
    let new = random.typed(files);
    if random.below(30) == 0 {
        text.push_str(new);
        return json!({ "text": text });
    }
    let (start, end) = random.part(text);
    let range =
        json!({ "start": encoding.position(text, start), "end": encoding.position(text, end) });
    text.replace_range(start..end, new);
    json!({ "range": range, "text": new })
}

/// What the server dies of while it works on its own is only in its log.
fn goodbye(mut client: Client) {
    client.goodbye();
    let log = client.log();
    assert!(!log.contains("internal error"), "{log}");
}

/// What is asked about places, and what else can be asked.
const ABOUT_PLACES: [&str; 16] = [
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/diagnostic",
    "textDocument/documentHighlight",
    "textDocument/documentLink",
    "textDocument/hover",
    "textDocument/inlayHint",
    "textDocument/prepareRename",
    "textDocument/rangeFormatting",
    "textDocument/references",
    "textDocument/rename",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/range",
    "workspace/symbol",
];

#[test]
fn no_place_of_no_file_is_an_internal_error() {
    let (folder, files) = corpus();
    let mut random = Random::new();
    let mut client = Client::hello(folder.path(), &crate::answers::modern());
    let mut id = 1_000_000;
    for _ in 0..10 * rounds() {
        let file = random.of(&files);
        let uri = uri(&folder.path().join(&file.name));
        let mut text = file.text.clone();
        for _ in 0..random.below(6) {
            let (start, end) = random.part(&text);
            text.replace_range(start..end, random.typed(&files));
        }
        client.open(&uri, "", &text);
        let first = id;
        let mut asked = Vec::new();
        for method in ABOUT_FILES.iter().chain(&ABOUT_PLACES) {
            for _ in 0..3 {
                let params = parameters(&mut random, &uri, &text);
                asked.push(request(id, method, &params));
                id += 1;
            }
        }
        client.send_all(&asked);
        for (id, asked) in (first..).zip(&asked) {
            let response = client.response(id);
            let code = response["error"]["code"].as_i64();
            assert_ne!(code, Some(INTERNAL_ERROR), "{asked} of {text:?}: {response}");
        }
        client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
        client.waiting("textDocument/publishDiagnostics");
    }
    goodbye(client);
}

/// The parameters of all requests about a place.
fn parameters(random: &mut Random, uri: &str, text: &str) -> Value {
    let (start, end) = random.part(text);
    let mut range = [start, end].map(|at| Encoding::Utf16.position(text, at));
    if random.below(8) == 0 {
        for end in &mut range {
            let number = random.of(&["line", "character"]);
            end[*number] = (*random.of(&[1, 2, 7, 1000, u32::MAX])).into();
        }
    }
    let [start, end] = range;
    json!({
        "textDocument": { "uri": uri },
        "position": start,
        "positions": [start, end],
        "range": { "start": start, "end": end },
        "context": { "diagnostics": [], "includeDeclaration": true },
        "newName": "other",
        "options": { "tabSize": 4, "insertSpaces": true },
        "query": "x",
    })
}
