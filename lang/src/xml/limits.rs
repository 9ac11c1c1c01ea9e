//! What a file may have so that reading it takes a time proportional to its length.

use memchr::{memchr, memchr_iter, memmem};

/// How deep elements may stand in each other: what libxml2 allows libvirt (`xmlParserMaxDepth`).
pub(super) const MOST_DEPTH: usize = 256;
/// How many attributes one element may have; no element of a domain has twenty.
const MOST_ATTRIBUTES: usize = 256;
/// How many namespaces may be declared in all; a domain declares one or two.
const MOST_NAMESPACES: usize = 64;

/// What there is too much of, and where: the reader compares each attribute of an element with the others, and
/// looks for each prefix among all namespaces.
pub(crate) fn exceeded(text: &str) -> Option<(usize, &'static str)> {
    let bytes = text.as_bytes();
    if let Some(at) = memmem::find_iter(bytes, b"xmlns").nth(MOST_NAMESPACES) {
        return Some((at, "more namespaces than the 64 that are read"));
    }
    let mut start = 0;
    while let Some(open) = memchr(b'<', &bytes[start..]) {
        let tag = start + open;
        let end = memchr(b'<', &bytes[tag + 1..]).map_or(bytes.len(), |next| tag + 1 + next);
        // An `=` in text counts too; no text of a domain has so many between two tags, unless it is one value.
        let is_markup = matches!(bytes.get(tag + 1), Some(b'!' | b'?'));
        if !is_markup && let Some(at) = too_many_attributes(&bytes[tag..end]) {
            return Some((tag + at, "more attributes than the 256 of one element that are read"));
        }
        start = end;
    }
    None
}

/// Where the attribute begins that is one too many in the start tag at the start of `bytes`, up to its `>`.
fn too_many_attributes(bytes: &[u8]) -> Option<usize> {
    memchr_iter(b'=', bytes).nth(MOST_ATTRIBUTES)?;
    let (mut quote, mut count) = (None, 0);
    for (at, &byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return None,
            (None, b'=') => {
                count += 1;
                if count > MOST_ATTRIBUTES {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
