//! Whatever a configuration file holds, it is read or refused, with every mistake in the text.

use std::path::Path;

use iommulint_settings::{ConfigError, Configuration};
use proptest::prelude::*;

fn holds(text: &str) {
    let path = Path::new("/iommulint.toml");
    let Err(error) = Configuration::parse(path, text) else { return };
    assert!(!error.to_string().is_empty());
    if let ConfigError::Wrong { mistakes, .. } = error {
        assert!(!mistakes.is_empty());
        assert!(mistakes.is_sorted_by_key(|mistake| mistake.span));
        for mistake in mistakes.iter() {
            assert!(text.get(mistake.span.range()).is_some(), "{mistake:?} in {text:?}");
            let headline = &mistake.headline;
            assert!(!headline.is_empty() && !headline.ends_with('.'), "{headline}");
        }
    }
}

/// Keys, values and what stands between them.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "[target]",
        "[[overrides]]",
        "[overrides]",
        "[overrides.rules]",
        "[rules]",
        "[policy]",
        "paths",
        "exclude",
        "qemu",
        "host",
        "rules",
        "\"pci/bus-window\"",
        "pci",
        "syntax",
        "overrides",
        " = ",
        " = ",
        ".",
        "\n",
        "\n",
        "\n",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "\"off\"",
        "\"11.1\"",
        "\"a\"",
        "\"\"",
        "[\"a\"]",
        "5",
        "1.5",
        "true",
        "1979-05-27",
        "# ä\n",
        "'''",
        "\"",
        "\\",
        "\u{feff}",
        "\r\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        holds(&text);
    }

    #[test]
    fn any_pieces_of_a_file_are_read_or_refused(text in pieces()) {
        holds(&text);
    }
}

#[test]
fn depth_and_length_do_no_harm() {
    let many = 100_000;
    holds(&format!("exclude = {}", "[".repeat(many)));
    holds(&format!("rules = {}", "{a=".repeat(many)));
    holds(&format!("{}a = 1", "a.".repeat(many)));
    holds(&format!("[{}a]", "a.".repeat(many)));
    holds(&"[[overrides]]\n".repeat(2000));
    let keys: Vec<String> = (0..2000).map(|number| format!("key{number} = 1\n")).collect();
    holds(&keys.concat());
}
