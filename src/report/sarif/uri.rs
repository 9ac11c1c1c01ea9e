//! Names of files as URIs.

use std::path::{MAIN_SEPARATOR, Path};

/// What relative URIs are relative to.
pub(super) const BASE: &str = "%SRCROOT%";

/// A URI, and what it is relative to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Uri {
    /// Percent-encoded.
    pub(super) uri: String,
    /// [`BASE`], unless the URI is absolute.
    pub(super) base: Option<&'static str>,
}

/// The URI of the file `name`.
pub(super) fn of(name: &str) -> Uri {
    let name = name.replace(MAIN_SEPARATOR, "/");
    if Path::new(&name).is_absolute() {
        let uri = format!("file:///{}", encode(name.trim_start_matches('/')));
        return Uri { uri, base: None };
    }
    Uri { uri: encode(name.strip_prefix("./").unwrap_or(&name)), base: Some(BASE) }
}

/// All but what RFC 3986 leaves unreserved, and `/`, as `%` and two digits. That takes care of a
/// `:`, which could look like the end of a scheme.
fn encode(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encode = |byte| match byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    path.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_names_are_relative_to_the_folder_of_the_run() {
        for (name, uri) in [
            ("vm.kdl", "vm.kdl"),
            ("./a b/c:d.kdl", "a%20b/c%3Ad.kdl"),
            ("../ü%.kdl", "../%C3%BC%25.kdl"),
            ("<stdin>", "%3Cstdin%3E"),
        ] {
            assert_eq!(of(name), Uri { uri: uri.to_owned(), base: Some(BASE) });
        }
    }

    #[cfg(unix)]
    #[test]
    fn absolute_names_are_relative_to_nothing() {
        let uri = "file:///srv/a%20b.kdl".to_owned();
        assert_eq!(of("/srv/a b.kdl"), Uri { uri, base: None });
    }
}
