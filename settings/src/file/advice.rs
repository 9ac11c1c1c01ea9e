//! What is known of the ways in which people get a configuration file wrong.

use iommulint_lang::rules::RuleName;
use iommulint_lang::span::Span;
use iommulint_lang::toml_file::Advice;

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

/// What is known of the ways in which people get a configuration file wrong.
pub(crate) struct OfSettings;

impl Advice for OfSettings {
    fn place_of(&self, key: &str) -> Option<String> {
        let place = match PLACES.iter().find(|(name, _)| *name == key) {
            Some((_, place)) => place,
            None if key.contains('/') && key.parse::<RuleName>().is_ok() => {
                "below `[rules]` or `[overrides.rules]`"
            }
            None => return None,
        };
        Some(format!("it belongs {place}"))
    }

    /// What other linters' words for the level of a rule mean here.
    fn meaning_of(&self, word: &str) -> Option<&'static str> {
        Some(match word {
            "none" | "disable" | "disabled" | "ignore" | "allow" | "false" => "off",
            "warn" => "warning",
            "info" | "information" | "hint" => "note",
            "deny" | "forbid" => "error",
            _ => return None,
        })
    }

    fn no_toml(&self, text: &str, span: Span) -> Option<(Span, String)> {
        let (span, rule) = unquoted_rule(text, span)?;
        Some((span, format!("write the rule's name in quotes: `\"{rule}\"`")))
    }
}

/// The rule's name with which the line of `span` begins, when `span` is in it: TOML wants quotes around
/// its slash.
fn unquoted_rule(text: &str, span: Span) -> Option<(Span, &str)> {
    let start = text.get(..span.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next()?;
    let key = line.split_once('=')?.0.trim_end();
    let name = key.trim_start();
    name.parse::<RuleName>().ok()?;
    let offset = |at: usize| u32::try_from(at).ok();
    let key = Span::new(offset(start + key.len() - name.len())?, offset(start + key.len())?);
    (span.start >= key.start && span.end <= key.end).then_some((key, name))
}
