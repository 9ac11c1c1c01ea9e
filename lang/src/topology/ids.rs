//! What an id may be, and which ones libvirt gives out itself.

use crate::span::Written;

/// Whether QEMU takes it as an id (`util/id.c`): a letter, then letters, digits, `-`, `.` and `_`.
pub(crate) fn is_legal_id(id: &str) -> bool {
    let mut bytes = id.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

/// Whether libvirt keeps `alias`: it silently drops every other (`virDomainDeviceInfoParseXML`).
pub(crate) fn libvirt_keeps(alias: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    alias.starts_with("ua-") && alias.bytes().all(legal)
}

/// Each alias with the number that its thing has where it goes by an automatic id: libvirt does not
/// count what has an alias that it keeps.
pub(crate) fn automatic_numbers<'a>(
    aliases: impl Iterator<Item = Option<&'a Written<String>>>,
) -> impl Iterator<Item = (Option<&'a Written<String>>, u32)> {
    aliases.scan(0, |next, alias| {
        let number = *next;
        if alias.is_none_or(|alias| !libvirt_keeps(&alias.value)) {
            *next += 1;
        }
        Some((alias, number))
    })
}
