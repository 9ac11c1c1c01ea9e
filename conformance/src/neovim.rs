//! A real Neovim, without a screen.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::Root;
use crate::setting::{iommulint, workspace};

/// What every script begins with.
const PRELUDE: &str = include_str!("neovim.lua");

/// A Neovim that somebody set up as `editors/neovim/README.md` says, with files to edit. They are gone when it is.
#[derive(Debug)]
pub struct Neovim {
    root: Root,
    /// The home folder as seen from outside.
    home: PathBuf,
}

impl Neovim {
    /// With a home folder called `name`; `None` when this folder has no Neovim, as one made before it was asked for.
    ///
    /// # Panics
    ///
    /// When files cannot be written.
    #[must_use]
    pub fn set_up(root: &Root, name: &str) -> Option<Self> {
        if !root.path().join("usr/bin/nvim").is_file() {
            crate::setting::skip("no Neovim (conformance/setup installs it)");
            return None;
        }
        let home = root.path().join(format!("tmp/iommulint-neovim-{}-{name}", std::process::id()));
        let neovim = Self { root: root.clone(), home };
        let editors = workspace().join("editors/neovim");
        neovim.copy(&iommulint(), "bin/iommulint");
        neovim.copy(&editors.join("iommulint.lua"), ".config/nvim/lsp/iommulint.lua");
        let page = fs::read_to_string(editors.join("README.md")).expect("the page is there");
        let (_, line) = page.split_once("```lua\n").expect("the page has a line to paste");
        let (line, _) = line.split_once("```").expect("the line ends");
        neovim.write(".config/nvim/init.lua", line);
        Some(neovim)
    }

    /// Puts a file into the home folder.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.place(name), text).expect("the file can be written");
    }

    /// A file of the home folder.
    ///
    /// # Panics
    ///
    /// When it cannot be read.
    #[must_use]
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.home.join(name)).expect("the file can be read")
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
        let home = Path::new("/").join(self.home.strip_prefix(self.root.path()).expect("inside"));
        let output = self
            .command(&home)
            .args(["nvim", "--headless", "-n", "-i", "NONE", file, "-c", "luafile script.lua"])
            .output()
            .expect("Neovim runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let answer = self.read("answer.json");
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{answer}\n{said}"))
    }

    fn command(&self, home: &Path) -> Command {
        let mut command = self.root.enter("env");
        command.arg(format!("--chdir={}", home.display()));
        command.arg(format!("HOME={}", home.display()));
        command.arg(format!("PATH={}/bin:/usr/bin:/bin", home.display()));
        // A Neovim that waits for a key would wait forever.
        command.args(["timeout", "--kill-after=5", "60"]);
        command
    }

    fn copy(&self, from: &Path, name: &str) {
        fs::copy(from, self.place(name)).expect("the file can be copied");
    }

    /// Where a file of the home folder goes.
    fn place(&self, name: &str) -> PathBuf {
        let path = self.home.join(name);
        let folder = path.parent().expect("a file is in a folder");
        fs::create_dir_all(folder).expect("the folder can be made");
        path
    }
}

impl Drop for Neovim {
    fn drop(&mut self) {
        // What stays behind is in a temporary folder.
        drop(fs::remove_dir_all(&self.home));
    }
}
