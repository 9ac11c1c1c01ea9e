//! Arguments and properties.

use crate::hash::HashMap;
use std::borrow::Cow;

use super::Decoder;
use super::meant::MeantProperty;
use crate::document::element::{Element, ElementId, Key, Property};
use crate::document::value::{self, ValueType};
use crate::document::vocabulary::{self, ArgumentSpec, NodeKind, NodeSpec};
use crate::finding::Applicability;
use crate::rules::{Source as _, schema};
use crate::span::{Origin, Span};
use crate::syntax::lines::behind_blanks;
use crate::syntax::{Entry, Node, Value};

/// Where each key of one node stands first.
#[derive(Default)]
struct Keys<'t> {
    known: Vec<(&'static str, Origin)>,
    others: HashMap<Cow<'t, str>, Origin>,
    /// The fixes by which a property would come into being.
    meant: Vec<MeantProperty>,
}

impl<'t> Decoder<'t> {
    /// Whether the line of the node ends with it: else what it holds is of another node.
    pub(super) fn entries(
        &mut self,
        node: Node<'t>,
        spec: &'static NodeSpec,
        id: ElementId,
        element: &mut Element,
    ) -> bool {
        let parent = element.parent.map(|id| self.document.element(id).kind);
        let before = self.findings.len();
        let mut is_alone = true;
        let mut surplus = Vec::new();
        let mut keys = Keys::default();
        let mut entries = node.entries().peekable();
        while let Some(entry) = entries.next() {
            self.annotation(entry.type_annotation());
            if let Some(argument) = argument_with_equals(entry, spec, element) {
                self.key_is_missing(entry, spec, argument);
            } else if let (Some(key), Some(span)) = (entry.key(), entry.key_span()) {
                if takes(spec, &key) {
                    self.property(key, self.origin(span), entry, spec, element, &mut keys);
                } else if !entry.has_broken_key() {
                    // A number cannot be a key: that was said.
                    self.unknown_property(&key, entry, node.origin(), (spec, id), &mut keys.meant);
                }
            } else if let Some((key, colon)) = glued_colon(entry, spec) {
                self.glued(key, self.origin(colon));
                element.wrong.push(key);
            } else if let Some(key) = colon_key(entry, spec) {
                let value = entries.next_if(|next| !next.is_property());
                self.colon(node, entry, key, value);
                match value {
                    Some(value) => {
                        let key = Cow::Borrowed(key);
                        self.property(key, entry.origin(), value, spec, element, &mut keys);
                    }
                    None => element.wrong.push(key),
                }
            } else if begins_node(entry, parent, spec, element.arguments.len()) {
                self.joined(entry);
                is_alone = false;
                break;
            } else if let Some(argument) = spec.arguments.get(element.arguments.len()) {
                self.argument(entry, spec, argument, element);
            } else if entry.value() != Value::Missing && !node.is_broken() {
                surplus.push(entry.origin());
            }
        }
        self.surplus(&surplus, spec);
        self.settle_meant_properties(keys.meant, element);
        // What seems to be missing may be what was not understood.
        let is_other = |rule: &str| {
            [schema::UNKNOWN_PROPERTY.name, schema::UNEXPECTED_ARGUMENT.name].contains(&rule)
        };
        let is_understood = !self.findings[before..].iter().any(|found| is_other(found.rule));
        if is_alone && !node.is_broken() && is_understood {
            self.missing(spec, element);
        }
        is_alone
    }

    /// `hostdev "gpu0" ="0009:01:00.0"`, which KDL takes for a property `gpu0`.
    fn key_is_missing(&mut self, entry: Entry<'_>, spec: &NodeSpec, argument: &ArgumentSpec) {
        let (Some(name), Some(span)) = (entry.key(), entry.key_span()) else { return };
        self.findings.push(
            schema::UNKNOWN_PROPERTY
                .at(
                    self.origin(span),
                    format!("`{name}` is the {} of `{}`, not a property", argument.name, spec.name),
                )
                .with_text("a `=` follows")
                .with_help("write the key that is missing before the `=`"),
        );
    }

    /// The name of another node, where only a line break is missing.
    fn joined(&mut self, entry: Entry<'_>) {
        let Value::Text(name) = entry.value() else { return };
        let blanks = behind_blanks(self.source.text(), Span::at(entry.span().start));
        self.findings.push(
            schema::UNEXPECTED_ARGUMENT
                .at(entry.origin(), format!("`{name}` begins a node of its own"))
                .with_text("still on the line of another node")
                .with_help("begin a new line before it, or write `;`")
                .with_replacement(
                    "write `;` before it",
                    Applicability::Unsafe,
                    self.origin(blanks),
                    "; ",
                ),
        );
    }

