//! Text from the input made harmless: what a terminal would obey or hide is shown instead.

use std::borrow::Cow;

/// What stands for a character of a file's text: itself, unless a terminal would obey it.
///
/// `\t`, `\n` and `\r` stay: they are drawn, not passed on. Everything else that ends a line for
/// some programs is shown, so that all reports count lines alike.
#[must_use]
pub const fn of(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => c,
        '\0'..='\x1f' => control_picture(c),
        '\x7f' => '␡',
        '\u{85}' | '\u{2028}' | '\u{2029}' => '␤',
        // The C1 controls, and whatever changes the direction of writing.
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ => c,
    }
}

/// The picture of a control character, such as `␛`.
const fn control_picture(c: char) -> char {
    match char::from_u32(0x2400 + c as u32) {
        Some(picture) => picture,
        None => '\u{fffd}',
    }
}

/// `text` as one harmless line.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    show(text, |c| match c {
        '\n' | '\r' => control_picture(c),
        '\t' => ' ',
        _ => of(c),
    })
}

/// `text` as harmless lines.
#[must_use]
pub fn lines(text: &str) -> Cow<'_, str> {
    show(text, |c| if c == '\r' { control_picture(c) } else { of(c) })
}

fn show(text: &str, picture: impl Fn(char) -> char) -> Cow<'_, str> {
    if text.chars().all(|c| picture(c) == c) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(picture).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_terminal_obeys_is_left() {
        let all: String = ('\0'..='\u{2100}').collect();
        let obeyed = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!line(&all).chars().any(obeyed));
        assert_eq!(line("a\x1b[31m\nb\u{202e}"), "a␛[31m␊b\u{fffd}");
        assert_eq!(lines("a\r\nb"), "a␍\nb");
    }

    #[test]
    fn what_is_harmless_stays() {
        let harmless = "bus-nr=252 ü 漢字 👩\u{200d}💻";
        assert!(matches!(line(harmless), Cow::Borrowed(same) if same == harmless));
    }
}
