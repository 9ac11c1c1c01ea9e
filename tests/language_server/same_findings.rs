//! What the editor shows is what `check` finds, byte for byte, settings included.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

use crate::client::{Client, uri};
use crate::corpus::{File, corpus};
use crate::text::Encoding;

#[test]
fn in_the_whole_corpus() {
    let (folder, files) = corpus();
    let mut check = Command::new(env!("CARGO_BIN_EXE_iommulint"));
    check.current_dir(&folder).args(["check", "--format=json", "corpus", "examples", "wide"]);
    let output = check.output().expect("the binary runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let mut found: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for finding in report["findings"].as_array().expect("a list") {
        let file = finding["file"].as_str().expect("a name");
        found.entry(file).or_default().push(finding);
    }
    assert!(found.len() > 200, "{} files with findings", found.len());
    for encoding in [Encoding::Utf8, Encoding::Utf16] {
        for pulls in [false, true] {
            let mut capabilities = json!({ "general": { "positionEncodings": [encoding.name()] } });
            let shown = json!({
                "relatedInformation": true,
                "codeDescriptionSupport": true,
                "dataSupport": true,
            });
            let key = if pulls { "diagnostic" } else { "publishDiagnostics" };
            capabilities["textDocument"][key] = shown;
            let mut client = Client::hello(folder.path(), &capabilities);
            for file in &files {
                let uri = uri(&folder.path().join(&file.name));
                client.open(&uri, "", &file.text);
                let diagnostics = if pulls {
                    let params = json!({ "textDocument": { "uri": uri } });
                    let report = client.ask("textDocument/diagnostic", &params);
                    report["items"].as_array().expect("a list").clone()
                } else {
                    client.diagnostics(&uri, 1)
                };
                let findings = found.get(file.name.as_str()).map_or(&[][..], Vec::as_slice);
                let place = Place { encoding, file, uri: &uri };
                assert_eq!(diagnostics.len(), findings.len(), "{}: {diagnostics:#?}", file.name);
                for (diagnostic, finding) in diagnostics.iter().zip(findings) {
                    place.compare(diagnostic, finding);
                }
                client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
            }
            client.goodbye();
        }
    }
}

struct Place<'a> {
    encoding: Encoding,
    file: &'a File,
    uri: &'a str,
}

impl Place<'_> {
    fn compare(&self, diagnostic: &Value, finding: &Value) {
        let name = &self.file.name;
        assert_eq!(diagnostic["code"], finding["rule"], "{name}");
        assert_eq!(diagnostic["range"], self.range(finding), "{name}: {finding:#}");
        assert_eq!(diagnostic["codeDescription"]["href"], finding["url"], "{name}");
        let severity = match finding["severity"].as_str() {
            Some("error") => 1,
            Some("warning") => 2,
            _ => 3,
        };
        assert_eq!(diagnostic["severity"], severity, "{name}");
        let message = diagnostic["message"].as_str().expect("words");
        let notes = finding["notes"].as_array().expect("a list").iter();
        for said in notes.chain([&finding["headline"]]).chain(finding.get("help")) {
            let said = said.as_str().unwrap_or_default();
            assert!(message.contains(said), "{name}: {said} is not in {message}");
        }
        // The first label is at the finding itself, when it has something to say.
        let mut labels = self.labels(finding);
        let related = diagnostic["relatedInformation"].as_array().cloned().unwrap_or_default();
        if labels.len() > related.len() {
            let first = labels.remove(0);
            assert_eq!(first["location"]["range"], diagnostic["range"], "{name}");
            assert!(message.contains(first["message"].as_str().expect("words")), "{name}");
        }
        assert_eq!(related, labels, "{name}");
        let fixes = diagnostic["data"]["fixes"].as_array().cloned().unwrap_or_default();
        assert_eq!(fixes, self.fixes(finding), "{name}");
    }

    fn range(&self, found: &Value) -> Value {
        let at = |end: &str| {
            let offset = found[end]["offset"].as_u64().expect("a number");
            let offset = usize::try_from(offset).expect("small");
            self.encoding.position(&self.file.text, offset)
        };
        json!({ "start": at("start"), "end": at("end") })
    }

    fn labels(&self, finding: &Value) -> Vec<Value> {
        let labels = finding["labels"].as_array().expect("a list").iter();
        let described = labels.map(|label| {
            json!({
                "location": { "uri": self.uri, "range": self.range(label) },
                "message": label["text"],
            })
        });
        described.collect()
    }

    fn fixes(&self, finding: &Value) -> Vec<Value> {
        let fixes = finding["fixes"].as_array().expect("a list").iter();
        let described = fixes.map(|fix| {
            let edits = fix["edits"].as_array().expect("a list").iter();
            let edits: Vec<Value> = edits
                .map(|edit| json!({ "range": self.range(edit), "newText": edit["text"] }))
                .collect();
            json!({ "title": fix["title"], "applicability": fix["applicability"], "edits": edits })
        });
        described.collect()
    }
}
