//! From a snapshot's text to what it knows.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use super::value::{Name, Possible, Readable};
use super::{Device, Fact, Iommu, Machine, NumaNode, Snapshot, file};
use crate::span::{MAX_TEXT, Span};
use crate::suggest::suggest;
use crate::toml_file::{self, Advice, Mistake, did_you_mean};
use crate::topology::HostAddress;

/// Reads the text of a snapshot: all that could be understood, and what is wrong with it, in file order.
///
/// What is wrong is unknown in the snapshot; of what is there twice, the first counts. A snapshot of another
/// [version](Snapshot::VERSION) is not read at all.
#[must_use]
pub fn parse(text: &str) -> (Snapshot, Vec<Mistake>) {
    if text.len() > MAX_TEXT {
        let headline = "too long".to_owned();
        return (Snapshot::default(), vec![Mistake { span: Span::at(0), headline, help: None }]);
    }
    let (file, mistakes) = toml_file::read::<file::File>(text, &OfSnapshots);
    let Some(file) = file else { return (Snapshot::default(), mistakes) };
    if let Some(mistake) = file.version.as_ref().and_then(other_version) {
        return (Snapshot::default(), vec![mistake]);
    }
    let is_well_formed = mistakes.is_empty();
    let mut reader = Reader { mistakes, is_well_formed };
    if is_well_formed && file.version.is_none() {
        reader.mistakes.push(no_version());
    }
    let snapshot = reader.snapshot(file);
    reader.mistakes.sort_by_key(|mistake| mistake.span);
    (snapshot, reader.mistakes)
}

/// What is known of the ways in which people get a snapshot wrong.
struct OfSnapshots;

impl Advice for OfSnapshots {
    fn place_of(&self, key: &str) -> Option<String> {
        let place = match key {
            "version" | "captured-at" => "above the first `[…]` of the file",
            "arch" | "kernel" | "page-size" => "below `[machine]`",
            "node" | "cpus" | "memory" => "below `[[numa-nodes]]`",
            "ats" | "ril" | "ssidsize" | "oas" | "granules" | "cmdqv" => "below `[[iommus]]`",
            "address" | "vendor" | "class" | "driver" | "numa-node" | "iommu-group" => {
                "below `[[devices]]`"
            }
            _ => return None,
        };
        Some(format!("it belongs {place}"))
    }
}

fn other_version(version: &toml::Spanned<i64>) -> Option<Mistake> {
    let (written, read) = (*version.get_ref(), Snapshot::VERSION);
    (written != read).then(|| Mistake {
        span: span(version),
        headline: format!("expected version `{read}` of the format, found `{written}`"),
        help: Some("take the snapshot anew with this release of iommulint".to_owned()),
    })
}

fn no_version() -> Mistake {
    Mistake {
        span: Span::at(0),
        headline: "`version` is missing".to_owned(),
        help: Some(format!("begin with `version = {}`", Snapshot::VERSION)),
    }
}

struct Reader {
    mistakes: Vec<Mistake>,
    /// Whether everything was read: what is missing is not there then.
    is_well_formed: bool,
}

impl Reader {
    fn snapshot(&mut self, file: file::File) -> Snapshot {
        let file::File { version: _, captured_at, machine, numa_nodes, iommus, devices } = file;
        let numa_nodes = numa_nodes.into_iter().map(|it| {
            (
                it.node.get_ref().0,
                NumaNode {
                    span: span(&it.node),
                    cpus: it.cpus.possible_fact().map(|cpus| cpus.map(|it| it.0)),
                    memory: it.memory.fact().map(|it| it.0),
                },
            )
        });
        let numa_nodes = self.each_once("NUMA node", numa_nodes, |it| it.span);
        let iommus = self.each_once("IOMMU", iommus.into_iter().map(iommu), |it| it.span);
        let devices: Vec<_> = devices.into_iter().map(|it| self.device(it, &iommus)).collect();
        let devices = self.each_once("device", devices, |it| it.span);
        Snapshot {
            captured_at: captured_at.map_or(Fact::Unknown, |moment| Fact::Known(moment.0)),
            machine: Machine {
                name: name(machine.name),
                arch: name(machine.arch),
                kernel: name(machine.kernel),
                page_size: machine.page_size.fact().map(|it| it.0),
            },
            numa_nodes,
            iommus,
            devices,
        }
    }

    /// The entries by their keys; the first of those with one key.
    fn each_once<K: Ord + fmt::Display, T>(
        &mut self,
        noun: &str,
        entries: impl IntoIterator<Item = (K, T)>,
        span: fn(&T) -> Span,
    ) -> BTreeMap<K, T> {
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            match map.entry(key) {
                Entry::Vacant(place) => drop(place.insert(value)),
                Entry::Occupied(first) => self.mistakes.push(Mistake {
                    span: span(&value),
                    headline: format!("{noun} `{}` is in the snapshot twice", first.key()),
                    help: Some("remove one of the two".to_owned()),
                }),
            }
        }
        map
    }

    fn device(
        &mut self,
        device: file::Device,
        iommus: &BTreeMap<String, Iommu>,
    ) -> (HostAddress, Device) {
        let iommu = device.iommu.map_or(Fact::Unknown, |written| {
            let at = span(&written);
            let iommu = possible_name(written.into_inner());
            match iommu.present() {
                Some(name) if !iommus.contains_key(name) => {
                    if self.is_well_formed {
                        self.mistakes.push(no_iommu(name, at, iommus));
                    }
                    Fact::Unknown
                }
                _ => iommu,
            }
        });
        (
            device.address.get_ref().0,
            Device {
                span: span(&device.address),
                vendor: device.vendor.fact().map(|it| it.0),
                device: device.device.fact().map(|it| it.0),
                class: device.class.fact().map(|it| it.0),
                name: name(device.name),
                driver: possible_name(device.driver),
                numa_node: device.numa_node.possible_fact().map(|node| node.map(|it| it.0)),
                iommu_group: device.iommu_group.possible_fact().map(|group| group.map(|it| it.0)),
                iommu,
            },
        )
    }
}

fn iommu(iommu: file::Iommu) -> (String, Iommu) {
    let at = span(&iommu.name);
    (
        iommu.name.into_inner().0,
        Iommu {
            span: at,
            ats: iommu.ats.fact(),
            ril: iommu.ril.fact(),
            ssidsize: iommu.ssidsize.fact().map(|it| it.0),
            oas: iommu.oas.fact().map(|it| it.0),
            granules: iommu.granules.fact().map(|all| all.into_iter().map(|it| it.0).collect()),
            cmdqv: iommu.cmdqv.fact(),
        },
    )
}

fn no_iommu(name: &str, span: Span, iommus: &BTreeMap<String, Iommu>) -> Mistake {
    let meant = suggest(name, iommus.keys().map(String::as_str));
    Mistake {
        span,
        headline: format!("there is no IOMMU `{name}` in the snapshot"),
        help: Some(match meant {
            Some(meant) => did_you_mean(meant),
            None => format!("add `[[iommus]]` with `name = \"{name}\"`"),
        }),
    }
}

fn name(name: Readable<Name>) -> Fact<String> {
    name.fact().map(|it| it.0)
}

fn possible_name(name: Possible<Name>) -> Fact<Option<String>> {
    name.possible_fact().map(|name| name.map(|it| it.0))
}

fn span<T>(written: &toml::Spanned<T>) -> Span {
    toml_file::to_span(written.span())
}
