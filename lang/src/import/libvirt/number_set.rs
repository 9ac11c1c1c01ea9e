//! Sets of numbers as libvirt writes and reads them (`virBitmapParse`).

use crate::topology::NumberSet;

/// Reads `0-5,^3`: what `^` stands before is left out. There may be blanks. None when malformed or empty.
pub(super) fn number_set(text: &str) -> Option<NumberSet> {
    let (mut within, mut without) = (Vec::new(), Vec::new());
    for part in text.strip_suffix(',').unwrap_or(text).split(',') {
        if let Some(number) = part.trim().strip_prefix('^') {
            without.push(NumberSet::parse(number)?.only()?);
        } else {
            let ends = part.split('-').map(str::trim).collect::<Vec<_>>().join("-");
            within.extend_from_slice(NumberSet::parse(&ends)?.ranges());
        }
    }
    let within = NumberSet::of_ranges(within)?;
    without.sort_unstable();
    let mut without = without.into_iter().peekable();
    let mut left = Vec::new();
    for &(mut first, last) in within.ranges() {
        while let Some(gap) = without.next_if(|&gap| gap <= last) {
            if gap > first {
                left.push((first, gap - 1));
            }
            first = first.max(gap.saturating_add(1));
        }
        if first <= last {
            left.push((first, last));
        }
    }
    NumberSet::of_ranges(left)
}

#[cfg(test)]
mod tests {
    use super::number_set;

    #[test]
    fn sets_are_read_as_libvirt_reads_them() {
        for (text, set) in [
            ("0-3,7", Some("0-3,7")),
            ("0-5,^3", Some("0-2,4-5")),
            ("0-5,^3,^0,^5", Some("1-2,4")),
            ("^2,1-3", Some("1,3")),
            ("1,^7", Some("1")),
            (" 1 , 4 - 6 ", Some("1,4-6")),
            ("1,", Some("1")),
            ("3,^3", None),
            ("^1-2,0-4", None),
            ("^", None),
            ("", None),
            ("5-1", None),
            ("1-2-3", None),
            ("a", None),
        ] {
            assert_eq!(number_set(text).map(|set| set.to_string()).as_deref(), set, "{text:?}");
        }
    }
}
