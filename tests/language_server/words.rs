//! What the server knows of words: while they are written, and when they are read.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::answers::{Open, modern, open};
use crate::text::Encoding;

const VM: &str = r#"// 😀
target qemu="11.1"
vm "grace" machine="virt" {
    iommufd "iommufd0"
    numa {
        cell 0 cpus="0-3" memory="4GiB"
    }
    vsmmu "smmu0" iommufd="iommufd0" {
        pxb
        root-port { hostdev "gpu0" host="0009:01:00.0"; }
        hostdev "gpu1" host="0019:01:00.0"
    }
}
"#;

/// What is offered at `|` of `text`: labels, and the text with each taken.
fn offered(text: &str, capabilities: &Value) -> Vec<(String, String)> {
    let at = text.find('|').expect("a cursor");
    let text = text.replacen('|', "", 1);
    let mut file = open("vm.kdl", &text, capabilities);
    let position = Encoding::Utf16.position(&text, at);
    let found = file.ask("textDocument/completion", &json!({ "position": position }));
    let items = found.as_array().cloned().unwrap_or_default();
    let taken = items.iter().map(|item| {
        let label = item["label"].as_str().expect("a label").to_owned();
        (label, Encoding::Utf16.edited(&text, &json!([item["textEdit"]])))
    });
    taken.collect()
}

fn labels(text: &str) -> Vec<String> {
    offered(text, &modern()).into_iter().map(|(label, _)| label).collect()
}

#[test]
fn nodes_are_those_of_the_place() {
    assert_eq!(labels("|"), ["target", "vm"]);
    assert_eq!(labels("target qemu=\"11.1\"\n|"), ["vm"], "a second target would be wrong");
    for text in [
        "vm \"a\" {\n  vsmmu \"s\" {\n    pxb\n    |\n  }\n}",
        "vm \"a\" {\n vsmmu \"s\" {\n pxb; |",
    ] {
        let labels = labels(text);
        assert!(labels.iter().any(|it| it == "root-port"), "{labels:?}");
        assert!(labels.iter().all(|it| it != "pxb" && it != "memory"), "{labels:?}");
    }
    assert!(labels("vm \"a\" {\n    vsm|\n}").iter().any(|it| it == "vsmmu"));
    assert_eq!(labels("vm \"a\" { cpu \"x\" { | } }"), [""; 0], "it holds nothing");
    let snippets = json!({
        "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } },
    });
    let taken = offered("vm \"a\" {\n    host|\n}", &snippets);
    let (_, text) = taken.iter().find(|(label, _)| label == "hostdev").expect("it is offered");
    assert_eq!(text, "vm \"a\" {\n    hostdev \"${1:id}\" host=\"${2:host}\"\n}");
}

#[test]
fn keys_are_those_that_are_left() {
    for text in [
        "vm \"a\" {\n  pxb bus-nr=3 |\n}",
        "vm \"a\" {\n  pxb bus-nr=3 sl|",
        "vm \"a\" { pxb | bus-nr=3; }",
    ] {
        let labels = labels(text);
        assert!(labels.contains(&"slot".to_owned()), "{text}: {labels:?}");
        assert!(!labels.contains(&"bus-nr".to_owned()), "{text}: {labels:?}");
    }
    let taken = offered("vm \"a\" { pxb sl| }", &modern());
    assert!(taken.contains(&("slot".into(), "vm \"a\" { pxb slot= }".into())), "{taken:?}");
}

#[test]
fn values_are_those_that_can_be() {
    let taken = offered(&VM.replace("=\"iommufd0\"", "=|"), &modern());
    assert_eq!(taken, [("iommufd0".to_owned(), VM.to_owned())]);
    let open_string =
        "vm \"a\" machine=\"virt\" {\n  iommufd \"i\"\n  hostdev \"g\" iommufd=\"|\n}\n";
    assert_eq!(labels(open_string), ["i"]);
    let closed = offered("vm \"a\" { iommu \"i|\" }", &modern());
    assert!(
        closed.contains(&("intel".into(), "vm \"a\" { iommu \"intel\" }".into())),
        "{closed:?}"
    );
    assert_eq!(labels("vm \"a\" { hostdev \"g\" managed=| }"), ["#true", "#false"]);
    assert_eq!(labels(&VM.replace("pxb", "pxb numa-node=|")), ["0"]);
    let targets = labels("target libvirt=|");
    assert!(targets.contains(&"rfc-nested".to_owned()) && targets.len() > 3, "{targets:?}");
}

