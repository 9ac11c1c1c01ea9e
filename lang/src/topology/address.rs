//! Numbers of the PCI world as types that hold no wrong value.

use std::fmt;

macro_rules! ranged {
    ($(#[$doc:meta])* $name:ident, $min:literal ..= $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u8);

        impl $name {
            /// The lowest value.
            pub const MIN: Self = Self($min);
            /// The highest value.
            pub const MAX: Self = Self($max);

            /// The number as this type; none when it is out of range.
            #[must_use]
            pub fn new(number: i64) -> Option<Self> {
                u8::try_from(number)
                    .ok()
                    .filter(|n| (Self::MIN.0..=Self::MAX.0).contains(n))
                    .map(Self)
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> u8 {
                self.0
            }

            /// Every value in rising order.
            pub fn all() -> impl DoubleEndedIterator<Item = Self> {
                (Self::MIN.0..=Self::MAX.0).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

ranged! {
    /// Bus number of a PCI expander bridge, 1 to 254 (libvirt's `busNr`, `qemu_validate.c`; QEMU's `bus_nr`).
    BusNr, 1..=254
}
ranged! {
    /// Slot (PCI device number) on a bus, 0 to 31.
    Slot, 0..=31
}
ranged! {
    /// Function of a slot, 0 to 7.
    Function, 0..=7
}
ranged! {
    /// Index of a libvirt PCI controller other than the root, 1 to 255.
    Index, 1..=255
}
ranged! {
    /// Chassis number of a port, 0 to 255.
    Chassis, 0..=255
}
ranged! {
    /// Port number of a port, 0 to 255.
    PortNr, 0..=255
}

impl Function {
    /// The function that makes a slot exist.
    pub const ZERO: Self = Self(0);
}

impl Slot {
    /// The only slot behind a port.
    pub const ZERO: Self = Self(0);
}

/// Where a device sits on its bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotFunction {
    /// The slot.
    pub slot: Slot,
    /// The function within it.
    pub function: Function,
}

/// Address of a device on the host, `DDDD:BB:SS.F` in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostAddress {
    /// PCI domain.
    pub domain: u16,
    /// Bus.
    pub bus: u8,
    /// Slot.
    pub slot: Slot,
    /// Function.
    pub function: Function,
}

impl HostAddress {
    /// Reads `DDDD:BB:SS.F`, or `BB:SS.F` for domain 0; none when the text is neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, function) = text.rsplit_once('.')?;
        let mut parts = rest.split(':').rev();
        let slot = hex(parts.next()?, 2)?;
        let bus = hex(parts.next()?, 2)?;
        let domain = parts.next().map_or(Some(0), |digits| hex(digits, 4))?;
        if parts.next().is_some() {
            return None;
        }
        Some(Self {
            domain: u16::try_from(domain).ok()?,
            bus: u8::try_from(bus).ok()?,
            slot: Slot::new(slot)?,
            function: Function::new(hex(function, 1)?)?,
        })
    }
}

/// Exactly `width` hexadecimal digits.
fn hex(digits: &str, width: usize) -> Option<i64> {
    let plain = digits.len() == width && digits.bytes().all(|b| b.is_ascii_hexdigit());
    plain.then(|| i64::from_str_radix(digits, 16).ok()).flatten()
}

impl fmt::Display for HostAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { domain, bus, slot, function } = self;
        write!(f, "{domain:04x}:{bus:02x}:{:02x}.{:x}", slot.get(), function.get())
    }
}
