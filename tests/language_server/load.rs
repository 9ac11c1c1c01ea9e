//! Much of everything.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Client, folder, insertion, notification, uri};
use crate::process::{MB, memory, processor_time};

/// A file without a mistake, of about `bytes` bytes.
fn long_file(bytes: usize) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        let number = text.len();
        writeln!(text, "vm \"v{number}\" machine=\"virt\" {{").expect("it can be written");
        text.push_str("    // 😀 what the guest sees\n    iommufd \"i0\"\n");
        for bus in 0..8 {
            let host = format!("{:04x}:{bus:02x}:00.0", number % 0xffff);
            writeln!(
                text,
                "    vsmmu \"s{bus}\" {{\n        hostdev \"h{bus}\" host=\"{host}\" iommufd=\"i0\"\n    }}"
            )
            .expect("it can be written");
        }
        text.push_str("}\n");
    }
    text
}

#[test]
fn a_long_file() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    let text = long_file(1_000_000);
    client.open(&uri, "kdl", &text);
    let before = client.diagnostics(&uri, 1).len();
    client.send(&insertion(&uri, 2, 1, 4, "nonsense\n"));
    assert_eq!(client.diagnostics(&uri, 2).len(), before + 1);
    client.goodbye();
}

#[test]
fn more_findings_than_anybody_reads() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    let text = format!("vm \"a\" machine=\"virt\" {{ {} }}\n", "nonsense; ".repeat(20_000));
    client.open(&uri, "kdl", &text);
    let found = client.diagnostics(&uri, 1);
    assert_eq!(found.len(), 1001);
    let last = found[1000]["message"].as_str().expect("it has one");
    assert!(last.starts_with("19000 more findings from here on"), "{last}");
    let everywhere =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 1, "character": 0 } });
    let actions = client.ask(
        "textDocument/codeAction",
        &json!({
            "textDocument": { "uri": uri },
            "range": everywhere,
            "context": { "diagnostics": [] },
        }),
    );
    let actions = actions.as_array().expect("there are some").len();
    assert!((1..1000).contains(&actions), "{actions}");
    client.goodbye();
}

#[test]
fn many_open_files() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uris: Vec<String> =
        (0..2_000).map(|number| uri(&folder.path().join(format!("{number}.kdl")))).collect();
    for uri in &uris {
        client.open(uri, "kdl", "vm \"a\" colour=1\n");
    }
    for uri in &uris {
        assert!(!client.diagnostics(uri, 1).is_empty());
    }
    for version in 2..52 {
        client.send(&insertion(&uris[7], version, 0, 0, "\n"));
        client.diagnostics(&uris[7], version);
    }
    let memory = memory(client.process());
    assert!(memory < 200 * MB, "{memory} bytes");
    client.goodbye();
}

#[test]
fn many_open_files_of_one_host() {
    let folder = folder();
    fs::write(folder.path().join("iommulint.toml"), "host = \"host.toml\"\n")
        .expect("it can be written");
    let mut client = Client::hello(folder.path(), &json!({}));
    let uris: Vec<String> =
        (0..200).map(|number| uri(&folder.path().join(format!("{number:03}.kdl")))).collect();
    for (number, uri) in uris.iter().enumerate() {
        let device = number % 10;
        let host = format!("hostdev \"gpu\" host=\"0009:01:{device:02x}.0\"");
        client.open(uri, "kdl", &format!("vm \"v{number}\" machine=\"virt\" {{\n    {host}\n}}\n"));
    }
    let last = uris.last().expect("there are many");
    client.diagnostics(last, 1);
    for version in 2..7 {
        client.send(&insertion(last, version, 0, 0, "\n"));
        assert!(!client.diagnostics(last, version).is_empty());
    }
    // When all were compared anew for each of them, this took minutes.
    let time = processor_time(client.process());
    assert!(time < Duration::from_secs(30), "{time:?}");
    client.goodbye();
}

#[test]
fn a_burst_of_edits_takes_no_memory() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    client.open(&uri, "kdl", &long_file(20_000));
    client.diagnostics(&uri, 1);
    let before = memory(client.process());
    let edits: Vec<Value> =
        (2..5_002).map(|version| insertion(&uri, version, 1, 4, "// 😀 typed\n    ")).collect();
    client.send_all(&edits);
    client.diagnostics(&uri, 5_001);
    let checks = client.waiting("textDocument/publishDiagnostics").len();
    assert!(checks < 1_000, "{checks} checks of 5,000 edits");
    let after = memory(client.process());
    assert!(after < before + 50 * MB, "{before} bytes before, {after} bytes after");
    client.goodbye();
}

#[test]
fn many_changes_at_once() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &json!({}));
    let uri = uri(&folder.path().join("vm.kdl"));
    let text = long_file(200_000);
    client.open(&uri, "kdl", &text);
    client.diagnostics(&uri, 1);
    let places = text.match_indices("iommufd=").map(|(at, _)| {
        let line = text[..at].matches('\n').count();
        let start = at - text[..at].rfind('\n').expect("it has lines") - 1;
        json!({ "start": { "line": line, "character": start }, "end": { "line": line, "character": start + 7 } })
    });
    let mut changes: Vec<Value> =
        places.map(|range| json!({ "range": range, "text": "iommufb" })).collect();
    changes.reverse();
    let count = changes.len();
    let document = json!({ "uri": uri, "version": 2 });
    let params = json!({ "textDocument": document, "contentChanges": changes });
    client.send(&notification("textDocument/didChange", &params));
    let found = client.diagnostics(&uri, 2);
    let last = found.last().and_then(|last| last["message"].as_str()).unwrap_or_default();
    let more: usize = last.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default();
    assert!(more + 1000 >= count, "{last} after {count} changes");
    // When each was an index of the whole text anew, this took half a minute.
    let time = processor_time(client.process());
    assert!(time < Duration::from_secs(15), "{time:?}");
    client.goodbye();
}
