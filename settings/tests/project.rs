//! Which file is checked with which settings.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use iommulint_lang::check::RequestedTarget;
use iommulint_lang::finding::Severity;
use iommulint_lang::rules::Level;
use iommulint_lang::target::{LibvirtTarget, QemuTarget};
use iommulint_settings::{ConfigError, FileSettings, Given, Host, Project};
use tempfile::TempDir;

/// A folder with files in it, which goes away with it.
struct Files(TempDir);

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            this.write(name, text);
        }
        this
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn project(&self, given: Given) -> Project {
        Project::new(self.0.path(), given)
    }

    fn of(&self, path: &str) -> FileSettings {
        self.project(Given::default()).of(Path::new(path)).unwrap()
    }
}

fn qemu(release: &str) -> Option<QemuTarget> {
    QemuTarget::parse(release)
}

fn libvirt(release: &str) -> Option<LibvirtTarget> {
    LibvirtTarget::parse(release)
}

fn level(settings: &FileSettings, rule: &str) -> Option<Level> {
    settings.check.levels.of(rule)
}

#[test]
fn the_nearest_configuration_counts_alone() {
    let files = Files::new(&[
        ("iommulint.toml", "target.qemu = \"9.0\"\nhost = \"far.toml\""),
        ("a/iommulint.toml", "target.libvirt = \"12.0\""),
        ("a/b/c/vm.kdl", ""),
    ]);
    let near = files.of("a/b/c/vm.kdl");
    assert_eq!(near.configuration, Some(files.path("a/iommulint.toml")));
    assert_eq!(near.check.default_target.libvirt, libvirt("12.0"));
    assert_eq!(near.check.default_target.qemu, None);
    assert_eq!(near.host, None);
    let far = files.of("vm.kdl");
    assert_eq!(far.configuration, Some(files.path("iommulint.toml")));
    assert_eq!(far.check.default_target.qemu, qemu("9.0"));
    assert_eq!(far.host, Some(files.path("far.toml")));
}

#[test]
fn a_path_means_the_same_however_it_is_written() {
    let files = Files::new(&[
        ("a/iommulint.toml", "overrides = [{ paths = [\"/vm.kdl\"], rules = { pci = \"off\" } }]"),
        ("b/other.kdl", ""),
    ]);
    let absolute = files.path("a/vm.kdl");
    let written =
        ["a/vm.kdl", "./a/./vm.kdl", "b/../a/vm.kdl", "no/such/../../a/vm.kdl"].map(Path::new);
    for path in written.into_iter().chain([absolute.as_path()]) {
        let settings = files.project(Given::default()).of(path).unwrap();
        assert_eq!(level(&settings, "pci/bus-window"), Some(Level::Off), "{}", path.display());
    }
    let inside = Project::new(&files.path("a"), Given::default());
    let settings = inside.of(Path::new("vm.kdl")).unwrap();
    assert_eq!(level(&settings, "pci/bus-window"), Some(Level::Off));
    assert_eq!(inside.of(Path::new("../b/other.kdl")).unwrap().configuration, None);
}

#[test]
fn standard_input_is_a_file_in_the_current_folder_or_where_its_name_says() {
    let files = Files::new(&[
        ("iommulint.toml", "rules.pci = \"note\""),
        ("a/iommulint.toml", "rules.pci = \"off\""),
    ]);
    let note = Some(Level::On(Severity::Note));
    for name in ["<stdin>", "vm.kdl", "iommulint.toml/vm.kdl", &"long".repeat(200)] {
        assert_eq!(level(&files.of(name), "pci/bus-window"), note, "{name}");
    }
    assert_eq!(level(&files.of("a/not-there.kdl"), "pci/bus-window"), Some(Level::Off));
    assert_eq!(level(&files.of("nor/is/the/folder.kdl"), "pci/bus-window"), note);
}

