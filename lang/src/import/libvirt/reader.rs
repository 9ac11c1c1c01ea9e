//! Reading attributes of a domain, and saying what cannot be read.

use std::collections::{BTreeSet, HashSet};

use crate::finding::Finding;
use crate::rules::schema::{MALFORMED_VALUE, UNKNOWN_VALUE};
use crate::span::{Span, Written};
use crate::suggest::suggest;
use crate::topology::Size;
use crate::xml::{Attribute, Element, unit_bytes};

/// What is read of a domain, beside the model itself.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) findings: Vec<Finding>,
    /// The elements of which something could not be read.
    pub(super) unread: HashSet<Span>,
    /// Whether something could not be read or placed, so that it may be what is missing elsewhere.
    pub(super) is_broken: bool,
    /// Whether the model says all that was read.
    pub(super) is_exact: bool,
    /// Of each machine-wide IOMMU of the model, the position of its element.
    pub(super) iommus: Vec<u32>,
    /// Whether there is more than one IOMMU.
    pub(super) several: bool,
    /// The indexes of controllers of which something could not be read.
    pub(super) unread_buses: BTreeSet<i64>,
    /// What the IOMMUs name as `pciBus`.
    pub(super) pci_buses: HashSet<u32>,
    /// The numbers of all NUMA cells.
    pub(super) cells: BTreeSet<i64>,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self {
            findings: Vec::new(),
            unread: HashSet::new(),
            is_broken: false,
            is_exact: true,
            iommus: Vec::new(),
            several: false,
            unread_buses: BTreeSet::new(),
            pci_buses: HashSet::new(),
            cells: BTreeSet::new(),
        }
    }

    /// Says what is wrong with `element`, which is in the model although the wrong part is not: nothing is missing
    /// elsewhere for it.
    pub(super) fn wrong(&mut self, element: Element<'_>, finding: Finding) {
        self.is_exact = false;
        self.said_of(element, finding);
    }

    /// Says what is wrong with `element`, of which the rest is not judged then.
    pub(super) fn unreadable(&mut self, element: Element<'_>, finding: Finding) {
        self.is_broken = true;
        self.said_of(element, finding);
    }

    /// Says all that is to be said of `element`.
    pub(super) fn said_of(&mut self, element: Element<'_>, finding: Finding) {
        self.findings.push(finding);
        self.unread.insert(element.span());
    }

    /// A whole number: hexadecimal with `0x`, octal with `0`, else decimal, as libvirt reads most.
    pub(super) fn integer(&mut self, of: Element<'_>, name: &str) -> Option<Written<i64>> {
        let attribute = of.attribute(name)?;
        let number = integer(attribute.value());
        self.known(of, attribute, number, "a whole number")
    }

    /// A whole number in decimal digits only.
    pub(super) fn decimal(&mut self, of: Element<'_>, name: &str) -> Option<Written<i64>> {
        let attribute = of.attribute(name)?;
        let number = attribute.value().trim_start().parse().ok();
        self.known(of, attribute, number, "a whole number in decimal digits")
    }

    /// `on` or `off`.
    pub(super) fn switch(&mut self, of: Element<'_>, name: &str) -> Option<Written<bool>> {
        self.either(of, name, ["off", "on"])
    }

    /// `yes` or `no`.
    pub(super) fn yes_no(&mut self, of: Element<'_>, name: &str) -> Option<Written<bool>> {
        self.either(of, name, ["no", "yes"])
    }

    fn either(&mut self, of: Element<'_>, name: &str, words: [&str; 2]) -> Option<Written<bool>> {
        let attribute = of.attribute(name)?;
        let position = words.iter().position(|word| *word == attribute.value());
        if position.is_none() {
            let [off, on] = words;
            let headline = format!("`{name}` is `{}`, not `{on}` or `{off}`", attribute.value());
            let mut finding = UNKNOWN_VALUE.at(attribute.origin(), headline);
            if attribute.value() == "auto" {
                finding = finding.with_help("leave it out: it is then taken from the host's SMMU");
            }
            self.unreadable(of, finding);
        }
        Some(Written::new(position? == 1, attribute.origin()))
    }

    /// One of the words, by its position in `words`.
    pub(super) fn word(
        &mut self,
        of: Element<'_>,
        attribute: Attribute<'_>,
        words: &[&str],
    ) -> Option<usize> {
        let position = words.iter().position(|word| *word == attribute.value());
        if position.is_none() {
            let headline = format!("`{}` is no `{}`", attribute.value(), attribute.name());
            let help = match suggest(attribute.value(), words.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it is one of `{}`", words.join("`, `")),
            };
            self.unreadable(of, UNKNOWN_VALUE.at(attribute.origin(), headline).with_help(help));
        }
        position
    }

    /// An amount of memory, the text of `element`: in KiB unless its `unit` says otherwise.
    pub(super) fn size(&mut self, element: Element<'_>) -> Option<Written<Size>> {
        let content = element.content()?;
        let unit = element.value("unit").map_or(Some(1 << 10), unit_bytes);
        let number = content.value.parse::<u64>().ok();
        let bytes = number.zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
        if bytes.is_none() {
            let headline = format!("`{}` is not an amount of memory", content.value);
            self.unreadable(element, MALFORMED_VALUE.at(content.origin, headline));
        }
        Some(content.map(|_| Size(bytes.unwrap_or(0)))).filter(|_| bytes.is_some())
    }

    fn known<T>(
        &mut self,
        of: Element<'_>,
        attribute: Attribute<'_>,
        value: Option<T>,
        expected: &str,
    ) -> Option<Written<T>> {
        if value.is_none() {
            let (name, text) = (attribute.name(), attribute.value());
            let headline = format!("`{name}` is `{text}`, not {expected}");
            self.unreadable(of, MALFORMED_VALUE.at(attribute.origin(), headline));
        }
        value.map(|value| Written::new(value, attribute.origin()))
    }
}

/// A whole number as `strtol` reads it with base 0 (libvirt, `virStrToLong_i`).
pub(super) fn integer(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, radix) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hexadecimal) => (hexadecimal, 16),
        None if digits.len() > 1 && digits.starts_with('0') => (&digits[1..], 8),
        None => (digits, 10),
    };
    // `from_str_radix` takes a sign of its own.
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    let number = i64::from_str_radix(digits, radix).ok()?;
    Some(if negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn numbers_are_read_as_c_reads_them() {
        for (text, number) in [
            ("15", Some(15)),
            ("0x15", Some(21)),
            ("010", Some(8)),
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("0X1f", Some(31)),
            (" 7", Some(7)),
            ("+7", Some(7)),
            ("", None),
            ("x", None),
            ("0x", None),
            ("08", None),
            ("1 ", None),
            ("--1", None),
            ("0x-1", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(integer(text), number, "{text:?}");
        }
    }
}
