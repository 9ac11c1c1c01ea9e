//! The rules: one file each, grouped in folders by the first half of their names.

mod coverage;
pub(crate) mod hostdev;
pub(crate) mod iommu;
mod iommufd;
pub(crate) mod lint;
pub(crate) mod lower;
mod names;
pub(crate) mod numa;
mod page;
pub(crate) mod pci;
mod rule;
pub(crate) mod schema;
mod source;
pub(crate) mod target;

use crate::suggest;
use crate::syntax;

pub(crate) use hostdev::SharedDevices;
pub(crate) use iommu::{
    ACCEL_PROPERTY, DROPPED_INSTANCE, INTEL, LOST_ACCELERATION, MACHINE_MISMATCH, PCI_BUS, VIRTIO,
};
pub(crate) use iommufd::FD_NOT_EXPRESSIBLE;
pub use names::{Level, Levels, RuleName, RuleSet, UnknownRule};
pub(crate) use numa::{MOST_CELLS, UNKNOWN_CELL};
pub use page::{GROUPS, index};
pub(crate) use pci::{
    ADDRESS_RANGE, AUTO_BUS_NR, BUS_NR_RANGE, DECIMAL_BUS, DUPLICATE_ADDRESS, DUPLICATE_ID,
    DUPLICATE_INDEX, FUNCTION_ZERO, INDEX_ORDER, INDEX_RANGE, INVENTED_PORT, NO_ADDRESS,
    SLOTS_EXHAUSTED, WRONG_PARENT,
};
pub(crate) use rule::declare_rule;
pub use rule::{Check, Context, Needs, Rule};
pub use source::{Source, Value};
pub(crate) use target::UNKNOWN_ATTRIBUTE;

/// Every rule, by group, in the order of the rule book.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let groups = [
        iommu::RULES,
        iommufd::RULES,
        pci::RULES,
        hostdev::RULES,
        numa::RULES,
        target::RULES,
        lint::RULES,
        lower::RULES,
        schema::RULES,
    ];
    groups.into_iter().flatten().copied().chain(syntax::errors::all())
}

/// The rule of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.name == name)
}

/// The first half of a rule's name.
#[must_use]
pub fn group_of(rule: &str) -> &str {
    rule.split_once('/').map_or(rule, |(group, _)| group)
}

/// The rule, or the group of rules, that was probably meant by `name`, which is neither.
#[must_use]
pub fn suggest(name: &str) -> Option<&'static str> {
    let names = || all().map(|rule| rule.name);
    // Without its group, or only begun.
    let is_begun = |rule: &str| name.contains('/') && rule.starts_with(name);
    let is_part = |rule: &&str| second_half(rule) == Some(name) || is_begun(rule);
    names()
        .find(is_part)
        .or_else(|| suggest::suggest(name, names().chain(names().map(group_of))))
        .or_else(|| {
            let half = suggest::suggest(name, names().filter_map(second_half))?;
            names().find(|rule| second_half(rule) == Some(half))
        })
}

fn second_half(rule: &str) -> Option<&str> {
    rule.split_once('/').map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn a_near_name_is_suggested() {
        for near in ["pci/bus-nr-rang", "bus-nr-range", "bus-nr-rnage", "pci/bus_nr_range"] {
            assert_eq!(suggest(near), Some("pci/bus-nr-range"), "{near}");
        }
        assert_eq!(suggest("pcj"), Some("pci"));
        assert_eq!(suggest("pci/bus"), Some("pci/bus-nr-range"));
        for far in ["", "p", "nothing like it"] {
            assert_eq!(suggest(far), None, "{far}");
        }
    }
}
