//! What of a file could not be read, so that the rules cannot judge it.

use crate::finding::Finding;
use crate::rules::schema::{DUPLICATE_NAME, MISPLACED_NODE};
use crate::span::{Origin, Span};
use crate::syntax::{Node, Tree, errors};

/// Where the reading of a file has failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unread {
    /// From the name of a node to its last entry: those in which something could not be read, in file order.
    headers: Vec<Span>,
    /// Whether the node that names the releases may be among what could not be read.
    target: bool,
    /// Whether all of each vm could be read, in file order.
    whole_vms: Vec<bool>,
    /// Whether the model of each says all that the file does, in file order.
    exact_vms: Vec<bool>,
}

/// Nodes that stand for something of their own. All others say more of the node they stand in.
const ELEMENTS: [&str; 10] = [
    "vm",
    "iommufd",
    "iommu",
    "vsmmu",
    "pxb",
    "root-port",
    "switch",
    "downstream-port",
    "hostdev",
    "device",
];

impl Unread {
    /// From `read`: what there was to say while `tree` was read, in file order.
    pub(super) fn of(tree: &Tree, read: &[Finding]) -> Self {
        let vms: Vec<Span> =
            tree.roots().filter(|node| node.name() == "vm").map(Node::span).collect();
        if read.is_empty() {
            let all = vec![true; vms.len()];
            return Self { whole_vms: all.clone(), exact_vms: all, ..Self::default() };
        }
        let is_whole = |vm: &Span| {
            let first = read.partition_point(|f| f.primary.origin.span.start < vm.start);
            read.get(first).is_none_or(|finding| finding.primary.origin.span.start > vm.end)
        };
        // A brace too few or too many may be anywhere.
        let is_nested = !read.iter().any(|finding| {
            [errors::MISSING_BRACE, errors::UNMATCHED_BRACE].contains(&finding.rule)
        });
        let headers = headers(tree, read);
        let outside = read.iter().filter(|finding| {
            let at = finding.primary.origin.span.start;
            let before = vms.partition_point(|vm| vm.start <= at);
            vms[..before].last().is_none_or(|vm| at >= vm.end)
        });
        let outside: Vec<&Finding> = outside.collect();
        // It may have been meant for any vm.
        let is_complete = !outside.iter().any(|finding| finding.rule == MISPLACED_NODE.name);
        let target = tree.roots().find(|node| node.name() == "target");
        let whole: Vec<bool> =
            vms.iter().map(|vm| is_nested && is_complete && is_whole(vm)).collect();
        Self {
            target: match target {
                Some(target) => touches(&headers, target.name_span().start),
                None => !outside.is_empty(),
            },
            exact_vms: whole.clone(),
            whole_vms: whole,
            headers,
        }
    }

    /// Of a file in another language: `headers` are those elements of which something could not be read.
    pub(super) fn imported(
        mut headers: Vec<Span>,
        whole_vms: Vec<bool>,
        exact_vms: Vec<bool>,
    ) -> Self {
        headers.sort_unstable();
        headers.dedup();
        Self { headers, target: false, whole_vms, exact_vms }
    }

    /// Whether the model of each vm says all that the file does, in file order.
    pub(super) fn exact_vms(&self) -> &[bool] {
        &self.exact_vms
    }

    /// Whether all of each vm could be read, in file order.
    pub(super) fn whole_vms(&self) -> &[bool] {
        &self.whole_vms
    }

    /// Whether nothing in the file was left unread.
    pub(super) fn is_none(&self) -> bool {
        self.headers.is_empty() && !self.target && self.whole_vms.iter().all(|whole| *whole)
    }

    /// Whether the file may name releases which could not be read.
    pub(super) fn hides_target(&self) -> bool {
        self.target
    }

    /// Whether what a rule has found is about a node of which something could not be read: then it
    /// may be the same mistake.
    pub(super) fn is_behind(&self, finding: &Finding) -> bool {
        let others = finding.labels.iter().map(|label| label.origin);
        let at_once = |origin: Origin| {
            origin.file == finding.primary.origin.file && touches(&self.headers, origin.span.start)
        };
        !self.headers.is_empty() && others.chain([finding.primary.origin]).any(at_once)
    }
}

/// Whether `at` lies in one of `headers`, which are in file order and apart.
fn touches(headers: &[Span], at: u32) -> bool {
    let behind = headers.partition_point(|header| header.start <= at);
    headers[..behind].last().is_some_and(|header| at < header.end)
}

fn headers(tree: &Tree, read: &[Finding]) -> Vec<Span> {
    let nodes: Vec<Node<'_>> = tree.all_nodes().collect();
    let mut headers: Vec<Span> = Vec::new();
    for finding in read {
        let at = finding.primary.origin.span.start;
        let behind = nodes.partition_point(|node| node.header_span().start <= at);
        let Some(node) = nodes[..behind].last() else { continue };
        // At the end of a header something may be missing. A name that is taken was read.
        if at > node.header_span().end || finding.rule == DUPLICATE_NAME.name {
            continue;
        }
        headers.push(node.header_span());
        let owner = node.parent().filter(|_| !ELEMENTS.contains(&node.name().as_ref()));
        headers.extend(owner.filter(|owner| owner.name() != "vm").map(Node::header_span));
    }
    headers.sort_unstable();
    headers.dedup();
    headers
}
