//! The text of a KDL file, as what it says is changed.

use crate::finding::Edit;
use crate::language::Language;
use crate::rules::{Source, Value};
use crate::span::{Origin, Span};
use crate::syntax::lines::{BLANKS, behind_blanks, blank_rest, indentation, length};
use crate::syntax::{Block, Node, Tree, quote};

/// What a child is indented by, where no other child shows it.
const STEP: &str = "    ";

impl Source for Tree {
    fn language(&self) -> Language {
        Language::Kdl
    }

    fn combined_address(&self, _address: Origin) -> Option<i64> {
        None
    }

    fn with_value(&self, value: Origin, new: Value<'_>) -> Option<Edit> {
        Some(Edit { origin: value, text: written(new) })
    }

    fn without_property(&self, part: Origin) -> Option<Edit> {
        let entry = self.entry_at(part.span.start)?;
        self.removed(behind_blanks(self.text(), entry.span()))
    }

    fn without_element(&self, part: Origin) -> Option<Edit> {
        let node = self.node_at(part.span.start)?;
        let is_leaf = node.blocks().next().is_none() && !node.is_broken();
        let is_free = is_leaf && !is_allowed_something(self.text(), node.span().start);
        is_free.then(|| self.removed(whole_lines(self.text(), node.span())))?
    }

    fn with_properties(&self, name: Origin, properties: &[(&str, Value<'_>)]) -> Option<Edit> {
        let each = properties.iter().map(|(key, value)| format!("{key}={}", written(*value)));
        self.with_entries(name, &each.collect::<Vec<_>>().join(" "))
    }

    fn with_child(&self, name: Origin, child: &str, argument: Value<'_>) -> Option<Edit> {
        self.with_node(name, &format!("{child} {}", written(argument)))
    }
}

impl Tree {
    /// Puts `entries` behind those of the node whose name stands at `name`.
    pub(crate) fn with_entries(&self, name: Origin, entries: &str) -> Option<Edit> {
        let node = self.node_named_at(name.span.start).filter(|node| !node.is_broken())?;
        Some(self.inserted(node.header_span().end, format!(" {entries}")))
    }

    /// Puts `child` into the block of the node whose name stands at `name`.
    pub(crate) fn with_node(&self, name: Origin, child: &str) -> Option<Edit> {
        let node = self.node_named_at(name.span.start).filter(|node| !node.is_broken())?;
        let mut blocks = node.blocks();
        match (blocks.next(), blocks.next()) {
            (None, _) => Some(self.with_block(node, child)),
            (Some(block), None) if !block.is_slashdashed() => {
                block.close_brace().map(|_| self.with_first_child(block, child))
            }
            _ => None,
        }
    }

    /// None when that took a comment with it.
    fn removed(&self, span: Span) -> Option<Edit> {
        let removed = span.of(self.text());
        let has_comment = removed.contains("//") || removed.contains("/*");
        (!has_comment).then(|| Edit { origin: Origin::new(self.file(), span), text: String::new() })
    }

    fn inserted(&self, at: u32, text: String) -> Edit {
        Edit { origin: Origin::new(self.file(), Span::at(at)), text }
    }

    /// A block of its own for the child of a node without one.
    fn with_block(&self, node: Node<'_>, child: &str) -> Edit {
        let at = node.header_span().end;
        let indentation = indentation(self.text(), node.span().start);
        let text = match indentation.zip(blank_rest(self.text(), at, BLANKS)) {
            Some((own, (_, newline))) if !newline.is_empty() => {
                format!(" {{{newline}{own}{STEP}{child}{newline}{own}}}")
            }
            // What stands behind it on its line must go on to stand there.
            _ => format!(" {{ {child} }}"),
        };
        self.inserted(at, text)
    }

    /// On a line of its own before the other children and the comments above them.
    fn with_first_child(&self, block: Block<'_>, child: &str) -> Edit {
        let brace = block.open_brace().end;
        let behind = behind_comment(self.text(), brace);
        let Some((blank, newline)) =
            blank_rest(self.text(), behind, BLANKS).filter(|(_, newline)| !newline.is_empty())
        else {
            return self.inserted(brace, format!(" {child};"));
        };
        let first = block.nodes().next();
        let of_first = first.and_then(|first| indentation(self.text(), first.span().start));
        let indentation = of_first.map_or_else(
            || {
                let own = indentation(self.text(), block.node().span().start);
                format!("{}{STEP}", own.unwrap_or(""))
            },
            str::to_owned,
        );
        let next_line = behind + length(blank) + length(newline);
        self.inserted(next_line, format!("{indentation}{child}{newline}"))
    }
}

/// A value as KDL has it.
fn written(value: Value<'_>) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Switch(true) => "#true".to_owned(),
        Value::Switch(false) => "#false".to_owned(),
        Value::Text(text) => quote(text),
        Value::Size(size) => quote(&size.to_string()),
    }
}

/// The lines of the span, where it has them for itself; else with its `;` and the blanks around it.
fn whole_lines(text: &str, span: Span) -> Span {
    let semicolon = &[' ', '\t', ';'];
    match (indentation(text, span.start), blank_rest(text, span.end, semicolon)) {
        (Some(before), Some((rest, newline))) => {
            let end = span.end + length(rest) + length(newline);
            Span::new(span.start - length(before), end)
        }
        // What follows takes the place.
        (Some(_), None) => Span::new(span.start, behind_semicolon(text, span.end, BLANKS)),
        (None, _) => {
            behind_blanks(text, Span::new(span.start, behind_semicolon(text, span.end, &[])))
        }
    }
}

/// Where the node that ends at `offset` leaves off: behind its `;` and the `blanks` after that.
fn behind_semicolon(text: &str, offset: u32, blanks: &[char]) -> u32 {
    let rest = &text[offset as usize..];
    match rest.trim_start_matches(BLANKS).strip_prefix(';') {
        Some(behind) => offset + length(rest) - length(behind.trim_start_matches(blanks)),
        None => offset + length(rest) - length(rest.trim_start_matches(blanks)),
    }
}

/// Behind the `//` comment that is next on the line of `offset`, else `offset`.
fn behind_comment(text: &str, offset: u32) -> u32 {
    let rest = &text[offset as usize..];
    if !rest.trim_start_matches(BLANKS).starts_with("//") {
        return offset;
    }
    let line = rest.lines().next().unwrap_or("");
    offset + length(line)
}

/// Whether the comments directly above what stands at `offset`, or before it on its line, allow
/// something: without it they would speak of what comes next.
fn is_allowed_something(text: &str, offset: u32) -> bool {
    let before = &text[..offset as usize];
    let Some(indentation) = indentation(text, offset) else {
        return before.trim_end_matches(BLANKS).ends_with("*/");
    };
    let above = before[..before.len() - indentation.len()].lines().rev().map(str::trim);
    above
        .take_while(|line| line.is_empty() || line.starts_with("//") || line.ends_with("*/"))
        .any(|line| line.contains("iommulint:"))
}

#[cfg(test)]
mod tests {
    use crate::finding::Edit;
    use crate::fix::edited;
    use crate::rules::Source;
    use crate::span::{FileId, Origin, Span};
    use crate::syntax::{Tree, parse};

