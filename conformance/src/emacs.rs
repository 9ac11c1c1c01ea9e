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
        emacs.write(INIT, lines.first().expect("the page has lines to paste"));
        Some(emacs)
    }

    /// Pastes the block of the page which has `part` in it into `init.el` too.
    ///
    /// # Panics
    ///
    /// When there is not one such block.
    pub fn paste(&self, part: &str) {
        let lines = self.read(INIT) + &block("emacs/README.md", "elisp", part);
        self.write(INIT, &lines);
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
        self.write("script.el", &format!("{PRELUDE}\n(finish {file:?} (lambda ()\n{script}\n))\n"));
        let output = self
            .home
            .command("emacs")
            .args(["--batch", "--load=.emacs.d/init.el", "--load=script.el"])
            .output()
            .expect("Emacs runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let answer = self.read("answer.json");
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{answer}\n{said}"))
    }
}
