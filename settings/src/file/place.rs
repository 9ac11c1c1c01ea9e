//! Where keys belong that are somewhere else.

use iommulint_lang::rules::RuleName;

/// Keys that are often written into the wrong table, and where they belong: what stands behind the
/// header of a table is in it, whatever the empty lines between say.
const PLACES: [(&str, &str); 6] = [
    ("exclude", "above the first `[…]` of the file"),
    ("host", "above the first `[…]` of the file, or below `[[overrides]]`"),
    ("libvirt", "below `[target]` or `[overrides.target]`"),
    ("qemu", "below `[target]` or `[overrides.target]`"),
    ("not-allowable", "below `[policy]` or `[overrides.policy]`"),
    ("paths", "below `[[overrides]]`"),
];

/// What to do with a key of that name, which is known but not where it stands.
pub(crate) fn place_of(key: &str) -> Option<String> {
    let place = match PLACES.iter().find(|(name, _)| *name == key) {
        Some((_, place)) => place,
        None if key.contains('/') && key.parse::<RuleName>().is_ok() => {
            "below `[rules]` or `[overrides.rules]`"
        }
        None => return None,
    };
    Some(format!("it belongs {place}"))
}
