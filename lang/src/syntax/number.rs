//! Numbers: the grammar, and the values.

use super::Value;

/// Whether `word` is a number: decimal, `0x`, `0o` or `0b`, with an optional sign.
pub(crate) fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix(['+', '-']).unwrap_or(word).as_bytes();
    match digits {
        [b'0', b'x', rest @ ..] => all_digits(rest, u8::is_ascii_hexdigit),
        [b'0', b'o', rest @ ..] => all_digits(rest, |b| matches!(b, b'0'..=b'7')),
        [b'0', b'b', rest @ ..] => all_digits(rest, |b| matches!(b, b'0' | b'1')),
        _ => is_decimal(digits),
    }
}

/// A digit, then digits and underscores.
fn all_digits(bytes: &[u8], is_digit: impl Fn(&u8) -> bool) -> bool {
    bytes.first().is_some_and(&is_digit) && bytes.iter().all(|b| *b == b'_' || is_digit(b))
}

/// `integer ('.' integer)? (('e' | 'E') sign? integer)?`
fn is_decimal(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    if !take_integer(&mut rest) {
        return false;
    }
    if let [b'.', after @ ..] = rest {
        rest = after;
        if !take_integer(&mut rest) {
            return false;
        }
    }
    if let [b'e' | b'E', after @ ..] = rest {
        rest = if let [b'+' | b'-', digits @ ..] = after { digits } else { after };
        if !take_integer(&mut rest) {
            return false;
        }
    }
    rest.is_empty()
}

fn take_integer(rest: &mut &[u8]) -> bool {
    if !rest.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let len = rest.iter().position(|b| !b.is_ascii_digit() && *b != b'_').unwrap_or(rest.len());
    *rest = &rest[len..];
    true
}

/// The value of a number for which [`is_number`] holds.
pub(crate) fn decode(word: &str) -> Value<'_> {
    let (negative, digits) = match word.as_bytes() {
        [b'-', ..] => (true, &word[1..]),
        [b'+', ..] => (false, &word[1..]),
        _ => (false, word),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x', ..] => (16, &digits[2..]),
        [b'0', b'o', ..] => (8, &digits[2..]),
        [b'0', b'b', ..] => (2, &digits[2..]),
        _ => (10, digits),
    };
    if radix == 10 && digits.bytes().any(|b| matches!(b, b'.' | b'e' | b'E')) {
        return Value::Decimal(word);
    }
    integer(digits, radix, negative).map_or(Value::BigInteger(word), Value::Integer)
}

/// The integer that `digits` spell; `None` when it does not fit.
fn integer(digits: &str, radix: u32, negative: bool) -> Option<i128> {
    let mut value: i128 = 0;
    for digit in digits.chars().filter_map(|c| c.to_digit(radix)) {
        value = value.checked_mul(i128::from(radix))?;
        // Counted downwards for negative numbers, so that the least one fits.
        let digit = i128::from(digit);
        value = if negative { value.checked_sub(digit)? } else { value.checked_add(digit)? };
    }
    Some(value)
}
