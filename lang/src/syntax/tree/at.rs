//! What stands at a place of the text.

use super::{Entry, Node, Tree, row_number};

impl Tree {
    /// The argument or property that covers the byte at `offset`.
    #[must_use]
    pub fn entry_at(&self, offset: u32) -> Option<Entry<'_>> {
        let behind = self.entries.partition_point(|entry| self.start(entry.first) <= offset);
        let entry = Entry { tree: self, row: row_number(behind.checked_sub(1)?) };
        (offset < entry.span().end).then_some(entry)
    }

    /// The node whose name, or one of whose entries, covers the byte at `offset`.
    #[must_use]
    pub fn node_at(&self, offset: u32) -> Option<Node<'_>> {
        let behind = self.nodes.partition_point(|node| self.start(node.name) <= offset);
        let node = Node { tree: self, row: row_number(behind.checked_sub(1)?) };
        (offset < node.header_span().end).then_some(node)
    }

    /// The node whose name begins at `offset`.
    #[must_use]
    pub fn node_named_at(&self, offset: u32) -> Option<Node<'_>> {
        let row = self.nodes.partition_point(|node| self.start(node.name) < offset);
        let node = Node { tree: self, row: row_number(row) };
        let is_there = self.nodes.get(row).is_some_and(|row| self.start(row.name) == offset);
        is_there.then_some(node)
    }
}
