//! Fills in what was left out: index, bus number, slot, function, chassis and port.
//!
//! Deterministic and stable: appending to a file changes no number given out for what stands
//! before it. Written numbers are reserved first; allocated ones go around them.

mod numbers;

pub use numbers::{BusWindow, ControllerNumbers, Numbers};