    /// `bus-nr:252`, which is one string to KDL.
    fn glued(&mut self, key: &str, colon: Origin) {
        self.findings.push(
            schema::UNEXPECTED_ARGUMENT
                .at(colon, format!("`{key}:` is no property: a property is written `{key}=…`"))
                .with_help("write `=` for the colon")
                .with_replacement("write `=` for the colon", Applicability::Safe, colon, "="),
        );
    }

    fn argument(
        &mut self,
        entry: Entry<'_>,
        spec: &NodeSpec,
        argument: &ArgumentSpec,
        element: &mut Element,
    ) {
        let thing = || format!("the {} of `{}`", argument.name, spec.name);
        let decoded = value::read(entry, argument.value, &thing, &mut self.findings);
        element.arguments.push(decoded);
    }

    /// Arguments more than the node takes: one mistake.
    fn surplus(&mut self, surplus: &[Origin], spec: &NodeSpec) {
        let Some(&first) = surplus.first() else { return };
        let takes = match spec.arguments.len() {
            0 => "no argument".to_owned(),
            1 => "one argument".to_owned(),
            number => format!("{number} arguments"),
        };
        let finding = schema::UNEXPECTED_ARGUMENT
            .at(first, format!("`{}` takes {takes}", spec.name))
            .with_text("one too many");
        self.findings.push(if spec.arguments.is_empty() {
            // It was meant to be something else.
            let keys: Vec<String> =
                spec.properties.iter().map(|property| format!("`{}=`", property.name)).collect();
            finding.with_help(if keys.is_empty() {
                "remove it".to_owned()
            } else {
                format!("name what it is: {}", keys.join(", "))
            })
        } else {
            let title =
                if surplus.len() == 1 { "remove it" } else { "remove all that are too many" };
            let edits = surplus.iter().map(|origin| self.source.without_property(*origin));
            finding.with_edits(title, Applicability::Unsafe, edits)
        });
    }

    /// `bus-nr: 252`, which is two strings to KDL; `value` is the second.
    fn colon(&mut self, node: Node<'_>, entry: Entry<'_>, key: &str, value: Option<Entry<'_>>) {
        let finding = schema::UNEXPECTED_ARGUMENT
            .at(entry.origin(), format!("`{key}:` is an argument, not the property `{key}`"))
            .with_help(format!("a property is written `{key}=…`, without blanks"));
        let between = value.and_then(|value| {
            let colon = entry.value_span().end - 1;
            let between = Span::new(colon, value.span().start);
            // Nothing but blanks: neither a comment nor an escaped newline gets lost.
            between
                .of(node.tree().text())
                .strip_prefix(':')?
                .trim_matches([' ', '\t'])
                .is_empty()
                .then_some(between)
        });
        self.findings.push(match between {
            Some(between) => finding.with_replacement(
                "write `=` for the colon",
                Applicability::Safe,
                self.origin(between),
                "=",
            ),
            None => finding,
        });
    }

    /// One property; `keys` holds those before it. Of several with one key the last counts.
    fn property(
        &mut self,
        key: Cow<'t, str>,
        key_origin: Origin,
        entry: Entry<'t>,
        spec: &'static NodeSpec,
        element: &mut Element,
        keys: &mut Keys<'t>,
    ) {
        let property = spec.property(&key);
        let value_type = match property {
            Some(property) => property.value,
            None => ValueType::Property,
        };
        if let Some((_, from)) = spec.derived.iter().find(|(derived, _)| *derived == key) {
            let headline = format!("`{key}` of a `{}` cannot be given", spec.name);
            self.findings.push(
                schema::UNKNOWN_PROPERTY
                    .at(key_origin, headline)
                    .with_note("QEMU refuses a second one: `JSON parse error, duplicate key`")
                    .with_help(format!("it follows from {from}"))
                    .with_edits(
                        format!("leave `{key}` out"),
                        Applicability::Unsafe,
                        [self.source.without_property(key_origin)],
                    ),
            );
            return;
        }
        let decoded = value::read(entry, value_type, &|| format!("`{key}`"), &mut self.findings);
        let first = match property {
            Some(property) => keys.known(property.name, key_origin),
            None => *keys.others.entry(key.clone()).or_insert(key_origin),
        };
        if first != key_origin {
            self.duplicate_property(&key, key_origin, entry, first);
        }
        // A second one of an open node's own keys is an error anyway: to look for the first among
        // any number of them would be quadratic.
        if let (Some(property), true) = (property, first != key_origin) {
            element.forget(property.name);
        }
        let known = property.map(|property| property.name);
        match decoded {
            Some(value) => {
                let key = known.map_or_else(|| Key::Other(key.into_owned()), Key::Known);
                element.properties.push(Property { key, key_origin, value });
            }
            // Present, though wrong: not missing.
            None => element.wrong.extend(known),
        }
    }

