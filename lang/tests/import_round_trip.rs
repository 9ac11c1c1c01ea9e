//! What a vm is lowered to, as a libvirt domain and as a QEMU command line, is imported as KDL that lowers to the same.

mod corpus_files;
#[expect(unreachable_pub, reason = "it is another crate's")]
#[path = "../../conformance/src/generate.rs"]
mod generate;

use std::fmt::Write as _;
use std::path::PathBuf;

use iommulint_lang::check::{Analysis, Checked, RequestedTarget, Settings, check};
use iommulint_lang::finding::Severity;
use iommulint_lang::import::kdl::{Explicit, Options, document};
use iommulint_lang::language::{Language, Text};
use iommulint_lang::lower::{Argument, Style, libvirt, qemu, render};
use iommulint_lang::span::FileId;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

#[test]
fn domains_are_imported() {
    each_vm(|checked, explicit| {
        if !checked.target.judge_libvirt {
            return Ok(());
        }
        let settings = Settings {
            target: RequestedTarget { libvirt: Some(checked.target.libvirt), qemu: None },
            ..Settings::default()
        };
        let domain = Language::Libvirt.text(libvirt::domain(checked));
        let again = imported(&domain, &settings, explicit)?;
        let again = again.checked(0).ok_or("not right")?;
        same(&libvirt::domain(checked), &libvirt::domain(&again))
    });
}

#[test]
fn command_lines_are_imported() {
    let whole = qemu::Options { whole: true, stand_in: false };
    each_vm(|checked, explicit| {
        if !checked.target.judge_qemu {
            return Ok(());
        }
        let settings = Settings {
            target: RequestedTarget { libvirt: None, qemu: Some(checked.target.qemu) },
            ..Settings::default()
        };
        let arguments = qemu::arguments(checked, whole);
        // The argument of an opened device does not name the host's.
        if arguments.iter().any(is_opened) {
            return Ok(());
        }
        let script = render(Some(qemu::program(checked)), &arguments, Style::Shell);
        let again = imported(&Language::Qemu.text(script.as_str()), &settings, explicit)?;
        let again = again.checked(0).ok_or("not right")?;
        let again =
            render(Some(qemu::program(&again)), &qemu::arguments(&again, whole), Style::Shell);
        same(&script, &again)
    });
}

fn is_opened(argument: &Argument) -> bool {
    argument.value.as_ref().is_some_and(|value| {
        value.contains(r#""driver":"vfio-pci""#) && !value.contains(r#""host":"#)
    })
}

/// Holds every vm of the corpus and the examples to what `round_trip` says.
fn each_vm(round_trip: impl Fn(&Checked<'_>, Explicit) -> Result<(), String>) {
    let (mut wrong, mut count) = (String::new(), 0);
    let mut files = corpus_files::read(&["corpus/ok", "corpus/lower", "examples"]);
    let mut runner = TestRunner::deterministic();
    for _ in 0..100 {
        let generated = generate::file().new_tree(&mut runner).expect("there is one");
        files.push((PathBuf::from("generated"), generated.current()));
    }
    for (path, text) in files {
        // What is allowed in one file is not in the other.
        if text.contains("iommulint: allow") {
            continue;
        }
        let analysis = check(text, FileId(0), &Settings::default());
        for vm in 0..analysis.topology.vms.len() {
            let Some(checked) = analysis.checked(vm) else { continue };
            for explicit in [Explicit::Needed, Explicit::All] {
                count += 1;
                if let Err(why) = round_trip(&checked, explicit) {
                    writeln!(wrong, "{}, vm {vm}, {explicit:?}: {why}\n", path.display())
                        .expect("a string takes all");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 60, "only {count}");
    println!("{count} round trips");
}

/// The file that `text` is imported as, checked.
fn imported(text: &Text, settings: &Settings, explicit: Explicit) -> Result<Analysis, String> {
    let analysis = check(text, FileId(0), settings);
    let [(vm, numbers)] =
        &analysis.topology.vms.iter().zip(&analysis.numbers).collect::<Vec<_>>()[..]
    else {
        return Err(format!("not one vm\n{}\n{:#?}", text.text, analysis.findings));
    };
    no_errors(&analysis, &text.text)?;
    let options = Options { explicit, ..Options::default() };
    let document = document(vm, numbers, &options);
    let again = check(document.text.as_str(), FileId(0), settings);
    no_errors(&again, &document.text)?;
    Ok(again)
}

fn no_errors(analysis: &Analysis, text: &str) -> Result<(), String> {
    let errors = analysis.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<_> = errors.collect();
    if errors.is_empty() { Ok(()) } else { Err(format!("{text}\n{errors:#?}")) }
}

fn same(before: &str, after: &str) -> Result<(), String> {
    if before == after {
        return Ok(());
    }
    let only = |of: &str, not: &str| {
        let not: Vec<&str> = not.lines().collect();
        of.lines().filter(|line| !not.contains(line)).collect::<Vec<_>>().join("\n  ")
    };
    Err(format!("lost:\n  {}\nnew:\n  {}", only(before, after), only(after, before)))
}
