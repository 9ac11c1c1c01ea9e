//! The answers to requests about files.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, folder, uri};
use crate::corpus::corpus;
use crate::text::Encoding;

/// A server with one file open.
pub(crate) struct Open {
    _folder: TempDir,
    pub(crate) client: Client,
    pub(crate) uri: String,
    pub(crate) text: String,
}

/// What an editor of today can do.
pub(crate) fn modern() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "textDocument": {
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "publishDiagnostics": { "relatedInformation": true, "dataSupport": true },
        },
        "workspace": { "workspaceEdit": { "documentChanges": true } },
    })
}

pub(crate) fn open(name: &str, text: &str, capabilities: &Value) -> Open {
    let folder = folder();
    let mut client = Client::hello(folder.path(), capabilities);
    let uri = uri(&folder.path().join(name));
    client.open(&uri, "", text);
    Open { _folder: folder, client, uri, text: text.to_owned() }
}

impl Open {
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        let mut params = params.clone();
        params["textDocument"] = json!({ "uri": self.uri });
        self.client.ask(method, &params)
    }

    /// The texts at the ranges that `found` holds, in order.
    pub(crate) fn texts(&self, ranges: &[&Value]) -> Vec<&str> {
        ranges.iter().map(|range| &self.text[self.bytes(range)]).collect()
    }

    fn bytes(&self, range: &Value) -> std::ops::Range<usize> {
        let at = |end: &str| Encoding::Utf16.offset(&self.text, &range[end]);
        at("start")..at("end")
    }

    pub(crate) fn at(&self, part: &str) -> Value {
        let offset = self.text.find(part).expect("it is there");
        Encoding::Utf16.position(&self.text, offset)
    }

    pub(crate) fn actions(&mut self, part: &str, only: &Value) -> Vec<Value> {
        let at = self.at(part);
        let mut context = json!({ "diagnostics": [] });
        if !only.is_null() {
            context["only"] = only.clone();
        }
        let params = json!({ "range": { "start": at, "end": at }, "context": context });
        self.ask("textDocument/codeAction", &params).as_array().expect("a list").clone()
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().expect("a title")).collect()
}

const VM: &str = r#"// A card behind a vSMMU. 😀
// Two lines.
vm "grace" machine="virt" {
    iommufd "iommufd0"
    vsmmu "smmu0" iommufd="iommufd0" {
        pxb bus-nr=252
        hostdev "gpu0" host="0009:01:00.0"
    }
}
"#;

