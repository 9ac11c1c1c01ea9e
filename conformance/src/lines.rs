//! Reading what a program says, line by line, without waiting for ever.

use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// No answer of libvirt or QEMU takes near this long; what does hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// The lines of a stream, read by a thread of their own.
#[derive(Debug)]
pub(crate) struct Lines(Receiver<String>);

impl Lines {
    pub(crate) fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, receiver) = channel();
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            // Messages can hold any byte; a line that is not UTF-8 must not end the reading.
            while let Ok(1..) = stream.read_until(b'\n', &mut line) {
                let text = String::from_utf8_lossy(&line);
                if sender.send(text.trim_end_matches('\n').to_owned()).is_err() {
                    break;
                }
                line.clear();
            }
        });
        Self(receiver)
    }

    /// The next line, or `None` at the end.
    pub(crate) fn next(&self) -> Option<String> {
        match self.0.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("nothing said for {PATIENCE:?}"),
        }
    }

    /// Everything up to the end.
    pub(crate) fn rest(&self) -> String {
        let mut text = String::new();
        while let Some(line) = self.next() {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}
