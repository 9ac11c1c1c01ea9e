//! What a file may say: the vocabulary as one table, decoding by it, and the building of the model.
//!
//! ```text
//! Tree ──decode──▶ Document ──build──▶ Topology
//! ```

mod build;
mod decode;
mod element;
mod source;
mod value;
pub mod vocabulary;

pub use build::build;
pub use decode::decode;
pub use element::{Document, Element, ElementId, Key, Property};
pub use value::{Decoded, ValueType};

use crate::finding::Finding;
use crate::syntax::Tree;
use crate::topology::Topology;

/// What `tree` describes, as far as it can be understood.
#[must_use]
pub fn read(tree: &Tree) -> (Topology, Vec<Finding>) {
    let (document, mut findings) = decode(tree);
    let (topology, built) = build(&document, tree);
    findings.extend(built);
    (topology, findings)
}
