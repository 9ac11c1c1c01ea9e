//! `<qemu:override>` and `<qemu:commandline>` of the domain.

use std::collections::{BTreeMap, HashMap};

use roxmltree::{Node, NodeId};

use super::super::libvirt::Lowering;
use super::super::libvirt::qemu_only::{DMA_REMAP, Override, OverrideOn, QEMU_NAMESPACE, qemu_arg};
use super::super::xml::Element;
use super::base::Base;
use super::edits::Edits;
use super::parts::{Kind, Part, alias};

/// Adds or replaces the properties of the vm, and leaves all others.
pub(super) fn merge<'x>(
    base: &Base<'x>,
    lowering: &Lowering<'_, '_>,
    parts: &[Part],
    matched: &[Option<Node<'x, 'x>>],
    edits: &mut Edits<'x>,
) {
    merge_global_property(base, lowering, edits);
    let overrides = lowering.overrides();
    if overrides.is_empty() {
        return;
    }
    let hostdevs = hostdev_aliases(base, parts, matched);
    let alias_of = |over: &Override| match over.on {
        OverrideOn::Controller(at) => {
            lowering.ids.controller(lowering.checked.controllers[at].id).to_owned()
        }
        OverrideOn::Hostdev(at) => hostdevs[at].clone(),
    };
    let existing = Base::qemu_children(base.domain, "override").next();
    let devices: BTreeMap<&str, Node<'x, 'x>> = existing
        .into_iter()
        .flat_map(|existing| Base::qemu_children(existing, "device"))
        .filter_map(|device| Some((device.attribute("alias")?, device)))
        .collect();
    let mut added = Vec::new();
    for over in &overrides {
        let alias = alias_of(over);
        match devices.get(alias.as_str()) {
            Some(device) => replace_properties(base, *device, &alias, over, edits),
            None => added.push(over.element(&alias)),
        }
    }
    if let Some(existing) = existing {
        let added: Vec<_> = added.into_iter().map(|e| declared(existing, e)).collect();
        edits.append(existing, &added);
    } else {
        let all = declared(base.domain, Element::new("qemu:override").containing(added));
        edits.append(base.domain, [&all]);
    }
}

/// libvirt numbers `hostdevN` over the whole domain: the vm's host devices where they replace one,
/// the rest after all others.
fn hostdev_aliases<'x>(
    base: &Base<'x>,
    parts: &[Part],
    matched: &[Option<Node<'x, 'x>>],
) -> Vec<String> {
    let ours: Vec<_> =
        parts.iter().zip(matched).filter(|(part, _)| part.kind == Kind::Hostdev).collect();
    let replaced: HashMap<NodeId, usize> = ours
        .iter()
        .enumerate()
        .filter_map(|(at, (_, node))| Some((node.as_ref()?.id(), at)))
        .collect();
    let mut aliases = vec![String::new(); ours.len()];
    let mut next = 0;
    let mut name = |at: Option<usize>, kept: Option<&str>| {
        let alias = kept.map_or_else(|| format!("hostdev{next}"), str::to_owned);
        next += u32::from(kept.is_none());
        if let Some(at) = at {
            aliases[at] = alias;
        }
    };
    for node in base.device_elements().filter(|node| node.has_tag_name(Kind::Hostdev.name())) {
        match replaced.get(&node.id()) {
            Some(&at) => name(Some(at), ours[at].0.alias.as_deref()),
            None => name(None, alias(node)),
        }
    }
    for (at, (part, node)) in ours.iter().enumerate() {
        if node.is_none() {
            name(Some(at), part.alias.as_deref());
        }
    }
    aliases
}

/// Writes a device's override anew: first what the domain had and the vm does not say, then the vm's.
fn replace_properties<'x>(
    base: &Base<'x>,
    device: Node<'x, 'x>,
    alias: &str,
    over: &Override,
    edits: &mut Edits<'x>,
) {
    let ours = |node: &Node<'_, '_>| {
        let name = node.attribute("name");
        over.properties.iter().any(|(property, _)| Some(*property) == name)
    };
    let kept = Base::qemu_children(device, "frontend")
        .flat_map(|frontend| frontend.children())
        .filter(|node| node.is_comment() || (node.is_element() && !ours(node)));
    let frontend = Element::new("qemu:frontend")
        .keeping(kept.map(|node| &base.text[node.range()]))
        .containing(over.property_elements());
    let element = Element::new("qemu:device").with("alias", alias).containing([frontend]);
    edits.replace(device, &declared(device, element), &["frontend"]);
}

/// The property that is no device's own: on QEMU's command line.
fn merge_global_property<'x>(base: &Base<'x>, lowering: &Lowering<'_, '_>, edits: &mut Edits<'x>) {
    let Some(property) = lowering.global_property() else { return };
    let Some(commandline) = Base::qemu_children(base.domain, "commandline").next() else {
        let args = ["-global", &property].map(qemu_arg);
        let commandline = Element::new("qemu:commandline").containing(args);
        return edits.append(base.domain, [&declared(base.domain, commandline)]);
    };
    let mut values =
        Base::qemu_children(commandline, "arg").filter_map(|arg| arg.attribute_node("value"));
    let existing = values.find(|value| value.value().starts_with(DMA_REMAP));
    if let Some(value) = existing {
        edits.put(value.range_value(), property);
    } else {
        let args = ["-global", &property].map(|word| declared(commandline, qemu_arg(word)));
        edits.append(commandline, &args);
    }
}

/// `element`, declaring the prefix `qemu` unless it is declared where it goes.
fn declared(place: Node<'_, '_>, element: Element) -> Element {
    if place.lookup_namespace_uri(Some("qemu")) == Some(QEMU_NAMESPACE) {
        element
    } else {
        element.with("xmlns:qemu", QEMU_NAMESPACE)
    }
}
