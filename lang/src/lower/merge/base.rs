//! The existing domain.

use roxmltree::{Document, Node, ParsingOptions};

use super::super::libvirt::qemu_only::QEMU_NAMESPACE;
use crate::check::Checked;
use crate::finding::Finding;
use crate::rules::lower::BASE;
use crate::span::{FileId, MAX_TEXT, Origin, Span};
use crate::topology::Machine;
use crate::xml;

/// A domain that can be merged into.
pub(super) struct Base<'x> {
    /// The file's text.
    pub(super) text: &'x str,
    file: FileId,
    /// `<domain>`.
    pub(super) domain: Node<'x, 'x>,
    /// `<devices>`, if there is one.
    pub(super) devices: Option<Node<'x, 'x>>,
}

/// A PCI address of the guest: bus, slot, function. Domain is always 0.
pub(super) type PciAddress = (u64, u64, u64);

/// Parses `text`; entities and document types are refused.
pub(super) fn parse(text: &str, file: FileId) -> Result<Document<'_>, Box<Finding>> {
    let wrong = |at: u32, headline: String| {
        let origin = Origin::new(file, Span::at(at));
        Box::new(BASE.at(origin, headline))
    };
    if text.len() > MAX_TEXT {
        return Err(wrong(0, "the domain is larger than 4 GiB".to_owned()));
    }
    if let Some((at, what)) = xml::exceeded(text) {
        return Err(wrong(u32::try_from(at).unwrap_or(0), what.to_owned()));
    }
    Document::parse_with_options(text, ParsingOptions::default()).map_err(|error| {
        let headline = match error {
            roxmltree::Error::DtdDetected => "a domain has no document type".to_owned(),
            _ => format!("this is not well-formed XML: {error}"),
        };
        let at = xml::offset(text, error.pos());
        wrong(u32::try_from(at).unwrap_or(0), headline)
    })
}

impl<'x> Base<'x> {
    /// The domain in `document`; a finding when it is none, or for another kind of machine.
    pub(super) fn of(
        text: &'x str,
        file: FileId,
        document: &'x Document<'x>,
        checked: &Checked<'_>,
    ) -> Result<Self, Box<Finding>> {
        let domain = document.root_element();
        let base = Self { text, file, domain, devices: child(domain, "devices") };
        let wrong = |node, headline, help| {
            let origin = base.origin_of_tag(node);
            Box::new(BASE.at(origin, headline).with_help(help))
        };
        let name = domain.tag_name().name();
        if name != "domain" || !domain.has_children() {
            return Err(wrong(
                domain,
                format!("`<{name}>` is not a libvirt domain"),
                "give a file as `virsh dumpxml --inactive` writes it".to_owned(),
            ));
        }
        let machine = checked.machine;
        let os_type = child(domain, "os").and_then(|os| child(os, "type"));
        if let Some((node, existing)) = os_type.and_then(|t| Some((t, t.attribute("machine")?)))
            && Machine::parse(existing).map(|existing| existing.board) != Some(machine.board)
        {
            return Err(wrong(
                node,
                format!("the domain is for machine `{existing}`"),
                format!("the vm is for `{}`", machine.name),
            ));
        }
        // What it is merged with is known by its index.
        let is_pci = |node: &Node<'_, '_>| {
            node.has_tag_name("controller") && node.attribute("type") == Some("pci")
        };
        let nameless = base.device_elements().filter(is_pci).find(|node| {
            let is_root = node.attribute("model").is_some_and(|model| model.ends_with("-root"));
            node.attribute("index").is_none() && !is_root
        });
        match nameless {
            Some(node) => Err(wrong(
                node,
                "a PCI controller without an `index`".to_owned(),
                "give a file as `virsh dumpxml --inactive` writes it".to_owned(),
            )),
            None => Ok(base),
        }
    }

    /// The elements below `<devices>`.
    pub(super) fn device_elements(&self) -> impl Iterator<Item = Node<'x, 'x>> {
        self.devices.into_iter().flat_map(|devices| devices.children()).filter(Node::is_element)
    }

    /// The elements of that name in QEMU's namespace, directly below `parent`.
    pub(super) fn qemu_children(
        parent: Node<'x, 'x>,
        name: &'static str,
    ) -> impl Iterator<Item = Node<'x, 'x>> {
        parent.children().filter(move |node| node.has_tag_name((QEMU_NAMESPACE, name)))
    }

    /// Where an element's start tag begins: `<` and its name.
    pub(super) fn origin_of_tag(&self, node: Node<'_, '_>) -> Origin {
        let start = node.range().start;
        let name = self.text[start..].find(|c: char| c.is_whitespace() || c == '>' || c == '/');
        self.origin(start, start + name.unwrap_or(1))
    }

    /// Where the value of an attribute is; the element's tag without it.
    pub(super) fn origin_of_value(&self, node: Node<'_, '_>, attribute: &str) -> Origin {
        match node.attribute_node(attribute) {
            Some(attribute) => {
                let range = attribute.range_value();
                self.origin(range.start, range.end)
            }
            None => self.origin_of_tag(node),
        }
    }

    fn origin(&self, start: usize, end: usize) -> Origin {
        // `parse` refused what is longer than `u32` can say.
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Origin::new(self.file, Span::new(offset(start), offset(end)))
    }
}

/// The first element of that name directly below `parent`.
pub(super) fn child<'x>(parent: Node<'x, 'x>, name: &str) -> Option<Node<'x, 'x>> {
    parent.children().find(|node| node.is_element() && node.tag_name().name() == name)
}

/// The guest's PCI address of a device, as far as it is written.
pub(super) fn pci_address<'x>(device: Node<'x, 'x>) -> Option<(Node<'x, 'x>, PciAddress)> {
    let address = child(device, "address")?;
    if address.attribute("type") != Some("pci") || number(address, "domain").unwrap_or(0) != 0 {
        return None;
    }
    let part = |name| number(address, name).unwrap_or(0);
    let parts = (number(address, "bus")?, part("slot"), part("function"));
    // All zeros say that libvirt is to choose.
    (parts != (0, 0, 0)).then_some((address, parts))
}

/// An attribute as a number, read as libvirt reads it: `0x` hexadecimal, a leading 0 octal, else
/// decimal (`virXMLPropUInt`).
pub(super) fn number(node: Node<'_, '_>, attribute: &str) -> Option<u64> {
    let text = node.attribute(attribute)?.trim();
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match (hexadecimal, text.strip_prefix('0')) {
        (Some(digits), _) => u64::from_str_radix(digits, 16).ok(),
        (None, Some(digits)) if !digits.is_empty() => u64::from_str_radix(digits, 8).ok(),
        _ => text.parse().ok(),
    }
}
