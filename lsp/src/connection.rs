//! Messages from and to the editor, over standard input and output.

use std::io::{self, BufReader, ErrorKind, Write as _};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};
use lsp_server::Message;

use crate::log::log;

/// How many messages wait at most. An editor that sends more has to wait itself.
const MOST_WAITING: usize = 256;
/// How many bytes are read at once: a keystroke's message as a whole.
const READ_AT_ONCE: usize = 64 * 1024;

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
    /// Over standard input and output. The thread ends when all that went out is written, and the connection
    /// is dropped.
    pub(crate) fn stdio() -> (Self, JoinHandle<()>) {
        let (report, events) = bounded(MOST_WAITING);
        let (out, outgoing) = bounded(MOST_WAITING);
        let incoming = report.clone();
        thread::spawn(move || read(&incoming));
        let writer = thread::spawn(move || write(&outgoing));
        (Self { events, report, out }, writer)
    }
}

/// Reads until there is no more to come. It ends with the process, for it may wait for input.
fn read(incoming: &Sender<Event>) {
    let mut stdin = BufReader::with_capacity(READ_AT_ONCE, io::stdin());
    loop {
        let event = match Message::read(&mut stdin) {
            Ok(Some(message)) => Event::Message(message),
            Ok(None) => Event::Closed,
            // The next message begins where this one ends.
            Err(error) if is_only_this_message(&error) => {
                log(&format!("a message that cannot be read: {error}"));
                continue;
            }
            Err(error) => {
                log(&format!("cannot read from the editor: {error}"));
                Event::Closed
            }
        };
        let is_last = matches!(event, Event::Closed);
        if incoming.send(event).is_err() || is_last {
            return;
        }
    }
}

/// Whether what went wrong is that the text of one message was no message.
fn is_only_this_message(error: &io::Error) -> bool {
    error.kind() == ErrorKind::InvalidData && error.to_string().contains("malformed LSP payload")
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
