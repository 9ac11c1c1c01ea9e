//! What the editor is told of files.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, folder, insertion, notification, uri};

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|it| it["code"].as_str().expect("a rule")).collect()
}

const GOOD: &str = "vm \"a\" machine=\"virt\" {\n}\n";

#[test]
fn opening_editing_closing() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    client.open(&uri, "kdl", GOOD);
    assert_eq!(client.diagnostics(&uri, 1), Vec::<Value>::new());
    client.send(&insertion(&uri, 2, 0, 22, " machin=\"virt\""));
    let diagnostics = client.diagnostics(&uri, 2);
    assert_eq!(codes(&diagnostics), ["schema/unknown-property"], "{diagnostics:#?}");
    assert_eq!(diagnostics[0]["severity"], 1);
    assert_eq!(diagnostics[0]["source"], "iommulint");
    client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    let closed = client.next("textDocument/publishDiagnostics");
    assert_eq!(closed["params"], json!({ "uri": uri, "diagnostics": [] }));
    client.goodbye();
}

#[test]
fn a_burst_of_edits_is_checked_seldom() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    client.open(&uri, "kdl", GOOD);
    client.diagnostics(&uri, 1);
    let typed: Vec<char> = "\n// 😀 what the guest sees ".chars().cycle().take(1000).collect();
    let (mut line, mut character) = (1, 1);
    let mut edits = Vec::new();
    for (version, typed) in (2..).zip(&typed) {
        edits.push(insertion(&uri, version, line, character, &typed.to_string()));
        character += u32::try_from(typed.len_utf16()).expect("small");
        if *typed == '\n' {
            (line, character) = (line + 1, 0);
        }
    }
    client.send_all(&edits);
    assert_eq!(client.diagnostics(&uri, 1001), Vec::<Value>::new());
    let checks = client.waiting("textDocument/publishDiagnostics").len();
    assert!(checks < 500, "{checks} checks of 1000 edits");
    client.goodbye();
}

#[test]
fn columns_are_those_of_the_encoding() {
    let folder = folder();
    let uri = uri(&folder.path().join("vm.kdl"));
    let text = "/* 😀ä */ vm \"𝒶\" machine=\"virt\" colour=1 {\n}\n";
    let at = text.find("colour").expect("it is there");
    let before = &text[..at];
    for (encoding, column) in [
        ("utf-8", before.len()),
        ("utf-16", before.encode_utf16().count()),
        ("utf-32", before.chars().count()),
    ] {
        let capabilities = json!({ "general": { "positionEncodings": [encoding] } });
        let mut client = Client::hello(folder.path(), &capabilities);
        client.open(&uri, "kdl", text);
        let diagnostics = client.diagnostics(&uri, 1);
        assert_eq!(codes(&diagnostics), ["schema/unknown-property"]);
        let start = &diagnostics[0]["range"]["start"];
        assert_eq!(*start, json!({ "line": 0, "character": column }), "{encoding}");
        client.goodbye();
    }
}

#[test]
fn positions_that_are_nowhere_do_no_harm() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    client.open(&uri, "kdl", "// 😀\r\nvm \"a\" machine=\"virt\"");
    client.diagnostics(&uri, 1);
    for (version, (line, character)) in
        (2..).zip([(0, 4), (0, 99), (99, 0), (u32::MAX, u32::MAX), (1, u32::MAX)])
    {
        client.send(&insertion(&uri, version, line, character, " "));
        assert_eq!(client.diagnostics(&uri, version), Vec::<Value>::new(), "{line}:{character}");
    }
    client.goodbye();
}

#[test]
fn files_that_are_not_for_us_are_left_alone() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    for (name, language, text) in [
        ("pom.xml", "xml", "<project><a></project>"),
        ("a.sh", "shellscript", "echo 'iommu"),
        ("a.txt", "plaintext", "vm {"),
        ("Untitled", "rust", "fn main() {"),
    ] {
        let uri = uri(&folder.path().join(name));
        client.open(&uri, language, text);
        assert_eq!(client.diagnostics(&uri, 1), Vec::<Value>::new(), "{name}");
    }
    let uri = uri(&folder.path().join("guest.xml"));
    client.open(&uri, "xml", "<domain type='kvm'><devices></domain>");
    assert_eq!(codes(&client.diagnostics(&uri, 1)), ["syntax/xml"]);
    client.open("untitled:Untitled-1", "kdl", "vm {");
    assert!(!client.diagnostics("untitled:Untitled-1", 1).is_empty());
    client.goodbye();
}

