//! Sets of small numbers: NUMA nodes, CPUs.

use std::fmt;

/// Numbers as inclusive ranges, in rising order, disjoint and not adjacent; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NumberSet {
    ranges: Vec<(u32, u32)>,
}

impl NumberSet {
    /// Reads `"0-3,7"`; none when malformed, empty, or a range runs backwards.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let ranges = text
            .split(',')
            .map(|part| {
                let (first, last) = part.split_once('-').unwrap_or((part, part));
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some((first, last))
            })
            .collect::<Option<Vec<_>>>()?;
        Self::of_ranges(ranges)
    }

    /// The set of everything in these inclusive ranges, in any order; none when there are none.
    #[must_use]
    pub fn of_ranges(mut ranges: Vec<(u32, u32)>) -> Option<Self> {
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(previous) if first <= previous.1.saturating_add(1) => {
                    previous.1 = previous.1.max(last);
                }
                _ => merged.push((first, last)),
            }
        }
        (!merged.is_empty()).then_some(Self { ranges: merged })
    }

    /// The inclusive ranges, rising.
    #[must_use]
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// The highest number.
    #[must_use]
    pub fn last(&self) -> u32 {
        self.ranges.last().map_or(0, |&(_, last)| last)
    }

    /// Every number, rising. A set may span all of `u32`: bound what you take.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.ranges.iter().flat_map(|&(first, last)| first..=last)
    }

    /// The number, where it is the only one.
    #[must_use]
    pub fn only(&self) -> Option<u32> {
        match self.ranges[..] {
            [(first, last)] if first == last => Some(first),
            _ => None,
        }
    }

    /// How many numbers.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(|&(first, last)| u64::from(last - first) + 1).sum()
    }

    /// Always false: a set holds at least one number.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Whether `number` is in the set.
    #[must_use]
    pub fn contains(&self, number: u32) -> bool {
        self.ranges.iter().any(|&(first, last)| (first..=last).contains(&number))
    }
}

/// Plain decimal digits.
fn number(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

impl fmt::Display for NumberSet {
    /// As libvirt writes a bitmap: `0-3,7`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (first, last)) in self.ranges.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            if first == last {
                write!(f, "{comma}{first}")?;
            } else {
                write!(f, "{comma}{first}-{last}")?;
            }
        }
        Ok(())
    }
}
