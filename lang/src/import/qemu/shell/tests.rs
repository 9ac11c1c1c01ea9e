#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::{Word, read};

/// The words of every command; what is unknown as `?`, a gap as `…`.
fn commands(text: &str) -> Vec<String> {
    let shown = |word: &Word| {
        if word.is_gap() { "…".to_owned() } else { word.value().replace('\0', "?") }
    };
    let commands = read(text).commands;
    commands.iter().map(|words| words.iter().map(shown).collect::<Vec<_>>().join("|")).collect()
}

/// The one command of `text`.
fn words(text: &str) -> String {
    let commands = commands(text);
    assert_eq!(commands.len(), 1, "{commands:?}");
    commands.concat()
}

#[test]
fn quotes_are_taken_off() {
    assert_eq!(words(r#"a 'b c' "d e" f\ g 'h'"i"j "" "\"\x\$\\""#), r#"a|b c|d e|f g|hij||"\x$\"#);
    assert_eq!(words("a \\\n  b \\\r\n c"), "a|b|c");
    assert_eq!(words("a 'x\ny' \"x\\\ny\""), "a|x\ny|xy");
    assert_eq!(words("a $'b' $\"c\" $'\\n'"), "a|b|c|?");
}

#[test]
fn commands_end_where_the_shell_ends_them() {
    assert_eq!(
        commands("a b; c & d | e && f || g\nh # i\n#j\nk"),
        ["a|b", "c", "d", "e", "f", "g", "h", "k"]
    );
    assert_eq!(commands("a > out 2>&1 b <in &>all c"), ["a|b|c"]);
    assert_eq!(commands("a <<EOF b\n-device x\nEOF\nc <<-'X'\n\t$d\n\tX\ne"), ["a|b", "c", "e"]);
}

#[test]
fn variables_of_the_file_are_put_in() {
    assert_eq!(
        commands("A=1 B=\"x y\"\nc $A ${A}2 $B \"$B\" '$A' \"$U\" $U p$U"),
        ["c|1|12|x|y|x y|$A|?|…|p?"]
    );
    assert_eq!(commands("A=1; A+=2; B=$A$A; c $B"), ["c|1212"]);
    // What is assigned is not split.
    assert_eq!(
        commands("A='x y'; B=$A' z'\nexport C=$B; c $B \"$C\""),
        ["export|C=x y z", "c|x|y|z|x y z"]
    );
    assert_eq!(commands("A='x y'; c A=$A; B=(A=$A); d \"${B[@]}\""), ["c|A=x|y", "d|A=x|y"]);
    assert_eq!(commands("A=1 env x; c $A"), ["env|x", "c|…"]);
    assert_eq!(commands("export A=1; c $A"), ["export|A=1", "c|1"]);
    assert_eq!(commands("c \"$(d 'e )' \"$(f)\")\" `g \\` h` ${A:-i}"), ["c|?|…|…"]);
}

#[test]
fn arrays_are_put_in() {
    let arrays = "A=( a 'b c' # comment\n d )\nA+=(\"e\")\n";
    assert_eq!(commands(&format!("{arrays}x \"${{A[@]}}\" y")), ["x|a|b c|d|e|y"]);
    assert_eq!(
        commands(&format!("{arrays}B=(\"${{A[@]}}\" $U f)\nx \"${{B[@]}}\"")),
        ["x|a|b c|d|e|…|f"]
    );
    assert_eq!(commands("x \"$@\" y"), ["x|…|y"]);
    assert_eq!(
        commands("set -- a b\nset -- \"$@\" c\nx \"$@\""),
        ["set|--|a|b", "set|--|a|b|c", "x|a|b|c"]
    );
    assert_eq!(commands("x \"${U[@]}\""), ["x|…"]);
}

#[test]
fn what_may_not_have_happened_is_unknown() {
    assert_eq!(commands("A=1\nif x; then A=2; fi\nc \"$A\"")[1], "c|?");
    assert_eq!(commands("if x; then A=2; c $A; else c $A; fi"), ["x", "c|2", "c|…"]);
    assert_eq!(commands("A=(a)\nif x; then A+=(b); fi\nA+=(c)\nd \"${A[@]}\"")[1], "d|a|…|c");
    assert_eq!(commands("A=(a)\nx && A+=(b)\nd \"${A[@]}\"")[1], "d|a|…");
    assert_eq!(commands("A=\"-a b\"\nif x; then A=\"$A -c d\"; fi\ne $A")[1], "e|-a|b|…");
    assert_eq!(commands("for i in 1 2; do c $i; done"), ["for|i|in|1|2", "c|…"]);
    assert_eq!(commands("A=1\n(A=2; c $A); d $A"), ["c|2", "d|1"]);
    assert_eq!(commands("A=1\n{ A=2; }; d $A"), ["d|2"]);
    assert_eq!(commands("A=1\nf() ( A=2; c $A )\nd $A"), ["c|2", "d|1"]);
    assert_eq!(commands("A=1\nf() { c $A; }\nA=2\nf"), ["c|…", "f"]);
    assert_eq!(commands("A=1\nf() {\nlocal B=2\n c $A $B; }\nf"), ["local|B=2", "c|1|2", "f"]);
    assert_eq!(commands("A=1; read A; c $A")[1], "c|…");
    assert_eq!(commands("A=1; . other; c $A")[1], "c|…");
    assert_eq!(commands("A=1; ((A++)); c $A"), ["c|…"]);
    assert_eq!(commands("case $1 in -m|--mem) A=1;; esac; c $A").last().unwrap(), "c|…");
}

#[test]
fn a_call_changes_what_its_function_changes() {
    let last = |text: &str| commands(text).pop().unwrap();
    assert_eq!(last("f() { A+=(b); }\nA=(a)\nf x\nc \"${A[@]}\""), "c|a|…");
    assert_eq!(last("f() { A+=(b); }\nA=(a)\nc \"${A[@]}\""), "c|a");
    assert_eq!(last("f() { A=(b); }\nA=(a)\nf\nc \"${A[@]}\""), "c|…");
    assert_eq!(last("f() { A+=' b'; }\nA='-a b'\nf\nc $A"), "c|-a|b|…");
    assert_eq!(last("f() { A=\"$A $1\"; }\nA='-a b'\nf\nc $A"), "c|-a|b|…");
    assert_eq!(last("f() { A=${A}' b'; }\nA='-a b'\nf\nc $A"), "c|-a|b|…");
    assert_eq!(last("f() { A=\"$A$1\"; }\nA='-a b'\nf\nc $A"), "c|…");
    assert_eq!(last("f() { A+=b; }\nA='-a b'\nf\nc $A"), "c|…");
    assert_eq!(
        last("f() { B=1; }\nfunction g { f; }\nfunction h\n{\ng\n}\nA=1 B=2\nh\nc $A $B"),
        "c|1|…"
    );
    assert_eq!(last("function f { A=2; }\nA=1\n(c $A)"), "c|1");
    assert_eq!(last("f() { f; g; A=2; }\ng() { f; }\nA=1\ng\nc $A"), "c|…");
}

#[test]
fn every_byte_knows_where_it_was_written() {
    let text = "N=7\nqemu -device 'pxb-pcie,bus_nr=1' \"a\\\"b\" x$N y${N} \"$N\"";
    let script = read(text);
    let words = &script.commands[0];
    let place = |word: usize, part: &str| {
        let word: &Word = &words[word];
        let start = word.value().find(part).unwrap();
        word.place(start..start + part.len()).of(text)
    };
    assert_eq!(place(2, "1"), "1");
    assert_eq!(place(2, "bus_nr=1"), "bus_nr=1");
    assert_eq!(place(3, "a\"b"), "a\\\"b");
    assert_eq!(place(4, "7"), "7");
    assert_eq!(place(4, "x"), "x");
    assert_eq!(place(4, "x7"), "x$N");
    assert_eq!(words[6].span().of(text), "\"$N\"");
}

#[test]
fn a_quotation_that_never_ends_is_the_end() {
    let script = read("a b\nc 'd\ne \"f");
    assert_eq!(script.unterminated.unwrap().range(), 6..7);
    assert_eq!(commands("a b\nc 'd\ne \"f"), ["a|b", "c|…"]);
    assert_eq!(read("a \"b\nc").unterminated.unwrap().range(), 2..3);
    assert!(read("a '").unterminated.is_some());
    assert!(read("a b # don't").unterminated.is_none());
}

#[test]
fn any_text_is_read() {
    let parts = [
        "a", " ", "'", "\"", "\\", "\n", "$", "{", "}", "(", ")", "[@]", "A=", "A+=(", "if ",
        "fi\n", "<<E\n", "E\n", ";", "&", "|", "`", "#", "é", "\r\n", "$'", "$A", "${A[@]}",
        "for ", "f() {", "((", "\0", "set -- ",
    ];
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(parts[usize::try_from(state >> 33).unwrap() % parts.len()]);
        }
        for word in read(&text).commands.iter().flatten() {
            let length = word.value().len();
            for range in [0..length, 0..0, length..length] {
                assert!(word.place(range).range().end <= text.len() + 1, "{text:?}");
            }
        }
    }
}
