//! The text of a file.

use std::path::Path;

use iommulint_lang::span::MAX_TEXT;

use crate::error::ConfigError;

/// The text of the file at `path`, an absolute one.
///
/// # Errors
///
/// When it cannot be read, or not as text.
pub(crate) fn text(path: &Path) -> Result<String, ConfigError> {
    let bytes = std::fs::read(path).map_err(|error| ConfigError::unreadable(path, error))?;
    if bytes.len() > MAX_TEXT {
        return Err(ConfigError::unreadable(path, "too long"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        ConfigError::unreadable(path, format_args!("not UTF-8: a byte at offset {offset}"))
    })
}
