//! `iommulint check --watch`

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::run::{folder, iommulint, run};

/// How long a word may take, on a machine that has much else to do.
const WAIT: Duration = Duration::from_mins(1);
const RIGHT: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=254\n}\n";
const WRONG: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=255\n}\n";

/// A running `check --watch`, which ends with this.
struct Watching {
    child: Child,
    report: Receiver<String>,
    log: Receiver<String>,
}

/// Waits for a line with `part`, and leaves those before it out.
fn wait_for(part: &str, lines: &Receiver<String>) {
    let end = Instant::now() + WAIT;
    let mut said = Vec::new();
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let line = lines.recv_timeout(left);
        let line = line.unwrap_or_else(|_| panic!("no {part:?} after {said:#?}"));
        if line.contains(part) {
            break;
        }
        said.push(line);
    }
}

impl Watching {
    /// Waits for `part` in the report, and until changes are waited for.
    fn reports(&self, part: &str) {
        wait_for(part, &self.report);
        wait_for("watching for changes: Ctrl-C ends it", &self.log);
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn watch(folder: &TempDir, arguments: &[&str]) -> Watching {
    let mut child = iommulint(folder)
        .args(["check", "--watch"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let report = lines(child.stdout.take().expect("it was piped"));
    let log = lines(child.stderr.take().expect("it was piped"));
    Watching { child, report, log }
}

fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = channel();
    let mut all = BufReader::new(output).lines().map_while(Result::ok);
    thread::spawn(move || all.try_for_each(|line| send.send(line)));
    lines
}

#[test]
fn what_changes_in_a_folder_is_checked() {
    let folder = folder(&[("vm.kdl", WRONG.as_bytes())]);
    let place = |name: &str| folder.path().join(name);
    let watching = watch(&folder, &[]);
    watching.reports("1 error");
    fs::write(place("vm.kdl"), RIGHT).unwrap();
    watching.reports("no findings");
    // A folder that was not there.
    fs::create_dir(place("vms")).unwrap();
    watching.reports("no findings");
    fs::write(place("vms/b.kdl"), WRONG).unwrap();
    watching.reports("vms/b.kdl:2:");
    fs::remove_dir_all(place("vms")).unwrap();
    watching.reports("no findings");
    // As many editors write.
    fs::write(place(".vm.kdl.new"), WRONG).unwrap();
    fs::rename(place(".vm.kdl.new"), place("vm.kdl")).unwrap();
    watching.reports("vm.kdl:2:");
}

#[test]
fn a_file_that_is_named_may_be_replaced_and_vanish() {
    let folder = folder(&[("vm.kdl", RIGHT.as_bytes())]);
    let place = |name: &str| folder.path().join(name);
    let watching = watch(&folder, &["vm.kdl"]);
    watching.reports("no findings");
    // Others are none of its business.
    fs::write(place("other.kdl"), WRONG).unwrap();
    fs::rename(place("other.kdl"), place("vm.kdl")).unwrap();
    watching.reports("vm.kdl:2:");
    fs::remove_file(place("vm.kdl")).unwrap();
    wait_for("cannot", &watching.log);
    fs::write(place("vm.kdl"), RIGHT).unwrap();
    watching.reports("no findings");
}

#[test]
fn a_configuration_counts_as_soon_as_it_is_written() {
    let folder = folder(&[("vms/vm.kdl", WRONG.as_bytes()), ("iommulint.toml", b"")]);
    let configure = |text: &str| fs::write(folder.path().join("iommulint.toml"), text).unwrap();
    let watching = watch(&folder, &["vms"]);
    watching.reports("1 error");
    configure("[rules]\n\"pci/bus-nr-range\" = \"note\"\n");
    watching.reports("1 note");
    configure("[rule]\n");
    wait_for("did you mean", &watching.log);
    configure("[rules]\n\"pci/bus-nr-range\" = \"off\"\n");
    watching.reports("no findings");
}

#[test]
fn what_is_fixed_stays_so() {
    let twice = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=252 bus-nr=252\n}\n";
    let folder = folder(&[("vm.kdl", RIGHT.as_bytes())]);
    let watching = watch(&folder, &["--fix"]);
    watching.reports("no findings");
    fs::write(folder.path().join("vm.kdl"), twice).unwrap();
    wait_for("1 fix applied", &watching.log);
    watching.reports("no findings");
    let text = fs::read_to_string(folder.path().join("vm.kdl")).unwrap();
    assert_eq!(text, twice.replace("bus-nr=252 bus-nr=252", "bus-nr=252"));
}

#[test]
fn it_ends_when_nobody_reads_any_more() {
    let folder = folder(&[("vm.kdl", WRONG.as_bytes())]);
    let mut watching = watch(&folder, &[]);
    watching.reports("1 error");
    // The reader of the lines ends with the first one that nobody takes.
    watching.report = channel().1;
    let end = Instant::now() + WAIT;
    while watching.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < end, "it goes on");
        fs::write(folder.path().join("vm.kdl"), WRONG).unwrap();
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn standard_input_cannot_be_watched() {
    let folder = folder(&[]);
    let (code, stdout, stderr) = run(&folder, &["check", "--watch", "-"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("standard input cannot be watched"), "{stderr}");
}
