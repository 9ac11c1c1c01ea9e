//! Names, which nothing else may have.

use crate::hash::HashMap;

use super::super::element::Element;
use super::super::vocabulary::NodeKind;
use super::Builder;
use crate::finding::Applicability;
use crate::rules::schema;
use crate::span::{Origin, Written};
use crate::syntax::quote;

/// What a name is one of: those of vms, or those of the elements of a vm, which goes by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum NameSpace {
    Vms,
    Elements(usize),
}

/// A name that was taken.
pub(super) struct Double<'a> {
    /// The finding that says so, by its position.
    finding: usize,
    name_space: NameSpace,
    text: &'a str,
    at: Origin,
}

impl<'a> Builder<'a> {
    /// The name of an element, which nothing else in the vm may have; that of its node when it is
    /// missing.
    pub(super) fn name(&mut self, element: &'a Element) -> Written<String> {
        let Some(name) = element.argument::<String>(0) else {
            return Written::new(String::new(), element.origin);
        };
        if let Some(text) = element.text_of_argument(0) {
            let name_space = match element.kind {
                NodeKind::Vm => NameSpace::Vms,
                _ => NameSpace::Elements(self.topology.vms.len()),
            };
            let first = *self.names.entry((name_space, text)).or_insert(name.origin);
            if first != name.origin {
                let finding = self.findings.len();
                self.doubles.push(Double { finding, name_space, text, at: name.origin });
                self.findings.push(
                    schema::DUPLICATE_NAME
                        .at(name.origin, format!("the name `{text}` is taken"))
                        .with_label(first, "by this one")
                        .with_help("give it a name of its own"),
                );
            }
        }
        name
    }

    /// Offers each of them a number behind it that makes it another name. All names have been read.
    pub(super) fn rename_doubles(&mut self) {
        let mut next_numbers: HashMap<(NameSpace, &str), u32> = HashMap::default();
        for Double { finding, name_space, text, at } in std::mem::take(&mut self.doubles) {
            let next = next_numbers.entry((name_space, text)).or_insert(2);
            let free = (*next..).find_map(|number| {
                *next = number + 1;
                let name = format!("{text}-{number}");
                (!self.names.contains_key(&(name_space, name.as_str()))).then_some(name)
            });
            let (Some(name), Some(finding)) = (free, self.findings.get_mut(finding)) else {
                continue;
            };
            let title = format!("name it `{name}`");
            *finding =
                finding.clone().with_replacement(title, Applicability::Unsafe, at, quote(&name));
        }
    }
}
