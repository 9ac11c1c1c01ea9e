//! What every rule's documentation claims of libvirt and QEMU is what they really say.
#![cfg(unix)]

use iommulint_conformance::{Libvirt, Root, probe::probes};
use iommulint_lang::rules;

#[test]
fn libvirt_and_qemu_say_what_the_rules_quote() {
    let (Some(root), Some(libvirt)) = (Root::locate(), Libvirt::shared()) else {
        return;
    };
    let (mut run, mut wrong) = (0, Vec::new());
    for rule in rules::all() {
        match probes(&rule.markdown()) {
            Ok(probes) => {
                for probe in probes {
                    run += 1;
                    if let Err(said) = probe.run(&root, libvirt) {
                        wrong.push(format!("{}: {said}\n{probe:#?}", rule.name));
                    }
                }
            }
            Err(why) => wrong.push(format!("{}: {why}", rule.name)),
        }
    }
    println!("conformance: {run} claims of {} rules tried", rules::all().count());
    assert!(run > 0, "no rule claims anything");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
