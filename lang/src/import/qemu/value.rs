//! Values of properties, as both forms of an argument give them.

use std::ops::Range;

use super::shell::{Word, is_unknown};
use crate::span::{FileId, Origin, Written};
use crate::topology::Size;

/// One property of an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Property {
    /// Its name.
    pub(super) key: Written<String>,
    /// Its value.
    pub(super) value: Written<Value>,
    /// Key and value together, without what parts them from others.
    pub(super) bytes: Range<usize>,
    /// The value alone, without quotes.
    pub(super) value_bytes: Range<usize>,
}

/// The value of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// `key=value`: QEMU reads it as the property wants it.
    Plain(String),
    /// A JSON string.
    Text(String),
    /// A JSON number.
    Number(String),
    /// `true` or `false`.
    Boolean(bool),
    /// Another JSON value: an object, an array, `null`.
    Other,
    /// A part of it is a variable's.
    Unknown,
}

/// What a property should be, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given<T> {
    /// It is not there.
    Absent,
    /// It is there, and not known.
    Unknown,
    /// It is not of the type that QEMU wants.
    Wrong,
    /// It is there.
    Here(Written<T>),
}

impl<T> Given<T> {
    /// The value, if it is there, right and known.
    pub(super) fn known(self) -> Option<Written<T>> {
        match self {
            Self::Here(written) => Some(written),
            _ => None,
        }
    }
}

impl Value {
    /// The value of `text`, which may have parts that are not known.
    pub(super) fn plain(text: String) -> Self {
        if is_unknown(&text) { Self::Unknown } else { Self::Plain(text) }
    }

    /// As text: whatever stands there between quotes, or after `=`.
    pub(super) const fn text(&self) -> Option<&str> {
        match self {
            Self::Plain(text) | Self::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }
}

/// `on`, `yes`, `true`, `y`, and their opposites (`qapi_bool_parse`).
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "on" | "yes" | "true" | "y" => Some(true),
        "off" | "no" | "false" | "n" => Some(false),
        _ => None,
    }
}

/// A whole number as `qemu_strtoi64` reads it in base 0: `16`, `0x10`, `020`, `-1`.
pub(super) fn integer(text: &str) -> Option<i64> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, radix) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if digits.len() > 1 && digits.starts_with('0') => (&digits[1..], 8),
        None => (digits, 10),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let number = i64::from_str_radix(digits, radix).ok()?;
    Some(if is_negative { -number } else { number })
}

/// A size as `qemu_strtosz` reads it: `512G`, `1.5M`, `0x1000`, `4096`; a bare number is in units of
/// `unit` bytes.
pub(super) fn size(text: &str, unit: u64) -> Option<Size> {
    let (number, unit) = match text.as_bytes().last()?.to_ascii_uppercase() {
        _ if text.starts_with("0x") || text.starts_with("0X") => (text, 1),
        suffix if suffix.is_ascii_digit() => (text, unit),
        suffix => {
            let shift = 10 * b"BKMGTPE".iter().position(|&unit| unit == suffix)?;
            (&text[..text.len() - 1], 1 << shift)
        }
    };
    match number.split_once('.') {
        None => u64::try_from(integer(&format!("+{number}")).or_else(|| number.parse().ok())?)
            .ok()?
            .checked_mul(unit)
            .map(Size),
        Some((whole, fraction)) => {
            let is_plain = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
            if whole.is_empty() || fraction.is_empty() || !is_plain(whole) || !is_plain(fraction) {
                return None;
            }
            let whole: u64 = whole.parse().ok()?;
            let digits = fraction.get(..fraction.len().min(9))?;
            let numerator: u128 = digits.parse().ok()?;
            let denominator = 10_u128.pow(u32::try_from(digits.len()).ok()?);
            let part = u64::try_from(u128::from(unit) * numerator / denominator).ok()?;
            whole.checked_mul(unit)?.checked_add(part).map(Size)
        }
    }
}

/// Where the bytes `range` of `word` were written.
pub(super) fn origin(file: FileId, word: &Word, range: Range<usize>) -> Origin {
    Origin::new(file, word.place(range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_qemu_reads_them() {
        assert_eq!(integer("16"), Some(16));
        assert_eq!(integer("0x10"), Some(16));
        assert_eq!(integer("020"), Some(16));
        assert_eq!(integer("-1"), Some(-1));
        assert_eq!(integer("0"), Some(0));
        for wrong in ["", "0x", "1a", "--1", "9", "09"].into_iter().filter(|text| *text != "9") {
            assert_eq!(integer(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn sizes_are_read_as_qemu_reads_them() {
        assert_eq!(size("16", 1 << 20), Some(Size(16 << 20)));
        assert_eq!(size("2T", 1), Some(Size(2 << 40)));
        assert_eq!(size("1.5k", 1), Some(Size(1536)));
        assert_eq!(size("8388608k", 1 << 20), Some(Size(8 << 30)));
        assert_eq!(size("0x1000", 1), Some(Size(4096)));
        for wrong in ["", "G", "1X", "1.", ".5G", "1.5.5G", "99999999999999999999"] {
            assert_eq!(size(wrong, 1), None, "{wrong}");
        }
    }
}
