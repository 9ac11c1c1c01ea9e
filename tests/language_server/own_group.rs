//! A host device that shares a vSMMU is given one of its own.

use std::fs;
use std::path::Path;

use iommulint_lang::check::{Analysis, Settings, check};
use iommulint_lang::finding::Severity;
use iommulint_lang::language::Language;
use iommulint_lang::span::FileId;
use serde_json::{Value, json};

use crate::answers::{modern, open};
use crate::client::{Client, folder, uri};
use crate::text::Encoding;

const KIND: &str = "refactor.rewrite";

/// What the file is after the action, where it is offered at the first `part`.
fn moved(text: &str, part: &str) -> Option<String> {
    let mut file = open("vm.kdl", text, &modern());
    let actions = file.actions(part, &json!([KIND]));
    let action = actions.iter().find(|action| is_it(action))?;
    assert_eq!(action["kind"], KIND);
    Some(Encoding::Utf16.edited(text, &action["edit"]["documentChanges"][0]["edits"]))
}

fn is_it(action: &Value) -> bool {
    action["title"].as_str().expect("a title").ends_with("a vSMMU group of its own")
}

#[track_caller]
fn assert_moved(before: &str, part: &str, after: &str) {
    let moved = moved(before, part).expect("it is offered");
    assert_eq!(moved, after, "\n{moved}");
}

const SHARED: &str = r#"vm "a" machine="virt" {
    iommufd "iommufd0"
    vsmmu "smmu0" iommufd="iommufd0" host="smmu3.0x05000000" alias="ua-smmu" { // the group
        accel ats=#true oas=48
        pxb bus-nr=240 slot=3
        // 😀 the first
        hostdev "gpu0" host="0009:01:00.0" {
            generic-initiator nodes="2-9"
        }

        // The second, with
        /* two comments. */
        hostdev "gpu1" host="0019:01:00.0" managed=#true { // here
            generic-initiator nodes="10-17"
        } // and there
    }
    vsmmu "smmu1" iommufd="iommufd0" {
        hostdev "gpu2" host="0029:01:00.0"
    }
}
"#;

const APART: &str = r#"vm "a" machine="virt" {
    iommufd "iommufd0"
    vsmmu "smmu0" iommufd="iommufd0" host="smmu3.0x05000000" alias="ua-smmu" { // the group
        accel ats=#true oas=48
        pxb bus-nr=240 slot=3
        // 😀 the first
        hostdev "gpu0" host="0009:01:00.0" {
            generic-initiator nodes="2-9"
        }

    }
    vsmmu "smmu1" iommufd="iommufd0" {
        hostdev "gpu2" host="0029:01:00.0"
    }
    vsmmu "smmu2" iommufd="iommufd0" host="smmu3.0x05000000" {
        accel ats=#true oas=48
        // The second, with
        /* two comments. */
        hostdev "gpu1" host="0019:01:00.0" managed=#true { // here
            generic-initiator nodes="10-17"
        } // and there
    }
}
"#;

#[test]
fn a_device_moves_with_its_comments() {
    assert_moved(SHARED, "\"gpu1\"", APART);
    assert_moved(SHARED, "generic-initiator nodes=\"10-17\"", APART);
    let tabs = |text: &str| text.replace("    ", "\t");
    assert_moved(&tabs(SHARED), "\"gpu1\"", &tabs(APART));
    let crlf = SHARED.replace('\n', "\r\n");
    assert_moved(&crlf, "\"gpu1\"", &APART.replace('\n', "\r\n"));
}

#[test]
fn it_is_offered_where_a_group_is_shared() {
    for part in ["vm", "iommufd0\"\n", "vsmmu \"smmu0\"", "accel", "\"gpu2\""] {
        assert_eq!(moved(SHARED, part), None, "{part}");
    }
    // A broken file is not rewritten.
    assert_eq!(moved(&SHARED.replace("\"smmu1\" ", "\"smmu1 "), "\"gpu1\""), None);
    let mut file = open("vm.kdl", SHARED, &modern());
    assert!(!file.actions("\"gpu1\"", &json!(["quickfix"])).iter().any(is_it));
}

