//! What the server knows of the host from its snapshot.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::answers::modern;
use crate::client::{Client, folder, uri};
use crate::text::Encoding;

const GB200: &str = include_str!("../../examples/hosts/gb200.toml");

/// An editor in a folder whose configuration names `host.toml`.
struct Editor {
    folder: TempDir,
    client: Client,
}

impl Editor {
    fn new(snapshot: Option<&str>, capabilities: &Value) -> Self {
        let folder = folder();
        let write = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).expect("it can be written");
        };
        write("iommulint.toml", "host = \"host.toml\"\n");
        if let Some(snapshot) = snapshot {
            write("host.toml", snapshot);
        }
        let client = Client::hello(folder.path(), capabilities);
        Self { folder, client }
    }

    fn uri(&self, name: &str) -> String {
        uri(&self.folder.path().join(name))
    }

    fn write_snapshot(&self, text: &str) {
        fs::write(self.folder.path().join("host.toml"), text).expect("it can be written");
    }

    /// Opens a file in which `|` is the cursor, and asks something there.
    fn ask(&mut self, name: &str, text: &str, method: &str) -> Value {
        let at = text.find('|').unwrap_or_default();
        let text = text.replacen('|', "", 1);
        let uri = self.uri(name);
        self.client.open(&uri, "", &text);
        let position = Encoding::Utf16.position(&text, at);
        let params = json!({ "textDocument": { "uri": uri }, "position": position });
        self.client.ask(method, &params)
    }

    /// What is offered at `|`, as the editor sorts it.
    fn offered(&mut self, text: &str) -> Vec<Value> {
        let found = self.ask("vm.kdl", text, "textDocument/completion");
        let mut items = found.as_array().cloned().unwrap_or_default();
        let key = |item: &Value| item.get("sortText").unwrap_or(&item["label"]).to_string();
        items.sort_by_key(key);
        items
    }

    fn labels(&mut self, text: &str) -> Vec<String> {
        let label = |item: &Value| item["label"].as_str().expect("a label").to_owned();
        self.offered(text).iter().map(label).collect()
    }
}

const GROUP: &str = r#"// 😀
vm "a" machine="virt" {
    iommufd "i"
    vsmmu "s" iommufd="i" {
        hostdev "nic0" host="0006:01:00.0"
        hostdev "nic1" host=|
    }
    hostdev "gpu" host="0009:01:00.0"
}
"#;

#[test]
fn free_devices_are_offered_those_of_the_same_smmu_first() {
    let mut editor = Editor::new(Some(GB200), &modern());
    let items = editor.offered(GROUP);
    let labels: Vec<&str> = items.iter().filter_map(|item| item["label"].as_str()).collect();
    assert_eq!(labels, ["0006:01:00.1", "0008:01:00.0", "0018:01:00.0", "0019:01:00.0"]);
    assert_eq!(items[0]["textEdit"]["newText"], "\"0006:01:00.1\"");
    assert_eq!(
        items[2]["detail"],
        "10de:2941 GB200, NUMA node 1, IOMMU smmu3.0x0000000015000000, group 25, driver nvidia"
    );
    assert!(items[3]["detail"].as_str().expect("one").ends_with("no driver"), "{:#}", items[3]);
    let words = items[0]["documentation"]["value"].as_str().expect("words");
    assert!(words.contains("DDDD:BB:SS.F"), "{words}");

    let named = GROUP.replace("iommufd=\"i\" {", "host=\"smmu3.0x0000000016000000\" {");
    assert_eq!(editor.labels(&named)[0], "0019:01:00.0", "the vSMMU says which");
    let open_string = "vm \"a\" machine=\"virt\" {\n    hostdev \"g\" host=\"|\n";
    assert_eq!(editor.labels(open_string).len(), 6, "all but the bridges");
    let changed = GROUP.replace("host=|", "host=\"0008:01|:00.0\"");
    assert!(editor.labels(&changed).contains(&"0008:01:00.0".to_owned()), "what is there now");
    assert_eq!(editor.labels("vm \"a\" { device \"d\" host=| }"), [""; 0], "of the guest");
    editor.client.goodbye();
}

