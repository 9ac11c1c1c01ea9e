//! The language server, in a real Emacs that is set up as the page for it says.
#![cfg(unix)]

use iommulint_conformance::{Emacs, Root, checked};

const WRONG: &str = "vm \"a\" machine=\"virt\" {\n    iommufd \"i\"\n    pxb bus-nr=255\n}\n";
const TWICE: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=252 bus-nr=252\n}\n";
const UNTIDY: &str = "vm \"a\"   machine=\"virt\" {\npxb bus-nr=252\n}\n";
const TIDY: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=252\n}\n";
const USED: &str = "vm \"a\" machine=\"virt\" {\n    iommufd \"one\"\n    hostdev \"gpu\" host=\"0009:01:00.0\" iommufd=\"one\"\n}\n";
/// A domain with one mistake.
const DOMAIN: &str = include_str!("../../corpus/xml/err/pci/bus-nr-0.xml");

fn emacs(name: &str) -> Option<Emacs> {
    Emacs::set_up(&Root::locate()?, name)
}

#[test]
fn a_wrong_file_shows_what_check_finds() {
    let Some(emacs) = emacs("wrong") else { return };
    emacs.home().write("vm.kdl", WRONG);
    let shown = emacs.run(
        "vm.kdl",
        r"
        (vconcat (mapcar
          (lambda (it)
            (vector (place (flymake-diagnostic-beg it)) (place (flymake-diagnostic-end it))
                    (substring (symbol-name (flymake-diagnostic-type it)) 6)
                    (flymake-diagnostic-text it)))
          (diagnostics 2)))
        ",
    );
    let expected = checked(WRONG);
    let count = expected.as_array().map_or(0, Vec::len);
    assert_eq!(count, 2);
    for (shown, expected) in (0..count).map(|at| (&shown[at], &expected[at])) {
        assert_eq!([&shown[0], &shown[1], &shown[2]], [&expected[0], &expected[1], &expected[2]]);
        let text = shown[3].as_str().unwrap_or_default();
        for part in [&expected[3], &expected[4]] {
            assert!(text.contains(part.as_str().unwrap_or("?")), "{part} in {text}");
        }
    }
}

#[test]
fn a_code_action_mends_the_file() {
    let Some(emacs) = emacs("fix") else { return };
    emacs.home().write("vm.kdl", TWICE);
    let mended = emacs.run(
        "vm.kdl",
        r#"
        (let ((it (car (diagnostics 1))))
          (goto-char (flymake-diagnostic-beg it))
          (let ((action (seq-find (lambda (it) (eq (plist-get it :isPreferred) t))
                                  (eglot-code-actions (point) (point) "quickfix"))))
            (eglot-execute (eglot-current-server) action))
          (diagnostics 0)
          (save-buffer)
          (buffer-string))
        "#,
    );
    assert_eq!(mended, TIDY);
    assert_eq!(emacs.home().read("vm.kdl"), TIDY);
}

#[test]
fn the_file_is_laid_out() {
    let Some(emacs) = emacs("format") else { return };
    emacs.home().write("vm.kdl", UNTIDY);
    let text = emacs.run("vm.kdl", "(server) (eglot-format-buffer) (buffer-string)");
    assert_eq!(text, TIDY);
}

#[test]
fn the_file_is_laid_out_at_each_save() {
    let Some(emacs) = emacs("save") else { return };
    emacs.paste("before-save-hook");
    emacs.home().write("vm.kdl", UNTIDY);
    let script = "(server) (goto-char (point-max)) (insert \"\\n\") (save-buffer) (buffer-string)";
    assert_eq!(emacs.run("vm.kdl", script), TIDY);
    assert_eq!(emacs.home().read("vm.kdl"), TIDY);
}

#[test]
fn a_name_is_explained_found_and_changed_everywhere() {
    let Some(emacs) = emacs("names") else { return };
    emacs.home().write("vm.kdl", USED);
    let answer = emacs.run(
        "vm.kdl",
        r#"
        (server)
        (go-to "iommufd=")
        (let (said declared)
          (eglot-hover-eldoc-function (lambda (text &rest _) (setq said (substring-no-properties text))))
          (wait-until "it is explained" (lambda () said))
          (search-forward "\"")
          (let ((found (car (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot)))))
            (setq declared (xref-location-line (xref-item-location found))))
          (eglot-rename "two")
          (vector said declared (buffer-string)))
        "#,
    );
    let said = answer[0].as_str().unwrap_or_default();
    assert!(said.contains("iommufd"), "{said}");
    assert_eq!(answer[1], 2);
    assert_eq!(answer[2], USED.replace("\"one\"", "\"two\""));
}

#[test]
fn what_can_be_written_is_offered() {
    let Some(emacs) = emacs("complete") else { return };
    emacs.home().write("vm.kdl", "vm \"a\" machine=\"virt\" {\n    vsm\n}\n");
    let answer = emacs.run(
        "vm.kdl",
        r#"
        (server)
        (go-to "vsm")
        (forward-char 3)
        (completion-at-point)
        (buffer-string)
        "#,
    );
    assert_eq!(answer, "vm \"a\" machine=\"virt\" {\n    vsmmu\n}\n");
}

