//! Which open files have to be looked at again, and what is said of them then.

use std::collections::BTreeSet;

use gen_lsp_types::{Diagnostic, Uri};
use lsp_server::Message;

use crate::broken::Broken;
use crate::diagnostics;
use crate::documents::{Document, Documents};
use crate::messages::published;
use crate::snapshot::Snapshot;
use crate::watch;

/// The files of which something else may have to be said, and what was said of those that they depend on.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    /// By their names, for the order.
    due: BTreeSet<String>,
    broken: Broken,
    watched: watch::Hosts,
}

impl Checks {
    /// Something else may have to be said of the file `uri`.
    pub(crate) fn is_due(&mut self, uri: &Uri) {
        self.due.insert(uri.0.clone());
    }

    /// Something else may have to be said of all of them.
    pub(crate) fn all_are_due(&mut self, documents: &Documents) {
        self.due.extend(documents.all().iter().map(|document| document.uri.0.clone()));
    }

    /// Nothing has to be said of the file `uri`.
    pub(crate) fn is_not_due(&mut self, uri: &Uri) {
        self.due.remove(&uri.0);
    }

    /// A file of which something else may have to be said: whoever takes it says it.
    pub(crate) fn take_next(&mut self) -> Option<Uri> {
        self.due.pop_first().map(Uri)
    }

    /// What is to be said of the file `uri`, and of those that are compared with it; and those among them, the file
    /// itself first, for which that was due.
    pub(crate) fn check(&mut self, snapshot: Snapshot<'_>, uri: &Uri) -> (Vec<Message>, Vec<Uri>) {
        let mut messages = self.watched.look(snapshot);
        messages.extend(self.broken.look(snapshot));
        let mut checked = vec![uri.clone()];
        if snapshot.client.pulls_diagnostics {
            return (messages, checked);
        }
        for (document, found) in diagnosed(snapshot, uri) {
            if self.due.remove(&document.uri.0) {
                checked.push(document.uri.clone());
            }
            messages.push(published(document.uri.clone(), Some(document.version), found));
        }
        (messages, checked)
    }
}

/// The file `uri` and those that are compared with it, and their diagnostics.
fn diagnosed<'a>(snapshot: Snapshot<'a>, uri: &Uri) -> Vec<(&'a Document, Vec<Diagnostic>)> {
    let Some(document) = snapshot.documents.get(uri) else { return Vec::new() };
    let Some(file) = snapshot.of(document) else { return vec![(document, Vec::new())] };
    let Some(host) = file.host else {
        return vec![(document, diagnostics::diagnostics(snapshot, file))];
    };
    let of_host = diagnostics::of_host(snapshot, host).into_iter();
    of_host.map(|(file, found)| (file.document, found)).collect()
}
