//! From tree to document, by the vocabulary. Never stops at the first mistake.

use std::borrow::Cow;
use std::collections::HashMap;

use super::element::{Document, Element, ElementId, Key, Property};
use super::value::{self, ValueType};
use super::vocabulary::{self, ArgumentSpec, NodeKind, NodeSpec, Occurs};
use crate::finding::{Applicability, Finding};
use crate::rules::schema;
use crate::span::{FileId, Origin, Span};
use crate::suggest::suggest;
use crate::syntax::{Entry, Node, Tree, Value};

/// Reads every node of `tree` that the vocabulary knows where it stands.
#[must_use]
pub fn decode(tree: &Tree) -> (Document, Vec<Finding>) {
    let mut decoder = Decoder {
        file: tree.file(),
        document: Document::default(),
        findings: Vec::new(),
        firsts: HashMap::new(),
    };
    let mut pending: Vec<(Node<'_>, Option<ElementId>)> =
        tree.roots().map(|node| (node, None)).collect();
    pending.reverse();
    while let Some((node, parent)) = pending.pop() {
        if let Some(id) = decoder.node(node, parent) {
            let below = pending.len();
            pending.extend(node.children().map(|child| (child, Some(id))));
            pending[below..].reverse();
        }
    }
    (decoder.document, decoder.findings)
}

/// Names other tools and older syntaxes have for what the language calls differently.
const OTHER_NAMES: [(&str, &str); 9] = [
    ("nestedSmmuv3", "vsmmu"),
    ("smmuv3Dev", "vsmmu"),
    ("smmuv3", "vsmmu"),
    ("pcie-root-port", "root-port"),
    ("pcie-expander-bus", "pxb"),
    ("pxb-pcie", "pxb"),
    ("iommufdId", "iommufd"),
    ("iommufdFd", "fd"),
    ("pasid", "ssidsize"),
];

struct Decoder {
    file: FileId,
    document: Document,
    findings: Vec<Finding>,
    /// Where a node that may stand once in its parent stands first.
    firsts: HashMap<(Option<ElementId>, NodeKind), Origin>,
}

impl Decoder {
    /// Decodes one node; gives its element when its children are to be decoded too.
    fn node(&mut self, node: Node<'_>, parent: Option<ElementId>) -> Option<ElementId> {
        let parent_kind = parent.map(|id| self.document.element(id).kind);
        let name = node.name();
        let Some(spec) = vocabulary::node(&name, parent_kind) else {
            self.unknown_node(node, &name, parent_kind);
            return None;
        };
        self.annotation(node.type_annotation());
        if spec.occurs == Occurs::Once {
            let first = *self.firsts.entry((parent, spec.kind)).or_insert(node.origin());
            if first != node.origin() {
                self.findings.push(
                    schema::DUPLICATE_NODE
                        .at(node.origin(), format!("`{name}` is given twice"))
                        .with_text("the second one")
                        .with_label(first, "the first one"),
                );
                return None;
            }
        }
        let mut element = Element::new(spec, parent, node.origin());
        self.entries(node, spec, &mut element);
        let id = ElementId(u32::try_from(self.document.elements.len()).ok()?);
        self.document.elements.push(element);
        let holds_nothing = vocabulary::children(Some(spec.kind)).next().is_none();
        if holds_nothing && node.children().next().is_some() {
            let brace = node.open_brace().unwrap_or_else(|| node.name_span());
            self.findings.push(
                schema::UNEXPECTED_CHILDREN
                    .at(self.origin(brace), format!("`{name}` holds no other nodes")),
            );
            return None;
        }
        Some(id)
    }

    /// A name that the vocabulary does not have in this place.
    fn unknown_node(&mut self, node: Node<'_>, name: &str, parent: Option<NodeKind>) {
        let place = place(parent);
        let elsewhere: Vec<&NodeSpec> =
            vocabulary::nodes().filter(|spec| spec.name == name).collect();
        if let Some(spec) = elsewhere.first() {
            let homes = spec.parents.iter().map(|&parent| self::place(parent));
            let homes: Vec<Cow<'_, str>> = homes.collect();
            self.findings.push(
                schema::MISPLACED_NODE
                    .at(node.origin(), format!("`{name}` cannot stand {place}"))
                    .with_help(format!("it stands {}", homes.join(", or "))),
            );
            return;
        }
        let finding =
            schema::UNKNOWN_NODE.at(node.origin(), format!("there is no node `{name}` {place}"));
        let names: Vec<&str> = vocabulary::children(parent).map(|spec| spec.name).collect();
        let finding = match meant(name, &names) {
            Some(meant) => did_you_mean(finding, node.origin(), meant),
            None => finding.with_help(format!("there may be: {}", names.join(", "))),
        };
        self.findings.push(finding);
    }

    /// Arguments and properties.
    fn entries(&mut self, node: Node<'_>, spec: &'static NodeSpec, element: &mut Element) {
        let mut surplus = false;
        let mut keys = HashMap::new();
        for entry in node.entries() {
            self.annotation(entry.type_annotation());
            if entry.is_property() {
                self.property(entry, spec, element, &mut keys);
            } else if let Some(argument) = spec.arguments.get(element.arguments.len()) {
                self.argument(entry, spec, argument, element);
            } else if !surplus {
                surplus = true;
                self.surplus(entry, spec);
            }
        }
        if !node.is_broken() {
            self.missing(spec, element);
        }
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

    /// An argument more than the node takes.
    fn surplus(&mut self, entry: Entry<'_>, spec: &NodeSpec) {
        let value = entry.value();
        if value == Value::Missing {
            return;
        }
        let takes = match spec.arguments.len() {
            0 => "no argument".to_owned(),
            1 => "one argument".to_owned(),
            number => format!("{number} arguments"),
        };
        let finding = schema::UNEXPECTED_ARGUMENT
            .at(entry.origin(), format!("`{}` takes {takes}", spec.name))
            .with_text("one too many");
        // `bus-nr: 252` is two strings to KDL.
        let key = match &value {
            Value::Text(text) => text.strip_suffix(':').map(str::to_owned),
            _ => None,
        };
        self.findings.push(match key.filter(|key| spec.property(key).is_some()) {
            Some(key) => {
                finding.with_help(format!("a property is written `{key}=…`, without blanks"))
            }
            None => finding,
        });
    }

    /// One property; `keys` holds those before it.
    fn property<'t>(
        &mut self,
        entry: Entry<'t>,
        spec: &'static NodeSpec,
        element: &mut Element,
        keys: &mut HashMap<Cow<'t, str>, Origin>,
    ) {
        let (Some(key), Some(key_span)) = (entry.key(), entry.key_span()) else { return };
        let key_origin = self.origin(key_span);
        let (known, value_type) = match spec.property(&key) {
            Some(property) => (Some(property.name), property.value),
            None if spec.open => (None, ValueType::Property),
            None => return self.unknown_property(&key, key_origin, spec),
        };
        let thing = || format!("`{key}`");
        let decoded = value::read(entry, value_type, &thing, &mut self.findings);
        if let Some(first) = keys.insert(key.clone(), key_origin) {
            self.findings.push(
                schema::DUPLICATE_PROPERTY
                    .at(key_origin, format!("`{key}` is given twice"))
                    .with_text("the second one, which counts in KDL")
                    .with_label(first, "the first one"),
            );
            return;
        }
        let key = known.map_or_else(|| Key::Other(key.into_owned()), Key::Known);
        match decoded {
            Some(value) => element.properties.push(Property { key, key_origin, value }),
            // Present, though wrong: not missing.
            None => element.wrong.extend(known),
        }
    }

    fn unknown_property(&mut self, key: &str, origin: Origin, spec: &NodeSpec) {
        let finding =
            schema::UNKNOWN_PROPERTY.at(origin, format!("`{}` has no property `{key}`", spec.name));
        let names: Vec<&str> = spec.properties.iter().map(|property| property.name).collect();
        self.findings.push(match meant(key, &names) {
            Some(meant) => did_you_mean(finding, origin, meant),
            None if spec.properties.is_empty() => finding.with_help("it has none"),
            None => finding.with_help(format!("it has: {}", names.join(", "))),
        });
    }

    /// What must be there and is not.
    fn missing(&mut self, spec: &NodeSpec, element: &Element) {
        let arguments = spec.arguments.iter().skip(element.arguments.len());
        let arguments = arguments.filter(|argument| argument.required);
        if let Some(argument) = arguments.into_iter().next() {
            self.findings.push(
                schema::MISSING
                    .at(element.origin, format!("`{}` has no {}", spec.name, argument.name))
                    .with_help(format!("write {} behind it", argument.value.expected())),
            );
            return;
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

    fn annotation(&mut self, annotation: Option<Span>) {
        let Some(span) = annotation else { return };
        self.findings.push(
            schema::TYPE_ANNOTATION
                .at(self.origin(span), "there are no type annotations in this language")
                .with_replacement("remove it", Applicability::Safe, self.origin(span), ""),
        );
    }

    fn origin(&self, span: Span) -> Origin {
        Origin::new(self.file, span)
    }
}

/// What the user meant by a name that is none of the candidates.
fn meant<'c>(name: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let ours = OTHER_NAMES.iter().find(|(other, _)| *other == name).map(|(_, ours)| *ours);
    let ours = candidates.iter().copied().find(|&candidate| Some(candidate) == ours);
    ours.or_else(|| suggest(name, candidates.iter().copied()))
}

/// Offers `meant` in the place of what stands at `origin`.
fn did_you_mean(finding: Finding, origin: Origin, meant: &str) -> Finding {
    finding.with_help(format!("did you mean `{meant}`?")).with_replacement(
        format!("write `{meant}`"),
        Applicability::Unsafe,
        origin,
        meant,
    )
}

/// Where a node stands, for messages.
fn place(parent: Option<NodeKind>) -> Cow<'static, str> {
    let spec = parent.and_then(|kind| vocabulary::nodes().find(|spec| spec.kind == kind));
    match spec {
        Some(spec) => Cow::Owned(format!("in `{}`", spec.name)),
        None => Cow::Borrowed("at the top of a file"),
    }
}
