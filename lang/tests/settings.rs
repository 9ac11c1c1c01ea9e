//! What settings make of the findings of a file.

use iommulint_lang::check::{Analysis, Settings, check};
use iommulint_lang::finding::Severity;
use iommulint_lang::rules::{Level, RuleName};
use iommulint_lang::span::FileId;
use iommulint_lang::target::{LibvirtTarget, QemuTarget};

const GAP: &str = "vm \"a\" machine=\"virt\" {\n    root-port index=2\n}\n";
const ALLOWED_GAP: &str = "\
vm \"a\" machine=\"virt\" {
    // iommulint: allow pci/index-gap -- the port between is added by hand
    root-port index=2
}
";

fn name(rule: &str) -> RuleName {
    rule.parse().expect("there is such a rule")
}

fn with(configure: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::default();
    configure(&mut settings);
    settings
}

fn analyse(text: &str, settings: &Settings) -> Analysis {
    check(text, FileId(0), settings)
}

fn found(text: &str, settings: &Settings) -> Vec<(&'static str, Severity)> {
    let findings = analyse(text, settings).findings;
    findings.iter().map(|finding| (finding.rule, finding.severity)).collect()
}

#[test]
fn a_level_makes_a_rule_worse_or_turns_it_off() {
    let level = |level| with(|settings| settings.levels.set(name("pci/index-gap"), level));
    assert_eq!(found(GAP, &Settings::default()), [("pci/index-gap", Severity::Warning)]);
    assert_eq!(
        found(GAP, &level(Level::On(Severity::Error))),
        [("pci/index-gap", Severity::Error)]
    );
    assert_eq!(found(GAP, &level(Level::Off)), []);
}

#[test]
fn a_comment_about_a_rule_that_is_off_is_not_called_unused() {
    let off = with(|settings| settings.levels.set(name("pci/index-gap"), Level::Off));
    assert_eq!(found(ALLOWED_GAP, &off), []);
    let ignored = with(|settings| settings.selection.ignore.insert(name("pci/index-gap")));
    assert_eq!(found(ALLOWED_GAP, &ignored), []);
}

#[test]
fn a_comment_is_used_though_its_rule_is_not_asked_for() {
    let only_lint = with(|settings| settings.selection.select.insert(name("lint")));
    assert_eq!(found(ALLOWED_GAP, &only_lint), []);
    let unused = ALLOWED_GAP.replace("index=2", "index=1");
    assert_eq!(found(&unused, &only_lint), [("lint/unused-allow", Severity::Warning)]);
}

#[test]
fn what_is_not_allowable_is_found_all_the_same_and_points_at_the_comment() {
    let policy = with(|settings| settings.not_allowable.insert(name("pci/index-gap")));
    let findings = analyse(ALLOWED_GAP, &policy).findings;
    let [finding] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!(finding.rule, "pci/index-gap");
    let labels: Vec<_> =
        finding.labels.iter().map(|label| label.origin.span.of(ALLOWED_GAP)).collect();
    assert_eq!(labels, ["pci/index-gap"]);
    let group = with(|settings| settings.not_allowable.insert(name("pci")));
    assert_eq!(analyse(ALLOWED_GAP, &group).findings, findings);
}

#[test]
fn an_error_that_is_silenced_gives_a_result_only_if_its_vm_could_be_read() {
    // An address that is not one: there is nothing that could be lowered.
    let unread = "vm \"a\" machine=\"virt\" { root-port slot=\"x\"; }\nvm \"b\" machine=\"virt\"\n";
    let off = with(|settings| settings.levels.set(name("schema"), Level::Off));
    let analysis = analyse(unread, &off);
    assert_eq!(analysis.findings, []);
    assert!(analysis.checked(0).is_none());
    assert!(analysis.checked(1).is_some());
}

#[test]
fn a_selection_does_not_hide_an_error_from_the_result() {
    let wrong = "vm \"a\" machine=\"virt\" { pxb bus-nr=255; }\n";
    let only_lint = with(|settings| settings.selection.select.insert(name("lint")));
    let analysis = analyse(wrong, &only_lint);
    assert_eq!(analysis.findings, []);
    assert!(analysis.checked(0).is_none());
}

#[test]
fn the_caller_wins_over_the_file_and_the_file_over_the_configuration() {
    let libvirt = |text| LibvirtTarget::parse(text).expect("it is one");
    let qemu = |text| QemuTarget::parse(text).expect("it is one");
    let settings = with(|settings| {
        settings.target.qemu = Some(qemu("10.2"));
        settings.default_target.qemu = Some(qemu("9.2"));
        settings.default_target.libvirt = Some(libvirt("9.0"));
    });
    let silent = analyse("vm \"a\" machine=\"virt\"\n", &settings).target;
    assert_eq!((silent.libvirt, silent.qemu), (libvirt("9.0"), qemu("10.2")));
    let says = "target libvirt=\"11.9+nvidia\"\nvm \"a\" machine=\"virt\"\n";
    let says = analyse(says, &settings).target;
    assert_eq!((says.libvirt, says.qemu), (libvirt("11.9+nvidia"), qemu("10.2")));
}

#[test]
fn rules_that_need_all_of_a_vm_say_so_when_something_could_not_be_read() {
    let unread = "vm \"a\" machine=\"virt\" { root-port slot=\"x\"; }\n";
    assert_ne!(analyse(unread, &Settings::default()).not_run, Vec::<&str>::new());
    assert_eq!(analyse(GAP, &Settings::default()).not_run, Vec::<&str>::new());
    let only_lint = with(|settings| settings.selection.select.insert(name("lint")));
    assert_eq!(analyse(unread, &only_lint).not_run, Vec::<&str>::new());
}
