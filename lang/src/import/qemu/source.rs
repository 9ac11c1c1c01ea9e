//! The text of command lines, as what they say is changed.

use super::places::{Place, PropertyPlace};
use super::script::Script;
use super::value::Value as Written;
use crate::finding::Edit;
use crate::language::Language;
use crate::rules::{Source, Value};
use crate::span::{Origin, Span};
use crate::topology::Size;

impl Source for Script {
    fn language(&self) -> Language {
        Language::Qemu
    }

    fn combined_address(&self, address: Origin) -> Option<i64> {
        let property = self.place_at(address)?.property_at(address.span)?;
        match &property.value {
            Written::Number(number) if property.key == "addr" => number.parse().ok(),
            _ => None,
        }
    }

    fn with_value(&self, value: Origin, new: Value<'_>) -> Option<Edit> {
        let place = self.place_at(value)?;
        let property = place.property_at(value.span)?;
        if property.is_kind() && !matches!(new, Value::Text(_)) {
            return None;
        }
        // Two numbers of one JSON number are not told apart.
        let is_part = value.span != property.value_span;
        if is_part && !(property.key == "addr" && property.value.text().is_some()) {
            return None;
        }
        let text = if property.key == "addr" {
            hexadecimal(value.span.of(self.text()), property, new)?
        } else {
            written(property, new)?
        };
        Some(Edit { origin: value, text })
    }

    fn without_property(&self, part: Origin) -> Option<Edit> {
        let property = self.place_at(part)?.property_at(part.span)?;
        if property.is_kind() {
            return None;
        }
        let origin = Origin::new(part.file, property.removal?);
        Some(Edit { origin, text: String::new() })
    }

    fn without_element(&self, part: Origin) -> Option<Edit> {
        let argument = self.place_at(part)?.argument;
        let text = self.text();
        let (before, behind) = (&text[..argument.start as usize], &text[argument.end as usize..]);
        let line = before.rsplit('\n').next().unwrap_or(before);
        let rest = behind.split('\n').next().unwrap_or(behind);
        let has_line = line.trim().is_empty() && matches!(rest.trim(), "" | "\\");
        let span = if has_line {
            // With the end of the line before it: a line that is continued still is.
            let kept = before.trim_end_matches(|c: char| c.is_whitespace() || c == '\\').len();
            Span::new(u32::try_from(kept).ok().filter(|kept| *kept > 0)?, argument.end)
        } else {
            let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let end = argument.end + u32::try_from(blank).ok().filter(|blank| *blank > 0)?;
            Span::new(argument.start, end)
        };
        Some(Edit { origin: Origin::new(part.file, span), text: String::new() })
    }

    fn with_properties(&self, name: Origin, properties: &[(&str, Value<'_>)]) -> Option<Edit> {
        let place = self.place_at(name)?;
        let text = properties
            .iter()
            .map(|(key, value)| added(place, key, *value))
            .collect::<Option<String>>()?;
        Some(Edit { origin: Origin::new(name.file, place.end), text })
    }

    fn with_child(&self, name: Origin, child: &str, argument: Value<'_>) -> Option<Edit> {
        // What is a child elsewhere is a property here.
        self.with_properties(name, &[(child, argument)])
    }
}

impl Script {
    /// The argument around `part`.
    fn place_at(&self, part: Origin) -> Option<&Place> {
        let places = self.places();
        let behind = places.partition_point(|place| place.argument.start <= part.span.start);
        let place = places[..behind].last()?;
        (part.span.end <= place.argument.end && part.file == self.file()).then_some(place)
    }
}

/// How `new` is written in the place of a property's value.
fn written(property: &PropertyPlace, new: Value<'_>) -> Option<String> {
    let is_text = matches!(property.value, Written::Plain(_) | Written::Text(_));
    match (new, &property.value) {
        (Value::Number(number), Written::Number(_)) => Some(number.to_string()),
        (Value::Number(number), _) if is_text => Some(number.to_string()),
        (Value::Switch(on), Written::Boolean(_)) => Some(on.to_string()),
        (Value::Switch(on), _) if is_text => Some(if on { "on" } else { "off" }.to_owned()),
        (Value::Text(text), _) if is_text && is_plain(text) => Some(text.to_owned()),
        (Value::Size(size), Written::Number(_)) => Some(size.0.to_string()),
        (Value::Size(size), _) if is_text => Some(with_suffix(size)),
        _ => None,
    }
}

/// How a slot or a function is written in the place of `before`; a slot in the place of a number that is both is a
/// string.
fn hexadecimal(before: &str, property: &PropertyPlace, new: Value<'_>) -> Option<String> {
    let Value::Number(number) = new else { return None };
    if matches!(property.value, Written::Number(_)) {
        return Some(format!("\"{number:x}\""));
    }
    property.value.text()?;
    Some(if before.starts_with("0x") { format!("{number:#x}") } else { format!("{number:x}") })
}

/// A property that is added at the end of an argument, if it is one of those whose JSON type is known.
fn added(place: &Place, key: &str, value: Value<'_>) -> Option<String> {
    let kinds = match key {
        "bus_nr" => &["pxb-pcie"][..],
        "chassis" => &["pcie-root-port", "ioh3420", "xio3130-downstream"],
        "nodeid" => &["node"],
        "caching-mode" | "intremap" | "eim" => &["intel-iommu", "amd-iommu"],
        "dma-remap" | "xtsup" => &["amd-iommu"],
        "iommufd" => &["vfio-pci", "vfio-pci-nohotplug"],
        _ => return None,
    };
    let is_there = place.properties.iter().any(|property| property.key == key);
    if !kinds.contains(&place.kind.as_str()) || is_there {
        return None;
    }
    // In JSON what may be `auto` is a string.
    let is_string = matches!(key, "intremap" | "eim");
    match (value, place.is_json) {
        (Value::Number(number), false) => Some(format!(",{key}={number}")),
        (Value::Number(number), true) => Some(format!(r#","{key}":{number}"#)),
        (Value::Switch(on), false) => Some(format!(",{key}={}", if on { "on" } else { "off" })),
        (Value::Switch(on), true) if is_string => {
            Some(format!(r#","{key}":"{}""#, if on { "on" } else { "off" }))
        }
        (Value::Switch(on), true) => Some(format!(r#","{key}":{on}"#)),
        (Value::Text(text), false) if is_plain(text) => Some(format!(",{key}={text}")),
        (Value::Text(text), true) if is_plain(text) => Some(format!(r#","{key}":"{text}""#)),
        _ => None,
    }
}

/// Whether `text` means itself in a shell, in JSON and between commas.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:".contains(&b))
}

/// In the largest unit that gives a whole number.
fn with_suffix(size: Size) -> String {
    let units = [("T", 40), ("G", 30), ("M", 20), ("K", 10)];
    let fits = |(_, shift): &&(&str, u32)| size.0 != 0 && size.0.trailing_zeros() >= *shift;
    match units.iter().find(fits) {
        Some((unit, shift)) => format!("{}{unit}", size.0 >> shift),
        None => size.0.to_string(),
    }
}
