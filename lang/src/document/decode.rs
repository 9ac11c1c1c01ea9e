//! From tree to document, by the vocabulary. Never stops at the first mistake.

mod entries;
mod meant;
mod names;

use crate::hash::{HashMap, HashSet};

use self::meant::MeantNode;
use super::element::{Document, Element, ElementId};
use super::vocabulary::{self, NodeKind, Occurs};
use crate::finding::{Applicability, Finding};
use crate::rules::{Source as _, schema};
use crate::span::{Origin, Span};
use crate::syntax::{Entry, Node, Tree};

/// Reads every node of `tree` that the vocabulary knows where it stands.
#[must_use]
pub fn decode(tree: &Tree) -> (Document, Vec<Finding>) {
    let mut decoder = Decoder {
        source: tree,
        document: Document::default(),
        findings: Vec::new(),
        firsts: HashMap::default(),
        meant: Vec::new(),
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
    decoder.settle_meant_nodes();
    (decoder.document, decoder.findings)
}

struct Decoder<'t> {
    source: &'t Tree,
    document: Document,
    findings: Vec<Finding>,
    /// Where a node that may stand once in its parent stands first.
    firsts: HashMap<(Option<ElementId>, NodeKind), Origin>,
    /// The fixes by which a node that may stand once would come into being.
    meant: Vec<MeantNode>,
}

impl<'t> Decoder<'t> {
    /// Decodes one node; gives its element when its children are to be decoded too.
    fn node(&mut self, node: Node<'t>, parent: Option<ElementId>) -> Option<ElementId> {
        let parent_kind = parent.map(|id| self.document.element(id).kind);
        let name = node.name();
        let Some(spec) = vocabulary::node(&name, parent_kind) else {
            if !node.has_broken_name() {
                self.unknown_node(node, &name, parent);
            }
            return None;
        };
        self.annotation(node.type_annotation());
        if spec.occurs == Occurs::Once {
            let first = *self.firsts.entry((parent, spec.kind)).or_insert(node.origin());
            if first != node.origin() {
                if self.source.is_nested() {
                    self.duplicate_node(node, &name, first);
                }
                return None;
            }
        }
        let mut element = Element::new(spec, parent, node.origin());
        let id = ElementId(u32::try_from(self.document.elements.len()).ok()?);
        let is_alone = self.entries(node, spec, id, &mut element);
        self.document.elements.push(element);
        if !is_alone {
            return None;
        }
        let holds_nothing = vocabulary::children(Some(spec.kind)).next().is_none();
        if holds_nothing && node.children().next().is_some() {
            let brace = node.open_brace().unwrap_or_else(|| node.name_span());
            if self.source.is_nested() && !node.is_broken() {
                self.findings.push(
                    schema::UNEXPECTED_CHILDREN
                        .at(self.origin(brace), format!("`{name}` holds no other nodes"))
                        .with_help(
                            "move what is in the braces to where it belongs, and remove them",
                        ),
                );
            }
            return None;
        }
        Some(id)
    }

    fn duplicate_node(&mut self, node: Node<'_>, name: &str, first: Origin) {
        let finding = schema::DUPLICATE_NODE
            .at(node.origin(), format!("`{name}` is given twice"))
            .with_text("the second one")
            .with_label(first, "the first one")
            .with_help("keep one of them, with what both say");
        let text = |node: Node<'_>| node.span().of(self.source.text());
        let first = self.source.node_named_at(first.span.start).filter(|first| says(*first, node));
        self.findings.push(match first {
            Some(first) => finding.with_edits(
                "remove the second one",
                if text(first) == text(node) { Applicability::Safe } else { Applicability::Unsafe },
                [self.source.without_element(node.origin())],
            ),
            None => finding,
        });
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
        Origin::new(self.source.file(), span)
    }
}

/// With how many properties of a node another is compared: none has more.
const MOST_COMPARED: usize = 16;

/// Whether `first` has all the properties of `second`: otherwise the two may be halves of one.
fn says(first: Node<'_>, second: Node<'_>) -> bool {
    let keys: HashSet<_> = first.properties().take(MOST_COMPARED).filter_map(Entry::key).collect();
    second.properties().filter_map(Entry::key).all(|key| keys.contains(&key))
}