#[test]
fn rules_are_named_in_comments_only() {
    let names = labels("// iommulint: allow pci/|\nvm \"a\"");
    assert!(names.contains(&"pci/bus-window".to_owned()), "{names:?}");
    assert_eq!(labels("// iommulint: al|"), ["allow", "allow-file"]);
    for nothing in ["// iommulint: allow x -- why |", "// al|", "/* v| */"] {
        assert_eq!(labels(nothing), [""; 0], "{nothing}");
    }
}

#[test]
fn what_is_offered_is_described() {
    let mut file = open("vm.kdl", "vm \"a\" { pxb  }", &modern());
    let position = json!({ "line": 0, "character": 13 });
    let found = file.ask("textDocument/completion", &json!({ "position": position }));
    let items = found.as_array().expect("a list");
    let bus_nr = items.iter().find(|item| item["label"] == "bus-nr").expect("it is offered");
    let words = bus_nr["documentation"]["value"].as_str().expect("words");
    assert!(words.contains("Default: the highest that leaves room"), "{words}");
}

fn hover(file: &mut Open, part: &str) -> String {
    let position = file.at(part);
    let found = file.ask("textDocument/hover", &json!({ "position": position }));
    found["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_word_says_what_it_means_and_what_came_out() {
    let mut file = open("vm.kdl", VM, &modern());
    let pxb = hover(&mut file, "pxb");
    assert!(pxb.contains("The PCI expander bridge of the group"), "{pxb}");
    assert!(pxb.contains("(allocated)") && pxb.contains("vSMMU `smmu0` translates"), "{pxb}");
    let gpu = hover(&mut file, "hostdev \"gpu1\"");
    let map = Command::new(env!("CARGO_BIN_EXE_iommulint"));
    let seen = mapped(map, &file);
    assert!(gpu.contains(&seen), "{gpu} does not say {seen}");
    assert!(hover(&mut file, "machine").contains("versioned form"), "a property");
    let vsmmu = hover(&mut file, "vsmmu");
    assert!(vsmmu.contains("since libvirt 11.10") && vsmmu.contains("255 is free"), "{vsmmu}");
    let mut file = open("vm.kdl", "// iommulint: allow pci/bus-window\nvm \"a\" {", &modern());
    assert!(hover(&mut file, "bus-window").contains("**pci/bus-window**"));
    assert!(hover(&mut file, "vm").contains("One virtual machine."), "an open brace");
}

/// The guest address of `gpu1`, as the command `map` says it.
fn mapped(mut command: Command, file: &Open) -> String {
    let folder = TempDir::new().expect("a folder can be made");
    fs::write(folder.path().join("vm.kdl"), &file.text).expect("it can be written");
    command.current_dir(&folder).args(["map", "--format", "json", "vm.kdl"]);
    let output = command.output().expect("the binary runs");
    let said: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let devices = said["vms"][0]["devices"].as_array().expect("a list");
    let gpu = devices.iter().find(|device| device["id"] == "gpu1").expect("it is there");
    gpu["guest_address"].as_str().expect("an address").to_owned()
}

#[test]
fn an_element_of_a_domain_says_its_numbers() {
    let text = "<domain type='kvm'>\n  <name>a</name>\n  <os><type arch='aarch64' machine='virt'>hvm</type></os>\n  <devices>\n    <controller type='pci' index='0' model='pcie-root'/>\n    <controller type='pci' index='1' model='pcie-expander-bus'>\n      <target busNr='200'/>\n    </controller>\n  </devices>\n</domain>\n";
    let mut file = open("guest.xml", text, &modern());
    let pxb = hover(&mut file, "pcie-expander-bus");
    assert!(pxb.contains("index 1 (written)") && pxb.contains("bus number 200 (written)"), "{pxb}");
    assert!(pxb.contains("bus numbers 200 to 255"), "{pxb}");
    assert_eq!(hover(&mut file, "<name>"), "");
}

fn hints(file: &mut Open) -> Vec<Value> {
    let range =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let found = file.ask("textDocument/inlayHint", &json!({ "range": range }));
    found.as_array().expect("a list").clone()
}

/// What is written down is what was there anyway.
#[test]
fn numbers_that_were_left_out_are_shown_and_can_be_written() {
    let mut file = open("vm.kdl", VM, &modern());
    let shown = hints(&mut file);
    let labels: Vec<&str> = shown.iter().filter_map(|hint| hint["label"].as_str()).collect();
    assert!(labels.iter().any(|it| it.contains("index=") && it.contains("bus-nr=")), "{labels:?}");
    assert!(labels.iter().any(|it| it.contains("chassis=") && it.contains("port=")), "{labels:?}");
    assert!(labels.iter().filter(|it| it.starts_with("guest 0000:")).count() == 2, "{labels:?}");
    let one = file.actions("pxb", &json!(["refactor"]));
    assert_eq!(one.len(), 2, "{one:#?}");
    let written =
        |action: &Value| Encoding::Utf16.edited(VM, &action["edit"]["documentChanges"][0]["edits"]);
    let (element, vm) = (written(&one[0]), written(&one[1]));
    assert!(element.contains("pxb index=") && element.contains("root-port {"), "{element}");
    let guest = |text: &str| {
        let mut file = open("vm.kdl", text, &modern());
        let shown = hints(&mut file);
        let guest = |hint: &Value| {
            hint["label"].as_str().filter(|it| it.starts_with("guest")).map(str::to_owned)
        };
        let numbers = shown.iter().filter(|hint| guest(hint).is_none()).count();
        (
            shown.iter().filter_map(guest).collect::<Vec<_>>(),
            numbers,
            mapped(Command::new(env!("CARGO_BIN_EXE_iommulint")), &file),
        )
    };
    let before = guest(VM);
    let (addresses, left, mapped) = guest(&vm);
    assert_eq!((addresses, mapped), (before.0, before.2), "{vm}");
    assert_eq!(left, 0, "{vm}");
    let mut broken = open("vm.kdl", "vm \"a\" machine=\"virt\" {\n    pxb numa-node=\"", &modern());
    assert!(hints(&mut broken)[0]["label"].as_str().expect("one").contains("index="));
}

#[test]
fn an_iommufd_is_found_and_renamed_with_what_uses_it() {
    let mut file = open("vm.kdl", VM, &modern());
    let position = file.at("iommufd0\" {");
    let given = file.ask("textDocument/definition", &json!({ "position": position }));
    assert_eq!(given[0]["range"]["start"], json!({ "line": 3, "character": 13 }));
    for (declaration, count) in [(true, 2), (false, 1)] {
        let context = json!({ "includeDeclaration": declaration });
        let params = json!({ "position": position, "context": context });
        let found = file.ask("textDocument/references", &params);
        assert_eq!(found.as_array().map(Vec::len), Some(count));
    }
    let prepared = file.ask("textDocument/prepareRename", &json!({ "position": position }));
    assert_eq!(prepared["placeholder"], "iommufd0");
    assert_eq!(file.texts(&[&prepared["range"]]), ["iommufd0"]);
    let rename = |name: &str| json!({ "position": position, "newName": name });
    let renamed = file.ask("textDocument/rename", &rename("card"));
    let text = Encoding::Utf16.edited(VM, &renamed["documentChanges"][0]["edits"]);
    assert_eq!(text, VM.replace("iommufd0", "card"));
    assert_eq!(file.ask("textDocument/rename", &rename(" ")), Value::Null);
    let position = file.at("machine");
    let prepared = file.ask("textDocument/prepareRename", &json!({ "position": position }));
    assert_eq!(prepared, Value::Null);
}
