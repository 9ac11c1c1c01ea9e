//! A real Emacs, in batch mode or on a terminal.

use serde_json::Value;

use crate::Root;
use crate::editor::{Home, block, blocks};
use crate::terminal::Terminal;

/// What every script begins with.
const PRELUDE: &str = include_str!("emacs.el");
const INIT: &str = ".emacs.d/init.el";

/// An Emacs that somebody set up as `editors/emacs/README.md` says, with files to edit.
#[derive(Debug)]
pub struct Emacs {
    home: Home,
}

impl Emacs {
    /// With a home folder called `name`; `None` when there is no Emacs.
    ///
    /// # Panics
    ///
    /// When files cannot be written.
    #[must_use]
    pub fn set_up(root: &Root, name: &str) -> Option<Self> {
        let emacs = Self { home: Home::of(root, "emacs", name)? };
        let lines = blocks("emacs/README.md", "elisp");
        emacs.home.write(INIT, lines.first().expect("the page has lines to paste"));
        Some(emacs)
    }

    /// Pastes the block of the page which has `part` in it into `init.el` too.
    ///
    /// # Panics
    ///
    /// When there is not one such block.
    pub fn paste(&self, part: &str) {
        let lines = self.home.read(INIT) + &block("emacs/README.md", "elisp", part);
        self.home.write(INIT, &lines);
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
    /// When Emacs does not run.
    #[must_use]
    pub fn open<'a>(&'a self, name: &'a str) -> Terminal<'a> {
        Terminal::start(&self.home, "emacs -nw", name)
    }

    /// Opens a file of the home folder and runs `script`, in Emacs Lisp: what its last form gives, which is what
    /// `json-encode` takes.
    ///
    /// # Panics
    ///
    /// When Emacs does not run, or the script fails.
    #[must_use]
    pub fn run(&self, file: &str, script: &str) -> Value {
        self.home
            .write("script.el", &format!("{PRELUDE}\n(finish {file:?} (lambda ()\n{script}\n))\n"));
        let mut command = self.home.command("emacs");
        command.args(["--batch", "--load=.emacs.d/init.el", "--load=script.el"]);
        self.home.answer(&mut command)
    }
}
