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
    use super::suggest;

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
}
