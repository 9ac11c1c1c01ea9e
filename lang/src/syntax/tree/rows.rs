//! The rows of the tree's tables.

/// What is known of a node; token indices unless said otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeRow {
    /// The `/-`, the type annotation or the name, whichever comes first.
    pub(crate) first: u32,
    /// The `(` of the type annotation.
    pub(crate) annotation: u32,
    /// The name.
    pub(crate) name: u32,
    /// Behind the last token.
    pub(crate) end: u32,
    /// The row of the first entry.
    pub(crate) first_entry: u32,
    /// How many entries.
    pub(crate) entries: u32,
    /// The row of the first children block.
    pub(crate) first_block: u32,
    /// The row of the last children block.
    pub(crate) last_block: u32,
    /// The row of the block it stands in; [`NONE`] at the top level.
    pub(crate) parent_block: u32,
    /// The row of the next node in the same block.
    pub(crate) next: u32,
    /// Whether `/-` stands before it.
    pub(crate) slashdashed: bool,
    /// Whether it has a children block that is not slash-dashed.
    pub(crate) has_children: bool,
    /// Whether a mistake was reported in its header.
    pub(crate) state: State,
}

/// How much of a node's header can be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// All of it.
    Sound,
    /// A mistake was reported behind the name.
    Broken,
    /// A mistake was reported in the name.
    NameBroken,
}

/// What is known of a children block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockRow {
    /// The row of the node it belongs to.
    pub(crate) node: u32,
    /// The `/-` or the `{`.
    pub(crate) first: u32,
    /// The `{`.
    pub(crate) open: u32,
    /// The `}`.
    pub(crate) close: u32,
    /// The row of the first node inside.
    pub(crate) first_child: u32,
    /// The row of the node's next block.
    pub(crate) next: u32,
}

/// What is known of an argument or a property; token indices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntryRow {
    /// The `/-`, the key, the type annotation or the value, whichever comes first.
    pub(crate) first: u32,
    /// The key.
    pub(crate) key: u32,
    /// The `(` of the type annotation.
    pub(crate) annotation: u32,
    /// The first token of the value.
    pub(crate) value: u32,
    /// Behind the last token.
    pub(crate) end: u32,
    /// Whether `/-` stands before it.
    pub(crate) slashdashed: bool,
    /// Whether the value cannot be understood.
    pub(crate) broken: bool,
}