    fn duplicate_property(&mut self, key: &str, here: Origin, entry: Entry<'_>, first: Origin) {
        let text = |entry: Entry<'_>| entry.value_span().of(self.source.text());
        let same =
            self.source.entry_at(first.span.start).is_some_and(|first| text(first) == text(entry));
        self.findings.push(
            schema::DUPLICATE_PROPERTY
                .at(here, format!("`{key}` is given twice"))
                .with_text("the last one counts in KDL")
                .with_label(first, "the first one")
                .with_edits(
                    "remove the first one",
                    if same { Applicability::Safe } else { Applicability::Unsafe },
                    [self.source.without_property(first)],
                ),
        );
    }

    /// What must be there and is not.
    fn missing(&mut self, spec: &NodeSpec, element: &Element) {
        let mut arguments = spec.arguments.iter().skip(element.arguments.len());
        if let Some(argument) = arguments.find(|argument| argument.required) {
            self.findings.push(
                schema::MISSING
                    .at(element.origin, format!("`{}` has no {}", spec.name, argument.name))
                    .with_help(format!("write {} behind it", argument.value.expected())),
            );
        }
        for property in spec.properties.iter().filter(|property| property.required) {
            if element.has(property.name) {
                continue;
            }
            self.findings.push(
                schema::MISSING
                    .at(element.origin, format!("`{}` has no `{}`", spec.name, property.name))
                    .with_help(format!("add `{}=`: {}", property.name, property.documentation)),
            );
        }
    }
}

impl Keys<'_> {
    /// Where the known key stands first, which may be here. A node has few of them.
    fn known(&mut self, key: &'static str, here: Origin) -> Origin {
        let first = self.known.iter().find(|(known, _)| *known == key).map(|(_, first)| *first);
        first.unwrap_or_else(|| {
            self.known.push((key, here));
            here
        })
    }
}

/// The argument that a property with a key in quotes was meant to be, where it is still missing.
fn argument_with_equals(
    entry: Entry<'_>,
    spec: &'static NodeSpec,
    element: &Element,
) -> Option<&'static ArgumentSpec> {
    let argument = spec.arguments.get(element.arguments.len())?;
    (argument.required && entry.has_quoted_key()).then_some(argument)
}

/// Whether a bare argument, which the node does not ask for, is the name of one that may stand beside it.
fn begins_node(entry: Entry<'_>, parent: Option<NodeKind>, spec: &NodeSpec, given: usize) -> bool {
    let Value::Text(text) = entry.value() else { return false };
    let is_asked_for = spec.arguments.get(given).is_some_and(|argument| argument.required);
    !is_asked_for && entry.is_bare_string() && vocabulary::node(&text, parent).is_some()
}

/// The key and the colon of an argument such as `bus-nr:252`.
fn glued_colon(entry: Entry<'_>, spec: &'static NodeSpec) -> Option<(&'static str, Span)> {
    if !entry.is_bare_string() {
        return None;
    }
    let Value::Text(text) = entry.value() else { return None };
    let (key, value) = text.split_once(':')?;
    let property = spec.property(key).filter(|_| !value.is_empty())?;
    let at = entry.value_span().start + u32::try_from(key.len()).ok()?;
    Some((property.name, Span::new(at, at + 1)))
}

/// Whether the node takes a property of that key, if only to say why it cannot be given.
fn takes(spec: &NodeSpec, key: &str) -> bool {
    spec.open || spec.property(key).is_some()
}

/// The key of the node that a bare argument ending in a colon was meant to be: `bus-nr:`.
fn colon_key(entry: Entry<'_>, spec: &'static NodeSpec) -> Option<&'static str> {
    if !entry.is_bare_string() {
        return None;
    }
    let Value::Text(text) = entry.value() else { return None };
    spec.property(text.strip_suffix(':')?).map(|property| property.name)
}
