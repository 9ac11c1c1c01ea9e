//! Messages from and to the editor, over standard input and output.

use std::convert::Infallible;
use std::io::{self, BufReader, Write as _};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use lsp_server::Message;

use crate::framing::{self, Incoming};
use crate::log::log;

/// How many messages wait to be looked at. An editor that sends more has to wait itself.
const MOST_UNREAD: usize = 64;
/// How many messages wait to be written, for an editor that does not read; they may be large.
const MOST_UNWRITTEN: usize = 16;
/// How many bytes are read at once: a keystroke's message as a whole.
const READ_AT_ONCE: usize = 64 * 1024;
/// How long what was said last may take to be read.
pub(crate) const LAST_WORDS: Duration = Duration::from_secs(3);

/// What the server waits for.
#[derive(Debug)]
pub(crate) enum Event {
    /// The editor says something.
    Message(Message),
    /// There will be no more messages.
    Closed,
    /// The process that started the server has ended.
    ParentGone,
}

/// A line to the editor.
pub(crate) struct Connection {
    /// What comes in, in order.
    pub(crate) events: Receiver<Event>,
    /// For whoever else has something to report.
    pub(crate) report: Sender<Event>,
    /// What goes out.
    pub(crate) out: Sender<Message>,
}

impl Connection {
    /// Over standard input and output.
    pub(crate) fn stdio() -> (Self, Written) {
        let (report, events) = bounded(MOST_UNREAD);
        let (out, outgoing) = bounded(MOST_UNWRITTEN);
        let (writing, written) = bounded(0);
        let incoming = report.clone();
        thread::spawn(move || read(&incoming));
        thread::spawn(move || {
            let _writing = writing;
            write(&outgoing);
        });
        (Self { events, report, out }, Written(written))
    }
}

/// What was said last, on its way out.
#[derive(Debug)]
pub(crate) struct Written(Receiver<Infallible>);

impl Written {
    /// Waits until everything is written, or nobody wants to read it: the editor is gone, or does not read.
    /// The connection must have been dropped.
    pub(crate) fn wait(&self) {
        let Err(_) = self.0.recv_timeout(LAST_WORDS);
    }
}

/// Reads until there is no more to come. It ends with the process, for it may wait for input.
fn read(incoming: &Sender<Event>) {
    let mut stdin = BufReader::with_capacity(READ_AT_ONCE, io::stdin());
    loop {
        let event = match framing::read(&mut stdin) {
            Incoming::Message(message) => Event::Message(message),
            Incoming::NoMessage(why) => {
                log(&format!("a message that cannot be read: {why}"));
                continue;
            }
            Incoming::Broken(why) => {
                log(&format!("cannot read from the editor: {why}"));
                Event::Closed
            }
            Incoming::End => Event::Closed,
        };
        let is_last = matches!(event, Event::Closed);
        if incoming.send(event).is_err() || is_last {
            return;
        }
    }
}

fn write(outgoing: &Receiver<Message>) {
    let mut stdout = io::stdout().lock();
    for message in outgoing {
        if let Err(error) = message.write(&mut stdout).and_then(|()| stdout.flush()) {
            log(&format!("cannot write to the editor: {error}"));
            return;
        }
    }
}
