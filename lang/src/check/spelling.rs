//! Numbers that a file spells in another base, beside the decimal ones of the rules' words.

use crate::finding::Finding;
use crate::parsed::Parsed;

/// Adds to each headline how the number at its primary place is spelled, where that is not in decimal:
/// "bus number `256` (0x100)".
pub(super) fn as_written(parsed: &Parsed, findings: &mut [Finding]) {
    for finding in findings {
        let origin = finding.primary.origin;
        if origin.file != parsed.file() {
            continue;
        }
        let spelling = origin.span.of(parsed.text());
        if let Some(number) = decimal(spelling)
            && let Some(end) = end_of_word(&finding.headline, &number)
        {
            finding.headline.insert_str(end, &format!(" ({spelling})"));
        }
    }
}

/// The number of `0x100`, `0o400` or `0b1` in decimal digits; none for other spellings.
fn decimal(spelling: &str) -> Option<String> {
    let (sign, digits) = match spelling.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", spelling),
    };
    let radix = match digits.get(..2)? {
        "0x" => 16,
        "0o" => 8,
        "0b" => 2,
        _ => return None,
    };
    let number = u64::from_str_radix(&digits[2..].replace('_', ""), radix).ok()?;
    // Below ten all bases agree.
    (number >= 10).then(|| format!("{sign}{number}"))
}

/// Behind the first place where `word` stands alone in `text`, and the quote that encloses it.
fn end_of_word(text: &str, word: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || "-.:".contains(c);
    let (start, _) = text.match_indices(word).find(|(start, _)| {
        let (before, after) = (&text[..*start], &text[start + word.len()..]);
        !before.ends_with(is_part) && !after.starts_with(is_part)
    })?;
    let end = start + word.len();
    Some(if text[end..].starts_with('`') { end + 1 } else { end })
}

#[cfg(test)]
mod tests {
    use super::{decimal, end_of_word};

    #[test]
    fn other_bases_are_known() {
        let known = ["0x100", "0o17", "0b1111", "-0x10", "0x1_00"].map(decimal);
        let numbers = ["256", "15", "15", "-16", "256"].map(|number| Some(number.to_owned()));
        assert_eq!(known, numbers);
        for other in ["256", "0x1", "\"0x10\"", "vsmmu", "0", "0x", "é"] {
            assert_eq!(decimal(other), None, "{other}");
        }
    }

    #[test]
    fn numbers_are_found_as_whole_words() {
        assert_eq!(end_of_word("bus number `256` is", "256"), Some(16));
        assert_eq!(end_of_word("1256 and 256 is", "256"), Some(12));
        assert_eq!(end_of_word("slot 0009:25 is", "25"), None);
    }
}
