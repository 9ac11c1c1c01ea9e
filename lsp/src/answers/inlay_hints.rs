//! The numbers that a file leaves out, shown where they could be written.

use gen_lsp_types::{InlayHint, InlayHintKind, InlayHintParams};
use iommulint_lang::map::map;
use iommulint_lang::parsed::Parsed;
use iommulint_lang::span::Span;

use crate::left_out;
use crate::snapshot::{OpenFile, Snapshot};

/// `textDocument/inlayHint`
pub(super) fn inlay_hints(
    snapshot: Snapshot<'_>,
    params: &InlayHintParams,
) -> Option<Vec<InlayHint>> {
    let file = snapshot.file(&params.text_document.uri)?;
    let Parsed::Kdl(_) = &file.analysis.parsed else { return None };
    let wanted = file.span(params.range);
    let mut hints = Vec::new();
    for position in 0..file.analysis.topology.vms.len() {
        numbers(file, position, wanted, &mut hints);
        guest_addresses(file, position, wanted, &mut hints);
    }
    hints.sort_by_key(|hint| (hint.position.line, hint.position.character));
    Some(hints)
}

/// What is left out; taken over into the text by a double click.
fn numbers(file: OpenFile<'_>, position: usize, wanted: Span, hints: &mut Vec<InlayHint>) {
    let is_right = file.analysis.checked(position).is_some();
    let left_out = left_out::of_vm(file.analysis, position);
    let here = left_out.iter().filter(|left_out| wanted.touches(Span::at(left_out.offset())));
    hints.extend(here.map(|left_out| {
        let label = left_out.text().trim_start().to_owned();
        let edits = file.cared_for().filter(|_| is_right);
        let edits = edits.map(|_| vec![file.text_edit(&left_out.edit(file.document.id))]);
        InlayHint { text_edits: edits, ..hint(file, left_out.offset(), label) }
    }));
}

/// Where the guest finds its devices, as far as that can be told: in a vm without errors.
fn guest_addresses(file: OpenFile<'_>, position: usize, wanted: Span, hints: &mut Vec<InlayHint>) {
    let Parsed::Kdl(tree) = &file.analysis.parsed else { return };
    let Some(checked) = file.analysis.checked(position) else { return };
    let vm = &file.analysis.topology.vms[position];
    let hostdevs = vm.hostdevs.iter().map(|hostdev| (&hostdev.name.value, hostdev.origin));
    let devices = vm.devices.iter().map(|device| (&device.name.value, device.origin));
    let of_name: std::collections::HashMap<_, _> = hostdevs.chain(devices).collect();
    for device in map(&checked).devices {
        let Some(origin) = of_name.get(&device.id) else { continue };
        let Some(node) = tree.node_named_at(origin.span.start) else { continue };
        let end = node.header_span().end;
        if wanted.touches(Span::at(end)) {
            hints.push(hint(file, end, format!("guest {}", device.guest_address())));
        }
    }
}

fn hint(file: OpenFile<'_>, offset: u32, label: String) -> InlayHint {
    InlayHint {
        position: file.range(Span::at(offset)).start,
        label: label.into(),
        kind: Some(InlayHintKind::Parameter),
        text_edits: None,
        tooltip: None,
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}