#[test]
fn the_functions_of_a_device_stay_together() {
    let functions = SHARED.replace("0019:01:00.0", "0009:01:00.1");
    assert_eq!(moved(&functions, "\"gpu1\""), None);
    assert_eq!(moved(&functions, "\"gpu0\""), None);
}

/// A device on the root bus that a vSMMU translates for is nowhere in its group.
#[test]
fn what_is_behind_the_group_of_the_root_bus_can_leave_it() {
    let before = r#"vm "a" machine="virt" {
    iommufd "i"
    vsmmu "s0" iommufd="i" {
        on-root-bus
        hostdev "g" host="0009:01:00.0"
    }
    hostdev "h" host="0019:01:00.0" slot=5 iommufd="i" rombar=#false
}
"#;
    let after = r#"vm "a" machine="virt" {
    iommufd "i"
    vsmmu "s0" iommufd="i" {
        on-root-bus
        hostdev "g" host="0009:01:00.0"
    }
    vsmmu "s1" iommufd="i" {
        hostdev "h" host="0019:01:00.0" iommufd="i" rombar=#false
    }
}
"#;
    assert_moved(before, "\"h\"", after);
    let moved = moved(before, "\"g\"").expect("it is offered");
    assert!(moved.contains("        on-root-bus\n    }\n    vsmmu \"s1\""), "{moved}");
}

#[test]
fn a_port_of_its_own_leaves_with_it() {
    let before = r#"vm "a" machine="virt" {
    numa {
        cell 0 cpus="0-3" memory="4GiB"
        cell 1 cpus="4-7" memory="4GiB"
    }
    iommufd "i"
    vsmmu "s" iommufd="i" {
        pxb numa-node=1
        // Large.
        root-port chassis=7 slot=3 pref64-reserve="64GiB" {
            hostdev "g" host="0009:01:00.0"
        }
        root-port {
            hostdev "h" host="0019:01:00.0"
        }
    }
}
"#;
    let after = r#"vm "a" machine="virt" {
    numa {
        cell 0 cpus="0-3" memory="4GiB"
        cell 1 cpus="4-7" memory="4GiB"
    }
    iommufd "i"
    vsmmu "s" iommufd="i" {
        pxb numa-node=1
        root-port {
            hostdev "h" host="0019:01:00.0"
        }
    }
    vsmmu "s-2" iommufd="i" {
        pxb numa-node=1
        // Large.
        root-port pref64-reserve="64GiB" {
            hostdev "g" host="0009:01:00.0"
        }
    }
}
"#;
    assert_moved(before, "\"g\"", after);
}

#[test]
fn a_port_of_a_switch_is_left_behind() {
    let before = r#"vm "a" machine="virt" {
    iommufd "i"
    vsmmu "s1" iommufd="i" {
        root-port {
            switch {
                downstream-port {
                    hostdev "g" host="0009:01:00.0" {
                        generic-initiator nodes="2-9"
                    }
                }
                downstream-port { hostdev "h" host="0019:01:00.0"; }
            }
        }
    }
}
"#;
    let after = r#"vm "a" machine="virt" {
    iommufd "i"
    vsmmu "s1" iommufd="i" {
        root-port {
            switch {
                downstream-port { hostdev "h" host="0019:01:00.0"; }
            }
        }
    }
    vsmmu "s2" iommufd="i" {
        hostdev "g" host="0009:01:00.0" {
            generic-initiator nodes="2-9"
        }
    }
}
"#;
    assert_moved(before, "\"g\"", after);
}

#[test]
fn all_may_be_in_one_line() {
    let before = "vm \"a\" machine=\"virt\" { iommufd \"i\"; vsmmu \"s\" iommufd=\"i\" { hostdev \"g\" host=\"0009:01:00.0\"; hostdev \"h\" host=\"0019:01:00.0\"; } ; }\n";
    let after = moved(before, "\"g\"").expect("it is offered");
    assert!(!after.contains("{ hostdev \"g\""), "{after}");
    assert_eq!(after.matches("hostdev").count(), 2, "{after}");
}

