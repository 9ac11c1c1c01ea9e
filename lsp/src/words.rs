//! What the vocabulary says of a word, for people.

use iommulint_lang::document::vocabulary::{NodeSpec, PropertySpec};
use iommulint_lang::target::{Feature, LibvirtTarget, QemuTarget, Since};

/// What a node means, in Markdown.
pub(crate) fn of_node(spec: &NodeSpec) -> String {
    with_releases(spec.documentation.to_owned(), spec.feature)
}

/// What a property means and what holds without it, in Markdown.
pub(crate) fn of_property(spec: &PropertySpec) -> String {
    let mut words = format!("{}\n\nIt is {}.", spec.documentation, spec.value.expected());
    words.push_str("\n\n");
    if spec.required {
        words.push_str("It must be there.");
    } else {
        words.push_str("Default: ");
        words.push_str(spec.default);
        words.push('.');
    }
    with_releases(words, spec.feature)
}

/// The words, and since which releases there is what they speak of, where not every release has it.
fn with_releases(mut words: String, feature: Option<Feature>) -> String {
    let Some(feature) = feature else { return words };
    let libvirt = ("libvirt", LibvirtTarget::newest().since(feature));
    let qemu = ("QEMU", QemuTarget::newest().since(feature));
    let said: Vec<String> = [libvirt, qemu]
        .into_iter()
        .filter(|(_, since)| *since != Since::Always)
        .map(|(program, since)| match since {
            Since::Never => format!("in no release of {program}"),
            since => format!("since {program} {since}"),
        })
        .collect();
    if !said.is_empty() {
        words.push_str("\n\nReleases: ");
        words.push_str(&said.join(", "));
        words.push('.');
    }
    words
}
