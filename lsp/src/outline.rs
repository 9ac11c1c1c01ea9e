//! What a file is made of, for people: nodes of KDL, elements of XML.

use gen_lsp_types::SymbolKind;
use iommulint_lang::document::vocabulary;
use iommulint_lang::parsed::Parsed;
use iommulint_lang::span::Span;
use iommulint_lang::syntax::{Node, Value};
use iommulint_lang::{syntax, xml};

/// The longest detail, in characters.
const LONGEST: usize = 80;

/// One part of a file.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// What people call it; never empty.
    pub(crate) name: String,
    /// What else stands there.
    pub(crate) detail: String,
    /// What it is like.
    pub(crate) kind: SymbolKind,
    /// All its bytes.
    pub(crate) span: Span,
    /// The bytes of its name.
    pub(crate) name_span: Span,
}

/// The parts of a file in file order, each before those in it.
pub(crate) fn outline(parsed: &Parsed) -> Vec<Item> {
    match parsed {
        Parsed::Kdl(tree) => of_kdl(tree),
        Parsed::Libvirt(tree) => {
            tree.elements().map(|element| element_item(tree, element)).collect()
        }
        Parsed::Qemu(_) => Vec::new(),
    }
}

fn of_kdl(tree: &syntax::Tree) -> Vec<Item> {
    let mut behind = 0;
    let mut items = Vec::new();
    for node in tree.all_nodes() {
        let span = node.span();
        if span.start < behind {
            continue;
        }
        if node.is_slashdashed() {
            behind = span.end;
        } else {
            items.push(node_item(tree, node));
        }
    }
    items
}

fn node_item(tree: &syntax::Tree, node: Node<'_>) -> Item {
    let text = tree.text();
    let written = node.name_span();
    let behind_name = Span::new(written.end, node.header_span().end.max(written.end));
    let (name, detail, name_span) = match id(node) {
        Some((id, span)) => {
            let properties = Span::new(span.end, behind_name.end.max(span.end)).of(text);
            (id, format!("{} {properties}", written.of(text)), span)
        }
        None => (written.of(text).to_owned(), behind_name.of(text).to_owned(), written),
    };
    Item {
        name: in_a_line(&name),
        detail: in_a_line(&detail),
        kind: kind(&node.name()),
        span: node.span(),
        name_span,
    }
}

/// The name that a node gives what it describes, and where that stands.
pub(crate) fn id(node: Node<'_>) -> Option<(String, Span)> {
    if !gives_a_name(&node.name()) {
        return None;
    }
    let argument = node.arguments().next()?;
    match argument.value() {
        Value::Text(id) if !id.trim().is_empty() => Some((id.into_owned(), argument.value_span())),
        _ => None,
    }
}

/// Whether nodes of that name have a name for what they describe as their first argument.
fn gives_a_name(node: &str) -> bool {
    let spec = vocabulary::nodes().find(|spec| spec.name == node);
    let argument = spec.and_then(|spec| spec.arguments.first());
    argument.is_some_and(|argument| {
        argument.value == iommulint_lang::document::ValueType::Text
            && matches!(argument.name, "id" | "name")
    })
}

/// The nearest of what editors have pictures for.
fn kind(name: &str) -> SymbolKind {
    match name {
        "vm" | "domain" => SymbolKind::Module,
        "vsmmu" | "iommu" => SymbolKind::Class,
        "pxb" | "root-port" | "switch" | "downstream-port" | "controller" => SymbolKind::Struct,
        "iommufd" => SymbolKind::Interface,
        "hostdev" | "device" => SymbolKind::Object,
        "target" => SymbolKind::Constant,
        _ => SymbolKind::Property,
    }
}

fn element_item(tree: &xml::Tree, element: xml::Element<'_>) -> Item {
    let attributes = element.attributes().map(|attribute| attribute.span().of(tree.text()));
    let attributes: Vec<&str> = attributes.take(8).collect();
    let content = element.content().map(|content| content.value).unwrap_or_default();
    Item {
        name: element.name().to_owned(),
        detail: in_a_line(&format!("{} {content}", attributes.join(" "))),
        kind: kind(element.name()),
        span: element.span(),
        name_span: element.origin().span,
    }
}

/// `text` in one line that is not too long.
fn in_a_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.chars().nth(LONGEST).is_some() {
            let end = line.char_indices().nth(LONGEST - 1).map_or(line.len(), |(at, _)| at);
            line.truncate(end);
            line.push('…');
            break;
        }
    }
    line
}
