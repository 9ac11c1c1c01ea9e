//! What is wrong with configuration files and host snapshots, as editors show it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gen_lsp_types::{Diagnostic, Position, PublishDiagnosticsParams, Range};
use iommulint_lang::toml_file::Mistake;
use iommulint_settings::ConfigError;

use crate::diagnostics;
use crate::position::{Encoding, Index};
use crate::snapshot::Snapshot;
use crate::uri;

/// The configuration files and host snapshots that cannot be used, as far as the editor was told.
#[derive(Debug, Default)]
pub(crate) struct Broken(BTreeMap<PathBuf, ConfigError>);

/// What has to be said of them.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// The diagnostics of those that were wrong before or are now.
    pub(crate) diagnostics: Vec<PublishDiagnosticsParams>,
    /// What is wrong with those that were right before, in words.
    pub(crate) messages: Vec<String>,
}

impl Broken {
    /// Looks at the configuration and at the host of every open file.
    pub(crate) fn look(&mut self, snapshot: Snapshot<'_>) -> News {
        let documents = snapshot.documents.all().into_iter();
        let errors = documents
            .filter_map(|document| document.judged(snapshot.project).settings.as_ref().err());
        let hosts = snapshot.hosts().into_iter();
        let errors =
            errors.cloned().chain(hosts.filter_map(|path| snapshot.project.host(path).err()));
        let errors: BTreeMap<PathBuf, ConfigError> =
            errors.map(|error| (error.path().to_path_buf(), error)).collect();
        let mut news = News::default();
        for path in self.0.keys().filter(|path| !errors.contains_key(*path)) {
            news.diagnostics.push(published(path, Vec::new()));
        }
        for (path, error) in &errors {
            let before = self.0.get(path);
            if before == Some(error) {
                continue;
            }
            news.diagnostics.push(published(path, mistakes(error, snapshot.client.encoding)));
            if before.is_none() {
                news.messages.push(error.to_string());
            }
        }
        self.0 = errors;
        news
    }
}

fn published(path: &Path, diagnostics: Vec<Diagnostic>) -> PublishDiagnosticsParams {
    PublishDiagnosticsParams { uri: uri::of(path), version: None, diagnostics }
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
