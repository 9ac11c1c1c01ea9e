//! The elements of an XML file, with the bytes of everything.

use std::ops::Range;
use std::sync::Arc;

use crate::span::{FileId, Origin, Span, Written};

/// An XML file. Elements are in file order, each before what it holds.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) text: Arc<str>,
    pub(super) file: FileId,
    pub(super) elements: Vec<ElementData>,
    pub(super) attributes: Vec<AttributeData>,
    pub(super) comments: Vec<Span>,
}

#[derive(Clone, Debug)]
pub(super) struct ElementData {
    /// The name in the start tag, with its prefix.
    pub(super) name: Span,
    /// Whether it is in a namespace, and so not libvirt's own.
    pub(super) foreign: bool,
    /// From `<` of the start tag to `>` of the end tag.
    pub(super) span: Span,
    /// The position of the element it stands in.
    pub(super) parent: Option<u32>,
    /// The position of the first element behind it that does not stand in it.
    pub(super) next: u32,
    pub(super) attributes: Range<u32>,
    /// The first text in it that is not blank.
    pub(super) content: Option<Value>,
}

#[derive(Clone, Debug)]
pub(super) struct AttributeData {
    pub(super) name: Span,
    /// Whether it has a prefix.
    pub(super) foreign: bool,
    pub(super) value: Value,
}

/// A piece of text that may be written with references such as `&amp;`.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) span: Span,
    /// What it means, where that is not what is written.
    pub(super) decoded: Option<Box<str>>,
}

impl Tree {
    /// A tree of nothing.
    pub(super) fn empty(text: Arc<str>, file: FileId) -> Self {
        Self { text, file, elements: Vec::new(), attributes: Vec::new(), comments: Vec::new() }
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Which file it is.
    #[must_use]
    pub const fn file(&self) -> FileId {
        self.file
    }

    /// The outermost element; none when the file is no XML.
    #[must_use]
    pub fn root(&self) -> Option<Element<'_>> {
        (!self.elements.is_empty()).then_some(Element { tree: self, position: 0 })
    }

    /// Every element in file order.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        (0..).zip(&self.elements).map(|(position, _)| Element { tree: self, position })
    }

    /// The element at a [`position`](Element::position).
    #[must_use]
    pub fn element(&self, position: u32) -> Option<Element<'_>> {
        let is_there = (position as usize) < self.elements.len();
        is_there.then_some(Element { tree: self, position })
    }

    /// Every comment in file order, with its `<!--` and `-->`.
    #[must_use]
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// The innermost element that holds the byte at `offset`, if any does.
    #[must_use]
    pub fn element_at(&self, offset: u32) -> Option<Element<'_>> {
        let begun = self.elements.partition_point(|element| element.span.start <= offset);
        let mut position = u32::try_from(begun).ok()?.checked_sub(1);
        while let Some(at) = position {
            let element = Element { tree: self, position: at };
            if offset < element.span().end {
                return Some(element);
            }
            position = element.data().parent;
        }
        None
    }

    /// Behind the declaration `<?xml … ?>` and its line, where there is one.
    #[must_use]
    pub fn behind_declaration(&self) -> u32 {
        let mark = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let rest = &self.text[mark..];
        let declaration = rest.strip_prefix("<?xml").and_then(|rest| rest.find("?>"));
        let end = declaration.map_or(0, |end| "<?xml".len() + end + "?>".len());
        let behind = &rest[end..];
        let newline = match behind.as_bytes() {
            [b'\r', b'\n', ..] if end > 0 => 2,
            [b'\n', ..] if end > 0 => 1,
            _ => 0,
        };
        u32::try_from(mark + end + newline).unwrap_or(0)
    }

    pub(super) fn value<'t>(&'t self, value: &'t Value) -> &'t str {
        value.decoded.as_deref().unwrap_or_else(|| value.span.of(&self.text))
    }
}

impl PartialEq for Tree {
    /// Of one text there is one tree.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.file == other.file
    }
}

/// One element of a [`Tree`].
#[derive(Clone, Copy, Debug)]
pub struct Element<'t> {
    tree: &'t Tree,
    position: u32,
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.position == other.position
    }
}

