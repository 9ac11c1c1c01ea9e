//! `<alias>`: the id that somebody gave an element.

use crate::span::Written;
use crate::xml::Element;

/// The ids that libvirt gives out itself, as they stand in the description of a running domain.
const AUTOMATIC: [(&str, &str); 4] =
    [("controller", "pci."), ("hostdev", "hostdev"), ("interface", "hostdev"), ("iommu", "iommu")];

/// The alias of `element`, unless it is the one that libvirt gives such an element itself.
pub(super) fn alias(element: Element<'_>) -> Option<Written<String>> {
    let name = element.child("alias")?.attribute("name")?;
    let of_element = AUTOMATIC.iter().find(|(of, _)| element.is(of));
    let is_automatic = match of_element {
        Some((_, prefix)) => name.value().strip_prefix(prefix).is_some_and(is_number),
        // That of another device goes nowhere.
        None => !name.value().starts_with("ua-"),
    };
    let is_root = name.value() == "pcie.0";
    (!is_automatic && !is_root).then(|| name.written().map(str::to_owned))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
