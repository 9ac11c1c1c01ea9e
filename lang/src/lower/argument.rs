//! QEMU's arguments, and the three ways to write them down.

use super::json_object::push_string;

/// One argument: a flag, and its value if it takes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// With its dash, such as `-device`.
    pub flag: &'static str,
    /// As QEMU gets it, unquoted.
    pub value: Option<String>,
}

impl Argument {
    /// `flag value`.
    pub(super) fn new(flag: &'static str, value: impl Into<String>) -> Self {
        Self { flag, value: Some(value.into()) }
    }

    /// A flag that takes no value.
    pub(super) const fn bare(flag: &'static str) -> Self {
        Self { flag, value: None }
    }

    /// The words QEMU gets.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.flag).chain(self.value.as_deref())
    }
}

/// How arguments are written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// One flag and its value a line, quoted for a POSIX shell.
    #[default]
    Shell,
    /// One JSON array of strings.
    Json,
    /// Every word followed by a NUL byte, as in `/proc/PID/cmdline` and for `xargs -0`.
    Nul,
}

/// Writes `arguments` in `style`; with a `program` as a command that can be run: in
/// [`Style::Shell`] its lines are then joined by backslashes.
#[must_use]
pub fn render(program: Option<&str>, arguments: &[Argument], style: Style) -> String {
    let words = || program.into_iter().chain(arguments.iter().flat_map(Argument::words));
    match style {
        Style::Shell => shell(program, arguments),
        Style::Json => json(words()),
        Style::Nul => words().flat_map(|word| [word, "\0"]).collect(),
    }
}

fn shell(program: Option<&str>, arguments: &[Argument]) -> String {
    let line_end = if program.is_some() { " \\\n    " } else { "\n" };
    let mut text = program.map(quoted).unwrap_or_default();
    for (position, argument) in arguments.iter().enumerate() {
        if position > 0 || program.is_some() {
            text.push_str(line_end);
        }
        text.push_str(argument.flag);
        if let Some(value) = &argument.value {
            text.push(' ');
            text.push_str(&quoted(value));
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// `word` such that a POSIX shell reads it back unchanged: in single quotes unless it is plain.
fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn json<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::from("[");
    for (position, word) in words.enumerate() {
        if position > 0 {
            text.push(',');
        }
        text.push_str("\n  ");
        push_string(&mut text, word);
    }
    text.push_str(if text.len() > 1 { "\n]\n" } else { "]\n" });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments() -> Vec<Argument> {
        vec![
            Argument::new("-device", r#"{"driver":"a","id":"b"}"#),
            Argument::bare("-nodefaults"),
            Argument::new("-name", "it's"),
        ]
    }

    #[test]
    fn a_fragment_for_the_shell_is_one_pair_a_line() {
        assert_eq!(
            render(None, &arguments(), Style::Shell),
            "-device '{\"driver\":\"a\",\"id\":\"b\"}'\n-nodefaults\n-name 'it'\\''s'\n"
        );
    }

    #[test]
    fn a_command_for_the_shell_is_joined_by_backslashes() {
        assert_eq!(
            render(Some("qemu"), &arguments()[1..2], Style::Shell),
            "qemu \\\n    -nodefaults\n"
        );
    }

    #[test]
    fn json_is_one_array_of_words() {
        assert_eq!(
            render(None, &arguments()[..1], Style::Json),
            "[\n  \"-device\",\n  \"{\\\"driver\\\":\\\"a\\\",\\\"id\\\":\\\"b\\\"}\"\n]\n"
        );
        assert_eq!(render(None, &[], Style::Json), "[]\n");
    }

    #[test]
    fn nul_ends_every_word() {
        assert_eq!(
            render(Some("q"), &arguments()[1..], Style::Nul),
            "q\0-nodefaults\0-name\0it's\0"
        );
    }
}
