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
    Children(Vec<Element>),
    Text(String),
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
            children.extend(elements);
        }
        self
    }

    /// Whether it has neither attributes nor content.
    pub(super) fn is_empty(&self) -> bool {
        self.attributes.is_empty()
            && match &self.content {
                Content::Children(children) => children.is_empty(),
                Content::Text(text) => text.is_empty(),
            }
    }

    /// Appends the element to `text`, each line after `indent`, with a line break at the end.
    /// Recursive: elements are as deep as the back end nests them, whatever the input.
    pub(super) fn write(&self, text: &mut String, indent: &str) {
        text.push_str(indent);
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
            Content::Children(children) if children.is_empty() => text.push_str("/>\n"),
            Content::Children(children) => {
                text.push_str(">\n");
                let deeper = format!("{indent}  ");
                for child in children {
                    child.write(text, &deeper);
                }
                text.push_str(indent);
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
        text.push_str(">\n");
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
        element.write(&mut text, "  ");
        assert_eq!(
            text,
            "  <a b='it&apos;s &lt;&amp;&gt;&#10;\u{fffd}'>\n    <c/>\n    <d>x&lt;y</d>\n  </a>\n"
        );
    }
}
