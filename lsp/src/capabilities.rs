//! What the server says that it can do.

use gen_lsp_types::{
    CodeActionKind, CodeActionOptions, CodeLensOptions, CompletionOptions, DiagnosticOptions,
    DocumentLinkOptions, ExecuteCommandOptions, RenameOptions, SaveOptions, SemanticTokensOptions,
    ServerCapabilities, TextDocumentContentOptions, TextDocumentSyncKind, TextDocumentSyncOptions,
    WorkDoneProgressOptions, WorkspaceFoldersServerCapabilities, WorkspaceOptions,
};

use crate::answers::{FIX_ALL, PREVIEW, PREVIEW_TEXT, legend};
use crate::client::Client;
use crate::preview;

/// What the server can do for `client`.
pub(crate) fn capabilities(client: &Client) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(client.encoding.kind()),
        text_document_sync: Some(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::Incremental),
                save: Some(SaveOptions { include_text: Some(false) }.into()),
                ..TextDocumentSyncOptions::default()
            }
            .into(),
        ),
        diagnostic_provider: Some(
            DiagnosticOptions {
                identifier: Some(crate::diagnostics::SOURCE.to_owned()),
                // The vms of one host are compared.
                inter_file_dependencies: true,
                workspace_diagnostics: false,
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }
            .into(),
        ),
        code_action_provider: Some(
            CodeActionOptions {
                code_action_kinds: Some(vec![
                    CodeActionKind::QuickFix,
                    CodeActionKind::RefactorRewrite,
                    FIX_ALL.to_owned().into(),
                ]),
                ..CodeActionOptions::default()
            }
            .into(),
        ),
        code_lens_provider: Some(CodeLensOptions::default()),
        completion_provider: Some(CompletionOptions {
            // What a value, a string, the next entry and a rule's name begin behind.
            trigger_characters: Some(["=", "\"", " ", "/"].map(str::to_owned).into()),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(true.into()),
        document_formatting_provider: Some(true.into()),
        document_highlight_provider: Some(true.into()),
        document_link_provider: Some(DocumentLinkOptions::default()),
        document_range_formatting_provider: Some(true.into()),
        document_symbol_provider: Some(true.into()),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: [PREVIEW, PREVIEW_TEXT].map(str::to_owned).into(),
            ..ExecuteCommandOptions::default()
        }),
        folding_range_provider: Some(true.into()),
        hover_provider: Some(true.into()),
        inlay_hint_provider: Some(true.into()),
        references_provider: Some(true.into()),
        rename_provider: Some(
            RenameOptions { prepare_provider: Some(true), ..RenameOptions::default() }.into(),
        ),
        selection_range_provider: Some(true.into()),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                legend: legend(),
                range: Some(true.into()),
                full: Some(true.into()),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }
            .into(),
        ),
        workspace: Some(WorkspaceOptions {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(true.into()),
            }),
            text_document_content: client.asks_for_content.then(|| {
                TextDocumentContentOptions { schemes: vec![preview::SCHEME.to_owned()] }.into()
            }),
            ..WorkspaceOptions::default()
        }),
        workspace_symbol_provider: Some(true.into()),
        ..ServerCapabilities::default()
    }
}