#[test]
fn symbols_are_nested() {
    let mut file = open("vm.kdl", VM, &modern());
    let symbols = file.ask("textDocument/documentSymbol", &json!({}));
    let vm = &list(&symbols)[0];
    assert_eq!((&vm["name"], &vm["detail"]), (&json!("grace"), &json!("vm machine=\"virt\"")));
    assert_eq!(file.texts(&[&vm["selectionRange"]]), ["\"grace\""]);
    let names = |symbols: &Value| -> Vec<String> {
        list(symbols).iter().map(|it| it["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&vm["children"]), ["iommufd0", "smmu0"]);
    assert_eq!(names(&vm["children"][1]["children"]), ["pxb", "gpu0"]);
    assert_eq!(vm["children"][1]["children"][0]["detail"], "bus-nr=252");

    let mut old = open("vm.kdl", VM, &json!({}));
    let flat = old.ask("textDocument/documentSymbol", &json!({}));
    assert_eq!(names(&flat), ["grace", "iommufd0", "smmu0", "pxb", "gpu0"]);
    assert_eq!(flat[0]["location"]["uri"], old.uri);
    let found = old.client.ask("workspace/symbol", &json!({ "query": "gu0" }));
    assert_eq!(names(&found), ["gpu0"]);
}

#[test]
fn a_domain_has_symbols_too() {
    let text =
        "<domain type='kvm'>\n  <devices>\n    <iommu model='smmuv3'/>\n  </devices>\n</domain>\n";
    let mut file = open("guest.xml", text, &modern());
    let symbols = file.ask("textDocument/documentSymbol", &json!({}));
    let iommu = &symbols[0]["children"][0]["children"][0];
    assert_eq!((&iommu["name"], &iommu["detail"]), (&json!("iommu"), &json!("model='smmuv3'")));
    let folds = file.ask("textDocument/foldingRange", &json!({}));
    let lines: Vec<_> = list(&folds).iter().map(|it| (&it["startLine"], &it["endLine"])).collect();
    assert_eq!(lines, [(&json!(0), &json!(4)), (&json!(1), &json!(3))]);
    let at = file.at("smmuv3");
    let ranges = file.ask("textDocument/selectionRange", &json!({ "positions": [at] }));
    assert_eq!(file.texts(&[&ranges[0]["range"]]), ["smmuv3"]);
    assert_eq!(file.texts(&[&ranges[0]["parent"]["range"]]), ["model='smmuv3'"]);
}

#[test]
fn what_is_nested_without_end_is_no_trouble() {
    let text = "a {".repeat(50_000);
    let mut file = open("vm.kdl", &text, &modern());
    for method in ["documentSymbol", "foldingRange", "semanticTokens/full"] {
        file.ask(&format!("textDocument/{method}"), &json!({}));
    }
    let positions = json!([{ "line": 0, "character": 100_000 }]);
    file.ask("textDocument/selectionRange", &json!({ "positions": positions }));
    file.client.goodbye();
}

#[test]
fn blocks_and_comments_are_folded() {
    let mut file = open("vm.kdl", VM, &modern());
    let folds = file.ask("textDocument/foldingRange", &json!({}));
    let described: Vec<_> = list(&folds)
        .iter()
        .map(|it| (it["kind"].clone(), it["startLine"].clone(), it["endLine"].clone()))
        .collect();
    let expected = [("region", 2, 8), ("region", 4, 7), ("comment", 0, 1)];
    assert_eq!(described, expected.map(|(kind, from, to)| (json!(kind), json!(from), json!(to))));
    let lines_only = json!({ "textDocument": { "foldingRange": { "lineFoldingOnly": true } } });
    let mut file = open("vm.kdl", VM, &lines_only);
    let folds = file.ask("textDocument/foldingRange", &json!({}));
    assert_eq!((&folds[0]["startLine"], &folds[0]["endLine"]), (&json!(2), &json!(7)));
    assert!(folds[0].get("startCharacter").is_none());
}

#[test]
fn a_selection_is_widened_step_by_step() {
    let mut file = open("vm.kdl", VM, &modern());
    let at = file.at("252");
    let ranges = file.ask("textDocument/selectionRange", &json!({ "positions": [at] }));
    let mut steps = Vec::new();
    let mut step = Some(&ranges[0]);
    while let Some(found) = step {
        steps.push(file.texts(&[&found["range"]])[0]);
        step = found.get("parent");
    }
    assert_eq!(steps[..3], ["252", "bus-nr=252", "pxb bus-nr=252"]);
    assert!(steps[3].starts_with("\n        pxb") && steps[3].ends_with("\n    "), "{steps:?}");
    assert!(steps[4].starts_with("vsmmu") && steps[4].ends_with('}'));
    assert_eq!(*steps.last().expect("there are some"), VM);
}

#[test]
fn an_iommufd_is_highlighted_with_what_uses_it() {
    let mut file = open("vm.kdl", VM, &modern());
    let at = file.at("iommufd0\" {");
    let found = file.ask("textDocument/documentHighlight", &json!({ "position": at }));
    let kinds: Vec<_> = list(&found).iter().map(|it| it["kind"].clone()).collect();
    assert_eq!(kinds, [json!(3), json!(2)]);
    let ranges: Vec<&Value> = list(&found).iter().map(|it| &it["range"]).collect();
    assert_eq!(file.texts(&ranges), ["\"iommufd0\"", "\"iommufd0\""]);
    let at = file.at("machine");
    let found = file.ask("textDocument/documentHighlight", &json!({ "position": at }));
    assert_eq!(found, Value::Null);
}

#[test]
fn words_are_coloured_by_what_they_are() {
    let text = "/* 😀\nä */ vm \"a\" machine=(t)\"virt\" {\n  /- x {\n  }\n  vcpus 4 // n\n}\n";
    let mut file = open("vm.kdl", text, &modern());
    let tokens = file.ask("textDocument/semanticTokens/full", &json!({}));
    let legend =
        ["comment", "class", "type", "property", "variable", "string", "number", "keyword"];
    let numbers: Vec<u64> =
        list(&tokens["data"]).iter().map(|it| it.as_u64().expect("a number")).collect();
    let (mut line, mut character) = (0, 0);
    let mut seen = Vec::new();
    for token in numbers.chunks(5) {
        (line, character) =
            if token[0] == 0 { (line, character + token[1]) } else { (line + token[0], token[1]) };
        let at = |character| json!({ "line": line, "character": character });
        let range = json!({ "start": at(character), "end": at(character + token[2]) });
        let kind = legend[usize::try_from(token[3]).expect("small")];
        seen.push((file.texts(&[&range])[0].to_owned(), kind, token[4]));
    }
    let expected = [
        ("/* 😀", "comment", 0),
        ("ä */", "comment", 0),
        ("vm", "class", 0),
        ("\"a\"", "variable", 1),
        ("machine", "property", 0),
        ("(t)", "type", 0),
        ("\"virt\"", "string", 0),
        ("/- x {", "comment", 0),
        ("  }", "comment", 0),
        ("vcpus", "class", 0),
        ("4", "number", 0),
        ("// n", "comment", 0),
    ];
    assert_eq!(seen, expected.map(|(text, kind, modifier)| (text.to_owned(), kind, modifier)));
    let range =
        json!({ "start": { "line": 4, "character": 0 }, "end": { "line": 5, "character": 0 } });
    let tokens = file.ask("textDocument/semanticTokens/range", &json!({ "range": range }));
    assert_eq!(list(&tokens["data"]).len(), 3 * 5);
}

const WRONG: &str = "// 😀\nvm \"a\" machine=\"virt\" {\n    iommufd \"i\"\n    vsmmu \"s\" iommufd=\"i\" {\n        /* 𝒶 */ pxb bus_nr=252; hostdev \"g\" host=\"0009:01:00.0\"\n    }\n}\n";

#[test]
fn a_finding_can_be_fixed_or_allowed() {
    let mut file = open("vm.kdl", WRONG, &modern());
    let uri = file.uri.clone();
    let found = file.client.diagnostics(&uri, 1);
    assert_eq!(found[0]["code"], "schema/unknown-property", "{found:#?}");
    let actions = file.actions("bus_nr", &Value::Null);
    let fix = &actions[0];
    assert_eq!((&fix["kind"], &fix["isPreferred"]), (&json!("quickfix"), &json!(true)), "{fix:#}");
    assert_eq!(fix["diagnostics"][0], found[0]);
    let change = &fix["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": uri, "version": 1 }));
    let fixed = Encoding::Utf16.edited(WRONG, &change["edits"]);
    assert_eq!(fixed, WRONG.replace("bus_nr", "bus-nr"));

    let allow = actions.iter().find(|it| it["title"].as_str().expect("one").starts_with("allow"));
    let allow = allow.expect("it can be allowed");
    let edited = Encoding::Utf16.edited(WRONG, &allow["edit"]["documentChanges"][0]["edits"]);
    assert!(
        edited.contains("// iommulint: allow schema/unknown-property -- TODO: say why\n"),
        "{edited}"
    );

    assert!(file.actions("iommufd", &json!(["quickfix"])).is_empty(), "nothing is wrong there");
    assert!(file.actions("bus_nr", &json!(["refactor"])).is_empty());
    for only in ["source", "source.fixAll", "source.fixAll.iommulint"] {
        let actions = file.actions("iommufd", &json!([only]));
        assert_eq!(titles(&actions), ["apply 1 safe fix"], "{only}");
        assert_eq!(actions[0]["kind"], "source.fixAll.iommulint");
    }
    assert!(file.actions("bus_nr", &json!(["source.fixAllOthers"])).is_empty());

    let mut old = open("vm.kdl", WRONG, &json!({}));
    let fix = &old.actions("bus_nr", &Value::Null)[0];
    let edits = &fix["edit"]["changes"][&old.uri];
    assert_eq!(Encoding::Utf16.edited(WRONG, edits), fixed);
}

#[test]
fn a_range_is_laid_out_by_itself() {
    let text = "vm  \"a\"   machine=\"virt\" {\n vcpus   4\n   memory  \"4GiB\"\n}\n";
    let mut file = open("vm.kdl", text, &modern());
    let range = |from: u32, to: u32| {
        let at = |line: u32| json!({ "line": line, "character": 3 });
        json!({
            "range": { "start": at(from), "end": at(to) },
            "options": { "tabSize": 8, "insertSpaces": false },
        })
    };
    let edits = file.ask("textDocument/rangeFormatting", &range(1, 1));
    let expected = text.replace(" vcpus   4", "    vcpus 4");
    assert_eq!(Encoding::Utf16.edited(text, &edits), expected);
    let edits = file.ask("textDocument/rangeFormatting", &range(1, 2));
    let expected = expected.replace("   memory  \"", "    memory \"");
    assert_eq!(Encoding::Utf16.edited(text, &edits), expected);
    let mut broken = open("vm.kdl", "vm  \"a\" {\n", &modern());
    assert_eq!(broken.ask("textDocument/formatting", &range(0, 0)), Value::Null);
}

/// What the commands make of every file, the editor makes of it too.
#[test]
fn fixing_all_and_formatting_are_those_of_the_command_line() {
    let (folder, files) = corpus();
    let mut client = Client::hello(folder.path(), &modern());
    let mut laid_out = Vec::new();
    let mut fixed = Vec::new();
    for file in &files {
        let uri = uri(&folder.path().join(&file.name));
        client.open(&uri, "", &file.text);
        let params = json!({
            "textDocument": { "uri": uri },
            "options": { "tabSize": 4, "insertSpaces": true },
            "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } },
            "context": { "diagnostics": [], "only": ["source.fixAll"] },
        });
        let edits = client.ask("textDocument/formatting", &params);
        let is_laid_out = !edits.is_null();
        laid_out.push(is_laid_out.then(|| Encoding::Utf16.edited(&file.text, &edits)));
        let actions = client.ask("textDocument/codeAction", &params);
        let action = actions.as_array().and_then(|actions| actions.first());
        fixed.push(action.map(|action| {
            let change = &action["edit"]["documentChanges"][0];
            Encoding::Utf16.edited(&file.text, &change["edits"])
        }));
    }
    client.goodbye();
    let texts_after = |arguments: &[&str]| -> Vec<String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iommulint"));
        command.current_dir(&folder).args(arguments).args(["corpus", "examples", "wide"]);
        command.output().expect("the binary runs");
        let texts = files.iter().map(|file| {
            let path = folder.path().join(&file.name);
            let after = fs::read_to_string(&path).expect("it is there");
            fs::write(&path, &file.text).expect("it can be written");
            after
        });
        texts.collect()
    };
    let mut changes = 0;
    for (outcomes, arguments) in [(laid_out, &["fmt"][..]), (fixed, &["check", "--fix"])] {
        for ((file, outcome), after) in files.iter().zip(outcomes).zip(texts_after(arguments)) {
            changes += usize::from(after != file.text);
            assert_eq!(outcome.unwrap_or(file.text.clone()), after, "{arguments:?} {}", file.name);
        }
    }
    assert!(changes > 50, "{changes} changes");
}

