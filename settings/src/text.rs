//! The text of a file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::error::ConfigError;

/// The longest file, in bytes: a hundred times a snapshot of a large host.
const LONGEST: usize = 64 << 20;

/// The text of the file at `path`, an absolute one.
///
/// # Errors
///
/// When it cannot be read, or not as text.
pub(crate) fn text(path: &Path) -> Result<String, ConfigError> {
    let mut bytes = Vec::new();
    // A device need not have an end.
    File::open(path)
        .and_then(|file| file.take(LONGEST as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| ConfigError::unreadable(path, error))?;
    if bytes.len() > LONGEST {
        return Err(ConfigError::unreadable(path, format_args!("longer than {LONGEST} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        ConfigError::unreadable(path, format_args!("not UTF-8: a byte at offset {offset}"))
    })
}
