//! `verdicts.md`: what the real programs and we say of every domain in `corpus/xml`, side by side. The run holds it
//! to what they say now; `UPDATE_EXPECTED=1` writes it anew. What libvirt or QEMU refuse, we refuse, and what is
//! right they take.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, OnceLock};
use std::{fs, thread};

use iommulint_conformance::verdicts::{Asked, Found, Start, Verdict, ask, start};
use iommulint_conformance::{Libvirt, Qemu, Root, workspace};

const HEAD: &str = "\
# What libvirt, QEMU and iommulint say of every domain in `corpus/xml`

Written by `conformance/tests/verdicts.rs` (`UPDATE_EXPECTED=1 cargo test -p iommulint-conformance --test verdicts`).

- *schema*: `virt-xml-validate`. *define*: `virsh define`. *native*: `virsh domxml-to-native`; \"as define\" says the same.
  A domain that wants KVM or the host's CPU is asked about with an emulated one where the machine has neither.
- *QEMU*: libvirt's command line, started paused. Emulated devices stand in for those of the host, empty back ends for
  files and sockets, without firmware and without KVM. \"starts unaccelerated\": QEMU wanted KVM for `accel=on`, and started
  once the SMMUs were emulated ones; what it would have said after that point is not seen here. Of an `<interface>`
  `domxml-to-native` keeps only model and MAC: for QEMU an emulated device is in its place.
- *check*: the rules iommulint names; errors unless it says otherwise.

";

#[test]
fn verdicts_are_those_of_the_table() {
    let Some((root, libvirt, verdicts)) = verdicts() else {
        return;
    };
    let mut table = HEAD.to_owned();
    writeln!(
        table,
        "libvirt {}, QEMU {}: {} domains.\n",
        libvirt.version(),
        Qemu::aarch64(root).version(),
        verdicts.len()
    )
    .unwrap();
    table.push_str(
        "| domain | schema | define | native | QEMU | check |\n|---|---|---|---|---|---|\n",
    );
    for (path, verdict) in verdicts {
        table.push_str(&verdict.row(path));
        table.push('\n');
    }
    let committed = conformance().join("verdicts.md");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(committed, table).unwrap();
        return;
    }
    let before = fs::read_to_string(committed).unwrap_or_default();
    let different: Vec<_> =
        table.lines().filter(|line| !before.lines().any(|was| was == *line)).collect();
    assert!(different.is_empty(), "not in the table:\n{}", different.join("\n"));
    assert_eq!(table, before, "rows of the table are of no file");
    println!("conformance: {} domains asked about", verdicts.len());
}

#[test]
fn right_domains_are_taken_by_libvirt_and_qemu() {
    let Some((_, _, verdicts)) = verdicts() else {
        return;
    };
    let not_ours = not_ours();
    let mut wrong = Vec::new();
    for (path, verdict) in verdicts {
        let Ok(right) = path.strip_prefix("ok") else {
            continue;
        };
        let excused = not_ours.iter().any(|excused| excused == right);
        let refused = verdict.is_refused() || !verdict.asked.is_valid;
        if refused != excused {
            wrong.push(verdict.row(path));
        }
    }
    let rows = wrong.join("\n");
    assert!(wrong.is_empty(), "refused, but not in not-ours.txt; or there, and accepted:\n{rows}");
    for excused in not_ours {
        let path = Path::new("ok").join(&excused);
        assert!(verdicts.iter().any(|(file, _)| *file == path), "no {}", excused.display());
    }
}

#[test]
fn what_libvirt_or_qemu_refuse_is_an_error() {
    let Some((_, _, verdicts)) = verdicts() else {
        return;
    };
    let silent: Vec<_> = verdicts
        .iter()
        .filter(|(path, verdict)| path.starts_with("err") && verdict.is_refused())
        .filter(|(_, verdict)| !verdict.found.iter().any(Found::is_error))
        .map(|(path, verdict)| verdict.row(path))
        .collect();
    assert!(silent.is_empty(), "{} refused, and no error:\n{}", silent.len(), silent.join("\n"));
}

#[test]
fn every_wrong_domain_is_found_and_no_right_one() {
    let Some((_, _, verdicts)) = verdicts() else {
        return;
    };
    let wrong: Vec<_> = verdicts
        .iter()
        .filter(|(path, verdict)| {
            let found = verdict.found.iter().any(|found| !found.is_note());
            found == path.starts_with("ok")
        })
        .map(|(path, verdict)| verdict.row(path))
        .collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

type Verdicts = (Root, &'static Libvirt, Vec<(PathBuf, Verdict)>);

/// Everything is asked once.
fn verdicts() -> Option<&'static Verdicts> {
    static ASKED: OnceLock<Option<Verdicts>> = OnceLock::new();
    let asked = ASKED.get_or_init(|| {
        let (root, libvirt) = Root::locate().zip(Libvirt::shared())?;
        let verdicts = all_asked(&root, libvirt, &files());
        Some((root, libvirt, verdicts))
    });
    asked.as_ref()
}

/// libvirt is asked about one domain after the other, and QEMU started beside it.
fn all_asked(root: &Root, libvirt: &Libvirt, files: &[PathBuf]) -> Vec<(PathBuf, Verdict)> {
    let (sender, receiver) = channel::<(PathBuf, Asked, String)>();
    let receiver = Mutex::new(receiver);
    let verdicts = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((path, asked, text)) = next(&receiver) {
                    let words = asked.command_line.as_ref();
                    let start = words.map_or(Start::NotTried, |words| start(root, words));
                    let found = Found::all(&text);
                    verdicts.lock().unwrap().push((path, Verdict { asked, start, found }));
                }
            });
        }
        let read = |path: &PathBuf| fs::read_to_string(corpus().join(path)).unwrap();
        let texts: Vec<String> = files.iter().map(read).collect();
        let valid = libvirt.valid(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        for ((path, text), is_valid) in files.iter().zip(texts).zip(valid) {
            sender.send((path.clone(), ask(libvirt, &text, is_valid), text)).unwrap();
        }
        drop(sender);
    });
    let mut verdicts = verdicts.into_inner().unwrap();
    verdicts.sort_by(|(one, _), (other, _)| one.cmp(other));
    verdicts
}

fn next<T>(receiver: &Mutex<Receiver<T>>) -> Option<T> {
    receiver.lock().unwrap().recv().ok()
}

/// Every `.xml` below `corpus/xml`, by its path from there, in order.
fn files() -> Vec<PathBuf> {
    let folder = corpus();
    let mut pending = vec![folder.clone()];
    let mut files = Vec::new();
    while let Some(here) = pending.pop() {
        for entry in fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xml") {
                files.push(path.strip_prefix(&folder).unwrap().to_owned());
            }
        }
    }
    files.sort();
    files
}

/// The right domains which `not-ours.txt` excuses.
fn not_ours() -> Vec<PathBuf> {
    let list = fs::read_to_string(conformance().join("not-ours.txt")).unwrap();
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let excuses = lines.map(|line| line.split_once(' ').expect("a path and the reason"));
    excuses.map(|(path, _)| path.into()).collect()
}

fn corpus() -> PathBuf {
    workspace().join("corpus/xml")
}

fn conformance() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
