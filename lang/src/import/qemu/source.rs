//! The text of command lines, as what they say is changed.

use super::script::Script;
use crate::finding::Edit;
use crate::language::Language;
use crate::rules::{Source, Value};
use crate::span::Origin;

impl Source for Script {
    fn language(&self) -> Language {
        Language::Qemu
    }

    fn with_value(&self, value: Origin, new: Value<'_>) -> Option<Edit> {
        let written = value.span.of(self.text());
        // A value that is not there as it is, but through a variable or a default, is another's.
        let is_number = !written.is_empty() && written.bytes().all(|b| b.is_ascii_digit());
        match new {
            Value::Number(number) if is_number => {
                Some(Edit { origin: value, text: number.to_string() })
            }
            _ => None,
        }
    }

    fn without_property(&self, _part: Origin) -> Option<Edit> {
        None
    }

    fn without_element(&self, _part: Origin) -> Option<Edit> {
        None
    }

    fn with_properties(&self, _name: Origin, _properties: &[(&str, Value<'_>)]) -> Option<Edit> {
        None
    }

    fn with_child(&self, _name: Origin, _child: &str, _argument: Value<'_>) -> Option<Edit> {
        None
    }
}
