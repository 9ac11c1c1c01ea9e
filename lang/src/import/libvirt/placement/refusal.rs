//! What libvirt refuses while it places a domain's devices.

use super::Owner;

/// One refusal. libvirt stops at its first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What cannot be placed.
    pub owner: Owner,
    /// Why.
    pub refused: Refused,
    /// What libvirt says, without `error: `.
    pub words: String,
}

/// Why libvirt refuses a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A number beyond what a PCI address has, or a domain other than 0.
    OutOfRange,
    /// There is no such bus, and libvirt adds none.
    NoBus,
    /// What is there already; none where the machine itself is.
    DoubleUse(Option<Owner>),
    /// The bus takes other kinds of things.
    WrongBus,
    /// A slot that the bus has not, or that cannot be used.
    WrongSlot,
    /// A device of the machine, away from bus 0.
    NotOnRoot,
    /// A controller of the machine, away from its place.
    FixedPlace,
    /// There is no free place, and libvirt adds no bus for it.
    NoRoom,
    /// The same index as another controller of the type.
    DuplicateIndex(Owner),
    /// An index above 255.
    HighIndex,
    /// A root with another index than 0.
    RootIndex,
    /// Another controller than the machine's root with index 0.
    NotRoot,
    /// A model that the machine has no place for.
    WrongMachine,
    /// A bridge whose index is not above that of the bus it sits on.
    BridgeOrder,
    /// No bus number is left below the lowest one.
    NoBusNr,
    /// What sits on PCI only, with an address that is not PCI.
    AddressType,
}
