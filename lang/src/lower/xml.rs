//! XML as libvirt writes it: two spaces a level, attributes in single quotes.

/// An element with its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    content: Content,
}

/// What stands between an element's tags.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Children(Vec<Child>),
    Text(String),
}

/// Something within an element.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Child {
    Element(Element),
    /// XML kept as it was found.
    Verbatim(String),
}

/// How lines are indented.
#[derive(Clone, Copy, Debug)]
pub(super) struct Indentation<'a> {
    /// Of the element itself.
    pub(super) outer: &'a str,
    /// What each level adds.
    pub(super) step: &'a str,
}

impl Indentation<'static> {
    /// libvirt's own, from the first column on.
    pub(super) const LIBVIRT: Self = Self { outer: "", step: "  " };
}

impl Element {
    /// `<NAME/>`.
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), content: Content::Children(Vec::new()) }
    }

    /// `<NAME>TEXT</NAME>`.
    #[expect(clippy::needless_pass_by_value, reason = "numbers and references, at many places")]
    pub(super) fn text(name: &'static str, text: impl ToString) -> Self {
        Self { content: Content::Text(text.to_string()), ..Self::new(name) }
    }

    /// Adds `KEY='VALUE'`.
    #[expect(clippy::needless_pass_by_value, reason = "numbers and references, at many places")]
    pub(super) fn with(mut self, key: &'static str, value: impl ToString) -> Self {
        self.attributes.push((key, value.to_string()));
        self
    }

    /// Adds `KEY='VALUE'` if there is a value.
    pub(super) fn with_some(self, key: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds `KEY='on'` or `KEY='off'` if there is a value.
    pub(super) fn with_switch(self, key: &'static str, value: Option<bool>) -> Self {
        self.with_some(key, value.map(|on| if on { "on" } else { "off" }))
    }

    /// Adds elements within; an element with text takes none.
    pub(super) fn containing(mut self, elements: impl IntoIterator<Item = Self>) -> Self {
        if let Content::Children(children) = &mut self.content {
            children.extend(elements.into_iter().map(Child::Element));
        }
        self
    }

    /// Adds XML within as it is; an element with text takes none.
    pub(super) fn keeping<'a>(mut self, kept: impl IntoIterator<Item = &'a str>) -> Self {
        if let Content::Children(children) = &mut self.content {
            children.extend(kept.into_iter().map(|xml| Child::Verbatim(xml.to_owned())));
        }
        self
    }

    /// Whether an element of that name is directly within.
    pub(super) fn has(&self, name: &str) -> bool {
        let Content::Children(children) = &self.content else { return false };
        children.iter().any(|child| matches!(child, Child::Element(e) if e.name == name))
    }

    /// Whether it has neither attributes nor content.
    pub(super) fn is_empty(&self) -> bool {
        self.attributes.is_empty()
            && match &self.content {
                Content::Children(children) => children.is_empty(),
                Content::Text(text) => text.is_empty(),
            }
    }

    /// Appends the element to `text`, each line indented, without a line break at the end.
    /// Recursive: elements are as deep as the back end nests them, whatever the input.
    pub(super) fn write(&self, text: &mut String, indentation: Indentation<'_>) {
        text.push_str(indentation.outer);
        self.write_unindented(text, indentation);
    }

    /// As [`write`](Self::write), where the first line is indented already.
    pub(super) fn write_unindented(&self, text: &mut String, indentation: Indentation<'_>) {
        text.push('<');
        text.push_str(self.name);
        for (key, value) in &self.attributes {
            text.push(' ');
            text.push_str(key);
            text.push_str("='");
            push_escaped(text, value);
            text.push('\'');
        }
        match &self.content {
            Content::Children(children) if children.is_empty() => text.push_str("/>"),
            Content::Children(children) => {
                text.push_str(">\n");
                let deeper = format!("{}{}", indentation.outer, indentation.step);
                for child in children {
                    text.push_str(&deeper);
                    match child {
                        Child::Element(element) => element.write_unindented(
                            text,
                            Indentation { outer: &deeper, step: indentation.step },
                        ),
                        Child::Verbatim(xml) => text.push_str(xml),
                    }
                    text.push('\n');
                }
                text.push_str(indentation.outer);
                self.push_end_tag(text);
            }
            Content::Text(content) => {
                text.push('>');
                push_escaped(text, content);
                self.push_end_tag(text);
            }
        }
    }

    fn push_end_tag(&self, text: &mut String) {
        text.push_str("</");
        text.push_str(self.name);
        text.push('>');
    }
}

/// Appends `value` for an attribute or for text. What XML 1.0 cannot hold becomes U+FFFD.
fn push_escaped(text: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '\'' => text.push_str("&apos;"),
            '\n' => text.push_str("&#10;"),
            '\r' => text.push_str("&#13;"),
            '\t' => text.push_str("&#9;"),
            '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => text.push('\u{fffd}'),
            _ => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_indented_and_escaped() {
        let element = Element::new("a")
            .with("b", "it's <&>\n\u{1}")
            .containing([Element::new("c"), Element::text("d", "x<y")]);
        let mut text = String::new();
        element.write(&mut text, Indentation { outer: "  ", step: "\t" });
        assert_eq!(
            text,
            "  <a b='it&apos;s &lt;&amp;&gt;&#10;\u{fffd}'>\n  \t<c/>\n  \t<d>x&lt;y</d>\n  </a>"
        );
    }
}
