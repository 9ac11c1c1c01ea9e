//! What a host has to offer: its free devices, and its SMMUs.

use std::collections::HashSet;

use gen_lsp_types::CompletionItemKind;
use iommulint_lang::host::Iommu;
use iommulint_lang::span::Span;
use iommulint_lang::syntax::Node;
use iommulint_lang::topology::HostAddress;

use super::{Offer, quoted};
use crate::host::{self, Part};
use crate::snapshot::{OpenFile, Snapshot};

/// The devices of the host of `file` that no vm of an open file has, those of the group's IOMMU first. What stands
/// at `replaced`, in `node`, takes none.
pub(super) fn devices(
    snapshot: Snapshot<'_>,
    file: OpenFile<'_>,
    node: Node<'_>,
    replaced: Span,
) -> Vec<Offer> {
    let Some((name, host)) = file.host.zip(snapshot.host_of(file)) else { return Vec::new() };
    let known = host.snapshot();
    let mut taken: HashSet<HostAddress> = HashSet::new();
    for neighbour in snapshot.files_of_host(name) {
        let is_here = neighbour.document.id == file.document.id;
        let others = host::named(neighbour.analysis)
            .into_iter()
            .filter(|(span, _)| !is_here || span.start != replaced.start);
        taken.extend(others.filter_map(|(_, part)| match part {
            Part::Device(address) => Some(address),
            Part::Iommu(_) => None,
        }));
    }
    let preferred = iommu_of_group(known, file, node, replaced);
    let free = known
        .devices
        .iter()
        .filter(|(address, device)| !device.is_bridge() && !taken.contains(*address));
    let offers = free.map(|(address, device)| Offer {
        detail: host::device_in_a_line(device),
        sort: order(preferred.is_some() && device.iommu() == preferred, &address.to_string()),
        ..quoted(&address.to_string(), CompletionItemKind::Reference)
    });
    offers.collect()
}

/// The SMMUs of the host of `file`, that of the group's devices first.
pub(super) fn smmus(
    snapshot: Snapshot<'_>,
    file: OpenFile<'_>,
    node: Node<'_>,
    replaced: Span,
) -> Vec<Offer> {
    let Some(host) = snapshot.host_of(file) else { return Vec::new() };
    let known = host.snapshot();
    let preferred = iommu_of_group(known, file, node, replaced);
    let smmus = known.iommus.iter().filter(|(name, _)| Iommu::is_smmuv3(name));
    let offers = smmus.map(|(name, iommu)| Offer {
        detail: host::iommu_in_a_line(known, name, iommu),
        sort: order(preferred == Some(name), name),
        ..quoted(name, CompletionItemKind::Reference)
    });
    offers.collect()
}

/// Before others, or among them by name.
fn order(is_preferred: bool, name: &str) -> String {
    format!("{}{name}", if is_preferred { '0' } else { '1' })
}

/// The IOMMU of the group around `node`: the one that its vSMMU names, else that of its first device.
fn iommu_of_group<'a>(
    known: &'a iommulint_lang::host::Snapshot,
    file: OpenFile<'a>,
    node: Node<'_>,
    replaced: Span,
) -> Option<&'a str> {
    let mut around = std::iter::successors(Some(node), |node| node.parent());
    let group = around.find(|node| *node.name() == *"vsmmu")?.span();
    let named = host::named(file.analysis).into_iter();
    let mut others = named.filter(|(span, _)| group.holds(*span) && span.start != replaced.start);
    others.find_map(|(_, part)| match part {
        Part::Device(address) => known.devices.get(&address)?.iommu(),
        Part::Iommu(name) => Some(name),
    })
}
