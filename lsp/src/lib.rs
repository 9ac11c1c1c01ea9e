//! The language server of iommulint: the language server protocol over [`iommulint_lang`].
//!
//! [`serve`] speaks over standard input and output. All work is done in one synchronous loop: what waits is
//! taken at once, edits are made in order, requests are answered from what is known then, and when nothing
//! waits any more, the files that were changed are checked once. Answers are plain functions from a
//! snapshot of what the server knows; they are listed in `answers`.

mod allow_comment;
mod answers;
mod broken;
mod capabilities;
mod checks;
mod client;
mod computed;
mod connection;
mod diagnostics;
mod documents;
mod edits;
mod folders;
mod framing;
mod guard;
mod host;
mod inbox;
mod left_out;
mod log;
mod messages;
mod names;
mod outline;
mod own_group;
mod parent;
mod place;
mod position;
mod preview;
mod previewed;
mod server;
mod session;
mod snapshot;
mod sync;
mod uri;
mod watch;
mod words;

use iommulint_settings::Given;

use answers::ANSWERS;
use connection::Connection;
use server::Server;

/// Serves the editor at standard input and output until it says that it is done, or is gone. `given` wins over
/// configuration files.
///
/// Whether it ended as the protocol wants, with `shutdown` before `exit`.
#[must_use]
pub fn serve(given: Given) -> bool {
    let (connection, written) = Connection::stdio();
    let ended_well = Server::new(connection, given, ANSWERS).run();
    written.wait();
    ended_well
}
