//! A real Helix, on a terminal that is read like a person reads it.

use std::io::{Read as _, Write as _};
use std::num::NonZero;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::Root;
use crate::editor::{Home, file};

/// How long something may take to be seen.
const WAIT: Duration = Duration::from_secs(20);
const ROWS: NonZero<u16> = NonZero::new(50).expect("it is not zero");
const COLUMNS: NonZero<u16> = NonZero::new(160).expect("it is not zero");

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
        helix.write(".config/helix/languages.toml", &file("helix/languages.toml"));
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

    /// Opens a file of the home folder.
    ///
    /// # Panics
    ///
    /// When Helix does not run.
    #[must_use]
    pub fn open<'a>(&'a self, name: &'a str) -> Terminal<'a> {
        // `script` gives it a terminal; what comes from us is what is typed there.
        let helix = format!("stty rows {ROWS} cols {COLUMNS}; exec hx {name}");
        let mut child = self
            .home
            .command("script")
            .args(["--quiet", "--command", &helix, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Helix runs");
        let keys = child.stdin.take().expect("it is a pipe");
        let mut output = child.stdout.take().expect("it is a pipe");
        let (send, shown) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                if send.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let terminal = vt100::Parser::new(ROWS, COLUMNS, 0);
        Terminal { helix: self, name, child, keys, shown, terminal }
    }
}

/// The screen and the keyboard of a [`Helix`]. It is ended with this.
pub struct Terminal<'a> {
    helix: &'a Helix,
    name: &'a str,
    child: Child,
    keys: ChildStdin,
    shown: Receiver<Vec<u8>>,
    terminal: vt100::Parser,
}

impl Terminal<'_> {
    /// # Panics
    ///
    /// When Helix is gone.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("Helix is there");
        self.keys.flush().expect("Helix is there");
    }

    /// Waits until all of `parts` are on the screen: the screen.
    ///
    /// # Panics
    ///
    /// When they never are.
    pub fn sees(&mut self, parts: &[&str]) -> String {
        self.until(|screen, _| parts.iter().all(|part| screen.contains(part)), &format!("{parts:?}"))
    }

    /// Waits until none of `parts` is on the screen.
    ///
    /// # Panics
    ///
    /// When one stays.
    pub fn no_longer_sees(&mut self, parts: &[&str]) {
        let gone = |screen: &str, _: &str| !parts.iter().any(|part| screen.contains(part));
        self.until(gone, &format!("none of {parts:?}"));
    }

    /// Waits until the file holds `text`.
    ///
    /// # Panics
    ///
    /// When it never does.
    pub fn writes(&mut self, text: &str) {
        self.until(|_, written| written == text, text);
    }

    fn until(&mut self, condition: impl Fn(&str, &str) -> bool, what: &str) -> String {
        let end = Instant::now() + WAIT;
        loop {
            let screen = self.terminal.screen().contents();
            let written = self.helix.read(self.name);
            if condition(&screen, &written) {
                return screen;
            }
            assert!(Instant::now() < end, "waited for {what}\n{screen}\n---\n{written}");
            if let Ok(bytes) = self.shown.recv_timeout(Duration::from_millis(20)) {
                self.terminal.process(&bytes);
            }
        }
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        // `enter` takes everything inside with it.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
