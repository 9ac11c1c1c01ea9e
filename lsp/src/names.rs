//! Names in a file: what gives one to something, and what says it.

use iommulint_lang::parsed::Parsed;
use iommulint_lang::span::Span;
use iommulint_lang::syntax::{Entry, Node, Tree, Value};

use crate::outline;
use crate::place::outermost;

/// A place where something is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The bytes of the name, quotes included.
    pub(crate) span: Span,
    /// Whether it gives the name, and does not only say it.
    pub(crate) gives: bool,
}

/// The properties that say the name of an iommufd, which is also the name of what gives it.
const IOMMUFD: &str = "iommufd";

/// What is named at `offset`: all places that name the same, in file order; empty when nothing is.
pub(crate) fn same_as_at(parsed: &Parsed, offset: u32) -> Vec<Named> {
    let Parsed::Kdl(tree) = parsed else { return Vec::new() };
    let Some((node, entry)) = entry_at(tree, offset) else { return Vec::new() };
    let Value::Text(name) = entry.value() else { return Vec::new() };
    let wanted = if is_reference(entry) {
        What::Iommufd
    } else if gives(node, entry) {
        if *node.name() == *IOMMUFD { What::Iommufd } else { What::Other }
    } else {
        return Vec::new();
    };
    if wanted == What::Other {
        return vec![Named { span: entry.value_span(), gives: true }];
    }
    let vm = outermost(node);
    let within = tree.all_nodes().filter(|node| vm.span().holds(node.span()));
    let is_it = |entry: &Entry<'_>| matches!(entry.value(), Value::Text(text) if text == name);
    let named = within.flat_map(|node| {
        let is_iommufd = *node.name() == *IOMMUFD;
        node.entries().filter(is_it).filter_map(move |entry| {
            let gives = is_iommufd && gives(node, entry);
            (gives || is_reference(entry)).then(|| Named { span: entry.value_span(), gives })
        })
    });
    named.collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// An iommufd, which others name.
    Iommufd,
    /// What nothing else names.
    Other,
}

/// The entry at a place, or just before it, and its node.
fn entry_at(tree: &Tree, offset: u32) -> Option<(Node<'_>, Entry<'_>)> {
    [Some(offset), offset.checked_sub(1)].into_iter().flatten().find_map(|offset| {
        let entry = tree.entry_at(offset).filter(|entry| !entry.is_slashdashed())?;
        let node = tree.node_at(offset)?;
        let value = entry.value_span();
        (value.start <= offset && offset < value.end).then_some((node, entry))
    })
}

fn is_reference(entry: Entry<'_>) -> bool {
    entry.key().is_some_and(|key| key == IOMMUFD)
}

fn gives(node: Node<'_>, entry: Entry<'_>) -> bool {
    outline::id(node).is_some_and(|(_, span)| span == entry.value_span())
}

#[cfg(test)]
mod tests {
    use iommulint_lang::span::FileId;
    use iommulint_lang::syntax::parse;

    use super::*;

    const TEXT: &str = r#"vm "a" {
    iommufd "one"
    iommufd "two"
    vsmmu "one" iommufd="one" { hostdev "g" iommufd=one; }
    /- hostdev "h" iommufd="one"
}
vm "b" { iommufd "one"; }
"#;

    fn at(part: &str) -> Vec<(usize, bool)> {
        let offset = TEXT.find(part).expect("it is there") + part.len();
        let (tree, _) = parse(TEXT, FileId(0));
        let parsed = Parsed::Kdl(tree);
        let named = same_as_at(&parsed, u32::try_from(offset).expect("short"));
        let line = |span: Span| TEXT[..span.start as usize].matches('\n').count();
        named.into_iter().map(|named| (line(named.span), named.gives)).collect()
    }

    #[test]
    fn an_iommufd_is_named_by_what_uses_it() {
        let all = [(1, true), (3, false), (3, false), (4, false)];
        assert_eq!(at("iommufd \"on"), all);
        assert_eq!(at("iommufd=one"), all, "at its end");
        assert_eq!(at("iommufd \"two\""), [(2, true)]);
        assert_eq!(at("vsmmu \"one"), [(3, true)], "another thing of that name");
        assert_eq!(at("iommufd=\"one\" { hostdev \"g"), [(3, true)]);
        assert_eq!(at("vsmmu"), []);
        assert_eq!(at("iommuf"), []);
    }
}
