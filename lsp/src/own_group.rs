//! A host device that shares a vSMMU is given one of its own.

mod kept;
mod written;

use std::collections::HashSet;

use iommulint_lang::check::{Settings, check_again};
use iommulint_lang::finding::Edit;
use iommulint_lang::fix::edited;
use iommulint_lang::parsed::Parsed;
use iommulint_lang::span::{FileId, Origin, Span};
use iommulint_lang::syntax::{Entry, Node, Tree};
use iommulint_lang::topology::{HostAddress, Hostdev, Vm, VsmmuId};

use crate::outline;
use crate::place::outermost;
use crate::snapshot::OpenFile;
use written::Lines;

/// What a vSMMU says that is as true of another one for the same device.
const COPIED_PROPERTIES: [&str; 2] = ["iommufd", "host"];
/// What a PXB says of where its devices are on the host.
const COPIED_OF_PXB: [&str; 1] = ["numa-node"];
/// Where something is in the group that it leaves.
const PLACE: [&str; 2] = ["slot", "function"];
/// What is given out to a port anew.
const NUMBERS: [&str; 3] = ["index", "chassis", "port"];

/// A host device that moves out of its group.
pub(crate) struct Move {
    /// The name of the device.
    pub(crate) device: String,
    /// What makes a group of its own of it, in file order.
    pub(crate) edits: Vec<Edit>,
}

/// The move of the host device that is written at `wanted`; none when there is none, when it shares its vSMMU
/// with nothing, or cannot move without an error.
pub(crate) fn own_group(file: OpenFile<'_>, wanted: Span) -> Option<Move> {
    let settings = file.cared_for()?;
    let Parsed::Kdl(tree) = &file.analysis.parsed else { return None };
    if !tree.is_sound() {
        return None;
    }
    let vms = file.analysis.topology.vms.iter().enumerate();
    let (position, vm, hostdev, node) = vms
        .flat_map(|(position, vm)| vm.hostdevs.iter().map(move |it| (position, vm, it)))
        .find_map(|(position, vm, hostdev)| {
            let node = tree.node_named_at(hostdev.origin.span.start)?;
            node.span().holds(wanted).then_some((position, vm, hostdev, node))
        })?;
    let (group, vsmmu) = vm.vsmmu_over(hostdev.parent)?;
    if shared_with(vm, group) < 2 || has_other_functions(vm, group, hostdev) {
        return None;
    }
    let name = free_name(tree, outermost(node), &vsmmu.name.value)?;
    let vsmmu = tree.node_named_at(vsmmu.origin.span.start)?;
    let edits = edits(tree, node, vsmmu, &name, file.document.id)?;
    let device = hostdev.name.value.clone();
    let moved = kept::Moved { vm: position, device: &device, group: &name };
    is_kept(file, settings, &edits, &moved).then_some(Move { device, edits })
}

/// How many devices `group` translates for.
fn shared_with(vm: &Vm, group: VsmmuId) -> usize {
    let hostdevs = vm.hostdevs.iter().map(|it| it.parent);
    let parents = hostdevs.chain(vm.devices.iter().map(|it| it.parent));
    parents.filter(|parent| vm.vsmmu_over(*parent).is_some_and(|(id, _)| id == group)).count()
}

/// Whether another function of the same device is in `group`: the functions of a device may be in one IOMMU
/// group, and what is in one IOMMU group cannot be behind two vSMMUs.
fn has_other_functions(vm: &Vm, group: VsmmuId, hostdev: &Hostdev) -> bool {
    let address = |it: &Hostdev| HostAddress::parse(&it.host.as_ref()?.value);
    let Some(own) = address(hostdev) else { return false };
    let is_other = |other: HostAddress| {
        (other.domain, other.bus, other.slot) == (own.domain, own.bus, own.slot)
            && other.function != own.function
    };
    let mut others =
        vm.hostdevs.iter().filter(|it| vm.vsmmu_over(it.parent).is_some_and(|(id, _)| id == group));
    others.any(|it| address(it).is_some_and(is_other))
}

/// A name like `like` that nothing in `vm` has.
fn free_name(tree: &Tree, vm: Node<'_>, like: &str) -> Option<String> {
    let inside = tree.all_nodes().filter(|node| vm.span().holds(node.span()));
    let taken: HashSet<String> =
        inside.filter_map(|node| outline::id(node)).map(|(id, _)| id).collect();
    let stem = like.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: Option<u32> = like[stem.len()..].parse().ok();
    // What would have to be escaped is no name to make others of.
    let is_plain = |stem: &&str| !stem.contains(|c: char| c.is_control() || "\"\\".contains(c));
    let (stem, first) = match (Some(stem).filter(is_plain), number) {
        (Some(stem), Some(number)) => (stem.to_owned(), number.saturating_add(1)),
        (Some(stem), None) => (format!("{stem}-"), 2),
        (None, _) => ("smmu".to_owned(), 0),
    };
    // One of them is free: they are more than are taken.
    let last = first.saturating_add(u32::try_from(taken.len()).unwrap_or(u32::MAX));
    (first..=last).map(|number| format!("{stem}{number}")).find(|name| !taken.contains(name))
}

