//! Asking the editor to tell of changes of the files that settings come from.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gen_lsp_types::{DidChangeWatchedFilesNotification, Notification as _};
use iommulint_settings::FILE_NAME;
use lsp_server::{Message, Request};
use serde_json::{Value, json};

use crate::client::Client;
use crate::snapshot::Snapshot;
use crate::uri;

/// Asks to be told of configuration files, wherever they are.
pub(crate) fn configuration() -> Message {
    register("configuration", &json!(format!("**/{FILE_NAME}")))
}

/// The host snapshots whose changes the editor was asked to tell of.
#[derive(Debug, Default)]
pub(crate) struct Hosts(BTreeSet<PathBuf>);

impl Hosts {
    /// Asks for those of the open files that were not asked for before.
    pub(crate) fn look(&mut self, snapshot: Snapshot<'_>) -> Vec<Message> {
        if !snapshot.client.watches_files {
            return Vec::new();
        }
        let mut messages = Vec::new();
        for host in snapshot.hosts() {
            if !self.0.contains(host) {
                self.0.insert(host.to_path_buf());
                let id = format!("host-{}", self.0.len());
                messages.push(register(&id, &pattern(host, snapshot.client)));
            }
        }
        messages
    }
}

fn register(id: &str, pattern: &Value) -> Message {
    let registration = json!({
        "id": id,
        "method": DidChangeWatchedFilesNotification::METHOD.as_str(),
        "registerOptions": { "watchers": [{ "globPattern": pattern }] },
    });
    let params = json!({ "registrations": [registration] });
    let id = format!("watch-{id}");
    Request::new(id.into(), "client/registerCapability".to_owned(), params).into()
}

/// What stands for the file at `path`. It may well be outside the folders that the editor works in, which only a
/// pattern relative to another one can say.
fn pattern(path: &Path, client: &Client) -> Value {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Whatever means something in a pattern is any character.
    let name = name.replace(['*', '?', '[', ']', '{', '}', ','], "?");
    match path.parent() {
        Some(folder) if client.relative_patterns => {
            json!({ "baseUri": uri::of(folder).0, "pattern": name })
        }
        _ => json!(format!("**/{name}")),
    }
}
