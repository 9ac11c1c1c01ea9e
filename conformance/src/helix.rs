//! A real Helix, on a terminal that is read like a person reads it.

use crate::Root;
use crate::editor::{Home, file};
use crate::terminal::{COLUMNS, ROWS, Terminal};

/// A Helix that somebody set up as `editors/helix/README.md` says, with files to edit.
#[derive(Debug)]
pub struct Helix {
    home: Home,
}

impl Helix {
    /// With a home folder called `name`; `None` when there is no Helix.
    ///
    /// # Panics
    ///
    /// When files cannot be written.
    #[must_use]
    pub fn set_up(root: &Root, name: &str) -> Option<Self> {
        let helix = Self::without_settings(root, name)?;
        helix.home.write(".config/helix/languages.toml", &file("helix/languages.toml"));
        Some(helix)
    }

    /// One that knows nothing of iommulint.
    ///
    /// # Panics
    ///
    /// When files cannot be written.
    #[must_use]
    pub fn without_settings(root: &Root, name: &str) -> Option<Self> {
        Some(Self { home: Home::of(root, "hx", name)? })
    }

    /// The home folder.
    #[must_use]
    pub const fn home(&self) -> &Home {
        &self.home
    }

    /// What `hx --health` says of a language, without colours.
    ///
    /// # Panics
    ///
    /// When Helix does not run.
    #[must_use]
    pub fn health(&self, language: &str) -> String {
        let output =
            self.home.command("hx").args(["--health", language]).output().expect("Helix runs");
        let mut terminal = vt100::Parser::new(ROWS, COLUMNS, 0);
        terminal.process(String::from_utf8_lossy(&output.stdout).replace('\n', "\r\n").as_bytes());
        terminal.screen().contents()
    }

    /// Opens a file of the home folder on a terminal.
    ///
    /// # Panics
    ///
    /// When Helix does not run.
    #[must_use]
    pub fn open<'a>(&'a self, name: &'a str) -> Terminal<'a> {
        Terminal::start(&self.home, "hx", name)
    }
}