/// What moves `device` out of its group into one like `vsmmu` called `name`, behind the last group of its vm:
/// what is given out to the others stays what it is as far as can be.
fn edits(
    tree: &Tree,
    device: Node<'_>,
    vsmmu: Node<'_>,
    name: &str,
    file: FileId,
) -> Option<Vec<Edit>> {
    let text = tree.text();
    let leaving = alone_with(device);
    let is_port = *leaving.name() == *"root-port";
    let moving = if is_port { leaving } else { device };
    let lines = Lines::of(tree, leaving);
    let holds_comment = |span: Span| tree.comments().any(|it| span.holds(it.span));
    if moving.span() != leaving.span() && holds_comment(leaving.span()) {
        return None;
    }
    let removed = lines.span();
    let outer = written::indentation(text, vsmmu.span().start);
    let inner = inner_indentation(tree, leaving, outer);
    let moved = if moving.span() == leaving.span() {
        lines.text(text, &placed(moving, is_port), &inner)
    } else {
        Lines::of_node_only(moving).text(text, &placed(moving, false), &inner)
    };
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut group = beginning_like(vsmmu, name, outer, &inner);
    group.push(moved);
    group.push(format!("{outer}}}"));
    let is_beside = |node: &Node<'_>| {
        *node.name() == *"vsmmu"
            && !node.is_slashdashed()
            && node.parent().map(Node::id) == vsmmu.parent().map(Node::id)
    };
    let last = tree.all_nodes().rev().find(is_beside)?;
    let place = written::behind(text, last.span().end);
    let inserted = [newline, &group.join(newline)].concat();
    let edit = |span, text| Edit { origin: Origin::new(file, span), text };
    let mut edits = vec![edit(removed, String::new()), edit(Span::at(place), inserted)];
    edits.sort_by_key(|edit| edit.origin.span.start);
    Some(edits)
}

/// The first lines of a group like `vsmmu` called `name`: what is as true of it for the same device.
fn beginning_like(vsmmu: Node<'_>, name: &str, outer: &str, inner: &str) -> Vec<String> {
    let properties = copied(vsmmu, &COPIED_PROPERTIES);
    let mut lines = vec![format!("{outer}vsmmu \"{name}\"{properties} {{")];
    for child in vsmmu.children() {
        let entries = copied(child, &COPIED_OF_PXB);
        match &*child.name() {
            "accel" => lines.push(format!("{inner}{}", child.span().of(vsmmu.tree().text()))),
            "pxb" if !entries.is_empty() => lines.push(format!("{inner}pxb{entries}")),
            _ => {}
        }
    }
    lines
}

/// What the lines in a group begin with whose own begins with `outer`.
fn inner_indentation(tree: &Tree, leaving: Node<'_>, outer: &str) -> String {
    let written = written::indentation(tree.text(), leaving.span().start);
    let is_in_a_group = leaving.parent().is_some_and(|parent| *parent.name() == *"vsmmu");
    if is_in_a_group && written.len() > outer.len() && written.starts_with(outer) {
        return written.to_owned();
    }
    [outer, "    "].concat()
}

/// The outermost node below the group that holds nothing but `device`: a port of its own leaves with it.
fn alone_with(device: Node<'_>) -> Node<'_> {
    let is_port =
        |node: &Node<'_>| matches!(&*node.name(), "root-port" | "switch" | "downstream-port");
    let above = std::iter::successors(device.parent(), |node| node.parent());
    let alone = above.take_while(|node| is_port(node) && node.all_children().count() == 1);
    alone.last().unwrap_or(device)
}

/// The entries of `node` and of the ports in it that say where it is now.
fn placed(node: Node<'_>, is_port: bool) -> Vec<Span> {
    let mut spans: Vec<Span> = entries(node, &PLACE).collect();
    let mut port = Some(node).filter(|_| is_port);
    while let Some(node) = port {
        spans.extend(entries(node, &NUMBERS));
        port = node.children().next();
    }
    spans.sort();
    spans
}

fn entries<'t>(node: Node<'t>, keys: &'t [&str]) -> impl Iterator<Item = Span> + 't {
    let is_wanted = move |key: &str| keys.contains(&key);
    let wanted = node.properties().filter(move |it| it.key().is_some_and(|key| is_wanted(&key)));
    wanted.map(Entry::span)
}

/// The properties of `node` with these keys, as they are written.
fn copied(node: Node<'_>, keys: &[&str]) -> String {
    let text = node.tree().text();
    entries(node, keys).map(|span| [" ", span.of(text)].concat()).collect()
}

/// Whether nothing becomes wrong by the edits, and the device alone is in the new group.
fn is_kept(
    file: OpenFile<'_>,
    settings: &Settings,
    edits: &[Edit],
    moved: &kept::Moved<'_>,
) -> bool {
    let text = edited(file.text(), edits);
    let text = file.analysis.parsed.language().text(text);
    let after = check_again(text, file.document.id, settings, Some(file.analysis));
    kept::nothing_becomes_wrong(file.analysis, &after)
        && kept::only_it_moves(file.analysis, &after, moved)
}
