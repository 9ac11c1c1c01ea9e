//! Whether to write in colour.

use std::env;
use std::io::IsTerminal;

use clap::ValueEnum;

/// What `--color` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set; everywhere if `CLICOLOR_FORCE` is
    #[default]
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

impl Color {
    /// Whether what goes to `stream` is coloured.
    ///
    /// `NO_COLOR` and `CLICOLOR_FORCE` as <https://no-color.org> and
    /// <https://bixense.com/clicolors> define them.
    pub(crate) fn on(self, stream: &impl IsTerminal) -> bool {
        let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let is = |name, value: &str| env::var_os(name).is_some_and(|found| found == value);
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if set("NO_COLOR") => false,
            Self::Auto if set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") => true,
            Self::Auto => stream.is_terminal() && !is("TERM", "dumb") && !is("CLICOLOR", "0"),
        }
    }
}
