//! What is lowered to a whole QEMU command line is read back, and lowers to the same arguments again.

mod corpus_files;

use std::fmt::Write as _;

use iommulint_lang::check::{RequestedTarget, Settings, check};
use iommulint_lang::language::Language;
use iommulint_lang::lower::{Argument, Style, qemu, render};
use iommulint_lang::span::FileId;
use iommulint_lang::target::Target;

#[test]
fn what_is_lowered_is_read_back() {
    let mut wrong = String::new();
    let mut count = 0;
    for (path, text) in corpus_files::read(&["corpus/ok", "corpus/lower", "examples"]) {
        // What is allowed in one file is not in the other.
        if text.contains("iommulint: allow") {
            continue;
        }
        let analysis = check(text, FileId(0), &Settings::default());
        for vm in 0..analysis.topology.vms.len() {
            let Some(checked) = analysis.checked(vm) else { continue };
            // The argument of an opened device does not name the host's.
            let is_opened = |argument: &Argument| {
                argument.value.as_ref().is_some_and(|value| {
                    value.contains(r#""driver":"vfio-pci""#) && !value.contains(r#""host":"#)
                })
            };
            let options = qemu::Options { whole: true, stand_in: false };
            let arguments = qemu::arguments(&checked, options);
            if arguments.iter().any(is_opened) {
                continue;
            }
            let program = qemu::program(&checked);
            for style in [Style::Shell, Style::Json, Style::Nul] {
                count += 1;
                let written = render(Some(program), &arguments, style);
                if let Err(difference) = read_back(&written, &arguments, &analysis.target) {
                    writeln!(wrong, "{}, vm {vm}, {style:?}: {difference}\n", path.display())
                        .expect("a string takes all");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 60, "only {count}");
}

/// Compares what `written` lowers to with `arguments`.
fn read_back(written: &str, arguments: &[Argument], target: &Target) -> Result<(), String> {
    let settings = Settings {
        target: RequestedTarget { libvirt: None, qemu: Some(target.qemu) },
        ..Settings::default()
    };
    let analysis = check(Language::Qemu.text(written), FileId(0), &settings);
    let Some(checked) = analysis.checked(0) else {
        return Err(format!("not read:\n{written}\n{:#?}", analysis.findings));
    };
    let again = qemu::arguments(&checked, qemu::Options { whole: true, stand_in: false });
    if again == arguments {
        return Ok(());
    }
    let lines = |arguments: &[Argument]| {
        let lines = arguments.iter().map(|a| a.words().collect::<Vec<_>>().join(" "));
        lines.collect::<Vec<_>>()
    };
    let (before, after) = (lines(arguments), lines(&again));
    let only = |of: &[String], not: &[String]| {
        of.iter().filter(|line| !not.contains(line)).cloned().collect::<Vec<_>>().join("\n  ")
    };
    Err(format!("lost:\n  {}\nnew:\n  {}", only(&before, &after), only(&after, &before)))
}
