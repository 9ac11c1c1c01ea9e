//! Attributes and elements that libvirt does not know, and so drops without a word.

use super::devices;
use super::reader::Reader;
use super::vocabulary::{CONTROLLER, HOSTDEV, IOMMU, IOMMUFD, MDEV, Spec};
use crate::finding::{Applicability, Finding};
use crate::rules::UNKNOWN_ATTRIBUTE;
use crate::span::Origin;
use crate::suggest::suggest;
use crate::xml::{Attribute, Element};

/// What libvirt says of it.
const NOTE: &str = "libvirt does not read it, and says nothing: only `virt-xml-validate` does";

impl Reader {
    /// Looks for what libvirt does not know in the elements that are modelled.
    pub(super) fn look_for_unknown(&mut self, domain: Element<'_>) {
        for element in domain.children_named("iommufd") {
            self.compare(element, &IOMMUFD);
        }
        for (element, within, note) in outside_devices(domain) {
            let finding = UNKNOWN_ATTRIBUTE
                .at(
                    element.origin(),
                    format!("`<{}>` does not belong into `<{within}>`", element.name()),
                )
                .with_note(note)
                .with_help("put it into `<devices>`");
            self.unreadable(element, finding);
        }
        for element in devices(domain) {
            match element.name() {
                "iommu" => self.compare(element, &IOMMU),
                "hostdev" if element.value("type") == Some("pci") => {
                    self.compare(element, &HOSTDEV);
                }
                "hostdev" if element.value("type") == Some("mdev") => self.compare(element, &MDEV),
                "controller" if element.value("type") == Some("pci") => {
                    self.compare(element, &CONTROLLER);
                }
                "iommufd" => {
                    let finding = UNKNOWN_ATTRIBUTE
                        .at(element.origin(), "`<iommufd>` does not belong into `<devices>`")
                        .with_note(NOTE)
                        .with_help("put it directly into `<domain>`");
                    self.unreadable(element, finding);
                }
                _ => {}
            }
        }
    }

    fn compare(&mut self, element: Element<'_>, spec: &'static Spec) {
        let mut open = vec![(element, spec)];
        while let Some((within, spec)) = open.pop() {
            for attribute in within.attributes().filter(|attribute| !attribute.is_foreign()) {
                if !spec.attributes.contains(&attribute.name()) {
                    let finding = unknown_attribute(within, spec, attribute);
                    self.unreadable(element, finding);
                }
            }
            let mut seen: Vec<&str> = Vec::new();
            for child in within.children().filter(|child| !child.is_foreign()) {
                match spec.children.iter().find(|known| known.name == child.name()) {
                    Some(known) if seen.contains(&known.name) => {
                        self.unreadable(element, second(within, child, known));
                    }
                    Some(known) => {
                        seen.push(known.name);
                        open.push((child, known));
                    }
                    None if spec.others.contains(&child.name()) => {}
                    None => self.unreadable(element, unknown_element(spec, child)),
                }
            }
        }
    }
}

/// IOMMUs and host devices that are not among the devices, what they are in, and what libvirt says of that.
pub(super) fn outside_devices(
    domain: Element<'_>,
) -> impl Iterator<Item = (Element<'_>, &'static str, &'static str)> {
    let is_device = |element: &Element<'_>| {
        !element.is_foreign() && (element.is("iommu") || element.is("hostdev"))
    };
    let beside = domain.children().filter(is_device);
    let features = domain.children_named("features").flat_map(Element::children);
    beside.map(|element| (element, "domain", NOTE)).chain(
        features
            .filter(|element| element.is("iommu"))
            .map(|element| (element, "features", "libvirt: unexpected feature 'iommu'")),
    )
}

fn unknown_attribute(within: Element<'_>, spec: &Spec, attribute: Attribute<'_>) -> Finding {
    let name = attribute.name();
    let finding = UNKNOWN_ATTRIBUTE
        .at(attribute.name_origin(), format!("`<{}>` has no attribute `{name}`", spec.name))
        .with_note(NOTE);
    if let Some(home) = spec.home_of(name) {
        return finding.with_help(format!("it belongs to the `<{}>` within", home.name));
    }
    if within.parent().is_some_and(|parent| parent.is("iommu") && name == "svm") {
        return finding.with_help("no release has it in XML: only QEMU has");
    }
    with_suggestion(finding, attribute.name_origin(), name, spec.attributes.iter().copied())
}

fn unknown_element(spec: &Spec, child: Element<'_>) -> Finding {
    let name = child.name();
    let finding = UNKNOWN_ATTRIBUTE
        .at(child.origin(), format!("`<{}>` has no element `<{name}>`", spec.name))
        .with_note(NOTE);
    match suggest(name, spec.child_names()) {
        Some(near) => finding.with_help(format!("did you mean `<{near}>`?")),
        None if name == "iommufd" => {
            finding.with_help("write it as an attribute: `<driver iommufd='yes'/>`")
        }
        None => finding.with_help("remove it"),
    }
}

/// libvirt reads the first only, or takes neither.
fn second(within: Element<'_>, child: Element<'_>, spec: &Spec) -> Finding {
    let is_refused = within.is("controller") && matches!(spec.name, "target" | "model");
    let note = if is_refused {
        format!("libvirt: Multiple <{}> elements in controller definition not allowed", spec.name)
    } else {
        NOTE.to_owned()
    };
    let finding = UNKNOWN_ATTRIBUTE
        .at(child.origin(), format!("a second `<{}>` in `<{}>`", spec.name, within.name()))
        .with_note(note)
        .with_help("put its attributes into the first one");
    match within.child(spec.name) {
        Some(first) => finding.with_label(first.origin(), "the first one"),
        None => finding,
    }
}

fn with_suggestion<'c>(
    finding: Finding,
    at: Origin,
    name: &str,
    known: impl Iterator<Item = &'c str>,
) -> Finding {
    match suggest(name, known) {
        Some(near) => finding.with_help(format!("did you mean `{near}`?")).with_replacement(
            format!("write `{near}`"),
            Applicability::Unsafe,
            at,
            near,
        ),
        None => finding.with_help("remove it"),
    }
}
