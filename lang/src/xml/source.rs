//! The text of a libvirt domain, as what it says is changed.

use super::{Element, Tree};
use crate::finding::Edit;
use crate::language::Language;
use crate::rules::{Source, Value};
use crate::span::{Origin, Span};
use crate::syntax::lines::{BLANKS, blank_rest, indentation, length};
use crate::topology::Size;

impl Source for Tree {
    fn language(&self) -> Language {
        Language::Libvirt
    }

    fn combined_address(&self, _address: Origin) -> Option<i64> {
        None
    }

    fn with_value(&self, value: Origin, new: Value<'_>) -> Option<Edit> {
        if !self.is_value(value) {
            return None;
        }
        let written = value.span.of(self.text());
        let text = match new {
            Value::Number(number) if is_hexadecimal(written) => hexadecimal(number, written)?,
            Value::Number(number) => number.to_string(),
            Value::Switch(on) => switched(written, on)?.to_owned(),
            Value::Text(text) => escaped(text),
            Value::Size(size) => self.in_unit_at(value, size)?.to_string(),
        };
        Some(Edit { origin: value, text })
    }

    fn without_property(&self, part: Origin) -> Option<Edit> {
        let at = part.span.start;
        let element = self.element_at(at)?;
        // What is a property may be all that an element holds.
        if element.content().is_some_and(|content| content.origin == part) {
            return self.without_element(part);
        }
        let attribute = element.attributes().find(|attribute| {
            let span = attribute.span();
            span.start <= at && at < span.end
        })?;
        let has_more = element.children().next().is_some() || element.content().is_some();
        if element.attributes().count() == 1 && !has_more {
            return self.without_element(part);
        }
        let span = attribute.span();
        let before = &self.text()[..span.start as usize];
        let start = length(before.trim_end_matches([' ', '\t', '\r', '\n']));
        Some(self.removed(Span::new(start, span.end)))
    }

    fn without_element(&self, part: Origin) -> Option<Edit> {
        let element = self.element_at(part.span.start)?;
        let span = element.span();
        let within = span.of(self.text());
        if element.children().next().is_some() || within.contains("<!--") {
            return None;
        }
        let whole =
            match (indentation(self.text(), span.start), blank_rest(self.text(), span.end, BLANKS))
            {
                (Some(before), Some((rest, newline))) => Span::new(
                    span.start - length(before),
                    span.end + length(rest) + length(newline),
                ),
                _ => span,
            };
        Some(self.removed(whole))
    }