#[test]
fn what_another_open_file_takes_is_not_offered() {
    let mut editor = Editor::new(Some(GB200), &modern());
    let other = "vm \"b\" machine=\"virt\" {\n    hostdev \"g\" host=\"0018:01:00.0\"\n}\n";
    let uri = editor.uri("other.kdl");
    editor.client.open(&uri, "", other);
    assert!(!editor.labels(GROUP).contains(&"0018:01:00.0".to_owned()));
    editor.client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    assert!(editor.labels(GROUP).contains(&"0018:01:00.0".to_owned()));
    editor.client.goodbye();
}

#[test]
fn smmus_are_offered_that_of_the_devices_first() {
    let mut editor = Editor::new(Some(GB200), &modern());
    let text = "vm \"a\" machine=\"virt\" {\n  vsmmu \"s\" host=| {\n    hostdev \"g\" host=\"0018:01:00.0\"\n  }\n}\n";
    let items = editor.offered(text);
    assert_eq!(items.len(), 5);
    assert_eq!(items[0]["label"], "smmu3.0x0000000015000000");
    assert_eq!(
        items[0]["detail"],
        "0018:01:00.0, ats, no ril, ssidsize 20, oas 48, granules 4KiB 64KiB, cmdqv"
    );
    assert_eq!(items[1]["label"], "smmu3.0x0000000005000000");
    editor.client.goodbye();
}

