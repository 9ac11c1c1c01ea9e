//! Guest NUMA cells and the distances between them.

use super::{NumberSet, Size};
use crate::span::{Origin, Written};

/// `numa { … }`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numa {
    /// In file order.
    pub cells: Vec<Cell>,
    /// In file order.
    pub distances: Vec<Distance>,
}

/// `cell N cpus= memory=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its number; none when it is missing.
    pub id: Option<Written<i64>>,
    /// Its CPUs.
    pub cpus: Option<Written<NumberSet>>,
    /// Its memory.
    pub memory: Option<Written<Size>>,
    /// The node's name.
    pub origin: Origin,
}

/// `distance FROM TO VALUE`; none for what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distance {
    /// The cell it is measured from.
    pub from: Option<Written<i64>>,
    /// The cell it is measured to.
    pub to: Option<Written<i64>>,
    /// 10 to 255, as in ACPI's SLIT.
    pub value: Option<Written<i64>>,
    /// The node's name.
    pub origin: Origin,
}
