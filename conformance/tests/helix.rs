//! The language server, in a real Helix that is set up as the page for it says. Each step waits for what the screen or
//! the file shows, never for a time.
#![cfg(unix)]

use iommulint_conformance::{Helix, Root, checked};

const WRONG: &str = "vm \"a\" machine=\"virt\" {\n    iommufd \"i\"\n    pxb bus-nr=255\n}\n";
const TWICE: &str = "vm \"a\"   machine=\"virt\" {\n    pxb bus-nr=252 bus-nr=252\n}\n";
const TIDY: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=252\n}\n";
const USED: &str = "vm \"a\" machine=\"virt\" {\n    iommufd \"one\"\n    hostdev \"gpu\" host=\"0009:01:00.0\" iommufd=\"one\"\n    iommufd \"spare\"\n}\n";
/// A domain with one mistake.
const DOMAIN: &str = include_str!("../../corpus/xml/err/pci/bus-nr-0.xml");
const ESCAPE: &str = "\u{1b}";

fn helix(name: &str) -> Option<Helix> {
    Helix::set_up(&Root::locate()?, name)
}

#[test]
fn its_settings_are_understood() {
    let Some(helix) = helix("health") else { return };
    for language in ["kdl", "xml", "bash", "qemu-arguments"] {
        let health = helix.health(language);
        assert!(health.contains("✓ iommulint: "), "{health}");
    }
    assert!(helix.health("kdl").contains("/bin/iommulint"), "{}", helix.health("kdl"));
}

#[test]
fn a_wrong_file_shows_what_check_finds() {
    let Some(helix) = helix("wrong") else { return };
    helix.home().write("vm.kdl", WRONG);
    let all = checked(WRONG);
    let all = all.as_array().expect("a list");
    assert_eq!(all.len(), 2);
    let mut terminal = helix.open("vm.kdl");
    for finding in all {
        terminal.sees(&[finding[4].as_str().expect("a headline")]);
    }
    for finding in all {
        terminal.press("]d");
        // The cursor is on the last character of what is selected; Helix counts from 1.
        let line = finding[1][0].as_u64().expect("a line") + 1;
        terminal.sees(&[&format!("1 sel  {line}:{}", finding[1][1])]);
    }
    terminal.press(" d");
    for finding in all {
        terminal.sees(&["iommulint", finding[3].as_str().expect("a rule")]);
    }
}

#[test]
fn a_code_action_mends_the_file_and_saving_lays_it_out() {
    let Some(helix) = helix("fix") else { return };
    helix.home().write("vm.kdl", TWICE);
    let mut terminal = helix.open("vm.kdl");
    terminal.sees(&["is given twice"]);
    terminal.press("]d");
    terminal.sees(&["1 sel  2:"]);
    terminal.press(" a");
    terminal.sees(&["remove the first", "allow"]);
    terminal.press("\r");
    terminal.no_longer_sees(&["bus-nr=252 bus-nr=252", "is given twice"]);
    terminal.press(":format\r");
    terminal.sees(&["vm \"a\" machine"]);
    terminal.press("u");
    terminal.sees(&["vm \"a\"   machine"]);
    terminal.press(":w\r");
    terminal.writes(TIDY);
}

#[test]
fn a_name_is_explained_found_and_changed_everywhere() {
    let Some(helix) = helix("names") else { return };
    helix.home().write("vm.kdl", USED);
    let mut terminal = helix.open("vm.kdl");
    // Helix asks once for hints: of a server that is there.
    terminal.sees(&["nothing uses iommufd `spare`"]);
    terminal.press(":toggle lsp.display-inlay-hints\r");
    terminal.sees(&["guest 0000:"]);
    terminal.press("/iommufd=\r");
    terminal.sees(&["1 sel  3:"]);
    terminal.press(" k");
    terminal.sees(&["Name of the iommufd it works through."]);
    terminal.press(ESCAPE);
    terminal.no_longer_sees(&["Name of the iommufd it works through."]);
    terminal.press("/one\r");
    terminal.sees(&["1 sel  3:"]);
    terminal.press("gd");
    terminal.sees(&["1 sel  2:"]);
    terminal.press(" r");
    terminal.sees(&["rename-to:one"]);
    terminal.press("\u{15}two\r");
    terminal.sees(&["iommufd \"two\"", "iommufd=\"two\""]);
    terminal.press(":w\r");
    terminal.writes(&USED.replace("\"one\"", "\"two\""));
}

#[test]
fn what_can_be_written_is_offered() {
    let Some(helix) = helix("complete") else { return };
    helix.home().write("vm.kdl", WRONG);
    let mut terminal = helix.open("vm.kdl");
    terminal.sees(&["nothing uses iommufd `i`"]);
    terminal.press("ohostd");
    // The kind is in the menu only; the finding says `hostdev` as well.
    terminal.sees(&["class"]);
    terminal.press("\t");
    terminal.sees(&["A PCI device of the host."]);
    terminal.press("\r");
    terminal.sees(&["hostdev \"id\" host=\"host\""]);
}

#[test]
fn command_lines_and_domains_are_looked_at() {
    let Some(helix) = helix("languages") else { return };
    helix.home().write("vm.args", "-machine virt -device pxb-pcie,bus_nr=256\n");
    helix.open("vm.args").sees(&["bus number `256` is not 1 to 254"]);
    helix.home().write("vm.xml", DOMAIN);
    helix.open("vm.xml").sees(&["bus number `0` is not 1 to 254"]);
}

#[test]
fn the_settings_of_a_project_are_enough() {
    let Some(root) = Root::locate() else { return };
    let Some(helix) = Helix::without_settings(&root, "project") else { return };
    helix.home().write("vm.kdl", WRONG);
    helix.home().iommulint(&["init", "helix"]);
    // Without one, Helix cannot say when it has read the settings.
    helix.home().write(".config/helix/config.toml", "");
    let mut terminal = helix.open("vm.kdl");
    terminal.sees(&["Trust this workspace?"]);
    terminal.press("\r");
    terminal.sees(&["Config refreshed"]);
    drop(terminal);
    helix.open("vm.kdl").sees(&["nothing uses iommufd `i`"]);
}