    /// `text` without its `|`, changed as `change` says of the place where that stood.
    fn changed(text: &str, change: impl FnOnce(&Tree, Origin) -> Option<Edit>) -> Option<String> {
        let at = u32::try_from(text.find('|').expect("a place is marked")).expect("it is short");
        let (tree, findings) = parse(text.replacen('|', "", 1), FileId(0));
        assert!(findings.is_empty(), "{text}");
        let edit = change(&tree, Origin::new(FileId(0), Span::at(at)))?;
        Some(edited(tree.text(), [&edit]))
    }

    #[test]
    fn a_property_goes_with_the_blanks_before_it() {
        for (before, after) in [
            ("a x=1 |y=2", Some("a x=1")),
            ("a x=1 y=|2 {}", Some("a x=1 {}")),
            ("a\tx=|\"1\" /* c */ y=2", Some("a /* c */ y=2")),
            ("a \\\n  x=|1\n", Some("a \\\n\n")),
            ("a |x=/* c */1", None),
            ("|a x=1", None),
        ] {
            let found = changed(before, Source::without_property);
            assert_eq!(found.as_deref(), after, "{before}");
        }
    }

    #[test]
    fn an_element_goes_with_its_line() {
        for (before, after) in [
            ("a {\n    |b 1\n    c\n}", Some("a {\n    c\n}")),
            ("a {\r\n    |b 1;\r\n}", Some("a {\r\n}")),
            ("a\n|b", Some("a\n")),
            ("a { |b; c; }", Some("a { c; }")),
            ("a {\n    |b; c\n}", Some("a {\n    c\n}")),
            ("a {\n    |b // kept\n}", Some("a {\n    // kept\n}")),
            ("// kept\n|b\nc", Some("// kept\nc")),
            ("// iommulint: allow x -- y\n|b\nc", None),
            ("/* iommulint: allow x -- y */ |b\nc", None),
            ("|a {\n}", None),
            ("|a /* c */ 1", None),
            ("x { a 1 |2; b; }", Some("x { b; }")),
        ] {
            let found = changed(before, Source::without_element);
            assert_eq!(found.as_deref(), after, "{before}");
        }
    }

    #[test]
    fn a_child_comes_first_and_shifts_no_comment() {
        for (before, after) in [
            ("|a {\n  b\n}", Some("a {\n  new\n  b\n}")),
            ("|a { // c\n    // d\n    b\n}", Some("a { // c\n    new\n    // d\n    b\n}")),
            ("  |a {\r\n  }\r\n", Some("  a {\r\n      new\r\n  }\r\n")),
            ("|a { b; }", Some("a { new; b; }")),
            ("|a {}", Some("a { new;}")),
            ("  |a 1\nb", Some("  a 1 {\n      new\n  }\nb")),
            ("|a 1 // c\nb", Some("a 1 { new } // c\nb")),
            ("x; |a", Some("x; a { new }")),
            ("|a /-{\n}", None),
        ] {
            let found = changed(before, |tree, at| tree.with_node(at, "new"));
            assert_eq!(found.as_deref(), after, "{before}");
        }
    }

    #[test]
    fn a_property_comes_last() {
        let found = changed("|a 1 x=2 {\n}", |tree, at| tree.with_entries(at, "y=3"));
        assert_eq!(found.as_deref(), Some("a 1 x=2 y=3 {\n}"));
    }
}
