//! What language an input is written in.

use std::ffi::OsStr;
use std::path::Path;
use std::str::FromStr;

/// What language an input is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// iommulint's own language.
    Kdl,
}

impl Kind {
    /// The kind of the file at `path`, by its name.
    ///
    /// # Errors
    ///
    /// When the name says nothing, or something that cannot be read.
    pub(crate) fn of(path: &Path) -> Result<Self, String> {
        match path.extension().and_then(OsStr::to_str) {
            Some("kdl") => Ok(Self::Kdl),
            Some("xml") => Err(not_supported("libvirt domain XML")),
            Some("args" | "sh") => Err(not_supported("QEMU command lines")),
            _ => Err("its name does not end in `.kdl`; say `--from kdl` if it is KDL".to_owned()),
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "kdl" => Ok(Self::Kdl),
            "libvirt" | "xml" => Err(not_supported("libvirt domain XML")),
            "qemu" | "args" => Err(not_supported("QEMU command lines")),
            _ => Err("the one kind there is, is `kdl`".to_owned()),
        }
    }
}

fn not_supported(what: &str) -> String {
    format!("{what} cannot be read yet; this release reads `.kdl` only")
}
