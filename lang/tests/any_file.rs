//! What holds for every file, right or wrong: nothing panics, spans lie in the text, and what has no
//! error lowers.

mod random_files;

use iommulint_lang::check::{Analysis, RequestedTarget, Settings, check};
use iommulint_lang::finding::Severity;
use iommulint_lang::lower::{libvirt, qemu};
use iommulint_lang::map::map;
use iommulint_lang::span::{FileId, Origin};
use iommulint_lang::target::{LibvirtTarget, QemuTarget};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text(text in "\\PC*") {
        judge(&check(text, FileId(0), &Settings::default()));
    }

    #[test]
    fn any_bytes_that_are_utf8(bytes in vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        judge(&check(text, FileId(0), &Settings::default()));
    }

    #[test]
    fn any_arrangement_of_the_vocabulary(text in random_files::valid_kdl(), requested in requested()) {
        judge(&check(text, FileId(0), &Settings { target: requested, ..Settings::default() }));
    }
}

/// The spans of every finding lie in the text, and every vm of a file without errors lowers, for
/// whatever target.
fn judge(analysis: &Analysis) {
    let text = analysis.parsed.text();
    let lies_in_text = |origin: Origin| {
        let range = origin.span.range();
        assert!(text.get(range.clone()).is_some(), "{range:?} of {} bytes", text.len());
    };
    for finding in &analysis.findings {
        lies_in_text(finding.primary.origin);
        finding.labels.iter().for_each(|label| lies_in_text(label.origin));
        finding.fixes.iter().flat_map(|fix| &fix.edits).for_each(|edit| lies_in_text(edit.origin));
    }
    if analysis.findings.iter().any(|finding| finding.severity == Severity::Error) {
        assert!(analysis.checked(0).is_none());
        return;
    }
    for position in 0..analysis.topology.vms.len() {
        let checked = analysis.checked(position);
        let Some(checked) = checked else { panic!("no error, yet not checked: {text}") };
        for (whole, stand_in) in [(false, false), (true, false), (false, true), (true, true)] {
            let _ = qemu::arguments(&checked, qemu::Options { whole, stand_in });
        }
        let _ = (libvirt::devices(&checked), libvirt::domain(&checked), map(&checked));
        let _ = (libvirt::stand_in(&checked, false), libvirt::stand_in(&checked, true));
    }
}

fn requested() -> impl Strategy<Value = RequestedTarget> {
    const LIBVIRT: [&str; 5] = ["12.8", "11.9+nvidia", "rfc-nested", "rfc-smmuv3dev", "9.0"];
    const QEMU: [&str; 5] = ["11.1", "10.1+nvidia", "rfc-nested", "rfc-accel", "9.0"];
    let libvirt = proptest::option::of(proptest::sample::select(&LIBVIRT[..]));
    let qemu = proptest::option::of(proptest::sample::select(&QEMU[..]));
    (libvirt, qemu).prop_map(|(libvirt, qemu)| RequestedTarget {
        libvirt: libvirt.and_then(LibvirtTarget::parse),
        qemu: qemu.and_then(QemuTarget::parse),
    })
}
