//! What is known, or is known not to be.

/// One thing that a snapshot may know. Where the host may have no such thing, `T` is an `Option`: a driver
/// that is not there is something else than one that could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact<T> {
    /// It was read.
    Known(T),
    /// It could not be read, or nobody tried. Whoever needs it has to say so.
    #[default]
    Unknown,
}

impl<T> Fact<T> {
    /// What was read.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }

    /// Something else that follows from it.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Self::Known(value) => Fact::Known(f(value)),
            Self::Unknown => Fact::Unknown,
        }
    }
}

impl<T> Fact<Option<T>> {
    /// What was read, when it is there.
    pub const fn present(&self) -> Option<&T> {
        match self {
            Self::Known(Some(value)) => Some(value),
            Self::Known(None) | Self::Unknown => None,
        }
    }
}
