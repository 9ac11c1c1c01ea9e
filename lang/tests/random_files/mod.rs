//! Files made at random.

use std::fmt::Write as _;

use iommulint_lang::document::vocabulary::{self, NodeKind, NodeSpec};
use proptest::collection::vec;
use proptest::prelude::*;

/// A file of known nodes where they may stand, with values that are often right.
pub(crate) fn valid_kdl() -> impl Strategy<Value = String> {
    let machine = prop_oneof![4 => Just("virt"), 2 => Just("q35"), 1 => Just("pc")];
    (machine, vec(any::<u64>(), 1..60)).prop_map(|(machine, dice)| {
        let mut text = format!("vm \"v\" machine=\"{machine}\" {{\niommufd \"i0\"\n");
        let mut dice = Dice { rolls: dice, next: 0, names: 0 };
        nodes(&mut text, &mut dice, NodeKind::Vm, 0);
        text.push('}');
        text
    })
}

/// Random numbers, drawn beforehand so that proptest can shrink them.
struct Dice {
    rolls: Vec<u64>,
    next: usize,
    names: u32,
}

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        let roll = self.rolls[self.next % self.rolls.len()];
        self.next += 1;
        let mixed = roll.rotate_left(u32::try_from(self.next % 64).unwrap_or(0));
        usize::try_from(mixed % sides as u64).unwrap_or(0)
    }
}

fn nodes(text: &mut String, dice: &mut Dice, parent: NodeKind, depth: usize) {
    let specs: Vec<&NodeSpec> = vocabulary::children(Some(parent)).collect();
    if specs.is_empty() || depth > 4 {
        return;
    }
    let often = ["vsmmu", "hostdev", "root-port", "switch", "downstream-port", "pxb"];
    for _ in 0..dice.roll(if depth == 0 { 8 } else { 4 }) {
        let mut spec = specs[dice.roll(specs.len())];
        if dice.roll(2) == 0 {
            spec = specs.iter().copied().find(|spec| often.contains(&spec.name)).unwrap_or(spec);
        }
        let _ = write!(text, "{} ", spec.name);
        for argument in spec.arguments {
            if argument.required || dice.roll(2) == 0 {
                let _ = write!(text, "{} ", value(argument.name, dice));
            }
        }
        for property in spec.properties {
            if property.required || dice.roll(6) == 0 {
                let _ = write!(text, "{}={} ", property.name, value(property.name, dice));
            }
        }
        text.push_str("{\n");
        nodes(text, dice, spec.kind, depth + 1);
        text.push_str("}\n");
    }
}

fn value(name: &str, dice: &mut Dice) -> String {
    dice.names += 1;
    let number = dice.names;
    match name {
        "id" | "name" => format!("\"n{number}\""),
        "host" => format!("\"{number:04x}:01:00.0\""),
        "iommufd" => "\"i0\"".to_owned(),
        "model" => ["\"intel\"", "\"virtio\"", "\"smmuv3\"", "\"amd\""][dice.roll(4)].to_owned(),
        "alias" => format!("\"ua-n{number}\""),
        "size" | "memory" | "hugepages" | "io-reserve" | "pref64-reserve" => {
            ["\"4KiB\"", "\"1GiB\"", "\"512GiB\"", "0"][dice.roll(4)].to_owned()
        }
        "nodes" | "cpus" => ["\"0\"", "\"1-3\"", "\"2-9\""][dice.roll(3)].to_owned(),
        "value" | "rombar" | "managed" | "locked" | "shared" | "ats" | "ril" | "cmdqv" => {
            ["#true", "#false"][dice.roll(2)].to_owned()
        }
        "driver" | "fdgroup" => "\"virtio-rng-pci\"".to_owned(),
        "kind" => ["\"efi\"", "\"kvm\"", "\"tcg\"", "\"bios\""][dice.roll(4)].to_owned(),
        "bus-nr" => ["100", "104", "108", "255", "252"][dice.roll(5)].to_owned(),
        _ => ["0", "1", "2", "3", "48", "10"][dice.roll(6)].to_owned(),
    }
}
