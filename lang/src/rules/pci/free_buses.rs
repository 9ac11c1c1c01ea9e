//! Bus numbers that no window needs.

use std::fmt::Write as _;

use crate::elaborate::Numbers;

/// Which bus numbers some root complex needs.
fn needed(numbers: &Numbers) -> [bool; 256] {
    let mut needed = [false; 256];
    for window in &numbers.windows {
        let Some(first) = window.first else { continue };
        let of_window = needed.iter_mut().skip(usize::from(first));
        of_window.take(window.needed as usize).for_each(|needed| *needed = true);
    }
    needed
}

/// The inclusive ranges of at least `width` bus numbers that no root complex needs, rising.
pub(super) fn ranges(numbers: &Numbers, width: u32) -> Vec<(u8, u8)> {
    let needed = needed(numbers);
    let mut ranges: Vec<(u8, u8)> = Vec::new();
    for number in 0..=u8::MAX {
        if needed[usize::from(number)] {
            continue;
        }
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    ranges.retain(|&(first, last)| u32::from(last - first) + 1 >= width);
    ranges
}

/// The highest number from which `width` numbers are free.
pub(super) fn highest(numbers: &Numbers, width: u32) -> Option<u8> {
    let (_, last) = *ranges(numbers, width).last()?;
    u8::try_from(u32::from(last) + 1 - width).ok()
}

/// The ranges for a message: `1–191 and 200–247`.
pub(super) fn described(ranges: &[(u8, u8)]) -> String {
    let mut text = String::new();
    for (position, (first, last)) in ranges.iter().enumerate() {
        let separator = match position {
            0 => "",
            _ if position + 1 == ranges.len() => " and ",
            _ => ", ",
        };
        let _ = write!(text, "{separator}{first}");
        if first != last {
            let _ = write!(text, "–{last}");
        }
    }
    text
}