/// Whatever is asked at whatever place of whatever file, there is an answer.
#[test]
fn every_request_is_answered_everywhere() {
    let (folder, files) = corpus();
    let mut client = Client::hello(folder.path(), &modern());
    for file in files.iter().step_by(3) {
        let uri = uri(&folder.path().join(&file.name));
        client.open(&uri, "", &file.text);
        let lines = u32::try_from(file.text.lines().count()).expect("small");
        for (line, character) in [(0, 0), (lines / 3, 9), (lines / 2, 14), (lines, 0), (9999, 9999)]
        {
            let at = json!({ "line": line, "character": character });
            let params = json!({
                "textDocument": { "uri": uri },
                "position": at,
                "positions": [at],
                "range": { "start": at, "end": { "line": line + 3, "character": 0 } },
                "context": { "diagnostics": [], "triggerKind": 1, "includeDeclaration": true },
                "newName": "other",
                "options": { "tabSize": 4, "insertSpaces": true },
            });
            for method in [
                "codeAction",
                "codeLens",
                "completion",
                "definition",
                "documentHighlight",
                "documentSymbol",
                "foldingRange",
                "hover",
                "inlayHint",
                "prepareRename",
                "rangeFormatting",
                "references",
                "rename",
                "selectionRange",
                "semanticTokens/full",
                "semanticTokens/range",
            ] {
                client.ask(&format!("textDocument/{method}"), &params);
            }
        }
    }
    client.goodbye();
}
