//! Changes to the domain's text.

use std::collections::BTreeMap;
use std::ops::Range;

use roxmltree::Node;

use super::super::xml::{Element, Indentation};
use super::base::Base;
use super::parts::Kind;

/// Replacements and insertions, which do not overlap.
pub(super) struct Edits<'x> {
    text: &'x str,
    edits: Vec<(Range<usize>, String)>,
}

impl<'x> Edits<'x> {
    /// None yet.
    pub(super) const fn of(text: &'x str) -> Self {
        Self { text, edits: Vec::new() }
    }

    /// Puts `element` in the place of `node`. What stands within it and is neither `owned` nor
    /// written anew is kept, comments too.
    pub(super) fn replace(&mut self, node: Node<'x, 'x>, element: &Element, owned: &[&str]) {
        let outer = self.indentation(node);
        let step = node
            .first_element_child()
            .and_then(|child| self.indentation(child).strip_prefix(outer))
            .filter(|step| !step.is_empty())
            .unwrap_or_else(|| self.step(node));
        let kept = node.children().filter(|child| {
            let name = child.tag_name().name();
            child.is_comment()
                || (child.is_element() && !owned.contains(&name) && !element.has(name))
        });
        let element = element.clone().keeping(kept.map(|child| &self.text[child.range()]));
        let mut written = String::new();
        element.write_unindented(&mut written, Indentation { outer, step });
        self.edits.push((node.range(), written));
    }

    /// Puts `text` in the place of `range`.
    pub(super) fn put(&mut self, range: Range<usize>, text: String) {
        self.edits.push((range, text));
    }

    /// Adds elements to `<devices>`, each after the last of its kind, else at the end.
    pub(super) fn add_devices(&mut self, base: &Base<'x>, added: &[(Kind, &Element)]) {
        if added.is_empty() {
            return;
        }
        let Some(devices) = base.devices else {
            let devices = Element::new("devices")
                .containing(added.iter().map(|(_, element)| (*element).clone()));
            return self.append(base.domain, [&devices]);
        };
        let mut last_of_kind = BTreeMap::new();
        for node in base.device_elements() {
            for kind in [Kind::Controller, Kind::Hostdev, Kind::Iommu] {
                if node.has_tag_name(kind.name()) {
                    last_of_kind.insert(kind, node);
                }
            }
        }
        for (kind, last) in &last_of_kind {
            let elements = added.iter().filter(|(of, _)| of == kind);
            self.insert_after(*last, elements.map(|(_, element)| *element));
        }
        let rest = added.iter().filter(|(kind, _)| !last_of_kind.contains_key(kind));
        self.append(devices, rest.map(|(_, element)| *element));
    }

    /// Adds elements after `node`, indented as it is.
    pub(super) fn insert_after<'e>(
        &mut self,
        node: Node<'x, 'x>,
        elements: impl IntoIterator<Item = &'e Element>,
    ) {
        let indentation = Indentation { outer: self.indentation(node), step: self.step(node) };
        let text = lines(elements, indentation);
        let end = node.range().end;
        self.edits.push((end..end, text));
    }

    /// Adds elements at the end of `parent`, which may be empty. Once for each `parent`.
    pub(super) fn append<'e>(
        &mut self,
        parent: Node<'x, 'x>,
        elements: impl IntoIterator<Item = &'e Element>,
    ) {
        if let Some(last) = parent.last_element_child() {
            return self.insert_after(last, elements);
        }
        let (own, step) = (self.indentation(parent), self.step(parent));
        let outer = format!("{own}{step}");
        let text = lines(elements, Indentation { outer: &outer, step });
        if text.is_empty() {
            return;
        }
        let range = parent.range();
        let source = &self.text[range.clone()];
        if let Some(open) = source.strip_suffix("/>") {
            let name = open[1..].split([' ', '\t', '\r', '\n']).next().unwrap_or_default();
            let at = range.start + open.trim_end().len();
            self.edits.push((at..range.end, format!(">{text}\n{own}</{name}>")));
            return;
        }
        let end_tag = range.start + source.rfind("</").unwrap_or(source.len());
        let content = self.text[..end_tag].trim_end_matches([' ', '\t']);
        match content.strip_suffix('\n') {
            Some(lines) => {
                let at = lines.trim_end_matches('\r').len();
                self.edits.push((at..at, text));
            }
            None => self.edits.push((end_tag..end_tag, format!("{text}\n{own}"))),
        }
    }

    /// The text with all changes, in the line ends it had.
    pub(super) fn apply(mut self) -> String {
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        let crlf = self.text.contains("\r\n");
        let mut result = String::with_capacity(self.text.len());
        let mut from = 0;
        for (range, text) in self.edits {
            result.push_str(&self.text[from..range.start]);
            if crlf {
                result.push_str(&text.replace("\r\n", "\n").replace('\n', "\r\n"));
            } else {
                result.push_str(&text);
            }
            from = range.end;
        }
        result.push_str(&self.text[from..]);
        result
    }

    /// The white space before `node` on its line; none when something else stands there.
    fn indentation(&self, node: Node<'_, '_>) -> &'x str {
        let before = &self.text[..node.range().start];
        let line = &before[before.rfind('\n').map_or(0, |newline| newline + 1)..];
        if line.trim_start_matches([' ', '\t']).is_empty() { line } else { "" }
    }

    /// What one level of indentation is where `node` stands.
    fn step(&self, node: Node<'_, '_>) -> &'x str {
        node.parent_element()
            .and_then(|parent| self.indentation(node).strip_prefix(self.indentation(parent)))
            .filter(|step| !step.is_empty())
            .unwrap_or("  ")
    }
}

/// Each element after a line break.
fn lines<'e>(
    elements: impl IntoIterator<Item = &'e Element>,
    indentation: Indentation<'_>,
) -> String {
    let mut text = String::new();
    for element in elements {
        text.push('\n');
        element.write(&mut text, indentation);
    }
    text
}