#[test]
fn an_address_says_what_the_host_knows_of_it() {
    let mut editor = Editor::new(Some(GB200), &modern());
    let mut words = |name: &str, text: &str| {
        let found = editor.ask(name, text, "textDocument/hover");
        found["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let of =
        |host: &str| format!("vm \"a\" machine=\"virt\" {{\n  hostdev \"g\" host=\"|{host}\"\n}}");
    let gpu = words("vm.kdl", &of("0009:01:00.0"));
    assert!(gpu.contains("DDDD:BB:SS.F") && gpu.contains("`host.toml`"), "{gpu}");
    assert!(gpu.contains("- 10de:2941 GB200\n- NUMA node 0\n- IOMMU smmu3.0x0000000012000000\n- group 11\n- driver nvgrace_gpu_vfio_pci\n"), "{gpu}");
    assert!(words("vm.kdl", &of("0001:01:00.0")).contains("`host.toml` has no `0001:01:00.0`"));
    let smmu = words("vm.kdl", "vm \"a\" { vsmmu \"s\" host=\"smmu|3.0x0000000005000000\" }");
    assert!(smmu.contains("- 0006:01:00.0 0006:01:00.1\n- not known: ats, ril"), "{smmu}");
    let domain = "<domain type='kvm'>\n  <name>a</name>\n  <os><type arch='aarch64' machine='virt'>hvm</type></os>\n  <devices>\n    <hostdev mode='subsystem' type='pci'>\n      <source>\n        <addr|ess domain='0x0009' bus='0x01' slot='0x00' function='0x0'/>\n      </source>\n    </hostdev>\n  </devices>\n</domain>\n";
    let gpu = words("vm.xml", domain);
    assert!(gpu.contains("10de:2941 GB200"), "{gpu}");
    editor.client.goodbye();
}

#[test]
fn links_and_definitions_lead_to_the_entry() {
    let mut editor = Editor::new(Some(GB200), &modern());
    let text = "// 😀\nvm \"a\" machine=\"virt\" {\n  vsmmu \"s\" host=\"smmu3.0x0000000012000000\" {\n    hostdev \"g\" host=\"|0009:01:00.0\"\n    hostdev \"h\" host=\"0001:01:00.0\"\n  }\n}\n";
    let line_of = |part: &str| {
        let at = GB200.find(part).expect("it is there");
        GB200[..at].matches('\n').count() + 1
    };
    let links = editor.ask("vm.kdl", text, "textDocument/documentLink");
    let links = links.as_array().expect("a list");
    let host = editor.uri("host.toml");
    let targets: Vec<&str> = links.iter().filter_map(|link| link["target"].as_str()).collect();
    let smmu = line_of("name = \"smmu3.0x0000000012000000\"");
    let device = line_of("address = \"0009:01:00.0\"");
    assert_eq!(targets, [format!("{host}#L{smmu}"), format!("{host}#L{device}")]);
    let plain = text.replace('|', "");
    let range = &links[1]["range"];
    let at = |end: &str| Encoding::Utf16.offset(&plain, &range[end]);
    assert_eq!(&plain[at("start")..at("end")], "\"0009:01:00.0\"");
    assert_eq!(links[1]["tooltip"], "0009:01:00.0 in host.toml");

    let found = editor.ask("vm.kdl", text, "textDocument/definition");
    assert_eq!(found[0]["uri"], host);
    let at = |end: &str| Encoding::Utf16.offset(GB200, &found[0]["range"][end]);
    assert_eq!(&GB200[at("start")..at("end")], "\"0009:01:00.0\"");
    assert_eq!(found[0]["range"]["start"]["line"], json!(device - 1));
    editor.client.goodbye();
}

#[test]
fn without_a_snapshot_nothing_is_offered_and_nothing_said() {
    let mut editor = Editor::new(None, &modern());
    assert_eq!(editor.labels(GROUP), [""; 0]);
    assert_eq!(editor.ask("vm.kdl", GROUP, "textDocument/documentLink"), Value::Null);
    let uri = editor.uri("vm.kdl");
    editor.client.diagnostics(&uri, 1);
    assert_eq!(editor.client.waiting("window/showMessage"), [Value::Null; 0]);
    editor.client.goodbye();
}

/// A broken snapshot is said once, where it is broken; put right, it is used.
#[test]
fn a_snapshot_is_read_again_when_it_changes() {
    let watching = json!({ "workspace": {
        "didChangeWatchedFiles": { "dynamicRegistration": true, "relativePatternSupport": true },
    }});
    let broken = GB200.replacen("kernel = ", "kernal = ", 1);
    let mut editor = Editor::new(Some(&broken), &watching);
    assert_eq!(editor.labels(GROUP), [""; 0]);
    let host = editor.uri("host.toml");
    let told = editor.client.next("textDocument/publishDiagnostics");
    assert_eq!(told["params"]["uri"], host, "{told:#}");
    let message = &told["params"]["diagnostics"][0]["message"];
    assert_eq!(*message, "there is no key `kernal` here\nhelp: did you mean `kernel`?");
    let message = editor.client.next("window/showMessage");
    let message = message["params"]["message"].as_str().expect("words").to_owned();
    assert!(message.contains("host.toml:8:1: there is no key `kernal` here"), "{message}");

    let asked = [(); 2].map(|()| editor.client.next("client/registerCapability"));
    let pattern = |asked: &Value| {
        let options = &asked["params"]["registrations"][0]["registerOptions"];
        options["watchers"][0]["globPattern"].clone()
    };
    assert_eq!(pattern(&asked[0]), "**/iommulint.toml");
    let folder = uri(editor.folder.path());
    assert_eq!(pattern(&asked[1]), json!({ "baseUri": folder, "pattern": "host.toml" }));

    editor.write_snapshot(GB200);
    let changes = json!({ "changes": [{ "uri": host, "type": 2 }] });
    editor.client.tell("workspace/didChangeWatchedFiles", &changes);
    let healed = loop {
        let told = editor.client.next("textDocument/publishDiagnostics");
        if told["params"]["uri"] == host {
            break told;
        }
    };
    assert_eq!(healed["params"]["diagnostics"], json!([]));
    assert_eq!(editor.labels(GROUP).len(), 4);
    assert_eq!(editor.client.waiting("client/registerCapability"), [Value::Null; 0], "once");
    editor.client.goodbye();
}