#[test]
fn later_overrides_win_key_by_key() {
    let files = Files::new(&[(
        "iommulint.toml",
        r#"
        host = "hosts/a.toml"
        target = { libvirt = "12.8", qemu = "11.1" }
        rules = { pci = "note", "pci/bus-window" = "warning" }
        policy.not-allowable = ["iommufd"]

        [[overrides]]
        paths = ["legacy"]
        host = "hosts/old.toml"
        target.qemu = "9.0"
        rules = { pci = "off" }
        policy.not-allowable = ["numa"]

        [[overrides]]
        paths = ["legacy/new/", "!legacy/new/old.kdl"]
        target.qemu = "10.0"
        rules = { "pci/bus-window" = "error" }
        "#,
    )]);
    let plain = files.of("vm.kdl");
    assert_eq!(plain.host, Some(files.path("hosts/a.toml")));
    assert_eq!(level(&plain, "pci/index-gap"), Some(Level::On(Severity::Note)));
    assert!(plain.check.not_allowable.covers("iommufd/missing"));

    let legacy = files.of("legacy/new/old.kdl");
    assert_eq!(legacy.host, Some(files.path("hosts/old.toml")));
    assert_eq!(legacy.check.default_target.libvirt, libvirt("12.8"));
    assert_eq!(legacy.check.default_target.qemu, qemu("9.0"));
    assert_eq!(level(&legacy, "pci/index-gap"), Some(Level::Off));
    // A rule wins over its group.
    assert_eq!(level(&legacy, "pci/bus-window"), Some(Level::On(Severity::Warning)));
    assert!(!legacy.check.not_allowable.covers("iommufd/missing"));
    assert!(legacy.check.not_allowable.covers("numa/distance"));

    let new = files.of("legacy/new/vm.kdl");
    assert_eq!(new.host, Some(files.path("hosts/old.toml")));
    assert_eq!(new.check.default_target.qemu, qemu("10.0"));
    assert_eq!(level(&new, "pci/index-gap"), Some(Level::Off));
    assert_eq!(level(&new, "pci/bus-window"), Some(Level::On(Severity::Error)));
}

#[test]
fn patterns_are_those_of_a_gitignore() {
    let excluded = |patterns: &[&str], path: &str| {
        let files = Files::new(&[("iommulint.toml", &format!("exclude = {patterns:?}"))]);
        files.of(path).excluded
    };
    for (patterns, path) in [
        (&["generated/**"][..], "generated/a/vm.kdl"),
        (&["generated"], "a/generated/b/vm.kdl"),
        (&["generated/"], "a/generated/vm.kdl"),
        (&["/vm.kdl"], "vm.kdl"),
        (&["*.old.kdl"], "a/vm.old.kdl"),
        (&["a/**/vm.kdl"], "a/vm.kdl"),
        (&["a/**"], "a/b/vm.kdl"),
        (&["**/a/*.kdl"], "b/a/vm.kdl"),
        (&["{a,b}/vm.kdl"], "b/vm.kdl"),
        (&["[vw]m.kd?"], "a/vm.kdl"),
        (&["!a.kdl", "*.kdl"], "a.kdl"),
    ] {
        assert!(excluded(patterns, path), "{patterns:?} {path}");
    }
    for (patterns, path) in [
        (&[][..], "vm.kdl"),
        (&["generated/"], "a/generated"),
        (&["/vm.kdl"], "a/vm.kdl"),
        (&["a/*.kdl"], "a/b/vm.kdl"),
        (&["a/*.kdl"], "b/a/vm.kdl"),
        (&["*.kdl", "!a.kdl"], "a.kdl"),
        (&["Generated"], "generated/vm.kdl"),
    ] {
        assert!(!excluded(patterns, path), "{patterns:?} {path}");
    }
}

