//! The rules: one file each, grouped in folders by the first half of their names.

mod hostdev;
mod iommu;
mod iommufd;
mod pci;
mod rule;
pub(crate) mod schema;
mod target;

pub use rule::{Check, Context, Needs, Rule};
pub(crate) use rule::{declare_rule, url};

/// Every rule, by group, in the order of the rule book.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [iommu::RULES, iommufd::RULES, pci::RULES, hostdev::RULES, target::RULES, schema::RULES]
        .into_iter()
        .flatten()
        .copied()
}

/// The rule of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.name == name)
}
