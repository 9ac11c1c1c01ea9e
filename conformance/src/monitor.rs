//! Asking a running QEMU what it made of its arguments.

use std::io::Write;
use std::mem;
use std::process::{Child, ChildStdin};
use std::thread::JoinHandle;

use serde_json::{Value, json};

use crate::lines::Lines;
use crate::qemu::Outcome;

/// A paused QEMU, over QMP. It is killed when this is dropped.
#[derive(Debug)]
pub struct Monitor {
    child: Child,
    commands: ChildStdin,
    answers: Lines,
    stderr: Option<JoinHandle<String>>,
}

/// A PCI function as `query-pci` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PciDevice {
    /// Its `id=`, empty when it has none.
    pub id: String,
    /// The bus number.
    pub bus: u64,
    /// 0 to 31.
    pub slot: u64,
    /// 0 to 7.
    pub function: u64,
    /// Vendor and device number.
    pub identity: (u64, u64),
    /// The number of the root bus it hangs off, however many bridges below.
    pub root_bus: u64,
    /// The bridges between root bus and device, outermost first, by `id=`.
    pub bridges: Vec<String>,
}

/// Where a PCI device is plugged in: known from the start, whatever firmware does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The buses by name, from the root bus (`pcie.0`, or the id of an expander bus) inwards.
    pub buses: Vec<String>,
    /// The number of the root bus.
    pub root_bus: u64,
    /// 0 to 31.
    pub slot: u64,
    /// 0 to 7.
    pub function: u64,
}

impl Monitor {
    /// Waits for QMP's greeting, which QEMU sends once the machine is complete.
    pub(crate) fn greet(mut child: Child, stderr: JoinHandle<String>) -> Result<Self, Outcome> {
        let commands = child.stdin.take().expect("a pipe was asked for");
        let answers = Lines::of(child.stdout.take().expect("a pipe was asked for"));
        let greeting = answers.next();
        let mut monitor = Self { child, commands, answers, stderr: Some(stderr) };
        // QEMU greets before the last checks of the machine: only an answer proves they passed.
        if greeting.is_none() || monitor.ask("qmp_capabilities", &json!({})).is_none() {
            return Err(monitor.end(false));
        }
        Ok(monitor)
    }

    /// A QMP command. Events in between are passed over.
    ///
    /// # Errors
    ///
    /// QEMU's description of the error.
    ///
    /// # Panics
    ///
    /// When QEMU ends, or says nothing for a minute.
    pub fn execute(&mut self, command: &str, arguments: &Value) -> Result<Value, String> {
        let mut answer = self.ask(command, arguments).expect("QEMU answers");
        match answer.get("error") {
            Some(error) => Err(error["desc"].as_str().unwrap_or_default().to_owned()),
            None => Ok(answer["return"].take()),
        }
    }

    /// A command of the human monitor, such as `info qtree`.
    ///
    /// # Panics
    ///
    /// As [`Self::execute`].
    pub fn human(&mut self, command_line: &str) -> String {
        let answer =
            self.execute("human-monitor-command", &json!({ "command-line": command_line }));
        answer.expect("every QEMU has the human monitor").as_str().unwrap_or_default().to_owned()
    }

