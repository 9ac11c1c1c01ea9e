//! Files as editors name them.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;

/// The path of the file that `uri` names; none when it names something that is not on this disk.
pub(crate) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = strip_scheme(&uri.0)?;
    // `file://host/path`: an empty host and `localhost` are this machine.
    let path = match rest.strip_prefix("//") {
        Some(rest) => &rest[rest.find('/')?..],
        None => rest,
    };
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let bytes = decode(path);
    Some(on_this_system(bytes))
}

/// The URI of the file at `path`, an absolute one.
pub(crate) fn of(path: &Path) -> Uri {
    let name = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    Uri(format!("file:///{}", encode(name.trim_start_matches('/'))))
}

/// The last part of what `uri` names, for whatever has no path.
pub(crate) fn name(uri: &Uri) -> String {
    let last = uri.0.rsplit(['/', ':']).next().unwrap_or_default();
    String::from_utf8_lossy(&decode(last)).into_owned()
}

fn strip_scheme(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once(':')?;
    scheme.eq_ignore_ascii_case("file").then_some(rest)
}

#[cfg(unix)]
fn on_this_system(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn on_this_system(bytes: Vec<u8>) -> PathBuf {
    let name = String::from_utf8_lossy(&bytes).into_owned();
    // `/C:/vm.kdl`
    let is_drive = name.as_bytes().get(2) == Some(&b':');
    PathBuf::from(if is_drive { name[1..].to_owned() } else { name })
}

/// The bytes that `%` and two digits stand for, and the others.
pub(crate) fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        let escaped = match (first, behind) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high * 16 + low);
                rest = &behind[2..];
            }
            None => bytes.push(*first),
        }
    }
    bytes
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// All but what RFC 3986 leaves unreserved, and `/`, as `%` and two digits.
pub(crate) fn encode(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encode = |byte| match byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    path.bytes().map(encode).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_uri_names_a_path() {
        for (uri, expected) in [
            ("file:///srv/vm.kdl", Some("/srv/vm.kdl")),
            ("file:///srv/a%20b%3ac/%C3%BC.kdl", Some("/srv/a b:c/ü.kdl")),
            ("FILE://localhost/srv/vm.kdl", Some("/srv/vm.kdl")),
            ("file:/srv/vm.kdl", Some("/srv/vm.kdl")),
            ("file:///srv/100%.kdl", Some("/srv/100%.kdl")),
            ("file://", None),
            ("untitled:Untitled-1", None),
            ("", None),
        ] {
            assert_eq!(path(&uri.into()).as_deref(), expected.map(Path::new), "{uri}");
        }
    }

    #[test]
    fn there_and_back() {
        for name in ["/srv/vm.kdl", "/srv/a b:c/ü%20.kdl", "/"] {
            assert_eq!(path(&of(Path::new(name))).as_deref(), Some(Path::new(name)));
        }
    }

    #[test]
    fn what_has_no_path_has_a_name() {
        assert_eq!(name(&"untitled:Untitled-1".into()), "Untitled-1");
        assert_eq!(name(&"git:/srv/a%20b.kdl".into()), "a b.kdl");
    }
}
