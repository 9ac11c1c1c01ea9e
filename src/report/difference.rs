//! The difference between a committed file and what would be written.

use similar::TextDiff;

use super::visible;

/// A unified diff from `committed`, the text of the file `name`, to `result`.
pub(crate) fn unified(name: &str, committed: &str, result: &str, color: bool) -> String {
    let difference = TextDiff::from_lines(committed, result);
    let text = difference.unified_diff().header(name, "lowered now").to_string();
    let line = |line: &str| {
        let (start, plain) = match line.as_bytes().first() {
            Some(b'+') if color => ("\x1b[32m", "\x1b[0m"),
            Some(b'-') if color => ("\x1b[31m", "\x1b[0m"),
            Some(b'@') if color => ("\x1b[36m", "\x1b[0m"),
            _ => ("", ""),
        };
        [start, &visible::line(line), plain, "\n"].concat()
    };
    text.split_terminator('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn what_differs_is_shown_with_its_surroundings_and_made_harmless() {
        let difference = unified("a.args", "1\n2\n", "1\n\x1b3\n", false);
        assert_eq!(difference, "--- a.args\n+++ lowered now\n@@ -1,2 +1,2 @@\n 1\n-2\n+␛3\n");
    }
}
