//! How long it takes from a keystroke until the editor is told what is wrong: through real pipes, to the
//! real server.
//!
//! `cargo bench --bench lsp`

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use iommulint_lang::check::{Settings, check};
use iommulint_lang::span::FileId;
use serde_json::{Value, json};

const URI: &str = "file:///nowhere/vm.kdl";

fn main() {
    for (title, vms, goal) in [("5 KB", 1, "1 ms"), ("200 KB", 48, "5 ms")] {
        let text = vms_with_15_groups(vms);
        println!("{title} ({} bytes); the goal: p99 under {goal}", text.len());
        let best = (0..50).map(|_| checking(&text)).min().unwrap_or_default();
        println!("  the check alone, in process    best {best:>9.1?}");
        for encoding in ["utf-8", "utf-16"] {
            typing(&format!("in a comment, {encoding}"), &text, "// group 7", encoding);
            typing(&format!("in a wrong word, {encoding}"), &text, "rombar", encoding);
        }
    }
}

fn checking(text: &str) -> Duration {
    let start = Instant::now();
    let analysis = black_box(check(text, FileId(0), &Settings::default()));
    let took = start.elapsed();
    assert!(analysis.findings.is_empty(), "{:#?}", analysis.findings);
    took
}

/// Types and deletes one character again and again, the last time `place` is there.
fn typing(title: &str, text: &str, place: &str, encoding: &str) {
    let mut server = Server::start(encoding);
    server.tell(
        "textDocument/didOpen",
        &json!({ "textDocument": { "uri": URI, "languageId": "kdl", "version": 0, "text": text } }),
    );
    server.wait_for(0);
    let offset = text.rfind(place).expect("it is there") + place.len();
    let line = text[..offset].matches('\n').count();
    let column = offset - text[..offset].rfind('\n').expect("it has lines") - 1;
    let at = |character| json!({ "line": line, "character": character });
    let mut times: Vec<Duration> = (1..=2000)
        .map(|version| {
            let (end, new) = if version % 2 == 1 { (column, "x") } else { (column + 1, "") };
            let change = json!({ "range": { "start": at(column), "end": at(end) }, "text": new });
            let start = Instant::now();
            server.tell(
                "textDocument/didChange",
                &json!({
                    "textDocument": { "uri": URI, "version": version },
                    "contentChanges": [change],
                }),
            );
            server.wait_for(version);
            start.elapsed()
        })
        .collect();
    times.sort();
    let percentile = |percent: usize| times[times.len() * percent / 100 - 1];
    let (best, median, most) = (times[0], percentile(50), percentile(99));
    println!("  {title:30} best {best:>9.1?}  p50 {median:>9.1?}  p99 {most:>9.1?}");
}

/// The server, started as an editor does.
struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start(encoding: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_iommulint"))
            .args(["lsp", "--isolated"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let input = process.stdin.take().expect("it was piped");
        let output = BufReader::new(process.stdout.take().expect("it was piped"));
        let mut server = Self { process, input, output };
        let capabilities = json!({ "general": { "positionEncodings": [encoding] } });
        server.send(&json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": { "capabilities": capabilities },
        }));
        server.read();
        server
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let framed = format!("Content-Length: {}\r\n\r\n{text}", text.len());
        self.input.write_all(framed.as_bytes()).expect("the server reads");
    }

    /// Reads until the diagnostics of this version are there.
    fn wait_for(&mut self, version: i64) {
        while self.read()["params"]["version"] != version {}
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        let mut line = String::new();
        while self.output.read_line(&mut line).expect("the server writes") > 2 {
            if let Some(number) = line.strip_prefix("Content-Length: ") {
                length = number.trim().parse().expect("a number");
            }
            line.clear();
        }
        let mut text = vec![0; length];
        self.output.read_exact(&mut text).expect("the server writes");
        serde_json::from_slice(&text).expect("it is JSON")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Right vms of 15 groups each, in about 5 KB.
fn vms_with_15_groups(vms: usize) -> String {
    let mut text = String::from("target libvirt=\"12.8\" qemu=\"11.1\"\n");
    for vm in 0..vms {
        let _ = write!(
            text,
            "\n// Fifteen network cards, each behind a vSMMU of its own.\n\
             vm \"bench{vm}\" machine=\"virt\" {{\n    mmio-window \"2TiB\"\n    iommufd \"iommufd0\"\n",
        );
        for number in 0..15 {
            let _ = write!(
                text,
                "\n    // group {number}: the card in slot {number} of the host\n    \
                 vsmmu \"smmu{number}\" iommufd=\"iommufd0\" host=\"smmu3.0x00000000{:02x}000000\" {{\n        \
                 accel ats=#true ril=#false ssidsize=20 oas=48\n        \
                 pxb bus-nr={} slot={}\n        \
                 hostdev \"nic{number}\" host=\"{:04x}:{vm:02x}:00.0\" rombar=#false\n    }}\n",
                number + 16,
                16 * (number + 1),
                number + 1,
                number + 1,
            );
        }
        text.push_str("}\n");
    }
    text
}
