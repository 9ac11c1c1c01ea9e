//! Names that are no target.

use std::fmt;
use std::str::FromStr;

use super::{LibvirtTarget, QemuTarget, Version};
use crate::suggest::suggest;

/// A name that no release that is known, and no profile, has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTarget {
    name: String,
    program: &'static str,
    oldest: Version,
    profiles: [&'static str; 3],
}

impl UnknownTarget {
    /// What is wrong.
    #[must_use]
    pub fn headline(&self) -> String {
        format!("`{}` is no release or profile of {}", self.name, self.program)
    }

    /// What to write instead.
    #[must_use]
    pub fn help(&self) -> String {
        match suggest(&self.name, self.profiles) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!(
                "write a release from `{}` on as `MAJOR.MINOR`, or one of `{}`",
                self.oldest,
                self.profiles.join("`, `")
            ),
        }
    }
}

impl fmt::Display for UnknownTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.headline(), self.help())
    }
}

impl std::error::Error for UnknownTarget {}

impl FromStr for LibvirtTarget {
    type Err = UnknownTarget;

    fn from_str(name: &str) -> Result<Self, UnknownTarget> {
        Self::parse(name).ok_or_else(|| UnknownTarget {
            name: name.to_owned(),
            program: "libvirt",
            oldest: Self::OLDEST,
            profiles: Self::PROFILES.map(|target| target.profile.name().unwrap_or_default()),
        })
    }
}

impl FromStr for QemuTarget {
    type Err = UnknownTarget;

    fn from_str(name: &str) -> Result<Self, UnknownTarget> {
        Self::parse(name).ok_or_else(|| UnknownTarget {
            name: name.to_owned(),
            program: "QEMU",
            oldest: Self::OLDEST,
            profiles: Self::PROFILES.map(|target| target.profile.name().unwrap_or_default()),
        })
    }
}
