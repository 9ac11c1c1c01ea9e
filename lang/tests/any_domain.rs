//! Whatever is done to a domain: a clear answer, at places that are in it.

#[path = "corpus_files/mod.rs"]
#[expect(dead_code, reason = "domains are no `.kdl` files")]
mod corpus_files;
mod cpu_time;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use cpu_time::cpu_time;
use iommulint_lang::check::{Settings, add_allow, check};
use iommulint_lang::finding::Finding;
use iommulint_lang::fix::edited;
use iommulint_lang::import::kdl::{Options, document};
use iommulint_lang::language::Language;
use iommulint_lang::span::FileId;
use proptest::prelude::*;

/// Read once.
fn domains() -> &'static [(PathBuf, String)] {
    static DOMAINS: OnceLock<Vec<(PathBuf, String)>> = OnceLock::new();
    DOMAINS.get_or_init(|| corpus_files::read_named(&["corpus/xml"], "xml"))
}

fn judge(text: &str) -> Vec<Finding> {
    let analysis = check(Language::Libvirt.text(text), FileId(0), &Settings::default());
    for finding in &analysis.findings {
        let labels = finding.labels.iter().map(|label| label.origin);
        let edits = finding.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.origin);
        for origin in labels.chain(edits).chain([finding.primary.origin]) {
            assert!(text.get(origin.span.range()).is_some(), "{finding:#?} is not in\n{text}");
        }
    }
    for (vm, numbers) in analysis.topology.vms.iter().zip(&analysis.numbers) {
        let again = document(vm, numbers, &Options { is_for_a_domain: true, ..Options::default() });
        let (_, wrong) = iommulint_lang::syntax::parse(again.text.as_str(), FileId(0));
        assert!(wrong.is_empty(), "{}\n{wrong:#?}", again.text);
    }
    analysis.findings
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Pieces of one domain are taken out, doubled, or put elsewhere.
    #[test]
    fn a_damaged_domain(seed in 0_usize..10_000, cuts in prop::collection::vec((0_usize..100_000, 0_usize..200, 0_usize..100_000), 1..4)) {
        let domains = domains();
        let mut text = domains[seed % domains.len()].1.clone();
        for (from, length, to) in cuts {
            let at = |offset: usize, text: &str| {
                let offset = offset % (text.len() + 1);
                (offset..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(0)
            };
            let start = at(from, &text);
            let end = at((start + length).min(text.len()), &text).max(start);
            let piece = text[start..end].to_owned();
            if length % 3 != 0 {
                text.replace_range(start..end, "");
            }
            if length % 3 != 1 {
                let to = at(to, &text);
                text.insert_str(to, &piece);
            }
        }
        judge(&text);
    }

    /// Numbers are changed, which leaves it well-formed.
    #[test]
    fn a_domain_of_other_numbers(seed in 0_usize..10_000, numbers in prop::collection::vec((any::<prop::sample::Index>(), "0x[0-9a-f]{1,3}|[0-9]{1,3}|-1|x|on|off|4294967296|99999999999999999999"), 1..6)) {
        let domains = domains();
        let mut text = domains[seed % domains.len()].1.clone();
        for (index, number) in numbers {
            let values: Vec<(usize, usize)> = text
                .match_indices("='")
                .filter_map(|(at, _)| Some((at + 2, at + 2 + text[at + 2..].find('\'')?)))
                .collect();
            if values.is_empty() {
                break;
            }
            let (start, end) = *index.get(&values);
            text.replace_range(start..end, &number);
        }
        judge(&text);
    }

    #[test]
    fn any_text(text in "[<>/a-z'=\"&; !\\-\\[\\]é\u{0}]{0,60}") {
        judge(&text);
    }
}

#[test]
fn what_is_allowed_is_not_found_again() {
    for (path, text) in corpus_files::read_named(&["corpus/xml/err"], "xml") {
        let analysis =
            check(Language::Libvirt.text(text.as_str()), FileId(0), &Settings::default());
        let settings = Settings::default();
        let edits = add_allow(&analysis.parsed, &analysis.findings, &settings, "known -- and left");
        let left = judge(&edited(&text, &edits));
        let left: Vec<_> = left.iter().filter(|f| !f.rule.starts_with("syntax/")).collect();
        assert!(left.is_empty(), "{}: {left:#?}", path.display());
    }
}

fn put(out: &mut String, parts: &[&dyn std::fmt::Display]) {
    for part in parts {
        write!(out, "{part}").expect("a string takes all");
    }
}

/// Ten times as much takes about ten times as long: a bound that only something quadratic breaks.
#[test]
fn nothing_is_quadratic() {
    type Make = fn(usize, &mut String);
    let kinds: [(&str, Make); 8] = [
        ("IOMMUs", |n, out| {
            put(out, &[&"<iommu model='smmuv3'><driver pciBus='", &n, &"'/></iommu>"]);
        }),
        ("IOMMUs without a bus", |_, out| out.push_str("<iommu model='smmuv3'/>")),
        ("controllers", |n, out| {
            put(out, &[&"<controller type='pci' model='pcie-root-port' index='", &n, &"'/>"]);
        }),
        ("controllers of one index", |_, out| {
            out.push_str("<controller type='pci' index='1' model='pcie-root-port'/>");
        }),
        ("host devices", |n, out| {
            put(
                out,
                &[
                    &"<hostdev type='pci'><source><address domain='",
                    &n,
                    &"' bus='1'/></source></hostdev>",
                ],
            );
        }),
        ("host devices at one place", |n, out| {
            put(
                out,
                &[&"<hostdev type='pci'><source><address domain='", &n, &"' bus='1'/></source>"],
            );
            out.push_str("<address type='pci' bus='3' slot='0'/></hostdev>");
        }),
        ("disks", |n, out| {
            put(
                out,
                &[
                    &"<disk><target bus='virtio' dev='vd",
                    &n,
                    &"'/><acpi index='",
                    &n,
                    &"'/></disk>",
                ],
            );
        }),
        ("unknown elements", |_, out| {
            out.push_str("<hostdev type='pci'><x/><alias name='a'/><alias name='b'/></hostdev>");
        }),
    ];
    for (name, make) in kinds {
        let took = |count: usize| {
            let mut devices = String::new();
            (0..count).for_each(|n| make(n, &mut devices));
            let text = format!(
                "<domain type='kvm'><name>n</name><os><type arch='aarch64' machine='virt'>hvm</type></os>\
                 <devices><iommu model='smmuv3'><driver pciBus='0'/></iommu>{devices}</devices></domain>"
            );
            cpu_time(|| judge(&text))
        };
        let (few, many) = (took(1_000), took(10_000));
        assert!(many < few * 40 + Duration::from_millis(500), "{name}: {few:?}, then {many:?}");
    }
}