#[test]
fn what_is_given_wins() {
    let files = Files::new(&[
        ("iommulint.toml", "host = \"a.toml\"\nexclude = [\"*\"]\n[target]\nqemu = \"9.0\""),
        (
            "ci/strict.toml",
            "host = \"b.toml\"\n[[overrides]]\npaths = [\"*\"]\nrules.pci = \"off\"",
        ),
    ]);
    let target = RequestedTarget { libvirt: None, qemu: qemu("10.0") };
    let given = Given { target, host: Some("c.toml".into()), ..Given::default() };
    let settings = files.project(given).of(Path::new("vm.kdl")).unwrap();
    assert_eq!(settings.check.target, target);
    assert_eq!(settings.check.default_target.qemu, qemu("9.0"));
    assert_eq!(settings.host, Some(files.path("c.toml")));
    assert!(settings.excluded);

    let isolated = Given { isolated: true, ..Given::default() };
    let settings = files.project(isolated).of(Path::new("vm.kdl")).unwrap();
    assert_eq!(settings.configuration, None);
    assert_eq!((settings.host, settings.excluded), (None, false));

    let config = Given { config: Some("ci/strict.toml".into()), ..Given::default() };
    let project = files.project(config);
    let outside = project.of(Path::new("vm.kdl")).unwrap();
    assert_eq!(outside.configuration, Some(files.path("ci/strict.toml")));
    assert_eq!(outside.host, Some(files.path("ci/b.toml")));
    assert!(!outside.excluded);
    // Patterns are relative to the folder of the file that has them.
    assert_eq!(level(&outside, "pci/bus-window"), None);
    let inside = project.of(Path::new("ci/vm.kdl")).unwrap();
    assert_eq!(level(&inside, "pci/bus-window"), Some(Level::Off));
}

#[test]
fn a_configuration_that_cannot_be_used_is_an_error_for_all_its_files() {
    let files = Files::new(&[
        ("a/iommulint.toml", "\n  exlude = []\n[rules]\n\"ä\" = 5\n"),
        ("b/iommulint.toml/x", ""),
    ]);
    std::fs::create_dir_all(files.path("c")).unwrap();
    std::fs::write(files.path("c/iommulint.toml"), b"# \xff").unwrap();
    let project = files.project(Given::default());
    let error = project.of(Path::new("a/vm.kdl")).unwrap_err();
    assert_eq!(project.of(Path::new("a/b/c/vm.kdl")).unwrap_err(), error);
    assert_eq!(error.name(files.0.path()), Path::new("a/iommulint.toml"));
    let path = files.path("a/iommulint.toml").display().to_string();
    assert_eq!(
        error.to_string(),
        format!(
            "{path}:2:3: there is no key `exlude` here; did you mean `exclude`?\n\
             {path}:4:1: there is no rule `ä`; `iommulint rules` lists them"
        )
    );
    for folder in ["b", "c"] {
        let error = project.of(&Path::new(folder).join("vm.kdl")).unwrap_err();
        assert!(matches!(error, ConfigError::Unreadable { .. }), "{error}");
    }
    project.of(Path::new("vm.kdl")).unwrap();
    let missing = Given { config: Some("none.toml".into()), ..Given::default() };
    let error = files.project(missing).of(Path::new("vm.kdl")).unwrap_err();
    assert!(error.to_string().starts_with("cannot read `"), "{error}");
}

#[test]
#[cfg(unix)]
fn what_has_no_end_is_not_read_to_the_end() {
    let error = Host::read(Path::new("/dev/zero")).unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable { .. }), "{error:?}");
}

#[test]
fn what_was_read_is_kept_until_it_is_to_be_forgotten() {
    let files = Files::new(&[("a/iommulint.toml", "rules.pci = \"off\"")]);
    let project = files.project(Given::default());
    let of = |path: &str| level(&project.of(Path::new(path)).unwrap(), "pci/bus-window");
    assert_eq!(of("a/b/vm.kdl"), Some(Level::Off));
    files.write("a/iommulint.toml", "");
    files.write("a/b/iommulint.toml", "rules.pci = \"note\"");
    assert_eq!(of("a/b/vm.kdl"), Some(Level::Off));
    assert_eq!(of("a/vm.kdl"), Some(Level::Off));
    project.forget();
    assert_eq!(of("a/vm.kdl"), None);
    assert_eq!(of("a/b/vm.kdl"), Some(Level::On(Severity::Note)));
}

#[test]
fn threads_share_a_project() {
    let files = Files::new(&[("iommulint.toml", "rules.pci = \"off\"")]);
    let project = files.project(Given::default());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let project = &project;
            scope.spawn(move || {
                for file in 0..200 {
                    let path = format!("{}/{thread}/vm{file}.kdl", file % 10);
                    let settings = project.of(Path::new(&path)).unwrap();
                    assert_eq!(level(&settings, "pci/bus-window"), Some(Level::Off));
                }
            });
        }
    });
}
