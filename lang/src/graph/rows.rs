//! What stands in the boxes of a picture: the buses of a vm, and what is plugged in there.

use std::ops::Range;

use crate::map::{Bus, Device, Map};
use crate::visible;

/// One box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// How many bridges it is below its root bus.
    pub(super) depth: usize,
    pub(super) kind: Kind,
    /// What stands in it; the first line is its name.
    pub(super) lines: Vec<String>,
    /// The vSMMU over it and all that is below, in words: root buses only.
    pub(super) vsmmu: Option<String>,
}

/// What a box stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bus and the bridge that it is behind.
    Bus,
    /// A device of the host.
    Hostdev,
    /// An emulated device.
    Device,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Bus, Self::Hostdev, Self::Device];

    /// What a picture calls it.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Bus => "bus",
            Self::Hostdev => "hostdev",
            Self::Device => "device",
        }
    }

    /// The colours of its box on a light page: what is in it, and its edge.
    pub(super) const fn colors(self) -> (&'static str, &'static str) {
        match self {
            Self::Bus => ("#f3f4f6", "#7d8590"),
            Self::Hostdev => ("#dcf3df", "#3d7f49"),
            Self::Device => ("#fff3d1", "#94741d"),
        }
    }
}

/// What stands over the boxes of a vm.
pub(super) fn title(map: &Map) -> String {
    format!("vm {}", visible::line(&map.name))
}

/// All boxes of a vm: one stands before what hangs on it.
pub(super) fn rows(map: &Map) -> Vec<Row> {
    let mut rows = Vec::new();
    for bus in &map.buses {
        rows.push(of_bus(map, bus));
        let depth = usize::from(bus.depth) + 1;
        let here = map.devices.iter().filter(|device| device.bus == bus.number);
        rows.extend(here.map(|device| of_device(device, depth)));
    }
    rows
}

/// Which box hangs on which.
pub(super) fn edges(rows: &[Row]) -> Vec<(usize, usize)> {
    let mut last_of_depth: Vec<usize> = Vec::new();
    let mut edges = Vec::new();
    for (position, row) in rows.iter().enumerate() {
        last_of_depth.truncate(row.depth);
        edges.extend(last_of_depth.last().map(|parent| (*parent, position)));
        last_of_depth.push(position);
    }
    edges
}

/// The boxes of each root bus: its own, and all that hang on it.
pub(super) fn trees(rows: &[Row]) -> Vec<Range<usize>> {
    let roots = || (0..rows.len()).filter(|row| rows[*row].depth == 0);
    roots().zip(roots().skip(1).chain([rows.len()])).map(|(root, end)| root..end).collect()
}

fn of_bus(map: &Map, bus: &Bus) -> Row {
    let mut lines = vec![format!("{} {}", bus.noun, visible::line(&bus.controller))];
    let is_root = bus.depth == 0;
    lines.push(match bus.window {
        (first, last) if is_root && first < last => format!("buses {first}–{last}"),
        _ => format!("bus {}", bus.number),
    });
    lines.extend(bus.numa_node.map(|node| format!("NUMA cell {node}")));
    let vsmmu = bus.vsmmu.as_deref().filter(|_| is_root).map(|name| over(map, name));
    Row { depth: bus.depth.into(), kind: Kind::Bus, lines, vsmmu }
}

/// The vSMMU of that name, with what is known of it.
fn over(map: &Map, name: &str) -> String {
    let mut parts = vec![format!("vSMMU {}", visible::line(name))];
    if let Some(device) = map.devices.iter().find(|it| it.vsmmu.as_deref() == Some(name)) {
        parts.extend(device.vsmmu_base.map(|base| format!("at {base:#x}")));
        let host = device.vsmmu_host.iter();
        parts.extend(host.map(|host| format!("for the host's {}", visible::line(host))));
    }
    parts.join(" ")
}

fn of_device(device: &Device, depth: usize) -> Row {
    let mut lines = vec![visible::line(&device.id).into_owned()];
    lines.extend(device.driver.iter().map(|driver| visible::line(driver).into_owned()));
    lines.extend(device.host.map(|host| format!("host {host}")));
    let stream_id = device.stream_id.map(|id| format!(", StreamID {id:#06x}"));
    lines.push(format!("guest {}{}", device.guest_address(), stream_id.unwrap_or_default()));
    let kind = if device.host.is_some() { Kind::Hostdev } else { Kind::Device };
    Row { depth, kind, lines, vsmmu: None }
}
