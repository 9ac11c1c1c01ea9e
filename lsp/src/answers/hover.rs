//! What the word under the cursor means, and what came out for what it stands for.

use gen_lsp_types::{Hover, HoverParams, MarkupContent, MarkupKind};
use iommulint_lang::parsed::Parsed;
use iommulint_lang::rules;
use iommulint_lang::span::Span;
use iommulint_lang::{syntax, xml};

use crate::allow_comment::{self, Part};
use crate::snapshot::{OpenFile, Snapshot};
use crate::{computed, host, place, words};

/// `textDocument/hover`
pub(super) fn hover(snapshot: Snapshot<'_>, params: &HoverParams) -> Option<Hover> {
    let at = &params.text_document_position_params;
    let file = snapshot.file(&at.text_document.uri)?;
    let offset = file.offset(at.position);
    let parsed = &file.analysis.parsed;
    let numbers = |name: Span| {
        let lines = computed::of_element(file.analysis, name);
        lines.iter().map(|line| ["- ", line, "\n"].concat()).collect::<String>()
    };
    let of_element = match (allow_comment::at(parsed, offset), parsed) {
        (Some(Part::Rule(span)), _) => of_rule(span.of(file.text())).map(|rule| (span, vec![rule])),
        (_, Parsed::Kdl(tree)) => in_kdl(tree, offset, numbers),
        (_, Parsed::Libvirt(tree)) => in_xml(tree, offset, numbers),
        (_, Parsed::Qemu(_)) => None,
    };
    let (span, parts) = match (of_element, of_host(snapshot, file, offset)) {
        (Some((span, mut parts)), Some((_, words))) => {
            parts.push(words);
            (span, parts)
        }
        (None, Some((span, words))) => (span, vec![words]),
        (of_element, None) => of_element?,
    };
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        return None;
    }
    let contents = MarkupContent { kind: MarkupKind::Markdown, value: parts.join("\n\n") };
    Some(Hover { contents: contents.into(), range: Some(file.range(span)) })
}

/// What the snapshot knows of what is named at a place, in any language.
fn of_host(snapshot: Snapshot<'_>, file: OpenFile<'_>, offset: u32) -> Option<(Span, String)> {
    let (span, part) = host::named_at(file.analysis, offset)?;
    Some((span, host::words(&*snapshot.host_of(file)?, part)))
}

fn of_rule(name: &str) -> Option<String> {
    let rule = rules::find(name)?;
    Some(format!("**{}** ({})\n\n{}", rule.name, rule.severity.name(), rule.summary))
}

type Words = (Span, Vec<String>);

fn in_kdl(tree: &syntax::Tree, offset: u32, numbers: impl Fn(Span) -> String) -> Option<Words> {
    let before = || offset.checked_sub(1);
    let node = tree.node_at(offset).or_else(|| tree.node_at(before()?))?;
    let spec = place::spec(node)?;
    let name = node.name_span();
    if offset <= name.end {
        let heading = format!("**{}**", spec.name);
        return Some((name, vec![heading, words::of_node(spec), numbers(name)]));
    }
    let entry = tree.entry_at(offset).or_else(|| tree.entry_at(before()?))?;
    let Some(key) = entry.key() else {
        return Some((entry.span(), vec![words::of_node(spec), numbers(name)]));
    };
    let property = spec.property(&key)?;
    let heading = format!("**{}**", property.name);
    Some((entry.span(), vec![heading, words::of_property(property), numbers(name)]))
}

/// The numbers of the innermost element that has some.
fn in_xml(tree: &xml::Tree, offset: u32, numbers: impl Fn(Span) -> String) -> Option<Words> {
    let innermost = tree.element_at(offset)?;
    let elements = std::iter::successors(Some(innermost), |element| element.parent());
    // Deeper than any domain is, no more is looked for.
    elements.take(8).find_map(|element| {
        let is_ours =
            ["controller", "hostdev", "iommu", "interface", "disk"].contains(&element.name());
        let name = element.origin().span;
        let numbers = if is_ours { numbers(element.span()) } else { String::new() };
        let heading = format!("**{}**", element.name());
        (!numbers.is_empty()).then(|| (name, vec![heading, numbers]))
    })
}
