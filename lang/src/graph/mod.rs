//! What the guest will see, as a picture.

mod layout;
mod rows;
mod svg;

pub use svg::{html, svg};