#[test]
fn a_wrong_configuration_is_shown_where_it_is_wrong() {
    let folder = folder();
    let toml = folder.path().join("iommulint.toml");
    fs::write(&toml, "# ä\n[rule]\n").expect("it can be written");
    let capabilities =
        json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut client = Client::hello(folder.path(), &capabilities);
    let registered = client.next("client/registerCapability");
    assert_eq!(
        registered["params"]["registrations"][0]["method"],
        "workspace/didChangeWatchedFiles"
    );
    client.send(&json!({ "jsonrpc": "2.0", "id": registered["id"], "result": null }));

    let vm = uri(&folder.path().join("vm.kdl"));
    client.open(&vm, "kdl", "vm \"a\" machine=\"virt\" colour=1\n");
    let of_toml = client.next("textDocument/publishDiagnostics");
    assert_eq!(of_toml["params"]["uri"], uri(&toml), "{of_toml:#}");
    let range = &of_toml["params"]["diagnostics"][0]["range"];
    assert_eq!(range["start"], json!({ "line": 1, "character": 1 }), "{of_toml:#}");
    let message = client.next("window/showMessage");
    assert!(message["params"]["message"].as_str().expect("words").contains("rule"));
    assert_eq!(client.diagnostics(&vm, 1), Vec::<Value>::new(), "nobody knows what to say");

    for (content, expected) in [
        ("rules.\"schema/unknown-property\" = \"warning\"\n", Some(2)),
        ("rules.\"schema/unknown-property\" = \"note\"\n", Some(3)),
        ("exclude = [\"*.kdl\"]\n", None),
    ] {
        fs::write(&toml, content).expect("it can be written");
        let changes = json!({ "changes": [{ "uri": uri(&toml), "type": 2 }] });
        client.tell("workspace/didChangeWatchedFiles", &changes);
        let severity = client.diagnostics(&vm, 1).first().map(|it| it["severity"].clone());
        assert_eq!(severity, expected.map(Value::from), "{content}");
    }
    client.goodbye();
}

#[test]
fn whoever_asks_for_diagnostics_is_not_told_them_twice() {
    let folder = folder();
    let capabilities = json!({
        "textDocument": { "diagnostic": { "dynamicRegistration": false, "relatedInformation": true } },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let mut client = Client::hello(folder.path(), &capabilities);
    let uri = uri(&folder.path().join("vm.kdl"));
    client.open(&uri, "kdl", "vm \"a\" machine=\"virt\" colour=1\n");
    let report = client.ask("textDocument/diagnostic", &json!({ "textDocument": { "uri": uri } }));
    assert_eq!(report["kind"], "full");
    assert_eq!(codes(report["items"].as_array().expect("a list")), ["schema/unknown-property"]);
    client.tell("textDocument/didSave", &json!({ "textDocument": { "uri": uri } }));
    let again = client.next("workspace/diagnostic/refresh");
    client.send(&json!({ "jsonrpc": "2.0", "id": again["id"], "result": null }));
    client.ask("textDocument/diagnostic", &json!({ "textDocument": { "uri": uri } }));
    assert!(client.waiting("textDocument/publishDiagnostics").is_empty());
    client.goodbye();
}

#[test]
fn what_is_said_of_published_diagnostics_counts_for_those_asked_for() {
    let folder = folder();
    // As VS Code says it.
    let capabilities = json!({
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true,
                "tagSupport": { "valueSet": [1, 2] },
                "codeDescriptionSupport": true,
                "dataSupport": true,
            },
            "diagnostic": { "dynamicRegistration": true, "relatedDocumentSupport": false },
        },
    });
    let mut client = Client::hello(folder.path(), &capabilities);
    let uri = uri(&folder.path().join("vm.kdl"));
    let text = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=252\n    pxb bus-nr=252\n}\n";
    client.open(&uri, "kdl", text);
    let report = client.ask("textDocument/diagnostic", &json!({ "textDocument": { "uri": uri } }));
    let finding = &report["items"][0];
    assert_eq!(finding["relatedInformation"].as_array().map(Vec::len), Some(1), "{report:#}");
    assert!(finding["codeDescription"]["href"].is_string(), "{report:#}");
    assert!(finding["data"]["fixes"].is_array(), "{report:#}");
    client.goodbye();
}

#[test]
fn a_file_that_is_gone_from_the_disk_is_still_checked() {
    let folder = folder();
    let path = folder.path().join("sub/vm.kdl");
    fs::create_dir(folder.path().join("sub")).expect("a folder can be made");
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&path);
    client.open(&uri, "kdl", GOOD);
    client.diagnostics(&uri, 1);
    fs::remove_dir_all(folder.path().join("sub")).expect("it can be removed");
    client.send(&notification("workspace/didDeleteFiles", &json!({ "files": [{ "uri": uri }] })));
    client.send(&insertion(&uri, 2, 0, 0, "wm \"b\"\n"));
    assert!(!client.diagnostics(&uri, 2).is_empty());
    client.goodbye();
}

#[test]
fn files_of_one_host_are_compared() {
    let folder = folder();
    fs::write(folder.path().join("iommulint.toml"), "host = \"host.toml\"\n")
        .expect("it is written");
    let mut client = Client::hello(folder.path(), &json!({}));
    let text = |name: &str| {
        format!(
            "vm \"{name}\" machine=\"virt\" {{\n    hostdev \"gpu\" host=\"0009:01:00.0\"\n}}\n"
        )
    };
    let [one, two] = ["one.kdl", "two.kdl"].map(|name| uri(&folder.path().join(name)));
    client.open(&one, "kdl", &text("one"));
    let alone = client.diagnostics(&one, 1);
    assert!(!codes(&alone).contains(&"hostdev/shared-between-vms"), "{alone:#?}");
    client.open(&two, "kdl", &text("two"));
    let shared = client.diagnostics(&two, 1);
    assert!(codes(&shared).contains(&"hostdev/shared-between-vms"), "{shared:#?}");
    let message = shared[0]["message"].as_str().expect("words");
    assert!(message.contains("one.kdl, line 2: `one` takes it"), "{message}");
    let edit = insertion(&one, 2, 1, 4, "/-");
    client.send(&edit);
    let other = client.diagnostics(&two, 1);
    assert!(!codes(&other).contains(&"hostdev/shared-between-vms"), "not any more: {other:#?}");
    client.goodbye();
}