    fn with_properties(&self, name: Origin, properties: &[(&str, Value<'_>)]) -> Option<Edit> {
        let element = self.element_at(name.span.start)?;
        match properties {
            // A domain has one iommufd, which a device has or has not.
            [("iommufd", _)] if element.is("hostdev") || element.is("interface") => {
                self.with_driver_attribute(element, "iommufd", "yes")
            }
            _ => None,
        }
    }

    fn with_child(&self, name: Origin, child: &str, argument: Value<'_>) -> Option<Edit> {
        let element = self.element_at(name.span.start).filter(|element| element.is("iommu"))?;
        let Value::Switch(on) = argument else { return None };
        let attribute = child.replace('-', "_");
        self.with_driver_attribute(element, &attribute, if on { "on" } else { "off" })
    }
}

impl Tree {
    /// Whether that is what an attribute or an element holds, and not more.
    fn is_value(&self, value: Origin) -> bool {
        let at = value.span.start;
        self.element_at(at).is_some_and(|element| {
            let of_attribute = element.attributes().any(|attribute| attribute.origin() == value);
            of_attribute || element.content().is_some_and(|content| content.origin == value)
        })
    }

    /// Gives the `<driver>` of `element` an attribute, and first a `<driver>` where there is none.
    fn with_driver_attribute(&self, element: Element<'_>, key: &str, value: &str) -> Option<Edit> {
        if let Some(driver) = element.child("driver") {
            if let Some(attribute) = driver.attribute(key) {
                return Some(Edit { origin: attribute.origin(), text: value.to_owned() });
            }
            let end = driver.attributes().last().map_or(driver.origin().span.end, |a| a.span().end);
            return Some(self.inserted(end, format!(" {key}='{value}'")));
        }
        self.with_first_child(element, &format!("<driver {key}='{value}'/>"))
    }

    fn with_first_child(&self, element: Element<'_>, child: &str) -> Option<Edit> {
        let end = element.attributes().last().map_or(element.origin().span.end, |a| a.span().end);
        let rest = self.text().get(end as usize..)?;
        let blanks = length(rest) - length(rest.trim_start());
        let close = &rest[blanks as usize..];
        let own = indentation(self.text(), element.span().start).unwrap_or("");
        if close.starts_with("/>") {
            let span = Span::new(end, end + blanks + 2);
            let text = format!(">{child}</{}>", element.name());
            return Some(Edit { origin: Origin::new(self.file(), span), text });
        }
        let behind = end + blanks + u32::from(close.starts_with('>'));
        let first = element.children().next();
        let of_first = first.and_then(|first| indentation(self.text(), first.span().start));
        Some(match of_first.filter(|of_first| of_first.len() > own.len()) {
            Some(indentation) => self.inserted(behind, format!("\n{indentation}{child}")),
            None => self.inserted(behind, child.to_owned()),
        })
    }

    fn inserted(&self, at: u32, text: String) -> Edit {
        Edit { origin: Origin::new(self.file(), Span::at(at)), text }
    }

    fn removed(&self, span: Span) -> Edit {
        Edit { origin: Origin::new(self.file(), span), text: String::new() }
    }

    /// `size` in the unit of the element that holds the amount at `value`: KiB where it names none, as
    /// libvirt has it.
    fn in_unit_at(&self, value: Origin, size: Size) -> Option<u64> {
        let unit = match self.element_at(value.span.start)?.value("unit") {
            None => 1 << 10,
            Some(unit) => unit_bytes(unit)?,
        };
        size.0.is_multiple_of(unit).then_some(size.0 / unit)
    }
}

/// How many bytes libvirt means by a unit, in letters of any case (`virScaleInteger`).
pub(crate) fn unit_bytes(unit: &str) -> Option<u64> {
    let unit = unit.to_ascii_lowercase();
    if matches!(unit.as_str(), "b" | "byte" | "bytes") {
        return Some(1);
    }
    let mut letters = unit.chars();
    let prefix = letters.next().and_then(|letter| "kmgtpe".find(letter))?;
    let step: u64 = match letters.as_str() {
        "" | "ib" => 1 << 10,
        "b" => 1_000,
        _ => return None,
    };
    step.checked_pow(u32::try_from(prefix).ok()? + 1)
}

fn is_hexadecimal(number: &str) -> bool {
    number.starts_with("0x") || number.starts_with("0X")
}

/// As wide as what is `written`.
fn hexadecimal(number: i64, written: &str) -> Option<String> {
    let number = u64::try_from(number).ok()?;
    Some(format!("0x{number:0width$x}", width = written.len() - 2))
}

/// The other word of the pair that is `written`.
fn switched(written: &str, on: bool) -> Option<&'static str> {
    Some(match (written, on) {
        ("on" | "off", true) => "on",
        ("on" | "off", false) => "off",
        ("yes" | "no", true) => "yes",
        ("yes" | "no", false) => "no",
        _ => return None,
    })
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use crate::finding::Edit;
    use crate::fix::edited;
    use crate::rules::{Source, Value};
    use crate::span::{FileId, Origin, Span};
    use crate::topology::Size;
    use crate::xml::{Tree, parse};

    /// `text` without its two `|`, changed as `change` says of what stands between them.
    fn changed(text: &str, change: impl FnOnce(&Tree, Origin) -> Option<Edit>) -> Option<String> {
        let mut parts = text.split('|').map(|part| u32::try_from(part.len()).expect("it is short"));
        let start = parts.next().expect("a place is marked");
        let end = start + parts.next().expect("it has an end");
        let (tree, findings) = parse(text.replace('|', ""), FileId(0));
        assert!(findings.is_empty(), "{text}");
        let edit = change(&tree, Origin::new(FileId(0), Span::new(start, end)))?;
        Some(edited(tree.text(), [&edit]))
    }

    #[test]
    fn a_value_is_written_as_the_one_before() {
        for (before, new, after) in [
            ("<a x='|3|'/>", Value::Number(12), Some("<a x='12'/>")),
            ("<a x='|0x03|'/>", Value::Number(12), Some("<a x='0x0c'/>")),
            ("<a x='|0x0|'/>", Value::Number(252), Some("<a x='0xfc'/>")),
            ("<a x='|off|'/>", Value::Switch(true), Some("<a x='on'/>")),
            ("<a x='|yes|'/>", Value::Switch(false), Some("<a x='no'/>")),
            ("<a x='|maybe|'/>", Value::Switch(false), None),
            ("<a x='|1|'/>", Value::Text("<'&\""), Some("<a x='&lt;&apos;&amp;&quot;'/>")),
            ("<a>|7|</a>", Value::Number(1), Some("<a>1</a>")),
            ("<a unit='GiB'>|3|</a>", Value::Size(Size(4 << 30)), Some("<a unit='GiB'>4</a>")),
            ("<a unit='TiB'>|1|</a>", Value::Size(Size(1 << 30)), None),
            ("<a>|3|</a>", Value::Size(Size(1 << 20)), Some("<a>1024</a>")),
            ("<|a| x='1'/>", Value::Number(1), None),
        ] {
            let found = changed(before, |tree, at| tree.with_value(at, new));
            assert_eq!(found.as_deref(), after, "{before}");
        }
    }

    #[test]
    fn a_property_goes_with_all_that_it_alone_fills() {
        for (before, after) in [
            ("<a x='1' y='|2|'/>", Some("<a x='1'/>")),
            ("<a\n  |x|='1'\n  y='2'/>", Some("<a\n  y='2'/>")),
            ("<a>\n  <b x='|1|'/>\n  <c/>\n</a>", Some("<a>\n  <c/>\n</a>")),
            ("<a><b x='|1|'><c/></b></a>", Some("<a><b><c/></b></a>")),
            ("<a><b x='|1|'>t</b></a>", Some("<a><b>t</b></a>")),
            ("<a>\n  <node>|7|</node>\n</a>", Some("<a>\n</a>")),
            ("<a><node>|7|<!-- why --></node></a>", None),
            ("<|a| x='1' y='2'/>", None),
        ] {
            let found = changed(before, Source::without_property);
            assert_eq!(found.as_deref(), after, "{before}");
        }
    }
}
