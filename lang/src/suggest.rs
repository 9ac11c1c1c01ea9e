//! Did you mean …?

/// Names longer than this are not compared: nothing in the vocabulary is.
const LONGEST: usize = 40;

/// The candidate nearest to `name`, if one is near enough to be a slip of the hand.
#[must_use]
pub fn suggest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if name.len() > LONGEST {
        return None;
    }
    let folded: Vec<char> = fold(name).collect();
    candidates
        .into_iter()
        // So many characters more or less are so many slips: most candidates need no comparing.
        .filter(|candidate| folded.len().abs_diff(fold(candidate).count()) <= slips(candidate))
        .map(|candidate| (distance(&folded, &fold(candidate).collect::<Vec<_>>()), candidate))
        .filter(|&(distance, candidate)| distance <= slips(candidate))
        .min_by_key(|&(distance, _)| distance)
        .filter(|&(distance, candidate)| distance < candidate.chars().count())
        .map(|(_, candidate)| candidate)
}

/// How many slips of the hand a name may be away from `candidate`.
fn slips(candidate: &str) -> usize {
    1 + candidate.chars().count() / 5
}

/// Whether two names differ in nothing but style: `busNr`, `bus_nr`, `bus-nr`.
pub(crate) fn is_other_style(name: &str, other: &str) -> bool {
    name.len() <= LONGEST && fold(name).eq(fold(other))
}

/// Whether both have the same digits: these tell names apart, as `arm-smmuv3` from `arm-smmuv2`.
pub(crate) fn has_same_digits(name: &str, other: &str) -> bool {
    let digits = |c: &u8| c.is_ascii_digit();
    name.bytes().filter(digits).eq(other.bytes().filter(digits))
}

/// Whether `name` is surely `other` misspelt: in another style, or with one character too many, too few or wrong, or
/// two in the wrong order. Digits tell names apart.
pub(crate) fn is_one_slip(name: &str, other: &str) -> bool {
    if name.len() > LONGEST {
        return false;
    }
    let (mut left, mut right): (Vec<char>, Vec<char>) =
        (fold(name).collect(), fold(other).collect());
    if left.len().abs_diff(right.len()) > 1 || !has_same_digits(name, other) {
        return false;
    }
    let same = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    left.drain(..same);
    right.drain(..same);
    while !left.is_empty() && left.last() == right.last() {
        left.pop();
        right.pop();
    }
    match (&left[..], &right[..]) {
        ([a, b], [c, d]) => a == d && b == c,
        (left, right) => left.len() <= 1 && right.len() <= 1,
    }
}

/// Without what differs between styles of writing one name: `busNr`, `bus_nr`, `bus-nr`.
fn fold(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| *c != '-' && *c != '_').flat_map(char::to_lowercase)
}

/// How many characters must be inserted, removed, replaced or swapped with the next.
pub(crate) fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &from) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, &to) in b.iter().enumerate() {
            row[j + 1] = (last[j] + usize::from(from != to)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && from == b[j - 1] && a[i - 1] == to {
                row[j + 1] = row[j + 1].min(before_last[j - 1] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{is_one_slip, suggest};

    #[test]
    fn styles_and_slips_are_found() {
        let keys = ["bus-nr", "ssidsize", "numa-node", "iommufd"];
        for (written, meant) in [
            ("busNr", "bus-nr"),
            ("bus_nr", "bus-nr"),
            ("ssidSize", "ssidsize"),
            ("ssidszie", "ssidsize"),
            ("numa-nod", "numa-node"),
            ("iomufd", "iommufd"),
        ] {
            assert_eq!(suggest(written, keys), Some(meant), "{written}");
        }
    }

    #[test]
    fn other_words_are_not() {
        assert_eq!(suggest("colour", ["bus-nr", "slot"]), None);
        assert_eq!(suggest("x", ["fd"]), None);
        assert_eq!(suggest(&"a".repeat(1 << 20), ["fd"]), None);
    }

    #[test]
    fn one_slip_is_as_far_apart_as_two_names_of_one_thing_are() {
        for name in
            ["pxb-pice", "pxb_pcie", "PXB-PCIE", "pxb-pcei", "pxb-pci", "pxb-pcie2x", "pxb-pcied"]
        {
            assert_eq!(is_one_slip(name, "pxb-pcie"), !name.contains('2'), "{name}");
        }
        for (name, other) in [
            ("pxb-cxl", "pxb-pcie"),
            ("arm-smmuv2", "arm-smmuv3"),
            ("virtio-net-ccw", "virtio-net-pci"),
            ("abdc", "badc"),
        ] {
            assert_eq!(is_one_slip(name, other), (name, other) == ("abdc", "badc"), "{name}");
        }
        assert!(!is_one_slip("abcd", "badc") && !is_one_slip("aab", "baa"));
    }
}
