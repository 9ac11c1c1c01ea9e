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
    use super::unified;

    #[test]
    fn what_differs_is_shown_with_its_surroundings_and_made_harmless() {
        let difference = unified(("a.args", "1\n2\n"), ("lowered now", "1\n\x1b3\t4\n"), false);
        assert_eq!(difference, "--- a.args\n+++ lowered now\n@@ -1,2 +1,2 @@\n 1\n-2\n+␛3\t4\n");
    }
}
