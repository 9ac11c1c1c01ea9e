//! The iommulint command line.
fn main() {}
