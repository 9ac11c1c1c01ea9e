//! The difference between a file as it is and as it would be.

use std::time::Duration;

use similar::TextDiff;

use super::visible;

/// A text and what it is called in a diff.
pub(crate) type Named<'a> = (&'a str, &'a str);

/// How long a shortest diff is looked for: with every line of a large text changed, it is not found
/// soon. What is shown then is correct, but longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// A unified diff between two texts.
pub(crate) fn unified(old: Named<'_>, new: Named<'_>, color: bool) -> String {
    let difference = TextDiff::configure().timeout(PATIENCE).diff_lines(old.1, new.1);
    let text = difference.unified_diff().header(old.0, new.0).to_string();
    let line = |line: &str| {
        let (start, plain) = match line.as_bytes().first() {
            Some(b'+') if color => ("\x1b[32m", "\x1b[0m"),
            Some(b'-') if color => ("\x1b[31m", "\x1b[0m"),
            Some(b'@') if color => ("\x1b[36m", "\x1b[0m"),
            _ => ("", ""),
        };
        [start, &visible::lines(line), plain, "\n"].concat()
    };
    text.split_terminator('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::unified;

    /// `-3,2` or `+3,2` of the head of a hunk: lines before it, and in it.
    fn place(range: &str) -> (usize, usize) {
        let (start, count) = range[1..].split_once(',').unwrap_or((&range[1..], "1"));
        let number = |digits: &str| digits.parse::<usize>().expect("a number");
        let (start, count) = (number(start), number(count));
        // An empty hunk is named by the line before it.
        (if count == 0 { start } else { start - 1 }, count)
    }

    /// `old` with what `difference` says of it, each hunk where and as long as it says that it is.
    fn patched(old: &str, difference: &str) -> String {
        let old: Vec<&str> = old.lines().collect();
        let (mut new, mut at) = (Vec::new(), 0);
        let (mut old_end, mut new_end) = (0, 0);
        for line in difference.lines().skip(2) {
            if line.starts_with("@@") {
                assert_eq!((at, new.len()), (old_end, new_end), "{difference}");
                let ranges: Vec<&str> = line.split(' ').collect();
                let ((old_start, old_count), (new_start, new_count)) =
                    (place(ranges[1]), place(ranges[2]));
                new.extend(&old[at..old_start]);
                at = old_start;
                assert_eq!(new.len(), new_start, "{difference}");
                (old_end, new_end) = (old_start + old_count, new_start + new_count);
            } else if let Some(added) = line.strip_prefix('+') {
                new.push(added);
            } else {
                assert_eq!(old[at], &line[1..], "{difference}");
                if line.starts_with(' ') {
                    new.push(old[at]);
                }
                at += 1;
            }
        }
        assert_eq!((at, new.len()), (old_end, new_end), "{difference}");
        new.extend(&old[at..]);
        new.iter().flat_map(|line| [line, "\n"]).collect()
    }

    proptest! {
        #[test]
        fn a_difference_leads_from_one_text_to_the_other(
            old in "([ab]?\n){0,8}",
            new in "([ab]?\n){0,8}",
        ) {
            let difference = unified(("old", &old), ("new", &new), false);
            prop_assert_eq!(patched(&old, &difference), new);
        }
    }

    #[test]
    fn what_differs_is_shown_with_its_surroundings_and_made_harmless() {
        let difference = unified(("a.args", "1\n2\n"), ("lowered now", "1\n\x1b3\t4\n"), false);
        assert_eq!(difference, "--- a.args\n+++ lowered now\n@@ -1,2 +1,2 @@\n 1\n-2\n+␛3\t4\n");
    }
}
