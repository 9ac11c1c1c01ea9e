//! Numbers as libvirt reads them.

/// As `virStrToLong_uip` with base 0: decimal, hexadecimal behind `0x`, octal behind `0`.
pub(super) fn unsigned(text: &str) -> Option<u32> {
    let digits = text.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    let (digits, base) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&digits[2..], 16),
        [b'0', _, ..] => (&digits[1..], 8),
        _ => (digits, 10),
    };
    // `from_str_radix` would take a second sign.
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, base).ok()
}

/// As a controller's `index`: decimal, not negative, and at most what a C `int` holds.
pub(super) fn index(text: &str) -> Option<u32> {
    let digits = text.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|&number| i32::try_from(number).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{index, unsigned};

    #[test]
    fn bases_are_those_of_c() {
        for (text, number) in [
            ("15", Some(15)),
            ("0x15", Some(0x15)),
            ("0X1f", Some(0x1f)),
            ("010", Some(8)),
            ("0", Some(0)),
            ("08", None),
            ("0x", None),
            ("", None),
            ("-1", None),
            ("+1", Some(1)),
            ("++1", None),
            (" 1", Some(1)),
            ("1 ", None),
            ("1f", None),
            ("4294967295", Some(u32::MAX)),
            ("4294967296", None),
        ] {
            assert_eq!(unsigned(text), number, "{text:?}");
        }
    }

    #[test]
    fn an_index_is_decimal() {
        for (text, number) in [
            ("010", Some(10)),
            ("0x1", None),
            ("-1", None),
            ("2147483647", Some(2_147_483_647)),
            ("2147483648", None),
        ] {
            assert_eq!(index(text), number, "{text:?}");
        }
    }
}
