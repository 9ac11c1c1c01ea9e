//! What may be an id in the output.

/// Whether QEMU takes it as an id (`util/id.c`): a letter, then letters, digits, `-`, `.` and `_`.
pub(super) fn is_legal(id: &str) -> bool {
    let mut bytes = id.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}
