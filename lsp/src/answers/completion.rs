//! What can be written where the cursor is.

mod of_host;

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, InsertTextFormat,
    MarkupContent, MarkupKind, TextEdit,
};
use iommulint_lang::document::ValueType;
use iommulint_lang::document::vocabulary::{self, NodeKind, NodeSpec, Occurs};
use iommulint_lang::parsed::Parsed;
use iommulint_lang::rules;
use iommulint_lang::span::Span;
use iommulint_lang::syntax::{Entry, Node, Value};
use iommulint_lang::target::{LibvirtTarget, QemuTarget};

use crate::allow_comment::{self, Part};
use crate::place::{self, Place};
use crate::snapshot::{OpenFile, Snapshot};
use crate::{outline, words};

/// `textDocument/completion`
pub(super) fn completion(
    snapshot: Snapshot<'_>,
    params: &CompletionParams,
) -> Option<CompletionResponse> {
    let at = &params.text_document_position_params;
    let file = snapshot.file(&at.text_document.uri)?;
    let parsed = &file.analysis.parsed;
    let offset = file.offset(at.position);
    let is_in_a_comment =
        parsed.comments().iter().any(|span| span.start < offset && offset <= span.end);
    let (replaced, offers) = match (allow_comment::at(parsed, offset), parsed) {
        (Some(Part::Rule(span)), _) => (span, rule_names()),
        (Some(Part::Directive(span)), _) => (span, directives()),
        (None, Parsed::Kdl(tree)) if !is_in_a_comment => match place::at(tree, offset) {
            Place::NodeName { parent, replaced } => {
                let siblings: Vec<Node<'_>> = match parent {
                    Some(parent) => parent.children().collect(),
                    None => tree.roots().collect(),
                };
                let parent = match parent {
                    Some(parent) => Some(place::spec(parent)?.kind),
                    None => None,
                };
                let others: Vec<Node<'_>> =
                    siblings.into_iter().filter(|node| node.name_span() != replaced).collect();
                (replaced, nodes(parent, &others, snapshot.client.snippets))
            }
            Place::Entry { node, argument, replaced } => {
                (replaced, entries(node, argument, replaced))
            }
            Place::Value { node, key, replaced } => {
                (replaced, values_of(snapshot, file, node, key, replaced))
            }
        },
        _ => return None,
    };
    let items: Vec<CompletionItem> =
        offers.into_iter().map(|offer| item(file, replaced, offer)).collect();
    Some(items.into())
}

/// One thing that can be written.
struct Offer {
    label: String,
    kind: CompletionItemKind,
    detail: String,
    documentation: String,
    text: String,
    is_snippet: bool,
    /// What it is sorted by, where that is not its label.
    sort: String,
}

fn plain(label: impl Into<String>, kind: CompletionItemKind) -> Offer {
    let label = label.into();
    Offer {
        text: label.clone(),
        label,
        kind,
        detail: String::new(),
        documentation: String::new(),
        is_snippet: false,
        sort: String::new(),
    }
}

fn item(file: OpenFile<'_>, replaced: Span, offer: Offer) -> CompletionItem {
    let documentation = (!offer.documentation.is_empty())
        .then(|| MarkupContent { kind: MarkupKind::Markdown, value: offer.documentation }.into());
    let edit = TextEdit { range: file.range(replaced), new_text: offer.text.clone() };
    CompletionItem {
        // What is typed begins like what is put in, quotes included.
        filter_text: offer.text.starts_with('"').then_some(offer.text),
        label: offer.label,
        kind: Some(offer.kind),
        detail: (!offer.detail.is_empty()).then_some(offer.detail),
        documentation,
        sort_text: (!offer.sort.is_empty()).then_some(offer.sort),
        insert_text_format: offer.is_snippet.then_some(InsertTextFormat::Snippet),
        text_edit: Some(edit.into()),
        ..CompletionItem::default()
    }
}

fn rule_names() -> Vec<Offer> {
    let offer = |rule: &rules::Rule| Offer {
        detail: rule.severity.name().to_owned(),
        documentation: rule.summary.to_owned(),
        ..plain(rule.name, CompletionItemKind::Constant)
    };
    rules::all().map(offer).collect()
}

fn directives() -> Vec<Offer> {
    let described = [
        ("allow", "Allows rules for the next node, or for the one on this line."),
        ("allow-file", "Allows rules in the whole file."),
    ];
    let offer = |(word, documentation): (&str, &str)| Offer {
        documentation: documentation.to_owned(),
        ..plain(word, CompletionItemKind::Keyword)
    };
    described.map(offer).into()
}

