//! A terminal that is read like a person reads it.

use std::io::{Read as _, Write as _};
use std::num::NonZero;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::editor::Home;

/// How long something may take to be seen, on a machine that has much else to do.
const WAIT: Duration = Duration::from_mins(1);
pub(crate) const ROWS: NonZero<u16> = NonZero::new(50).expect("it is not zero");
pub(crate) const COLUMNS: NonZero<u16> = NonZero::new(160).expect("it is not zero");

/// The screen and the keyboard of an editor, which ends with this.
pub struct Terminal<'a> {
    home: &'a Home,
    name: &'a str,
    child: Child,
    keys: ChildStdin,
    shown: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl<'a> Terminal<'a> {
    /// Runs `command` on the file `name` of the home folder.
    pub(crate) fn start(home: &'a Home, command: &str, name: &'a str) -> Self {
        // `script` gives it a terminal; what comes from us is what is typed there.
        let editor = format!("stty rows {ROWS} cols {COLUMNS}; exec {command} {name}");
        let mut child = home
            .command("script")
            .args(["--quiet", "--command", &editor, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the editor runs");
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
        let screen = vt100::Parser::new(ROWS, COLUMNS, 0);
        Self { home, name, child, keys, shown, screen }
    }

    /// Types, as a terminal says it.
    ///
    /// # Panics
    ///
    /// When the editor is gone.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("the editor is there");
        self.keys.flush().expect("the editor is there");
    }

    /// Waits until all of `parts` are on the screen: the screen.
    ///
    /// # Panics
    ///
    /// When they never are.
    pub fn sees(&mut self, parts: &[&str]) -> String {
        self.until(
            |screen, _| parts.iter().all(|part| screen.contains(part)),
            &format!("{parts:?}"),
        )
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
            let screen = self.screen.screen().contents();
            let written = self.home.read_if_there(self.name).unwrap_or_default();
            if condition(&screen, &written) {
                return screen;
            }
            assert!(Instant::now() < end, "waited for {what}\n{screen}\n---\n{written}");
            if let Ok(bytes) = self.shown.recv_timeout(Duration::from_millis(20)) {
                self.screen.process(&bytes);
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
