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
        neovim.write(".config/nvim/plugin/iommulint.lua", &file("neovim/iommulint.lua"));
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
        self.write(".config/nvim/init.lua", &block("neovim/README.md", "lua", part));
    }

    /// Puts a file into the home folder.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) {
        self.home.write(name, text);
    }

    /// A file of the home folder.
    ///
    /// # Panics
    ///
    /// When it cannot be read.
    #[must_use]
    pub fn read(&self, name: &str) -> String {
        self.home.read(name)
    }

    /// What `iommulint` with these arguments does in the home folder.
    ///
    /// # Panics
    ///
    /// When it fails.
    pub fn iommulint(&self, arguments: &[&str]) {
        self.home.iommulint(arguments);
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
        self.write("script.lua", &body);
        let output = self
            .home
            .command("nvim")
            .args(["--headless", "-n", "-i", "NONE", file, "-c", "luafile script.lua"])
            .output()
            .expect("Neovim runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let answer = self.read("answer.json");
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{answer}\n{said}"))
    }
}