/// The nodes that may stand in `parent` beside `siblings`.
fn nodes(parent: Option<NodeKind>, siblings: &[Node<'_>], snippets: bool) -> Vec<Offer> {
    let is_there = |spec: &NodeSpec| siblings.iter().any(|node| *node.name() == *spec.name);
    let may_come =
        vocabulary::children(parent).filter(|spec| spec.occurs == Occurs::Often || !is_there(spec));
    let offer = |spec: &NodeSpec| Offer {
        documentation: words::of_node(spec),
        text: if snippets { snippet(spec) } else { spec.name.to_owned() },
        is_snippet: snippets,
        ..plain(spec.name, CompletionItemKind::Class)
    };
    may_come.map(offer).collect()
}

/// A node with everything that it must have.
fn snippet(spec: &NodeSpec) -> String {
    let mut text = spec.name.to_owned();
    let mut stop = 0;
    let mut value = |value: ValueType, hint: &str| {
        stop += 1;
        match (value, value.words()) {
            (ValueType::Integer { .. }, _) => format!("${{{stop}:{hint}}}"),
            (_, []) => format!("\"${{{stop}:{hint}}}\""),
            (_, words) => format!("\"${{{stop}|{}|}}\"", words.join(",")),
        }
    };
    for argument in spec.arguments.iter().filter(|argument| argument.required) {
        text.push(' ');
        text.push_str(&value(argument.value, argument.name));
    }
    for property in spec.properties.iter().filter(|property| property.required) {
        text.push(' ');
        text.push_str(property.name);
        text.push('=');
        text.push_str(&value(property.value, property.name));
    }
    if matches!(spec.kind, NodeKind::Vm | NodeKind::Vsmmu | NodeKind::Numa | NodeKind::Switch) {
        text.push_str(" {\n    $0\n}");
    }
    text
}

/// The next argument of `node`, and the keys that it has not got.
fn entries(node: Node<'_>, argument: usize, replaced: Span) -> Vec<Offer> {
    let Some(spec) = place::spec(node) else { return Vec::new() };
    let mut offers = match spec.arguments.get(argument) {
        Some(argument) => values(argument.value),
        None => Vec::new(),
    };
    if node.tree().text()[replaced.range()].starts_with('"') {
        return offers;
    }
    let others = node.properties().filter(|entry| entry.span().start != replaced.start);
    let given: Vec<_> = others.filter_map(Entry::key).collect();
    let left =
        spec.properties.iter().filter(|property| !given.iter().any(|key| *key == property.name));
    offers.extend(left.map(|property| Offer {
        detail: property.value.expected().replace('`', ""),
        documentation: words::of_property(property),
        text: format!("{}=", property.name),
        ..plain(property.name, CompletionItemKind::Property)
    }));
    offers
}

/// What the property `key` of `node` can be.
fn values_of(
    snapshot: Snapshot<'_>,
    file: OpenFile<'_>,
    node: Node<'_>,
    key: &str,
    replaced: Span,
) -> Vec<Offer> {
    let Some(spec) = place::spec(node) else { return Vec::new() };
    let Some(property) = spec.property(key) else { return Vec::new() };
    let mut offers = match (spec.kind, property.name) {
        (_, "iommufd") => iommufds(node),
        (_, "numa-node") => cells(node),
        (NodeKind::Hostdev, "host") => of_host::devices(snapshot, file, node, replaced),
        (NodeKind::Vsmmu, "host") => of_host::smmus(snapshot, file, node, replaced),
        _ => Vec::new(),
    };
    offers.extend(values(property.value));
    for offer in &mut offers {
        offer.documentation = words::of_property(property);
    }
    offers
}

/// The values of a type of which there are a few.
fn values(value: ValueType) -> Vec<Offer> {
    let mut offers = Vec::new();
    if matches!(value, ValueType::Boolean | ValueType::OnOffAuto) {
        offers.extend(["#true", "#false"].map(|word| plain(word, CompletionItemKind::Keyword)));
    }
    let newest = match value {
        ValueType::LibvirtTarget => Some(LibvirtTarget::newest().to_string()),
        ValueType::QemuTarget => Some(QemuTarget::newest().to_string()),
        _ => None,
    };
    offers.extend(newest.iter().map(|word| quoted(word, CompletionItemKind::EnumMember)));
    let words = value.words().iter();
    offers.extend(words.map(|word| quoted(word, CompletionItemKind::EnumMember)));
    offers
}

fn quoted(word: &str, kind: CompletionItemKind) -> Offer {
    Offer { text: format!("\"{word}\""), ..plain(word, kind) }
}

/// The iommufds of the vm around `node`.
fn iommufds(node: Node<'_>) -> Vec<Offer> {
    let declared = place::outermost(node).children().filter(|node| *node.name() == *"iommufd");
    let ids = declared.filter_map(|node| Some(outline::id(node)?.0));
    ids.map(|id| quoted(&id, CompletionItemKind::Reference)).collect()
}

/// The NUMA cells of the vm around `node`.
fn cells(node: Node<'_>) -> Vec<Offer> {
    let numa = place::outermost(node).children().filter(|node| *node.name() == *"numa");
    let cells = numa.flat_map(Node::children).filter(|node| *node.name() == *"cell");
    let numbers = cells.filter_map(|cell| match cell.arguments().next()?.value() {
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    });
    numbers.map(|number| plain(number, CompletionItemKind::Reference)).collect()
}