/// What is wrong with a file, and which devices each vSMMU translates for.
struct Seen {
    errors: Vec<String>,
    groups: Vec<(String, String, Option<String>)>,
}

fn seen(text: &str) -> Seen {
    let analysis: Analysis = check(Language::Kdl.text(text), FileId(0), &Settings::default());
    let errors = analysis.findings.iter().filter(|it| it.severity == Severity::Error);
    let errors: Vec<String> = errors.map(|it| format!("{} {}", it.rule, it.headline)).collect();
    let mut groups = Vec::new();
    for vm in &analysis.topology.vms {
        let hostdevs = vm.hostdevs.iter().map(|it| (&it.name, it.parent));
        let devices = vm.devices.iter().map(|it| (&it.name, it.parent));
        for (name, parent) in hostdevs.chain(devices) {
            let group = vm.vsmmu_over(parent).map(|(_, vsmmu)| vsmmu.name.value.clone());
            groups.push((vm.name.value.clone(), name.value.clone(), group));
        }
    }
    Seen { errors, groups }
}

fn files() -> Vec<(String, String)> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = ["examples", "corpus"].map(|name| project.join(name)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("it can be read") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "kdl") {
                // What is not UTF-8 cannot be open in an editor.
                let Ok(text) = fs::read_to_string(&path) else { continue };
                let name = path.strip_prefix(project).expect("it is in it").display().to_string();
                files.push((name, text));
            }
        }
    }
    assert!(files.len() > 100, "{} files", files.len());
    files
}

/// Wherever it is offered, the file is as right as it was, the device is alone behind its vSMMU, and every other
/// device is where it was.
#[test]
fn the_file_stays_right() {
    let folder = folder();
    let mut client = Client::hello(folder.path(), &modern());
    let (mut offered, mut declined) = (Vec::new(), Vec::new());
    for (name, text) in files() {
        let uri = uri(&folder.path().join(&name));
        client.open(&uri, "kdl", &text);
        let before = seen(&text);
        for (at, _) in text.match_indices("hostdev \"") {
            let position = Encoding::Utf16.position(&text, at);
            let device = text[at..].split('"').nth(1).expect("a name");
            let params = json!({
                "textDocument": { "uri": uri },
                "range": { "start": position, "end": position },
                "context": { "diagnostics": [], "only": [KIND] },
            });
            let actions = client.ask("textDocument/codeAction", &params);
            let actions = actions.as_array().expect("a list");
            let Some(action) = actions.iter().find(|action| is_it(action)) else {
                declined.push((name.clone(), device.to_owned()));
                continue;
            };
            let edits = &action["edit"]["documentChanges"][0]["edits"];
            let moved = Encoding::Utf16.edited(&text, edits);
            let after = seen(&moved);
            let mut known = before.errors.clone();
            for error in &after.errors {
                let at = known.iter().position(|it| it == error);
                known.swap_remove(at.unwrap_or_else(|| panic!("{name} {device} {error}\n{moved}")));
            }
            let group = |seen: &Seen, of: &(String, String, Option<String>)| {
                let found = seen.groups.iter().find(|it| it.0 == of.0 && it.1 == of.1);
                found.expect("it is there").2.clone()
            };
            assert_eq!(after.groups.len(), before.groups.len(), "{name} {device}\n{moved}");
            let changed: Vec<_> =
                before.groups.iter().filter(|it| group(&after, it) != it.2).collect();
            assert_eq!(changed.len(), 1, "{name} {device}\n{moved}");
            assert_eq!(changed[0].1, device, "{name}");
            let own = group(&after, changed[0]);
            let sharing = after.groups.iter().filter(|it| it.0 == changed[0].0 && it.2 == own);
            assert_eq!(sharing.count(), 1, "{name} {device}\n{moved}");
            offered.push((name.clone(), device.to_owned()));
        }
    }
    client.goodbye();
    assert!(offered.len() > 7, "{offered:?}");
    assert!(declined.iter().any(|(name, _)| name.ends_with("grace-4gpu.kdl")), "{declined:?}");
}
