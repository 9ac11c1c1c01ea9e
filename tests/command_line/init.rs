//! Files to begin with, and what CI systems read.

use std::fs;

use crate::run::{folder, run};

const PAGE: &str = include_str!("../../docs/ci.md");
const ZED: &str = include_str!("../../editors/zed/README.md");
const VSCODE: &str = include_str!("../../editors/vscode/README.md");
const MATCHER: &str = include_str!("../../.github/iommulint-matcher.json");

#[test]
fn a_configuration_is_written_once_and_can_be_used() {
    let folder = folder(&[("a.kdl", b"vm \"a\" machine=\"virt\"\n")]);
    assert_eq!(run(&folder, &["init"]), (0, String::new(), "wrote iommulint.toml\n".to_owned()));
    let clean = "1 file checked, no findings\n".to_owned();
    assert_eq!(run(&folder, &["check"]), (0, clean, String::new()));

    let path = folder.path().join("iommulint.toml");
    fs::write(&path, "# mine\n").expect("it can be written");
    let (code, _, err) = run(&folder, &["init", "pre-commit", "config"]);
    assert!(code == 2 && err.contains("`iommulint.toml` is there already"), "{err}");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "# mine\n");
    assert!(!folder.path().join(".pre-commit-config.yaml").exists(), "nothing was written");

    assert_eq!(run(&folder, &["init", "--force"]).0, 0);
    let written = fs::read_to_string(&path).expect("it is there");
    assert_eq!(run(&folder, &["init", "--print"]), (0, written, String::new()));
}

#[test]
fn files_are_where_the_programs_look_for_them_and_as_the_page_shows_them() {
    let folder = folder(&[]);
    let (code, _, err) = run(&folder, &["init", "pre-commit", "github", "gitlab"]);
    assert_eq!(code, 0, "{err}");
    let blocks: Vec<&str> = PAGE
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(block, _)| block))
        .collect();
    let paths = [".pre-commit-config.yaml", ".github/workflows/iommulint.yml", ".gitlab-ci.yml"];
    for (path, shown) in paths.iter().zip(&blocks) {
        let written = fs::read_to_string(folder.path().join(path)).expect(path);
        assert_eq!(&written, shown, "{path}");
        assert!(PAGE.contains(&format!("`{path}`")), "{path}");
    }
    assert_eq!(blocks.len(), paths.len());
}

#[test]
fn editors_get_the_files_of_their_pages() {
    let folder = folder(&[]);
    let names = ["neovim", "helix", "vscode", "zed", "emacs"];
    let arguments: Vec<&str> = ["init"].into_iter().chain(names).collect();
    let (code, _, err) = run(&folder, &arguments);
    assert_eq!(code, 0, "{err}");
    let written = |path: &str| fs::read_to_string(folder.path().join(path)).expect(path);
    assert_eq!(written(".nvim.lua"), include_str!("../../editors/neovim/iommulint.lua"));
    assert_eq!(
        written(".helix/languages.toml"),
        include_str!("../../editors/helix/languages.toml")
    );
    assert_eq!(written(".dir-locals.el"), include_str!("../../editors/emacs/dir-locals.el"));
    let zed = written(".zed/settings.json");
    assert!(ZED.contains(&format!("```json\n{zed}```")), "{zed}");
    let pages = [
        ("neovim", ".nvim.lua", include_str!("../../editors/neovim/README.md")),
        ("helix", ".helix/languages.toml", include_str!("../../editors/helix/README.md")),
        ("vscode", ".vscode/settings.json", VSCODE),
        ("zed", ".zed/settings.json", ZED),
        ("emacs", ".dir-locals.el", include_str!("../../editors/emacs/README.md")),
    ];
    for (name, path, page) in pages {
        assert!(page.contains(&format!("`iommulint init {name}`")), "{name}");
        assert!(page.contains(&format!("`{path}`")), "{name}");
    }

    let (code, _, err) = run(&folder, &["init", "gitlab", "emacs"]);
    assert!(code == 2 && err.contains("`.dir-locals.el` is there already"), "{err}");
    assert!(!folder.path().join(".gitlab-ci.yml").exists(), "nothing was written");
}

/// The settings for VS Code are those its page shows, and name the extension as it names itself.
#[test]
fn the_files_for_vs_code_are_as_its_page_shows_them() {
    let folder = folder(&[]);
    assert_eq!(run(&folder, &["init", "vscode"]).0, 0);
    let parse = |text: &str| -> serde_json::Value { serde_json::from_str(text).expect(text) };
    let written =
        |path: &str| parse(&fs::read_to_string(folder.path().join(path)).expect("it is written"));
    let (_, block) = VSCODE.split_once("```json\n").expect("settings");
    let (block, _) = block.split_once("```").expect("an end");
    assert_eq!(written(".vscode/settings.json"), parse(&format!("{{{block}}}")));

    let package = parse(include_str!("../../editors/vscode/package.json"));
    let part = |name: &str| package[name].as_str().expect(name).to_owned();
    let id = format!("{}.{}", part("publisher"), part("name"));
    assert_eq!(written(".vscode/extensions.json"), serde_json::json!({ "recommendations": [id] }));
}

#[test]
fn the_problem_matcher_reads_the_concise_report() {
    let matcher: serde_json::Value = serde_json::from_str(MATCHER).expect("it is JSON");
    let pattern = &matcher["problemMatcher"][0]["pattern"][0];
    let expression = pattern["regexp"].as_str().expect("a string");
    let expression = regex::Regex::new(expression).expect("a regular expression");
    let group =
        |name: &str| usize::try_from(pattern[name].as_u64().expect(name)).expect("a small number");
    let text = b"vm \"a\" machine=\"virt\" {\n    iommufd \"i\"\n    pxb bus-nr=255\n}\n";
    let folder = folder(&[("a:b.kdl", text)]);
    let (_, out, _) = run(&folder, &["check", "--format=concise"]);
    let read: Vec<_> = out
        .lines()
        .map(|line| {
            let found = expression.captures(line).unwrap_or_else(|| panic!("{line}"));
            let part = |name| found[group(name)].to_owned();
            assert!(line.ends_with(&format!("] {}", part("message"))), "{line}");
            (part("file"), part("line"), part("column"), part("severity"), part("code"))
        })
        .collect();
    let expected = |line: &str, column: &str, severity: &str, code: &str| {
        ["a:b.kdl", line, column, severity, code].map(str::to_owned).into()
    };
    let expected: [(String, String, String, String, String); 2] = [
        expected("2", "13", "warning", "iommufd/unused"),
        expected("3", "16", "error", "pci/bus-nr-range"),
    ];
    assert_eq!(read, expected);
}
