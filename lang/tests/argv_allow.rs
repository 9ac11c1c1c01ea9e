//! Comments in a script that allow a rule.

use iommulint_lang::check::{Settings, add_allow, check};
use iommulint_lang::language::Language;
use iommulint_lang::span::FileId;

const WRONG: &str = "#!/bin/bash\nargs=(\n    -M q35\n    -device pxb-pcie,id=a,bus=pcie.0,bus_nr=300\n)\nqemu-system-x86_64 \"${args[@]}\"\n";

fn found(text: &str) -> Vec<&'static str> {
    let analysis = check(Language::Qemu.text(text), FileId(0), &Settings::default());
    analysis.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_comment_allows_a_rule_for_the_argument_below() {
    assert_eq!(found(WRONG), ["pci/bus-nr-range"]);
    let allowed = WRONG
        .replace("    -device", "    # iommulint: allow pci/bus-nr-range -- a test\n    -device");
    assert_eq!(found(&allowed), [""; 0]);
    let whole = WRONG.replace("args=", "# iommulint: allow-file pci/bus-nr-range -- a test\nargs=");
    assert_eq!(found(&whole), [""; 0]);
    let needless = "# iommulint: allow pci/bus-nr-range -- a test\nqemu-system-x86_64 -M q35\n";
    assert_eq!(found(needless), ["lint/unused-allow"]);
}

#[test]
fn what_is_found_can_be_allowed() {
    let settings = Settings::default();
    let analysis = check(Language::Qemu.text(WRONG), FileId(0), &settings);
    let edits = add_allow(&analysis.parsed, &analysis.findings, &settings, "a test");
    let mut text = WRONG.to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.origin.span.range(), &edit.text);
    }
    assert!(
        text.contains("    # iommulint: allow pci/bus-nr-range -- a test\n    -device"),
        "{text}"
    );
    assert_eq!(found(&text), [""; 0]);
}

/// Between the lines of one command no comment can stand: it would end the command.
#[test]
fn a_comment_goes_above_a_command_of_several_lines() {
    let text = "#!/bin/sh\nqemu-system-x86_64 -M q35 \\\n    -device pxb-pcie,id=a,bus=pcie.0,bus_nr=300 \\\n    -S\n";
    let settings = Settings::default();
    let analysis = check(Language::Qemu.text(text), FileId(0), &settings);
    let edits = add_allow(&analysis.parsed, &analysis.findings, &settings, "a test");
    let mut allowed = text.to_owned();
    for edit in edits.iter().rev() {
        allowed.replace_range(edit.origin.span.range(), &edit.text);
    }
    assert!(allowed.starts_with("#!/bin/sh\n# iommulint: allow"), "{allowed}");
    assert_eq!(found(&allowed), [""; 0]);
}