    /// The names of an object's properties, children too: `qom-list`.
    ///
    /// # Errors
    ///
    /// When there is no such object.
    ///
    /// # Panics
    ///
    /// As [`Self::execute`].
    pub fn properties(&mut self, path: &str) -> Result<Vec<String>, String> {
        let listed = self.execute("qom-list", &json!({ "path": path }))?;
        let names = listed
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|property| property["name"].as_str());
        Ok(names.map(str::to_owned).collect())
    }

    /// One property of an object: `qom-get`. A device with an id is at `/machine/peripheral/ID`.
    ///
    /// # Errors
    ///
    /// When there is no such object or property.
    ///
    /// # Panics
    ///
    /// As [`Self::execute`].
    pub fn property(&mut self, path: &str, name: &str) -> Result<Value, String> {
        self.execute("qom-get", &json!({ "path": path, "property": name }))
    }

    /// Lets the machine run, so that its firmware gives numbers to buses.
    ///
    /// # Panics
    ///
    /// As [`Self::execute`].
    pub fn resume(&mut self) {
        self.execute("cont", &json!({})).expect("a paused machine can run");
    }

    /// Where the PCI device with this id is plugged in.
    ///
    /// # Errors
    ///
    /// When there is no PCI device with this id.
    ///
    /// # Panics
    ///
    /// As [`Self::execute`].
    pub fn placement(&mut self, id: &str) -> Result<Placement, String> {
        let mut device = format!("/machine/peripheral/{id}");
        let address = number(&self.property(&device, "addr")?);
        let mut buses = Vec::new();
        let mut root_bus = 0;
        loop {
            let parent = self.property(&device, "parent_bus")?;
            let parent = parent.as_str().unwrap_or_default();
            let Some((bridge, bus)) = parent.rsplit_once('/') else {
                break;
            };
            // A root bus is a child of its host bridge, which is no PCI device: it has no `busnr`.
            let Ok(bus_number) = self.property(&device, "busnr") else {
                break;
            };
            root_bus = number(&bus_number);
            buses.insert(0, bus.to_owned());
            bridge.clone_into(&mut device);
        }
        Ok(Placement { buses, root_bus, slot: address >> 3, function: address & 7 })
    }

    /// The name of the root bus an IOMMU with an id serves: its `primary-bus`.
    ///
    /// # Errors
    ///
    /// When there is no such IOMMU, or it has no such property.
    ///
    /// # Panics
    ///
    /// As [`Self::execute`].
    pub fn primary_bus(&mut self, id: &str) -> Result<String, String> {
        let path = self.property(&format!("/machine/peripheral/{id}"), "primary-bus")?;
        let path = path.as_str().unwrap_or_default();
        Ok(path.rsplit('/').next().unwrap_or_default().to_owned())
    }

    /// Every PCI function, over all root buses: `query-pci`. What is below a bridge shows only once firmware has
    /// given the bridge a bus number; [`Self::placement`] does not need that.
    ///
    /// # Panics
    ///
    /// As [`Self::execute`].
    pub fn pci(&mut self) -> Vec<PciDevice> {
        let mut roots = self.execute("query-pci", &json!({})).expect("every QEMU has PCI");
        let mut pending: Vec<(u64, Vec<String>, Value)> = Vec::new();
        for root in roots.as_array_mut().into_iter().flatten().rev() {
            pending.push((number(&root["bus"]), Vec::new(), root["devices"].take()));
        }
        let mut found = Vec::new();
        while let Some((root_bus, bridges, mut devices)) = pending.pop() {
            for device in devices.as_array_mut().into_iter().flatten() {
                let id = device["qdev_id"].as_str().unwrap_or_default().to_owned();
                let below = device["pci_bridge"]["devices"].take();
                if below.is_array() {
                    let outermost_first = bridges.iter().cloned().chain([id.clone()]).collect();
                    pending.push((root_bus, outermost_first, below));
                }
                found.push(PciDevice {
                    id,
                    bus: number(&device["bus"]),
                    slot: number(&device["slot"]),
                    function: number(&device["function"]),
                    identity: (number(&device["id"]["vendor"]), number(&device["id"]["device"])),
                    root_bus,
                    bridges: bridges.clone(),
                });
            }
        }
        found
    }

    /// Ends QEMU and gives what it said.
    ///
    /// # Panics
    ///
    /// As [`Self::execute`].
    #[must_use]
    pub fn quit(mut self) -> Outcome {
        self.ask("quit", &json!({}));
        self.end(true)
    }

    /// The answer to a command, or `None` when QEMU ended instead.
    fn ask(&mut self, command: &str, arguments: &Value) -> Option<Value> {
        let line = json!({ "execute": command, "arguments": arguments });
        // A QEMU that is gone breaks the pipe; the missing answer says so as well.
        let _ = writeln!(self.commands, "{line}");
        loop {
            let answer: Value = serde_json::from_str(&self.answers.next()?).ok()?;
            if answer.get("event").is_none() {
                return Some(answer);
            }
        }
    }

    fn end(&mut self, started: bool) -> Outcome {
        self.answers.rest();
        let exit = self.child.wait().expect("QEMU is our child").into();
        let stderr = mem::take(&mut self.stderr);
        let stderr = stderr.and_then(|said| said.join().ok()).unwrap_or_default();
        Outcome { started, exit, stderr }
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        // Both fail only on a QEMU that has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}