#[test]
fn command_lines_are_looked_at() {
    let Some(emacs) = emacs("arguments") else { return };
    emacs.home().write("vm.args", "-machine virt -device pxb-pcie,bus_nr=256\n");
    let said = emacs.run("vm.args", "(flymake-diagnostic-text (car (diagnostics 1)))");
    assert!(said.as_str().is_some_and(|it| it.contains("pci/bus-nr-range")), "{said}");
}

#[test]
fn domains_are_looked_at_when_somebody_says_so() {
    let Some(emacs) = emacs("domains") else { return };
    emacs.home().write("vm.xml", DOMAIN);
    let mut terminal = emacs.open("vm.xml");
    terminal.sees(&["(nXML"]);
    terminal.press("\u{1b}xeglot\r");
    terminal.sees(&["Flymake[1 0]"]);
    drop(terminal);
    // A folder that says so, and a person who says once that it may.
    emacs.home().iommulint(&["init", "emacs"]);
    let mut terminal = emacs.open("vm.xml");
    terminal.sees(&["(eglot-ensure)", "!  -- to apply the local variables list"]);
    terminal.press("!");
    terminal.sees(&["Flymake[1 0]"]);
    drop(terminal);
    emacs.open("vm.xml").sees(&["Flymake[1 0]"]);
}

#[test]
fn files_that_are_not_ours_start_nothing() {
    let Some(emacs) = emacs("other") else { return };
    emacs.home().write("other.xml", "<project/>\n");
    let asked = "(run-hooks 'post-command-hook) (if (eglot-current-server) t :json-false)";
    let started = emacs.run("other.xml", asked);
    assert_eq!(started, false);
}

#[test]
fn a_finding_is_gone_to_and_mended_with_the_commands_of_the_page() {
    let Some(emacs) = emacs("commands") else { return };
    emacs.home().write("vm.kdl", TWICE);
    let mut terminal = emacs.open("vm.kdl");
    terminal.sees(&["Flymake[1 0]", "index=1 slot=1"]);
    terminal.press("\u{1b}xflymake-show-buffer-diagnostics\r");
    terminal.sees(&["iommulint [schema/duplicate-property]: `bus-nr` is given twice"]);
    // Only one window.
    terminal.press("\u{18}1");
    terminal.no_longer_sees(&["Flymake diagnostics"]);
    for command in ["next", "prev"] {
        terminal.press("\u{1b}<");
        terminal.sees(&["L1 "]);
        terminal.press(&format!("\u{1b}xflymake-goto-{command}-error\r"));
        terminal.sees(&["L2 ", "iommulint [schema/duplicate-property]: `bus-nr` is given twice"]);
    }
    terminal.press("\u{1b}xeglot-code-actions\r");
    terminal.sees(&["Pick an action (default remove the first one)"]);
    terminal.press("\r");
    terminal.sees(&["Flymake[0 0]", "pxb bus-nr=252 index=1"]);
    terminal.press("\u{18}\u{13}");
    terminal.writes(TIDY);
}

#[test]
fn a_name_is_explained_found_and_changed_with_the_keys_of_the_page() {
    let Some(emacs) = emacs("keys") else { return };
    emacs.home().write("vm.kdl", USED);
    let mut terminal = emacs.open("vm.kdl");
    terminal.sees(&["guest 0000:"]);
    terminal.press("\u{13}iommufd=\r");
    terminal.sees(&["L3 "]);
    terminal.press("\u{1b}xeldoc\r");
    terminal.sees(&["*eldoc*", "Name of the iommufd it works through."]);
    terminal.press("\u{18}1");
    terminal.no_longer_sees(&["*eldoc*"]);
    terminal.press("\u{13}one\r\u{1b}.");
    terminal.sees(&["L2 "]);
    terminal.press("\u{1b}?");
    terminal.sees(&["*xref*", "2:    iommufd \"one\"", "3:    hostdev \"gpu\""]);
    terminal.press("\u{18}o\u{18}1");
    terminal.no_longer_sees(&["*xref*"]);
    // Emacs counts quotes as no part of a word.
    terminal.press("\u{6}\u{1b}xeglot-rename\r");
    terminal.sees(&["Rename `one' to"]);
    terminal.press("two\r");
    terminal.sees(&["iommufd \"two\"", "iommufd=\"two\""]);
    terminal.press("\u{18}\u{13}");
    terminal.writes(&USED.replace("\"one\"", "\"two\""));
}

#[test]
fn words_are_completed_with_the_keys_of_the_page() {
    let Some(emacs) = emacs("words") else { return };
    emacs.home().write("vm.kdl", UNTIDY);
    let mut terminal = emacs.open("vm.kdl");
    terminal.sees(&["index=1 slot=1"]);
    terminal.press("\u{1b}xeglot-inlay-hints-mode\r");
    terminal.no_longer_sees(&["index=1 slot=1"]);
    terminal.press("\u{1b}xeglot-format-buffer\r");
    terminal.sees(&["    pxb bus-nr=252"]);
    terminal.press("\u{13}252\r slo\u{1b}\t");
    terminal.sees(&["pxb bus-nr=252 slot="]);
    terminal.press("3\u{18}\u{13}");
    terminal.writes(&TIDY.replace("252", "252 slot=3"));
}
