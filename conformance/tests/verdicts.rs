//! `verdicts.md`: what the real programs and we say of every domain in `corpus/xml`, side by side. The run holds it
//! to what they say now; `UPDATE_EXPECTED=1` writes it anew.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use iommulint_conformance::verdicts::{Asked, Start, Verdict, ask, start};
use iommulint_conformance::{Libvirt, Qemu, Root, workspace};

const HEAD: &str = "\
# What libvirt, QEMU and iommulint say of every domain in `corpus/xml`

Written by `conformance/tests/verdicts.rs` (`UPDATE_EXPECTED=1 cargo test -p iommulint-conformance --test verdicts`).

- *schema*: `virt-xml-validate`. *define*: `virsh define`. *native*: `virsh domxml-to-native`; \"as define\" says the same.
  A domain that wants KVM or the host's CPU is asked about with an emulated one where the machine has neither.
- *QEMU*: libvirt's command line, started paused. Emulated devices stand in for those of the host, empty back ends for
  files and sockets, without firmware and without KVM. \"starts unaccelerated\": QEMU wanted KVM for `accel=on`, and started
  once the SMMUs were emulated ones; what it would have said after that point is not seen here.
- *check*: the rules iommulint names; errors unless it says otherwise.

";

#[test]
fn verdicts_are_those_of_the_table() {
    let (Some(root), Some(libvirt)) = (Root::locate(), Libvirt::shared()) else {
        return;
    };
    let verdicts = verdicts(&root, libvirt, &files());
    let mut table = HEAD.to_owned();
    table.push_str(&format!(
        "libvirt {}, QEMU {}: {} domains.\n\n",
        libvirt.version(),
        Qemu::aarch64(&root).version(),
        verdicts.len()
    ));
    table.push_str(
        "| domain | schema | define | native | QEMU | check |\n|---|---|---|---|---|---|\n",
    );
    for (path, verdict) in &verdicts {
        table.push_str(&verdict.row(path));
        table.push('\n');
    }
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("verdicts.md");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(committed, table).unwrap();
        return;
    }
    let before = std::fs::read_to_string(committed).unwrap_or_default();
    let different: Vec<_> =
        table.lines().filter(|line| !before.lines().any(|was| was == *line)).collect();
    assert!(different.is_empty(), "not in the table:\n{}", different.join("\n"));
    assert_eq!(table, before, "rows of the table are of no file");
    println!("conformance: {} domains asked about", verdicts.len());
}

/// Every `.xml` below `corpus/xml`, by its path from there, in order.
fn files() -> Vec<PathBuf> {
    let folder = corpus();
    let mut pending = vec![folder.clone()];
    let mut files = Vec::new();
    while let Some(here) = pending.pop() {
        for entry in std::fs::read_dir(here).unwrap() {
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

fn corpus() -> PathBuf {
    workspace().join("corpus/xml")
}

/// libvirt is asked about one domain after the other, and QEMU started beside it.
fn verdicts(root: &Root, libvirt: &Libvirt, files: &[PathBuf]) -> Vec<(PathBuf, Verdict)> {
    let (sender, receiver) = channel::<(PathBuf, Asked, String)>();
    let receiver = Mutex::new(receiver);
    let verdicts = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((path, asked, text)) = next(&receiver) {
                    let start =
                        asked.native.as_ref().map_or(Start::NotTried, |native| start(root, native));
                    let verdict = Verdict { asked, start, found: found(&text) };
                    verdicts.lock().unwrap().push((path, verdict));
                }
            });
        }
        for path in files {
            let text = std::fs::read_to_string(corpus().join(path)).unwrap();
            sender.send((path.clone(), ask(libvirt, &text), text)).unwrap();
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

/// What we say of a domain.
fn found(_text: &str) -> Option<Vec<(String, String)>> {
    None
}
