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
        let (domain, [bus @ .., b':', slot1, slot0, b'.', function]) =
            text.as_bytes().split_last_chunk::<7>()?
        else {
            return None;
        };
        let domain = match domain {
            [] => 0,
            [digits @ .., b':'] if digits.len() == 4 => hex(digits)?,
            _ => return None,
        };
        Some(Self {
            domain,
            bus: u8::try_from(hex(bus)?).ok()?,
            slot: Slot::new(hex(&[*slot1, *slot0])?.into())?,
            function: Function::new(hex(&[*function])?.into())?,
        })
    }
}

/// The number that at most four hexadecimal digits say.
fn hex(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(number << 4 | u16::try_from(digit).ok()?)
    })
}

impl fmt::Display for HostAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { domain, bus, slot, function } = self;
        write!(f, "{domain:04x}:{bus:02x}:{:02x}.{:x}", slot.get(), function.get())
    }
}
