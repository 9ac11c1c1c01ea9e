//! Where the properties of a file's arguments stand, for those who change them.

use super::command_line::{Argument, CommandLine};
use super::shell::Word;
use super::value::{Property, Value};
use super::{json, keyval};
use crate::span::{FileId, Span};

/// An argument that has properties, and stands in the file as QEMU gets it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// From its option to its end.
    pub(super) argument: Span,
    /// What it makes: a device's driver, an object's type, `node` or `dist`.
    pub(super) kind: String,
    /// Its properties, in order.
    pub(super) properties: Vec<PropertyPlace>,
    /// Whether it is in JSON.
    pub(super) is_json: bool,
    /// Where another property goes, and whether it is the first.
    pub(super) end: Span,
}

/// One property of an argument.
#[derive(Clone, Debug)]
pub(super) struct PropertyPlace {
    /// Its name.
    pub(super) key: String,
    /// Its value as QEMU gets it.
    pub(super) value: Value,
    /// Where that stands.
    pub(super) value_span: Span,
    /// All of it.
    pub(super) span: Span,
    /// What goes when it is left out; none for what an argument begins with.
    pub(super) removal: Option<Span>,
}

impl PropertyPlace {
    /// Whether it says what the argument makes: without it, or with a number in its place, that is nothing.
    pub(super) fn is_kind(&self) -> bool {
        matches!(self.key.as_str(), "driver" | "qom-type" | "type")
    }
}

/// The arguments of `commands` that stand in the file as they are: not through variables, and without
/// backslashes in them. In file order.
pub(super) fn of(commands: &[CommandLine<'_>]) -> Vec<Place> {
    let arguments = commands.iter().flat_map(|command| &command.arguments);
    let mut places: Vec<Place> = arguments.filter_map(place).collect();
    places.sort_by_key(|place| place.argument.start);
    places
}

fn place(argument: &Argument<'_>) -> Option<Place> {
    let word = argument.value?;
    let implied = match argument.option {
        "device" => "driver",
        "object" => "qom-type",
        "machine" | "M" | "numa" => "type",
        "accel" => "accel",
        "smp" => "cpus",
        "m" => "size",
        _ => return None,
    };
    if !word.is_verbatim() {
        return None;
    }
    let is_json = word.value().trim_start().starts_with('{');
    let list = if is_json {
        json::read(FileId::default(), word).ok()?
    } else {
        keyval::read(FileId::default(), word, Some(implied))
    };
    let kind = list.iter().find(|property| property.key.value == implied);
    let kind = kind.and_then(|property| property.value.value.text()).unwrap_or_default();
    let at = if is_json { word.value().rfind('}')? } else { word.value().len() };
    Some(Place {
        argument: argument.flag.span().to(word.span()),
        kind: kind.to_owned(),
        end: word.place(at..at),
        is_json,
        properties: list.iter().map(|property| property_place(word, property, is_json)).collect(),
    })
}

fn property_place(word: &Word, property: &Property, is_json: bool) -> PropertyPlace {
    let text = word.value();
    let (start, end) = (property.bytes.start, property.bytes.end);
    let removal = if is_json {
        let before = text[..start].trim_end();
        let after = text[end..].trim_start();
        if before.ends_with(',') {
            Some(before.len() - 1..end)
        } else {
            let rest = after.strip_prefix(',').map(str::trim_start);
            rest.map(|rest| start..text.len() - rest.len())
        }
    } else {
        start.checked_sub(1).map(|comma| comma..end)
    };
    PropertyPlace {
        key: property.key.value.clone(),
        value: property.value.value.clone(),
        value_span: property.value.origin.span,
        span: word.place(property.bytes.clone()),
        removal: removal.map(|range| word.place(range)),
    }
}

impl Place {
    /// The property that has its key or its value at `part`.
    pub(super) fn property_at(&self, part: Span) -> Option<&PropertyPlace> {
        self.properties.iter().find(|property| property.span.holds(part))
    }
}
