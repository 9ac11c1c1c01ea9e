//! What is wrong with configuration files and host snapshots, as editors show it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gen_lsp_types::{Diagnostic, MessageType, Position, Range};
use iommulint_lang::toml_file::Mistake;
use iommulint_settings::ConfigError;
use lsp_server::Message;

use crate::diagnostics;
use crate::messages::{published, shown};
use crate::position::{Encoding, Index};
use crate::snapshot::Snapshot;
use crate::uri;

/// The configuration files and host snapshots that cannot be used, as far as the editor was told.
#[derive(Debug, Default)]
pub(crate) struct Broken(BTreeMap<PathBuf, ConfigError>);

impl Broken {
    /// Looks at the configuration and at the host of every open file: the diagnostics of those that were wrong
    /// before or are now, then in words what is wrong with those that were right before.
    pub(crate) fn look(&mut self, snapshot: Snapshot<'_>) -> Vec<Message> {
        let documents = snapshot.documents.all().into_iter();
        let errors = documents
            .filter_map(|document| document.judged(snapshot.project).settings.as_ref().err());
        let hosts = snapshot.hosts().into_iter();
        let errors =
            errors.cloned().chain(hosts.filter_map(|path| snapshot.project.host(path).err()));
        let errors: BTreeMap<PathBuf, ConfigError> =
            errors.map(|error| (error.path().to_path_buf(), error)).collect();
        let mut messages = Vec::new();
        for path in self.0.keys().filter(|path| !errors.contains_key(*path)) {
            messages.push(published(uri::of(path), None, Vec::new()));
        }
        let mut words = Vec::new();
        for (path, error) in &errors {
            let before = self.0.get(path);
            if before == Some(error) {
                continue;
            }
            let mistakes = mistakes(error, snapshot.client.encoding);
            messages.push(published(uri::of(path), None, mistakes));
            if before.is_none() {
                words.push(shown(MessageType::Error, &error.to_string()));
            }
        }
        self.0 = errors;
        messages.append(&mut words);
        messages
    }
}

fn mistakes(error: &ConfigError, encoding: Encoding) -> Vec<Diagnostic> {
    match error {
        ConfigError::Unreadable { .. } => {
            let start = Position { line: 0, character: 0 };
            vec![diagnostics::error(Range { start, end: start }, error.to_string())]
        }
        ConfigError::Wrong { text, mistakes, .. } => {
            let index = Index::new(text, encoding);
            let diagnostic = |mistake: &Mistake| {
                let help = mistake.help.iter().map(|help| format!("\nhelp: {help}"));
                let message = std::iter::once(mistake.headline.clone()).chain(help).collect();
                diagnostics::error(index.range(mistake.span), message)
            };
            mistakes.iter().map(diagnostic).collect()
        }
    }
}
