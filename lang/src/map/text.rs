//! What the guest will see, as a tree for people.

use super::{Bus, Device, Map};
use crate::visible;

/// A tree: root complexes, the buses below them, and what is plugged in there.
#[must_use]
pub fn text(maps: &[Map]) -> String {
    maps.iter().map(tree).collect::<Vec<_>>().join("\n")
}

fn tree(map: &Map) -> String {
    let mut lines = Vec::new();
    for bus in &map.buses {
        let depth = usize::from(bus.depth);
        lines.push((depth, describe_bus(bus)));
        let here = map.devices.iter().filter(|device| device.bus == bus.number);
        lines.extend(here.map(|device| (depth + 1, describe_device(device))));
    }
    format!("vm {}\n{}", visible::line(&map.name), draw(&lines))
}

fn describe_bus(bus: &Bus) -> String {
    let mut parts = vec![format!(
        "bus {} ({:02x}): {} {}",
        bus.number,
        bus.number,
        bus.noun,
        visible::line(&bus.controller)
    )];
    if let Some((parent, position)) = bus.upstream {
        let (slot, function) = (position.slot.get(), position.function.get());
        parts.push(format!("at {parent:02x}:{slot:02x}.{function:x}"));
    }
    if bus.depth == 0 {
        parts.push(format!("window {}", span(bus.window)));
        if !bus.free.is_empty() {
            let free: Vec<_> = bus.free.iter().copied().map(span).collect();
            parts.push(format!("free {}", free.join(" ")));
        }
        parts.extend(bus.vsmmu.iter().map(|vsmmu| format!("vSMMU {}", visible::line(vsmmu))));
    }
    parts.extend(bus.numa_node.map(|node| format!("NUMA cell {node}")));
    parts.join(", ")
}

fn describe_device(device: &Device) -> String {
    let mut parts = vec![format!("{} {}", device.guest_address(), visible::line(&device.id))];
    parts.extend(device.driver.iter().map(|driver| visible::line(driver).into_owned()));
    parts.extend(device.host.map(|host| format!("host device {host}")));
    parts.extend(device.stream_id.map(|id| format!("StreamID {id:#06x}")));
    if let Some(base) = device.vsmmu_base {
        let vsmmu = match &device.vsmmu {
            Some(name) => format!("vSMMU {}", visible::line(name)),
            None => "the machine's SMMU".to_owned(),
        };
        parts.push(format!("{vsmmu} at {base:#x}"));
    }
    parts.extend(device.vsmmu_host.iter().map(|host| format!("host SMMU {}", visible::line(host))));
    parts.join(", ")
}

fn span((first, last): (u8, u8)) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

/// Lines with their depths, as a tree.
fn draw(lines: &[(usize, String)]) -> String {
    let deepest = lines.iter().map(|(depth, _)| *depth).max().unwrap_or_default();
    // Per depth, whether a line further down continues it.
    let mut continues = vec![false; deepest + 1];
    let mut drawn = Vec::new();
    for (depth, line) in lines.iter().rev() {
        let above: String =
            continues[..*depth].iter().map(|&on| if on { "│  " } else { "   " }).collect();
        let branch = if continues[*depth] { "├─ " } else { "└─ " };
        drawn.push(format!("{above}{branch}{line}\n"));
        continues[*depth] = true;
        continues[*depth + 1..].fill(false);
    }
    drawn.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_end_where_nothing_follows() {
        let lines = [(0, "a"), (1, "b"), (2, "c"), (1, "d"), (0, "e"), (1, "f")];
        let lines = lines.map(|(depth, text)| (depth, text.to_owned()));
        assert_eq!(draw(&lines), "├─ a\n│  ├─ b\n│  │  └─ c\n│  └─ d\n└─ e\n   └─ f\n");
    }
}
