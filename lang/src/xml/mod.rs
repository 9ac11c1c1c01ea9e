//! XML as far as a libvirt domain needs it: a tree that knows where everything stands.
//!
//! Document types, and with them entities of a file's own, are refused; so is what libxml2 would refuse
//! for its depth, and what could make reading slow.

mod limits;
mod parse;
mod source;
mod tree;

pub(crate) use limits::exceeded;
pub(crate) use parse::offset;
pub use parse::parse;
pub(crate) use source::unit_bytes;
pub use tree::{Attribute, Element, Tree};