impl Eq for Element<'_> {}

impl<'t> Element<'t> {
    fn data(self) -> &'t ElementData {
        &self.tree.elements[self.position as usize]
    }

    /// The tree it is part of.
    #[must_use]
    pub const fn tree(self) -> &'t Tree {
        self.tree
    }

    /// Its place among all elements of the file.
    #[must_use]
    pub const fn position(self) -> u32 {
        self.position
    }

    /// Its name, with a prefix if it has one.
    #[must_use]
    pub fn name(self) -> &'t str {
        self.data().name.of(&self.tree.text)
    }

    /// Whether it is in a namespace, such as `qemu:commandline` is.
    #[must_use]
    pub fn is_foreign(self) -> bool {
        self.data().foreign
    }

    /// Whether it is libvirt's own element of that name.
    #[must_use]
    pub fn is(self, name: &str) -> bool {
        !self.is_foreign() && self.name() == name
    }

    /// Where its name stands in its start tag.
    #[must_use]
    pub fn origin(self) -> Origin {
        self.tree.origin(self.data().name)
    }

    /// From the `<` of its start tag to the `>` of its end tag.
    #[must_use]
    pub fn span(self) -> Span {
        self.data().span
    }

    /// The element it stands in.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        let position = self.data().parent?;
        Some(Self { tree: self.tree, position })
    }

    /// The elements directly in it, in file order.
    pub fn children(self) -> impl Iterator<Item = Self> {
        let end = self.data().next;
        let first = (self.position + 1 < end).then_some(self.position + 1);
        let element = move |position| Self { tree: self.tree, position };
        std::iter::successors(first.map(element), move |child| {
            let next = child.data().next;
            (next < end).then(|| element(next))
        })
    }

    /// libvirt's own elements of that name directly in it.
    pub fn children_named(self, name: &str) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.is(name))
    }

    /// The first of libvirt's own elements of that name directly in it.
    #[must_use]
    pub fn child(self, name: &str) -> Option<Self> {
        self.children_named(name).next()
    }

    /// Its attributes, in file order.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'t>> {
        let range = &self.data().attributes;
        let attributes = &self.tree.attributes[range.start as usize..range.end as usize];
        attributes.iter().map(move |data| Attribute { tree: self.tree, data })
    }

    /// The attribute of that name.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<Attribute<'t>> {
        self.attributes().find(|attribute| !attribute.data.foreign && attribute.name() == name)
    }

    /// The value of the attribute of that name.
    #[must_use]
    pub fn value(self, name: &str) -> Option<&'t str> {
        self.attribute(name).map(Attribute::value)
    }

    /// The first text in it, without the blanks around it; none when there is nothing else than blanks.
    #[must_use]
    pub fn content(self) -> Option<Written<&'t str>> {
        let value = self.data().content.as_ref()?;
        Some(Written::new(self.tree.value(value), self.tree.origin(value.span)))
    }
}

/// One attribute of an [`Element`].
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'t> {
    tree: &'t Tree,
    data: &'t AttributeData,
}

impl<'t> Attribute<'t> {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'t str {
        self.data.name.of(&self.tree.text)
    }

    /// Where its name stands.
    #[must_use]
    pub fn name_origin(self) -> Origin {
        self.tree.origin(self.data.name)
    }

    /// Whether it is in a namespace.
    #[must_use]
    pub const fn is_foreign(self) -> bool {
        self.data.foreign
    }

    /// What it means.
    #[must_use]
    pub fn value(self) -> &'t str {
        self.tree.value(&self.data.value)
    }

    /// Where its value stands, between the quotes.
    #[must_use]
    pub fn origin(self) -> Origin {
        self.tree.origin(self.data.value.span)
    }

    /// From its name to the quote behind its value.
    #[must_use]
    pub fn span(self) -> Span {
        Span::new(self.data.name.start, self.data.value.span.end + 1)
    }

    /// Its value, and where that stands.
    #[must_use]
    pub fn written(self) -> Written<&'t str> {
        Written::new(self.value(), self.origin())
    }
}

impl Tree {
    fn origin(&self, span: Span) -> Origin {
        Origin::new(self.file, span)
    }
}
