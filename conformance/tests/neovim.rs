//! The language server, in a real Neovim that is set up as the page for it says.
#![cfg(unix)]

use iommulint_conformance::{Neovim, Root, checked};
use serde_json::json;

const WRONG: &str = "vm \"a\" machine=\"virt\" {\n    iommufd \"i\"\n    pxb bus-nr=255\n}\n";
const TWICE: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=252 bus-nr=252\n}\n";
const UNTIDY: &str = "vm \"a\"   machine=\"virt\" {\npxb bus-nr=252\n}\n";
const TIDY: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=252\n}\n";
const USED: &str = "vm \"a\" machine=\"virt\" {\n    iommufd \"one\"\n    hostdev \"gpu\" host=\"0009:01:00.0\" iommufd=\"one\"\n}\n";
/// A domain with one mistake.
const DOMAIN: &str = include_str!("../../corpus/xml/err/pci/bus-nr-0.xml");
const ESCAPE: &str = "\u{1b}";

fn neovim(name: &str) -> Option<Neovim> {
    Neovim::set_up(&Root::locate()?, name)
}

#[test]
fn a_wrong_file_shows_what_check_finds() {
    let Some(neovim) = neovim("wrong") else { return };
    neovim.home().write("vm.kdl", WRONG);
    let shown = neovim.run(
        "vm.kdl",
        r#"
        local shown = {}
        for _, it in ipairs(diagnostics(2)) do
          local headline = it.message:match("^[^\n]*")
          local severity = ({ "error", "warning", "note" })[it.severity]
          assert(it.source == "iommulint", it.source)
          table.insert(shown, {
            { it.lnum, it.col }, { it.end_lnum, it.end_col }, severity, it.code, headline,
          })
        end
        return shown
        "#,
    );
    assert_eq!(shown, checked(WRONG));
    assert_eq!(shown[0][3], "iommufd/unused");
    assert_eq!(shown[1][3], "pci/bus-nr-range");
}

#[test]
fn findings_follow_what_is_typed() {
    let Some(neovim) = neovim("typed") else { return };
    neovim.home().write("vm.kdl", TIDY);
    let shown = neovim.run(
        "vm.kdl",
        r#"
        server()
        diagnostics(0)
        vim.api.nvim_win_set_cursor(0, { 2, 17 })
        vim.cmd("normal! r5")
        local codes = vim.tbl_map(function(it) return it.code end, diagnostics(1))
        vim.cmd("normal! u")
        diagnostics(0)
        return codes
        "#,
    );
    assert_eq!(shown, json!(["pci/bus-nr-range"]));
}

#[test]
fn a_code_action_mends_the_file() {
    let Some(neovim) = neovim("fix") else { return };
    neovim.home().write("vm.kdl", TWICE);
    let mended = neovim.run(
        "vm.kdl",
        r#"
        local it = diagnostics(1)[1]
        vim.api.nvim_win_set_cursor(0, { it.lnum + 1, it.col })
        vim.lsp.buf.code_action({
          context = { only = { "quickfix" } },
          filter = function(action) return action.isPreferred end,
          apply = true,
        })
        diagnostics(0)
        vim.cmd.write()
        return text()
        "#,
    );
    assert_eq!(mended, TIDY);
    assert_eq!(neovim.home().read("vm.kdl"), TIDY);
}

#[test]
fn the_file_is_laid_out() {
    let Some(neovim) = neovim("format") else { return };
    neovim.home().write("vm.kdl", UNTIDY);
    let text = neovim.run(
        "vm.kdl",
        r"
        server()
        vim.lsp.buf.format({ timeout_ms = 20000 })
        return text()
        ",
    );
    assert_eq!(text, TIDY);
}

#[test]
fn other_files_are_left_alone() {
    let Some(neovim) = neovim("other") else { return };
    neovim.home().write("other.xml", "<project><pxb bus-nr='255'/></project>\n");
    neovim.home().write("vm.kdl", WRONG);
    let count = neovim.run(
        "other.xml",
        r#"
        server()
        local other = vim.api.nvim_get_current_buf()
        vim.cmd.edit("vm.kdl")
        diagnostics(2)
        return #vim.diagnostic.get(other)
        "#,
    );
    assert_eq!(count, 0);
}

#[test]
fn a_finding_is_gone_to_read_and_mended_with_the_keys_of_the_page() {
    let Some(neovim) = neovim("keys") else { return };
    neovim.home().write("vm.kdl", TWICE);
    let mut terminal = neovim.open("vm.kdl");
    terminal.sees(&["E:1 1,1"]);
    for key in ["]d", "[d"] {
        terminal.press("gg0");
        terminal.sees(&["E:1 1,1"]);
        terminal.press(key);
        terminal.sees(&["E:1 2,20"]);
    }
    terminal.press("\u{17}d");
    terminal.sees(&["the last one counts in KDL", "[schema/duplicate-property]"]);
    terminal.press("gra");
    terminal.sees(&[
        "1: remove the first one",
        "allow `schema/duplicate-property` here, with a reason",
    ]);
    terminal.press("1\r");
    terminal.no_longer_sees(&["E:1", "bus-nr=252 bus-nr=252"]);
    terminal.press(":w\r");
    terminal.writes(TIDY);
}

#[test]
fn a_file_is_laid_out_with_the_keys_of_the_page() {
    let Some(neovim) = neovim("gq") else { return };
    neovim.home().write("vm.kdl", UNTIDY);
    neovim.paste("inlay_hint");
    let mut terminal = neovim.open("vm.kdl");
    // The server is there when it says what the numbers are.
    terminal.sees(&["index=1"]);
    terminal.press("gO");
    terminal.sees(&["Symbols in vm.kdl", "[Module] a", "[Struct] pxb"]);
    terminal.press(":lclose\rgggqG");
    terminal.sees(&["    pxb bus-nr=252"]);
    terminal.press(":w\r");
    terminal.writes(TIDY);
}

