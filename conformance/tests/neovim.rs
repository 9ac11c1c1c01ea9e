//! The language server, in a real Neovim that is set up as the page for it says.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use iommulint_conformance::{Neovim, Root};
use serde_json::{Value, json};

const WRONG: &str = "vm \"a\" machine=\"virt\" {\n    iommufd \"i\"\n    pxb bus-nr=255\n}\n";
const TWICE: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=252 bus-nr=252\n}\n";
const UNTIDY: &str = "vm \"a\"   machine=\"virt\" {\npxb bus-nr=252\n}\n";
const TIDY: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=252\n}\n";

fn neovim(name: &str) -> Option<Neovim> {
    Neovim::set_up(&Root::locate()?, name)
}

/// What `check` says of a file, as line, column, severity and rule.
fn checked(text: &str) -> Value {
    use iommulint_lang::check::{Settings, check};
    use iommulint_lang::finding::Severity;
    use iommulint_lang::language::Language;
    use iommulint_lang::span::FileId;

    let analysis = check(Language::Kdl.text(text), FileId(0), &Settings::default());
    let findings = analysis.findings.iter().map(|finding| {
        let span = finding.primary.origin.span;
        let place = |offset: u32| {
            let before = &text[..usize::try_from(offset).unwrap()];
            let line = before.matches('\n').count();
            let column = before.rsplit('\n').next().unwrap().len();
            json!([line, column])
        };
        let severity = match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARN",
            Severity::Note => "INFO",
        };
        json!([place(span.start), place(span.end), severity, finding.rule, finding.headline])
    });
    findings.collect()
}

#[test]
fn a_wrong_file_shows_what_check_finds() {
    let Some(neovim) = neovim("wrong") else { return };
    neovim.write("vm.kdl", WRONG);
    let shown = neovim.run(
        "vm.kdl",
        r#"
        local shown = {}
        for _, it in ipairs(diagnostics(2)) do
          local headline = it.message:match("^[^\n]*")
          local severity = vim.diagnostic.severity[it.severity]
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
    neovim.write("vm.kdl", TIDY);
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
    neovim.write("vm.kdl", TWICE);
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
    assert_eq!(neovim.read("vm.kdl"), TIDY);
}

#[test]
fn the_file_is_laid_out() {
    let Some(neovim) = neovim("format") else { return };
    neovim.write("vm.kdl", UNTIDY);
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
    neovim.write("other.xml", "<project><pxb bus-nr='255'/></project>\n");
    neovim.write("vm.kdl", WRONG);
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
