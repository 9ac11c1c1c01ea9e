//! What can be done about findings.

use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse};
use iommulint_lang::check::add_allow;
use iommulint_lang::finding::{Applicability, Edit, Finding, Fix};
use iommulint_lang::fix::{edited, fix};
use iommulint_lang::span::Span;

use crate::left_out::{self, LeftOut};
use crate::own_group::{self, Move};
use crate::snapshot::{OpenFile, Snapshot};
use crate::{diagnostics, edits};

/// All safe fixes of a file at once.
pub(crate) const FIX_ALL: &str = "source.fixAll.iommulint";

/// What stands for the reason of a comment that allows something: only a person knows it.
const REASON: &str = "TODO: say why";

/// Of how many findings at a place it is said what can be done: nobody reads a longer list, and to make it takes a
/// time that grows with their number times the file.
const MOST_FINDINGS: usize = 100;

/// `textDocument/codeAction`
pub(super) fn code_actions(
    snapshot: Snapshot<'_>,
    params: &CodeActionParams,
) -> Option<Vec<CodeActionResponse>> {
    let file = snapshot.file(&params.text_document.uri)?;
    file.cared_for()?;
    let only = params.context.only.as_deref();
    let wanted = file.span(params.range);
    let mut actions = Vec::new();
    if wants(only, &CodeActionKind::QuickFix) {
        let findings = diagnostics::findings(snapshot, file);
        let here: Vec<&Finding> = findings
            .iter()
            .filter(|finding| finding.primary.origin.span.touches(wanted))
            .take(MOST_FINDINGS)
            .collect();
        for finding in &here {
            actions.extend(fixes(snapshot, file, finding));
        }
        for finding in here {
            actions.extend(allow(snapshot, file, finding));
        }
    }
    if wants(only, &CodeActionKind::RefactorRewrite) {
        actions.extend(write_numbers_down(snapshot, file, wanted));
        actions.extend(own_group(snapshot, file, wanted));
    }
    if wants(only, &FIX_ALL.to_owned().into()) {
        actions.extend(fix_all(snapshot, file));
    }
    Some(actions.into_iter().map(Into::into).collect())
}

/// Whether an action of this kind is asked for: of one of these, or of a kind of one of these.
fn wants(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    let kind = kind.to_string();
    let covers = |wanted: &CodeActionKind| {
        let wanted = wanted.to_string();
        wanted.is_empty()
            || kind
                .strip_prefix(&wanted)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    only.is_none_or(|only| only.iter().any(covers))
}

/// The fixes of a finding that `check --fix` and `--unsafe-fixes` would apply; the first safe one is the one to
/// take without thinking.
fn fixes(snapshot: Snapshot<'_>, file: OpenFile<'_>, finding: &Finding) -> Vec<CodeAction> {
    let first = finding.fixes.iter().position(|fix| fix.applicability == Applicability::Safe);
    let offered = finding.fixes.iter().enumerate().filter_map(|(position, fix)| {
        let edit = edits::workspace_edit(snapshot, &fix.edits)?;
        Some(CodeAction {
            title: title(fix)?,
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![diagnostics::diagnostic(snapshot, file, finding)]),
            is_preferred: Some(first == Some(position)),
            edit: Some(edit),
            ..CodeAction::default()
        })
    });
    offered.collect()
}

/// What is offered; none when a person has to decide more than whether.
fn title(fix: &Fix) -> Option<String> {
    match fix.applicability {
        Applicability::Safe => Some(fix.title.clone()),
        Applicability::Unsafe => Some(format!("{} (may change what was meant)", fix.title)),
        Applicability::DisplayOnly => None,
    }
}

/// Allows a finding by a comment, the reason of which is to be filled in.
fn allow(snapshot: Snapshot<'_>, file: OpenFile<'_>, finding: &Finding) -> Option<CodeAction> {
    let parsed = &file.analysis.parsed;
    let edits = add_allow(parsed, std::slice::from_ref(finding), file.cared_for()?, REASON);
    if edits.is_empty() {
        return None;
    }
    Some(CodeAction {
        title: format!("allow `{}` here, with a reason", finding.rule),
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![diagnostics::diagnostic(snapshot, file, finding)]),
        is_preferred: Some(false),
        edit: edits::workspace_edit(snapshot, &edits),
        ..CodeAction::default()
    })
}

/// Writes down the numbers that were worked out: those of the elements at `wanted`, and those of their whole vm.
fn write_numbers_down(snapshot: Snapshot<'_>, file: OpenFile<'_>, wanted: Span) -> Vec<CodeAction> {
    let mut actions = Vec::new();
    // In a vm with an error a number may be another once it is put right.
    let vms = 0..file.analysis.topology.vms.len();
    for position in vms.filter(|position| file.analysis.checked(*position).is_some()) {
        let of_vm = left_out::of_vm(file.analysis, position);
        let is_here = |left_out: &LeftOut<'_>| left_out.node.header_span().touches(wanted);
        let here: Vec<LeftOut<'_>> = of_vm.iter().filter(|it| is_here(it)).cloned().collect();
        if here.is_empty() {
            continue;
        }
        let mut offer = |title: &str, left_out: &[LeftOut<'_>]| {
            let edits: Vec<Edit> = left_out.iter().map(|it| it.edit(file.document.id)).collect();
            actions.push(CodeAction {
                title: title.to_owned(),
                kind: Some(CodeActionKind::RefactorRewrite),
                edit: edits::workspace_edit(snapshot, &edits),
                ..CodeAction::default()
            });
        };
        offer("write the computed numbers down", &here);
        if here.len() < of_vm.len() {
            offer("write all computed numbers of the vm down", &of_vm);
        }
    }
    actions
}

/// Moves the host device at `wanted` out of the group that it shares.
fn own_group(snapshot: Snapshot<'_>, file: OpenFile<'_>, wanted: Span) -> Option<CodeAction> {
    let Move { device, edits } = own_group::own_group(file, wanted)?;
    Some(CodeAction {
        title: format!("give `{device}` a vSMMU group of its own"),
        kind: Some(CodeActionKind::RefactorRewrite),
        edit: edits::workspace_edit(snapshot, &edits),
        ..CodeAction::default()
    })
}

/// What `check --fix` does to the file; none when that is nothing.
fn fix_all(snapshot: Snapshot<'_>, file: OpenFile<'_>) -> Option<CodeAction> {
    let is_safe = |fix: &Fix| fix.applicability == Applicability::Safe;
    if !file.analysis.findings.iter().any(|finding| finding.fixes.iter().any(is_safe)) {
        return None;
    }
    let text = file.analysis.parsed.language().text(file.text());
    let fixed = fix(text, file.document.id, file.cared_for()?, Applicability::Safe);
    let edits: Vec<Edit> = edits::between(file.document.id, file.text(), &fixed.text);
    if edits.is_empty() {
        return None;
    }
    debug_assert_eq!(edited(file.text(), &edits), fixed.text, "the edits lead there");
    let noun = if fixed.applied.len() == 1 { "fix" } else { "fixes" };
    Some(CodeAction {
        title: format!("apply {} safe {noun}", fixed.applied.len()),
        kind: Some(FIX_ALL.to_owned().into()),
        edit: edits::workspace_edit(snapshot, &edits),
        ..CodeAction::default()
    })
}
