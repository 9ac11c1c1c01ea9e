//! Words for numbers that are out of range.

use crate::rules::Context;

/// The word and the number, or `this slot` for one beyond 64 bits, of which only the nearest is known.
pub(super) fn named(what: &str, number: i64) -> String {
    match number {
        i64::MIN | i64::MAX => format!("this {what}"),
        _ => format!("{what} `{number}`"),
    }
}

/// An XML attribute that libvirt reads as a number of 32 bits which is not negative.
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) element: &'static str,
    /// What libvirt calls such a number.
    pub(super) expected: &'static str,
}

impl Attribute {
    /// An attribute of a controller's `<target>`.
    pub(super) const fn of_target(name: &'static str) -> Self {
        Self { name, element: "target", expected: "non-negative value" }
    }

    /// An attribute of an `<address>`.
    pub(super) const fn of_address(name: &'static str) -> Self {
        Self { name, element: "address", expected: "non-negative integer value" }
    }

    /// A note with what libvirt says of a `number` it cannot read, or else with what its check of the range
    /// says. None for a number beyond 32 bits.
    pub(super) fn note(
        &self,
        context: &Context<'_>,
        number: i64,
        out_of_range: impl FnOnce(i32) -> String,
    ) -> Option<String> {
        let number = i32::try_from(number).ok()?;
        let said = self.negative(number).unwrap_or_else(|| out_of_range(number));
        context.libvirt_says(said)
    }

    /// What libvirt says of a negative `number`.
    pub(super) fn negative(&self, number: i32) -> Option<String> {
        let Self { name, element, expected } = self;
        (number < 0).then(|| {
            format!(
                "Invalid value for attribute '{name}' in element '{element}': '{number}'. Expected {expected}"
            )
        })
    }
}
