//! The answers to requests: one file for each capability, one function for each request.
//!
//! An answer is a function from a [`Snapshot`] and the request's parameters to its result. To add one, write
//! its file, list the function in [`ANSWERS`], and say in [`capabilities`](crate::capabilities) that it is there.

mod code_actions;
mod completion;
mod document_links;
mod folding;
mod formatting;
mod highlight;
mod hover;
mod inlay_hints;
mod named;
mod previews;
mod pull_diagnostics;
mod selection;
mod semantic_tokens;
mod symbols;

pub(crate) use code_actions::FIX_ALL;
pub(crate) use previews::{PREVIEW, PREVIEW_TEXT, preview_meant};
pub(crate) use semantic_tokens::legend;

use gen_lsp_types::{
    CodeActionRequest, CodeLensRequest, CompletionRequest, DefinitionRequest,
    DocumentDiagnosticRequest, DocumentFormattingRequest, DocumentHighlightRequest,
    DocumentLinkRequest, DocumentRangeFormattingRequest, DocumentSymbolRequest,
    ExecuteCommandRequest, FoldingRangeRequest, HoverRequest, InlayHintRequest,
    PrepareRenameRequest, ReferencesRequest, RenameRequest, Request, SelectionRangeRequest,
    SemanticTokensRangeRequest, SemanticTokensRequest, TextDocumentContentRequest,
    WorkspaceSymbolRequest,
};
use lsp_server::ResponseError;
use serde_json::Value;

use crate::messages::{answered, asked};
use crate::snapshot::Snapshot;

/// From parameters to a result, both as they are sent.
type Answer = fn(Snapshot<'_>, Value) -> Result<Value, ResponseError>;

/// Answers by the requests that they are for.
pub(crate) type Table = &'static [(&'static str, Answer)];

/// Lists functions by the requests that they answer.
macro_rules! answers {
    ($($request:ident => $answer:path,)+) => {
        &[$((
            <$request as Request>::METHOD.as_str(),
            |snapshot, params| typed::<$request, _>(snapshot, params, $answer),
        )),+]
    };
}

/// Every request that has an answer.
pub(crate) const ANSWERS: Table = answers! {
    CodeActionRequest => code_actions::code_actions,
    CodeLensRequest => previews::code_lenses,
    CompletionRequest => completion::completion,
    DefinitionRequest => named::definition,
    DocumentDiagnosticRequest => pull_diagnostics::document_diagnostic,
    DocumentFormattingRequest => formatting::whole_file,
    DocumentHighlightRequest => highlight::document_highlight,
    DocumentLinkRequest => document_links::document_links,
    DocumentRangeFormattingRequest => formatting::range,
    DocumentSymbolRequest => symbols::of_document,
    ExecuteCommandRequest => previews::execute,
    FoldingRangeRequest => folding::folding_ranges,
    HoverRequest => hover::hover,
    InlayHintRequest => inlay_hints::inlay_hints,
    PrepareRenameRequest => named::prepare_rename,
    ReferencesRequest => named::references,
    RenameRequest => named::rename,
    SelectionRangeRequest => selection::selection_ranges,
    SemanticTokensRangeRequest => semantic_tokens::range,
    SemanticTokensRequest => semantic_tokens::whole_file,
    TextDocumentContentRequest => previews::content,
    WorkspaceSymbolRequest => symbols::of_workspace,
};

fn typed<R: Request, T: Into<R::Result>>(
    snapshot: Snapshot<'_>,
    params: Value,
    answer: fn(Snapshot<'_>, &R::Params) -> T,
) -> Result<Value, ResponseError> {
    let params = asked::<R::Params>(params)?;
    answered::<R::Result>(answer(snapshot, &params).into())
}
