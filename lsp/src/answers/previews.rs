//! What comes of a vm: lenses over it that say so, and the texts behind them.

use gen_lsp_types::{
    CodeLens, CodeLensParams, Command, ExecuteCommandParams, Position, TextDocumentContentParams,
    TextDocumentContentResult, Uri,
};
use iommulint_lang::check::Checked;
use iommulint_lang::map::{Map, map};
use iommulint_lang::parsed::Parsed;
use iommulint_lang::visible;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::log::log;
use crate::preview::{Kind, Preview, checked};
use crate::snapshot::{OpenFile, Snapshot};

/// The command of every lens: has the editor show a preview. Its argument is an object with `uri`, the file;
/// `kind`, one of `qemu`, `libvirt`, `map` and `graph`; and `vm`, the position of the vm among those of the file. Editors
/// that know previews do it by themselves.
pub(crate) const PREVIEW: &str = "iommulint.preview";

/// The command that gives a preview and shows nothing. Its argument is that of [`PREVIEW`], or has `position` in
/// place of `vm`; its result is an object with `uri`, `title`, `languageId` and `text`.
pub(crate) const PREVIEW_TEXT: &str = "iommulint.previewText";

/// How many devices a lens names.
const MOST_DEVICES: usize = 4;

/// `textDocument/codeLens`: over every vm without errors.
pub(super) fn code_lenses(
    snapshot: Snapshot<'_>,
    params: &CodeLensParams,
) -> Option<Vec<CodeLens>> {
    let uri = &params.text_document.uri;
    let file = snapshot.file(uri)?;
    let Parsed::Kdl(_) = &file.analysis.parsed else { return None };
    let mut lenses = Vec::new();
    for kind in [Kind::Qemu, Kind::Libvirt, Kind::Map] {
        let Some(analysis) = kind.analysis(file) else { continue };
        for (position, vm) in file.analysis.topology.vms.iter().enumerate() {
            let Some(checked) = checked(&analysis, position) else { continue };
            let argument = json!({ "uri": uri, "kind": kind.name(), "vm": position });
            lenses.push(CodeLens {
                range: file.range(vm.origin.span),
                command: Some(Command {
                    title: title(kind, &checked),
                    tooltip: None,
                    command: PREVIEW.to_owned(),
                    arguments: Some(vec![argument]),
                }),
                data: None,
            });
        }
    }
    lenses.sort_by_key(|lens| (lens.range.start.line, lens.range.start.character));
    Some(lenses)
}

fn title(kind: Kind, checked: &Checked<'_>) -> String {
    match kind {
        Kind::Qemu => "lower to QEMU".to_owned(),
        Kind::Libvirt => "lower to libvirt".to_owned(),
        Kind::Map | Kind::Graph => seen(checked, &map(checked)),
    }
}

/// What the guest sees, in a few words.
fn seen(checked: &Checked<'_>, map: &Map) -> String {
    let mut parts = match checked.vm.vsmmus.len() {
        0 => Vec::new(),
        1 => vec!["1 vSMMU".to_owned()],
        count => vec![format!("{count} vSMMUs")],
    };
    let hostdevs: Vec<_> = map.devices.iter().filter(|device| device.host.is_some()).collect();
    let named = hostdevs.iter().take(MOST_DEVICES);
    parts.extend(named.map(|it| format!("{} at {}", visible::line(&it.id), it.guest_address())));
    if hostdevs.len() > MOST_DEVICES {
        parts.push(format!("{} more", hostdevs.len() - MOST_DEVICES));
    }
    if parts.is_empty() {
        return "what the guest sees".to_owned();
    }
    format!("the guest sees {}", parts.join(", "))
}

/// `workspace/textDocumentContent`
pub(super) fn content(
    snapshot: Snapshot<'_>,
    params: &TextDocumentContentParams,
) -> TextDocumentContentResult {
    let text = Preview::at(&params.uri).map(|preview| preview.text(snapshot));
    TextDocumentContentResult { text: text.unwrap_or_default() }
}

/// `workspace/executeCommand`; null for what is no command, or has not the arguments of one. What
/// [`PREVIEW`] shows is up to the session.
pub(super) fn execute(snapshot: Snapshot<'_>, params: &ExecuteCommandParams) -> Option<Value> {
    if params.command == PREVIEW {
        return None;
    }
    let Some(preview) = preview_meant(snapshot, PREVIEW_TEXT, params) else {
        log(&format!("`{}` cannot be executed: no such command or arguments", params.command));
        return None;
    };
    Some(json!({
        "uri": preview.uri(),
        "title": preview.title(),
        "languageId": preview.kind.language_id(),
        "text": preview.text(snapshot),
    }))
}

/// Which preview is meant.
#[derive(Deserialize)]
struct Argument {
    uri: Uri,
    kind: String,
    vm: Option<usize>,
    position: Option<Position>,
}

/// The preview that `command` is about when it is executed with `params`.
pub(crate) fn preview_meant(
    snapshot: Snapshot<'_>,
    command: &str,
    params: &ExecuteCommandParams,
) -> Option<Preview> {
    let [argument] = params.arguments.as_deref().filter(|_| params.command == command)? else {
        return None;
    };
    let Argument { uri, kind, vm, position } = serde_json::from_value(argument.clone()).ok()?;
    let file = snapshot.file(&uri);
    let vm = vm.or_else(|| Some(vm_at(file?, position?))).unwrap_or_default();
    Some(Preview { kind: Kind::named(&kind)?, vm, source: uri })
}

/// The position of the vm that is at `position`: the last that begins before it, or else the first.
fn vm_at(file: OpenFile<'_>, position: Position) -> usize {
    let offset = file.offset(position);
    let vms = &file.analysis.topology.vms;
    vms.iter().take_while(|vm| vm.origin.span.start <= offset).count().saturating_sub(1)
}
