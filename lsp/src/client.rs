//! What the editor can do.

use gen_lsp_types::{ClientCapabilities, DiagnosticsCapabilities};

use crate::position::Encoding;

/// What the editor can do, as far as it matters.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a capability of its own")]
pub(crate) struct Client {
    /// What its columns count.
    pub(crate) encoding: Encoding,
    /// Whether it asks for diagnostics; it is not told any then, for it would show them twice.
    pub(crate) pulls_diagnostics: bool,
    /// Whether it can be asked to ask for diagnostics again.
    pub(crate) refreshes_diagnostics: bool,
    /// Whether it can be asked to ask for lenses again.
    pub(crate) refreshes_lenses: bool,
    /// Whether a diagnostic may point at further places.
    pub(crate) related_information: bool,
    /// Whether a diagnostic may name a page.
    pub(crate) code_description: bool,
    /// Whether diagnostics come back with what was attached to them.
    pub(crate) diagnostic_data: bool,
    /// Whether a diagnostic may be marked as about something that is not needed.
    pub(crate) tags: bool,
    /// Whether it can be told to watch files.
    pub(crate) watches_files: bool,
    /// Whether what it is told to watch may be outside the folders that it works in.
    pub(crate) relative_patterns: bool,
    /// Whether symbols may hold others.
    pub(crate) nested_symbols: bool,
    /// Whether an edit may say which version of a file it is for.
    pub(crate) document_changes: bool,
    /// Whether lines are folded as a whole.
    pub(crate) folds_lines_only: bool,
    /// Whether what is completed may have places to fill in.
    pub(crate) snippets: bool,
    /// Whether it asks for the texts of documents that are on no disk.
    pub(crate) asks_for_content: bool,
    /// Whether it can be asked to show a document.
    pub(crate) shows_documents: bool,
}

impl Client {
    /// What is said in `initialize`.
    pub(crate) fn new(said: &ClientCapabilities) -> Self {
        let general = said.general.as_ref();
        let text = said.text_document.as_ref();
        let workspace = said.workspace.as_ref();
        let offers = general.and_then(|general| general.position_encodings.as_deref());
        let publish = text.and_then(|text| text.publish_diagnostics.as_ref());
        let pull = text.and_then(|text| text.diagnostic.as_ref());
        // Before 3.18 only `publishDiagnostics` had words for what a diagnostic may hold, and VS Code means it
        // for those it asks for, too.
        let either = [
            pull.map(|pull| &pull.diagnostics_capabilities),
            publish.map(|publish| &publish.diagnostics_capabilities),
        ];
        let shows = |what: fn(&DiagnosticsCapabilities) -> Option<bool>| {
            either.iter().flatten().any(|kind| what(kind) == Some(true))
        };
        let is = |flag: Option<bool>| flag == Some(true);
        Self {
            encoding: Encoding::among(offers.unwrap_or_default()),
            pulls_diagnostics: pull.is_some(),
            refreshes_diagnostics: is(
                workspace.and_then(|it| it.diagnostics.as_ref()?.refresh_support)
            ),
            refreshes_lenses: is(workspace.and_then(|it| it.code_lens.as_ref()?.refresh_support)),
            related_information: shows(|kind| kind.related_information),
            code_description: shows(|kind| kind.code_description_support),
            diagnostic_data: shows(|kind| kind.data_support),
            tags: shows(|kind| Some(kind.tag_support.is_some())),
            watches_files: is(
                workspace.and_then(|it| it.did_change_watched_files.as_ref()?.dynamic_registration)
            ),
            relative_patterns: is(workspace
                .and_then(|it| it.did_change_watched_files.as_ref()?.relative_pattern_support)),
            nested_symbols: is(text
                .and_then(|it| it.document_symbol.as_ref()?.hierarchical_document_symbol_support)),
            document_changes: is(
                workspace.and_then(|it| it.workspace_edit.as_ref()?.document_changes)
            ),
            folds_lines_only: is(text.and_then(|it| it.folding_range.as_ref()?.line_folding_only)),
            snippets: is(text
                .and_then(|it| it.completion.as_ref()?.completion_item.as_ref()?.snippet_support)),
            asks_for_content: workspace.is_some_and(|it| it.text_document_content.is_some()),
            shows_documents: (said.window.as_ref())
                .and_then(|it| it.show_document.as_ref())
                .is_some_and(|it| it.support),
        }
    }
}
