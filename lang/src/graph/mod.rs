//! What the guest will see, as a picture.

mod dot;
mod layout;
mod mermaid;
mod rows;
mod svg;

pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::{html, svg};
