//! What files name of the host that their vms run on, and what its snapshot knows of that.

use gen_lsp_types::{Location, Uri};
use iommulint_lang::check::Analysis;
use iommulint_lang::host::{Device, Fact, Iommu, Snapshot};
use iommulint_lang::span::Span;
use iommulint_lang::topology::HostAddress;
use iommulint_settings::Host;

use crate::position::{Encoding, Index};
use crate::uri;

/// How many names are listed at most.
const MOST: usize = 8;

/// A part of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// A PCI device.
    Device(HostAddress),
    /// An IOMMU, by its name in `/sys/class/iommu`.
    Iommu(&'a str),
}

impl Part<'_> {
    /// As people write it.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Device(address) => address.to_string(),
            Self::Iommu(name) => name.to_owned(),
        }
    }

    /// The bytes that name it in the snapshot; none when it is not there.
    fn entry(self, snapshot: &Snapshot) -> Option<Span> {
        match self {
            Self::Device(address) => snapshot.devices.get(&address).map(|device| device.span),
            Self::Iommu(name) => snapshot.iommus.get(name).map(|iommu| iommu.span),
        }
    }
}

/// Everything of the host that a file names, and where, in file order.
pub(crate) fn named(analysis: &Analysis) -> Vec<(Span, Part<'_>)> {
    let mut named = Vec::new();
    for vm in &analysis.topology.vms {
        let devices = vm.hostdevs().filter_map(|(_, hostdev)| {
            let host = hostdev.host.as_ref()?;
            Some((host.origin.span, Part::Device(HostAddress::parse(&host.value)?)))
        });
        named.extend(devices);
        let smmus = vm.vsmmus().filter_map(|(_, vsmmu)| vsmmu.host.as_ref());
        named.extend(smmus.map(|host| (host.origin.span, Part::Iommu(&host.value))));
    }
    named.sort_by_key(|(span, _)| *span);
    named
}

/// What a file names at `offset`, and where that begins and ends.
pub(crate) fn named_at(analysis: &Analysis, offset: u32) -> Option<(Span, Part<'_>)> {
    named(analysis).into_iter().find(|(span, _)| span.touches(Span::at(offset)))
}

/// The places of a snapshot as editors show them.
pub(crate) struct Places<'h> {
    host: &'h Host,
    index: Index,
}

impl<'h> Places<'h> {
    /// Of `host`, columns counted in `encoding`.
    pub(crate) fn new(host: &'h Host, encoding: Encoding) -> Self {
        Self { host, index: Index::new(host.text(), encoding) }
    }

    /// Where the snapshot has `part`.
    pub(crate) fn location(&self, part: Part<'_>) -> Option<Location> {
        let entry = part.entry(self.host.snapshot())?;
        Some(Location { uri: uri::of(self.host.path()), range: self.index.range(entry) })
    }

    /// The same as a link to the line.
    pub(crate) fn link(&self, part: Part<'_>) -> Option<Uri> {
        let Location { uri, range } = self.location(part)?;
        Some(Uri(format!("{}#L{}", uri.0, range.start.line + 1)))
    }
}

/// The name of a snapshot's file.
pub(crate) fn file_name(host: &Host) -> String {
    host.path().file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What the snapshot knows of `part`, in Markdown.
pub(crate) fn words(host: &Host, part: Part<'_>) -> String {
    let (snapshot, file) = (host.snapshot(), file_name(host));
    let facts = match part {
        Part::Device(address) => snapshot.devices.get(&address).map(of_device),
        Part::Iommu(name) => snapshot.iommus.get(name).map(|iommu| of_iommu(snapshot, name, iommu)),
    };
    let Some(facts) = facts else { return format!("`{file}` has no `{}`.", part.name()) };
    let unknown: Vec<&str> =
        facts.iter().filter(|(_, said)| said.is_none()).map(|(what, _)| *what).collect();
    let mut words = format!("What `{file}` knows of the host's `{}`:\n\n", part.name());
    for said in facts.iter().filter_map(|(_, said)| said.as_ref()) {
        words.push_str(&["- ", said, "\n"].concat());
    }
    if !unknown.is_empty() {
        words.push_str(&["- not known: ", &unknown.join(", "), "\n"].concat());
    }
    words
}

/// What is known of a device, in a line.
pub(crate) fn device_in_a_line(device: &Device) -> String {
    in_a_line(of_device(device))
}

/// What is known of an IOMMU, in a line.
pub(crate) fn iommu_in_a_line(snapshot: &Snapshot, name: &str, iommu: &Iommu) -> String {
    in_a_line(of_iommu(snapshot, name, iommu))
}

/// What a fact is about, and what is known; none when it is not.
type Said = (&'static str, Option<String>);

fn in_a_line(facts: Vec<Said>) -> String {
    let known: Vec<String> = facts.into_iter().filter_map(|(_, said)| said).collect();
    known.join(", ")
}

fn of_device(device: &Device) -> Vec<Said> {
    let ids = device.vendor.known().zip(device.device.known());
    let ids = ids.map(|(vendor, device)| format!("{vendor:04x}:{device:04x}"));
    let identity = match (ids, device.name.known()) {
        (Some(ids), Some(name)) => Some(format!("{ids} {name}")),
        (ids, name) => ids.or_else(|| name.cloned()),
    };
    vec![
        ("identity", identity),
        ("NUMA node", possible("NUMA node", &device.numa_node)),
        ("IOMMU", possible("IOMMU", &device.iommu)),
        ("IOMMU group", possible("group", &device.iommu_group)),
        ("driver", possible("driver", &device.driver)),
    ]
}

fn of_iommu(snapshot: &Snapshot, name: &str, iommu: &Iommu) -> Vec<Said> {
    let mut facts = vec![("devices", Some(behind(snapshot, name)))];
    if Iommu::is_smmuv3(name) {
        facts.extend(of_smmuv3(iommu));
    }
    facts
}

fn of_smmuv3(iommu: &Iommu) -> [Said; 6] {
    let has = |what: &str, fact: &Fact<bool>| {
        fact.known().map(|has| if *has { what.to_owned() } else { format!("no {what}") })
    };
    let granules = iommu.granules.known().map(|granules| {
        let granules: Vec<String> = granules.iter().map(ToString::to_string).collect();
        format!("granules {}", granules.join(" "))
    });
    [
        ("ats", has("ats", &iommu.ats)),
        ("ril", has("ril", &iommu.ril)),
        ("ssidsize", iommu.ssidsize.known().map(|bits| format!("ssidsize {bits}"))),
        ("oas", iommu.oas.known().map(|bits| format!("oas {bits}"))),
        ("granules", granules),
        ("cmdqv", has("cmdqv", &iommu.cmdqv)),
    ]
}

fn possible(what: &str, fact: &Fact<Option<impl ToString>>) -> Option<String> {
    let value = fact.known()?.as_ref();
    Some(value.map_or_else(|| format!("no {what}"), |it| format!("{what} {}", it.to_string())))
}

/// The endpoints behind an IOMMU.
fn behind(snapshot: &Snapshot, iommu: &str) -> String {
    let endpoints = snapshot.devices_behind(iommu).filter(|(_, device)| !device.is_bridge());
    let mut names: Vec<String> = endpoints.map(|(address, _)| address.to_string()).collect();
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    match (names.as_slice(), more) {
        ([], _) => "no devices".to_owned(),
        (names, 0) => names.join(" "),
        (names, more) => format!("{} and {more} more", names.join(" ")),
    }
}