#[test]
fn a_name_is_explained_found_and_changed_everywhere() {
    let Some(neovim) = neovim("names") else { return };
    neovim.home().write("vm.kdl", USED);
    neovim.paste("inlay_hint");
    let mut terminal = neovim.open("vm.kdl");
    terminal.sees(&["guest 0000:"]);
    terminal.press("/iommufd=\r");
    terminal.sees(&[" 3,"]);
    terminal.press("K");
    terminal.sees(&["Name of the iommufd it works through."]);
    terminal.press("/one\r");
    terminal.no_longer_sees(&["Name of the iommufd it works through."]);
    terminal.press("\u{1d}");
    terminal.sees(&[" 2,14"]);
    terminal.press("grr");
    terminal.sees(&["References", "vm.kdl|2 col 14-17|", "vm.kdl|3 col 48-51|"]);
    terminal.press(":cclose\r");
    terminal.no_longer_sees(&["References"]);
    terminal.press("grn");
    terminal.sees(&["New Name: one"]);
    terminal.press("\u{15}two\r");
    terminal.sees(&["iommufd \"two\"", "iommufd=\"two\""]);
    terminal.press(":w\r");
    terminal.writes(&USED.replace("\"one\"", "\"two\""));
}

#[test]
fn a_snippet_is_taken_and_filled_in() {
    let Some(neovim) = neovim("snippet") else { return };
    let expected = TIDY.replace("\n}", "\n    hostdev \"gpu0\" host=\"0009:01:00.0\"\n}");
    neovim.home().write("vm.kdl", TIDY);
    neovim.paste("autotrigger");
    let mut terminal = neovim.open("vm.kdl");
    terminal.sees(&["vm.kdl"]);
    // The server is there when it has looked at what was written.
    terminal.press("2Gohostd");
    terminal.press(ESCAPE);
    terminal.sees(&["E:1"]);
    terminal.press("A\u{18}\u{f}");
    terminal.sees(&["hostdev Class"]);
    terminal.press("\u{e}\u{19}");
    terminal.sees(&["-- SELECT --", "hostdev \"id\" host=\"host\""]);
    terminal.press("gpu0");
    terminal.sees(&["\"gpu0\""]);
    terminal.press("\t");
    terminal.sees(&["-- SELECT --"]);
    terminal.press("0009:01:00.0");
    terminal.sees(&["\"0009:01:00.0\""]);
    terminal.press(ESCAPE);
    terminal.no_longer_sees(&["-- INSERT --"]);
    terminal.press(":w\r");
    terminal.writes(&expected);
}

#[test]
fn keys_are_offered_behind_a_space() {
    let Some(neovim) = neovim("trigger") else { return };
    neovim.home().write("vm.kdl", WRONG);
    neovim.paste("autotrigger");
    let mut terminal = neovim.open("vm.kdl");
    terminal.sees(&["E:1 W:1"]);
    terminal.press("3GA ");
    terminal.sees(&["numa-node Property a whole number", "slot      Property a whole number"]);
    terminal.press("\u{e}");
    terminal.sees(&["Its id in the output."]);
}

#[test]
fn findings_are_shown_beside_the_text() {
    let Some(neovim) = neovim("beside") else { return };
    neovim.home().write("vm.kdl", WRONG);
    neovim.paste("virtual_text");
    neovim.open("vm.kdl").sees(&["pxb bus-nr=255     ■ bus number `255` is not 1 to 254"]);
}

#[test]
fn the_file_is_laid_out_at_each_save() {
    let Some(neovim) = neovim("save") else { return };
    neovim.home().write("vm.kdl", UNTIDY);
    neovim.paste("BufWritePre");
    let saved = neovim.run("vm.kdl", "server() vim.cmd.write() return text()");
    assert_eq!(saved, TIDY);
    assert_eq!(neovim.home().read("vm.kdl"), TIDY);
}

#[test]
fn command_lines_and_domains_are_looked_at() {
    let Some(neovim) = neovim("languages") else { return };
    neovim.home().write("vm.args", "-machine virt -device pxb-pcie,bus_nr=256\n");
    neovim.home().write("vm.xml", DOMAIN);
    for file in ["vm.args", "vm.xml"] {
        let code = neovim.run(file, "return diagnostics(1)[1].code");
        assert_eq!(code, "pci/bus-nr-range", "{file}");
    }
}

#[test]
fn the_settings_of_a_project_are_enough() {
    let Some(root) = Root::locate() else { return };
    let Some(neovim) = Neovim::without_settings(&root, "project") else { return };
    neovim.paste("exrc");
    neovim.home().iommulint(&["init", "neovim"]);
    neovim.home().write("vm.kdl", WRONG);
    let mut terminal = neovim.open("vm.kdl");
    terminal.sees(&[".nvim.lua", "(v)iew then run `:trust`"]);
    terminal.press("v");
    terminal.sees(&["-- The language server of iommulint"]);
    terminal.press(":trust\r");
    terminal.sees(&["in trust database"]);
    drop(terminal);
    neovim.open("vm.kdl").sees(&["E:1 W:1"]);
}

#[test]
fn its_health_can_be_asked() {
    let Some(neovim) = neovim("health") else { return };
    neovim.home().write("vm.kdl", WRONG);
    let mut terminal = neovim.open("vm.kdl");
    terminal.sees(&["E:1 W:1"]);
    terminal.press(":checkhealth vim.lsp\r");
    terminal.sees(&["vim.lsp: Active Clients", "iommulint (id: 1)"]);
}
