//! What stays the same of a finding while the lines around it change.

use std::collections::HashMap;

use iommulint_lang::finding::Finding;

use crate::sources::Sources;

/// Gives fingerprints to the findings of one file, each another one.
///
/// A fingerprint is made of the rule, the text of the line, the text that is pointed at, and, among
/// findings alike in all that, of their order. No number of a line is in it.
pub(super) struct Fingerprints<'a> {
    sources: &'a Sources,
    scope: &'a str,
    given: HashMap<u128, usize>,
}

/// How many bytes are near.
const NEAR: usize = 240;

impl<'a> Fingerprints<'a> {
    /// For the findings of a file; two files with different `scope` share no fingerprint.
    pub(super) fn new(sources: &'a Sources, scope: &'a str) -> Self {
        Self { sources, scope, given: HashMap::new() }
    }

    /// The fingerprint of the next finding, in 32 hexadecimal digits.
    pub(super) fn of(&mut self, finding: &Finding) -> String {
        let (source, range) = self.sources.at(finding.primary.origin);
        let text = &source.text;
        let line = source.line_range(source.line_at(range.start));
        // Long lines and long places count by what is near their start: each is read for each finding.
        let before = text.floor_char_boundary(range.start.saturating_sub(NEAR)).max(line.start);
        let after = text.floor_char_boundary(range.start + NEAR).min(line.end);
        let end = text.floor_char_boundary(range.start + NEAR).min(range.end);
        let parts = [self.scope, finding.rule, text[before..after].trim(), &text[range.start..end]];
        let alike = hash(parts);
        let before = self.given.entry(alike).or_default();
        *before += 1;
        let unique = if *before == 1 { alike } else { hash([&format!("{alike:x} {before}")]) };
        format!("{unique:032x}")
    }
}

/// FNV-1a with 128 bits: short, and the same in every release, which the standard library's
/// hashes need not be.
fn hash<const N: usize>(parts: [&str; N]) -> u128 {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    // 0xff is in no UTF-8: it keeps the parts apart.
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xff]));
    bytes.fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use iommulint_lang::finding::Severity;
    use iommulint_lang::span::{FileId, Origin, Span};

    use super::*;
    use crate::source::Source;

    fn fingerprints(text: &str, marks: &[&str]) -> Vec<String> {
        let sources = Sources::one(Source::new("a.kdl", text));
        let mut fingerprints = Fingerprints::new(&sources, "a.kdl");
        let mut start = 0;
        let found = marks.iter().map(|mark| {
            start += text[start..].find(mark).expect("it is there");
            let span = Span::new(
                u32::try_from(start).expect("it is short"),
                u32::try_from(start + mark.len()).expect("it is short"),
            );
            start += 1;
            let origin = Origin::new(FileId(0), span);
            fingerprints.of(&Finding::new("pci/slot", Severity::Error, origin, "wrong"))
        });
        found.collect()
    }

    #[test]
    fn lines_added_before_change_nothing() {
        let before = fingerprints("a 1\nb 1\n", &["1", "1"]);
        let after = fingerprints("new\n\n  a 1\nnew 1\nb 1\n", &["a 1", "b 1"]);
        assert_eq!(before.len(), 2);
        assert_ne!(before[0], after[0], "another text is pointed at");
        assert_eq!(before, fingerprints("new\n\n  a 1\nnew\n\tb 1\n", &["1", "1"]));
    }

    #[test]
    fn findings_alike_are_told_apart() {
        let all = fingerprints("a 1 1\na 1 1\n", &["1", "1", "1", "1"]);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 4);
        assert!(all.iter().all(|one| one.len() == 32));
    }

    #[test]
    fn of_long_lines_what_is_near_counts() {
        let line = |far: &str| format!("{far}{}here{}{far}", "ü".repeat(200), "漢".repeat(100));
        let prints = |far| fingerprints(&line(far), &["here"]);
        assert_eq!(prints("some"), prints("other"));
        assert_ne!(prints("some"), fingerprints(&line("some").replace("üh", "u h"), &["here"]));
    }

    #[test]
    fn it_is_the_same_hash_in_every_release() {
        // Worked out by another program; its hash of "foobar" is the one that is published.
        assert_eq!(hash(["a", "b"]), 0x6972_22d0_e075_7277_b806_e977_5b4e_0ce2);
    }
}
