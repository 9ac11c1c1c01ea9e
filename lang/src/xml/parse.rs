//! From text to a tree.

use std::sync::Arc;

use roxmltree::{Document, Error, Node, NodeType, ParsingOptions, TextPos};

use super::limits::{self, MOST_DEPTH};
use super::tree::{AttributeData, ElementData, Tree, Value};
use crate::finding::{Finding, Severity};
use crate::span::{FileId, MAX_TEXT, Origin, Span};
use crate::syntax::errors;

/// Reads a file, which the caller knows as `file`. What is not well-formed gives one finding and a tree
/// of nothing.
#[must_use]
pub fn parse(text: impl Into<Arc<str>>, file: FileId) -> (Tree, Vec<Finding>) {
    let text = text.into();
    let wrong = |at: usize, rule, headline: String| {
        let at = u32::try_from(at).unwrap_or(0);
        let end =
            text.get(at as usize..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let span = Span::new(at, at + u32::try_from(end).unwrap_or(0));
        Finding::new(rule, Severity::Error, Origin::new(file, span), headline)
    };
    let failed = |finding| (Tree::empty(Arc::clone(&text), file), vec![finding]);
    if text.len() > MAX_TEXT {
        let headline = format!("longer than {MAX_TEXT} bytes, the most a file may have");
        return failed(wrong(0, errors::TOO_LONG, headline));
    }
    if let Some((at, what)) = limits::exceeded(&text) {
        return failed(wrong(at, errors::XML, what.to_owned()));
    }
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    match Document::parse_with_options(&text[mark..], ParsingOptions::default()) {
        Ok(document) => match Builder::build(Arc::clone(&text), file, mark, &document) {
            Ok(tree) => (tree, Vec::new()),
            Err(at) => failed(
                wrong(
                    at,
                    errors::XML,
                    format!("elements stand in each other more than {MOST_DEPTH} deep"),
                )
                .with_note("libxml2, which reads XML for libvirt, stops at that depth"),
            ),
        },
        Err(error) => failed({
            let at = mark + offset(&text[mark..], error.pos());
            match error {
                Error::DtdDetected => wrong(at, errors::XML, "a document type".to_owned())
                    .with_help("remove it: a domain has none, and it could define entities"),
                _ => {
                    wrong(at, errors::XML, format!("this is not well-formed XML: {}", said(&error)))
                }
            }
        }),
    }
}

/// The parser's words without the place at their end, which the finding gives.
fn said(error: &Error) -> String {
    let words = error.to_string();
    match words.rsplit_once(" at ") {
        Some((words, place)) if place.bytes().all(|b| b.is_ascii_digit() || b == b':') => {
            words.to_owned()
        }
        _ => words,
    }
}

/// The byte a row and a column stand for; both count from 1, columns in characters.
pub(crate) fn offset(text: &str, position: TextPos) -> usize {
    let rows = position.row.saturating_sub(1) as usize;
    let before: usize = text.split_inclusive('\n').take(rows).map(str::len).sum();
    let within = text[before..].chars().take(position.col.saturating_sub(1) as usize);
    before + within.map(char::len_utf8).sum::<usize>()
}

struct Builder {
    tree: Tree,
    /// How many bytes of the file stand before what was parsed.
    mark: usize,
}

impl Builder {
    /// The tree of `document`; where it gets too deep, when it does.
    fn build(
        text: Arc<str>,
        file: FileId,
        mark: usize,
        document: &Document<'_>,
    ) -> Result<Tree, usize> {
        let mut builder = Self { tree: Tree::empty(text, file), mark };
        let mut open: Vec<u32> = Vec::new();
        for node in document.descendants() {
            let start = mark + node.range().start;
            match node.node_type() {
                NodeType::Element => {
                    builder.close(&mut open, start);
                    if open.len() == MOST_DEPTH {
                        return Err(start);
                    }
                    let position = builder.element(node, open.last().copied());
                    open.push(position);
                }
                NodeType::Comment => {
                    let span = builder.span(node.range());
                    builder.tree.comments.push(span);
                }
                NodeType::Text => {
                    builder.close(&mut open, start);
                    builder.text(node, open.last().copied());
                }
                NodeType::Root | NodeType::PI => {}
            }
        }
        builder.close(&mut open, usize::MAX);
        Ok(builder.tree)
    }

    /// Closes the elements that end at or before `offset`.
    fn close(&mut self, open: &mut Vec<u32>, offset: usize) {
        let next = u32::try_from(self.tree.elements.len()).unwrap_or(u32::MAX);
        let elements = &mut self.tree.elements;
        while let Some(ended) =
            open.pop_if(|position| elements[*position as usize].span.end as usize <= offset)
        {
            elements[ended as usize].next = next;
        }
    }

    fn element(&mut self, node: Node<'_, '_>, parent: Option<u32>) -> u32 {
        let first = self.tree.attributes.len();
        for attribute in node.attributes() {
            let name = self.span(attribute.range_qname());
            let value = self.value(self.span(attribute.range_value()), attribute.value());
            let foreign = attribute.namespace().is_some();
            self.tree.attributes.push(AttributeData { name, foreign, value });
        }
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = self.span(node.range());
        let tag = &self.tree.text[span.start as usize + 1..];
        let length = tag.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>');
        let name = Span::new(span.start + 1, span.start + 1 + number(length.unwrap_or(tag.len())));
        let position = number(self.tree.elements.len());
        self.tree.elements.push(ElementData {
            name,
            foreign: node.tag_name().namespace().is_some(),
            span,
            parent,
            next: position + 1,
            attributes: number(first)..number(self.tree.attributes.len()),
            content: None,
        });
        position
    }

    /// The first text of an element that is not blank.
    fn text(&mut self, node: Node<'_, '_>, parent: Option<u32>) {
        let Some(parent) = parent else { return };
        let Some(decoded) = node.text().map(str::trim).filter(|text| !text.is_empty()) else {
            return;
        };
        if self.tree.elements[parent as usize].content.is_some() {
            return;
        }
        let range = node.range();
        let written = &self.tree.text[self.mark + range.start..self.mark + range.end];
        let start = range.start + (written.len() - written.trim_start().len());
        let span = self.span(start..start + written.trim().len());
        let content = self.value(span, decoded);
        self.tree.elements[parent as usize].content = Some(content);
    }

    fn value(&self, span: Span, decoded: &str) -> Value {
        let same = span.of(&self.tree.text) == decoded;
        Value { span, decoded: (!same).then(|| decoded.into()) }
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        let offset = |at: usize| u32::try_from(self.mark + at).unwrap_or(u32::MAX);
        Span::new(offset(range.start), offset(range.end))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::span::FileId;
    use crate::xml::Tree;

    fn tree(text: &str) -> Tree {
        let (tree, findings) = parse(text, FileId(0));
        assert!(findings.is_empty(), "{findings:#?}");
        tree
    }

    #[test]
    fn everything_has_its_bytes() {
        let text = "\u{feff}<?xml version='1.0'?>\n<a x = 'é&amp;1' y=\"2\">\n <b><c/> t&lt;x <!-- no --></b><q:d xmlns:q='u' q:z=''/></a>";
        let tree = tree(text);
        let names: Vec<&str> = tree.elements().map(super::super::Element::name).collect();
        assert_eq!(names, ["a", "b", "c", "q:d"]);
        let root = tree.root().expect("there is one");
        let x = root.attribute("x").expect("there is one");
        assert_eq!(
            (x.value(), x.origin().span.of(text), x.span().of(text)),
            ("é&1", "é&amp;1", "x = 'é&amp;1'")
        );
        assert_eq!(root.value("y"), Some("2"));
        let b = root.child("b").expect("there is one");
        let content = b.content().expect("there is some");
        assert_eq!((content.value, content.origin.span.of(text)), ("t<x", "t&lt;x"));
        assert_eq!(b.origin().span.of(text), "b");
        let children: Vec<&str> = root.children().map(super::super::Element::name).collect();
        assert_eq!(children, ["b", "q:d"]);
        assert!(root.child("q:d").is_none());
        assert_eq!(tree.comments().len(), 1);
        let at = |part: &str| u32::try_from(text.find(part).expect("it is there")).expect("short");
        assert_eq!(tree.element_at(at("t&lt;")), Some(b));
        assert_eq!(tree.element_at(at("xmlns")).map(super::super::Element::name), Some("q:d"));
        assert_eq!(tree.element_at(at("?xml")), None);
    }

    #[test]
    fn what_is_not_well_formed_is_one_finding() {
        let deep = "<a>".repeat(300) + &"</a>".repeat(300);
        let attributes: String =
            (0..300).flat_map(|n| [" a".to_owned(), n.to_string(), "=''".to_owned()]).collect();
        let attributes = format!("<a{attributes}/>");
        let namespaces: String = (0..70)
            .flat_map(|n| ["<a xmlns:n".to_owned(), n.to_string(), "='u'>".to_owned()])
            .collect();
        for text in [
            "",
            "<a>",
            "<a></b>",
            "<a x=1/>",
            "<a x='1' x='2'/>",
            "x",
            "<a/><b/>",
            "<a>&e;</a>",
            "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
            &deep,
            &attributes,
            &namespaces,
            "<a\u{0}/>",
            "é<a/>",
            "<a>\n  <b",
        ] {
            let (tree, findings) = parse(text, FileId(0));
            assert_eq!(findings.len(), 1, "{text}");
            assert!(tree.root().is_none());
            let span = findings[0].primary.origin.span;
            assert!(text.get(span.range()).is_some(), "{text}: {span:?}");
        }
    }
}
