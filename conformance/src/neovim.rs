//! A real Neovim, without a screen.

use serde_json::Value;

use crate::Root;
use crate::editor::{Home, block, file};
use crate::terminal::Terminal;

/// What every script begins with.
const PRELUDE: &str = include_str!("neovim.lua");

/// A Neovim that somebody set up as `editors/neovim/README.md` says, with files to edit.
#[derive(Debug)]
pub struct Neovim {
    home: Home,
}

impl Neovim {
    /// With a home folder called `name`; `None` when there is no Neovim.
    ///
    /// # Panics
    ///
    /// When files cannot be written.
    #[must_use]
    pub fn set_up(root: &Root, name: &str) -> Option<Self> {
        let neovim = Self::without_settings(root, name)?;
        neovim.home.write(".config/nvim/plugin/iommulint.lua", &file("neovim/iommulint.lua"));
        Some(neovim)
    }

    /// One that knows nothing of iommulint.
    ///
    /// # Panics
    ///
    /// When files cannot be written.
    #[must_use]
    pub fn without_settings(root: &Root, name: &str) -> Option<Self> {
        Some(Self { home: Home::of(root, "nvim", name)? })
    }

    /// Pastes the block of the page which has `part` in it into `init.lua`, which holds nothing else.
    ///
    /// # Panics
    ///
    /// When there is not one such block.
    pub fn paste(&self, part: &str) {
        self.home.write(".config/nvim/init.lua", &block("neovim/README.md", "lua", part));
    }

    /// The home folder.
    #[must_use]
    pub const fn home(&self) -> &Home {
        &self.home
    }

    /// Opens a file of the home folder on a terminal.
    ///
    /// # Panics
    ///
    /// When Neovim does not run.
    #[must_use]
    pub fn open<'a>(&'a self, name: &'a str) -> Terminal<'a> {
        Terminal::start(&self.home, "nvim -n -i NONE", name)
    }

    /// Opens a file of the home folder and runs `script`, in Lua: what it returns.
    ///
    /// # Panics
    ///
    /// When Neovim does not run, or the script fails.
    #[must_use]
    pub fn run(&self, file: &str, script: &str) -> Value {
        let body = format!("{PRELUDE}\nfinish(function()\n{script}\nend)\n");
        self.home.write("script.lua", &body);
        let mut command = self.home.command("nvim");
        command.args(["--headless", "-n", "-i", "NONE", file, "-c", "luafile script.lua"]);
        self.home.answer(&mut command)
    }
}
