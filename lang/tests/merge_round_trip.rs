//! A domain is imported, and what it was imported as is merged into it again: that says nothing new.

#[path = "corpus_files/mod.rs"]
#[expect(dead_code, reason = "domains are no `.kdl` files")]
mod corpus_files;

use std::fmt::Write as _;

use iommulint_lang::check::{Analysis, RequestedTarget, Settings, check};
use iommulint_lang::finding::Severity;
use iommulint_lang::import::kdl::{Explicit, Options, document};
use iommulint_lang::language::Language;
use iommulint_lang::lower::{libvirt, merge};
use iommulint_lang::span::FileId;

#[test]
fn what_is_imported_merges_into_its_domain() {
    let (mut wrong, mut count) = (String::new(), 0);
    for (path, text) in corpus_files::read_named(&["corpus/xml/ok"], "xml") {
        let analysis = domain(&text, &Settings::default());
        if analysis.topology.vms.iter().all(|vm| vm.hostdevs.is_empty() && vm.vsmmus.is_empty()) {
            continue;
        }
        // What is merged is a `<hostdev>`, and cannot take the place of an `<interface>`; a controller is known again
        // by its index.
        let has_interfaces = text.contains("<interface type='hostdev'");
        if has_interfaces || text.contains("<controller type='pci' model='pcie-root-port'/>") {
            continue;
        }
        count += 1;
        if let Err(why) = merged_again(&text, &analysis) {
            writeln!(wrong, "{}: {why}\n", path.display()).expect("a string takes all");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 30, "only {count}");
    println!("{count} domains");
}

fn domain(text: &str, settings: &Settings) -> Analysis {
    check(Language::Libvirt.text(text), FileId(0), settings)
}

fn merged_again(text: &str, before: &Analysis) -> Result<(), String> {
    let (vm, numbers) = (&before.topology.vms[0], &before.numbers[0]);
    let document = document(
        vm,
        numbers,
        &Options { explicit: Explicit::Needed, is_for_a_domain: true, ..Options::default() },
    );
    let requested = RequestedTarget { libvirt: Some(before.target.libvirt), qemu: None };
    let settings = Settings { target: requested, ..Settings::default() };
    let kdl = check(document.text.as_str(), FileId(0), &settings);
    let Some(checked) = kdl.checked(0) else {
        let errors = kdl.findings.iter().filter(|finding| finding.severity == Severity::Error);
        return Err(format!("{}\n{:#?}", document.text, errors.collect::<Vec<_>>()));
    };
    let warnings = kdl.findings.iter().filter(|finding| finding.severity == Severity::Warning);
    let warnings: Vec<&str> = warnings.map(|finding| finding.rule).collect();
    if !warnings.is_empty() {
        return Err(format!("{}\nwarns of {warnings:?}", document.text));
    }
    let once = merge::into(text, FileId(1), &checked)
        .map_err(|findings| format!("{}\nrefused: {findings:#?}", document.text))?;
    let twice = merge::into(&once, FileId(1), &checked)
        .map_err(|findings| format!("refused again: {findings:#?}"))?;
    if once != twice {
        return Err("merging again changes something".to_owned());
    }
    let after = domain(&once, &settings);
    // Ports that libvirt adds by itself are others once some of them are listed.
    let devices = |analysis: &Analysis| {
        let devices = libvirt::devices(&analysis.checked(0)?);
        let first = ["<hostdev", "<iommu"].iter().filter_map(|name| devices.find(name)).min();
        first.map(|first| devices[first..].to_owned())
    };
    match (devices(before), devices(&after)) {
        (Some(before), Some(after)) if before == after => Ok(()),
        (before, after) => Err(format!(
            "before {before:?}\nafter {after:?}\n{once}\n{:#?}",
            after_findings(&once, &settings)
        )),
    }
}

fn after_findings(text: &str, settings: &Settings) -> Vec<String> {
    domain(text, settings).findings.into_iter().map(|finding| finding.headline).collect()
}
