//! A file of any language, as it was read.

use crate::finding::Edit;
pub use crate::import::qemu::Script;
use crate::language::Language;
use crate::rules::{Source, Value};
use crate::span::{FileId, Origin, Span};
use crate::{syntax, xml};

/// A file of any language: its text and structure.
#[derive(Clone, Debug)]
pub enum Parsed {
    /// iommulint's own language.
    Kdl(syntax::Tree),
    /// A libvirt domain.
    Libvirt(xml::Tree),
    /// QEMU command lines.
    Qemu(Script),
}

impl Parsed {
    /// The file's text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Kdl(tree) => tree.text(),
            Self::Libvirt(tree) => tree.text(),
            Self::Qemu(script) => script.text(),
        }
    }

    /// Which file it is.
    #[must_use]
    pub fn file(&self) -> FileId {
        match self {
            Self::Kdl(tree) => tree.file(),
            Self::Libvirt(tree) => tree.file(),
            Self::Qemu(script) => script.file(),
        }
    }

    /// What it is written in.
    #[must_use]
    pub const fn language(&self) -> Language {
        match self {
            Self::Kdl(_) => Language::Kdl,
            Self::Libvirt(_) => Language::Libvirt,
            Self::Qemu(_) => Language::Qemu,
        }
    }

    /// Every comment with its delimiters, in file order.
    #[must_use]
    pub fn comments(&self) -> Vec<Span> {
        match self {
            Self::Kdl(tree) => tree.comments().map(|comment| comment.span).collect(),
            Self::Libvirt(tree) => tree.comments().to_vec(),
            Self::Qemu(script) => script.comments().to_vec(),
        }
    }

    /// Every element, which a comment can speak of, by where it begins.
    #[must_use]
    pub fn elements(&self) -> Vec<Span> {
        match self {
            Self::Kdl(tree) => tree.all_nodes().map(syntax::Node::span).collect(),
            Self::Libvirt(tree) => tree.elements().map(xml::Element::span).collect(),
            Self::Qemu(script) => script.elements().to_vec(),
        }
    }

    /// Where a comment about the whole file can stand first.
    #[must_use]
    pub fn top(&self) -> u32 {
        let mark = if self.text().starts_with('\u{feff}') { 3 } else { 0 };
        match self {
            Self::Kdl(_) => mark,
            Self::Libvirt(tree) => tree.behind_declaration(),
            Self::Qemu(script) => script.behind_interpreter(),
        }
    }

    fn source(&self) -> &dyn Source {
        match self {
            Self::Kdl(tree) => tree,
            Self::Libvirt(tree) => tree,
            Self::Qemu(script) => script,
        }
    }
}

impl Source for Parsed {
    fn language(&self) -> Language {
        self.language()
    }

    fn combined_address(&self, address: Origin) -> Option<i64> {
        self.source().combined_address(address)
    }

    fn with_value(&self, value: Origin, new: Value<'_>) -> Option<Edit> {
        self.source().with_value(value, new)
    }

    fn without_property(&self, part: Origin) -> Option<Edit> {
        self.source().without_property(part)
    }

    fn without_element(&self, part: Origin) -> Option<Edit> {
        self.source().without_element(part)
    }

    fn with_properties(&self, name: Origin, properties: &[(&str, Value<'_>)]) -> Option<Edit> {
        self.source().with_properties(name, properties)
    }

    fn with_child(&self, name: Origin, child: &str, argument: Value<'_>) -> Option<Edit> {
        self.source().with_child(name, child, argument)
    }
}
