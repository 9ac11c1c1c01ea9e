//! Whatever numbers and whatever order elements have, they are written so that they are read again, and
//! nothing needless is written.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../conformance/src/generate.rs"]
#[expect(unreachable_pub, reason = "it is another crate's")]
mod generate;

use iommulint_lang::check::{Settings, check};
use iommulint_lang::elaborate::Numbers;
use iommulint_lang::import::kdl::{Document, Explicit, Options, document};
use iommulint_lang::span::{FileId, Span};
use iommulint_lang::syntax::{Entry, Node, Tree, parse};
use iommulint_lang::topology::{
    BusNr, Chassis, ControllerKind, Function, Index, Parent, PortNr, Slot, SlotFunction, Topology,
    Vm,
};
use proptest::prelude::*;

fn read(text: &str) -> (Topology, Vec<Numbers>) {
    let analysis = check(text, FileId(0), &Settings::default());
    (analysis.topology, analysis.numbers)
}

fn write(vm: &Vm, numbers: &Numbers, explicit: Explicit) -> Document {
    document(vm, numbers, &Options { explicit, ..Options::default() })
}

/// Numbers from bytes, as often as they are asked for.
struct Dice(Vec<u8>, usize);

impl Dice {
    fn roll(&mut self, sides: i64) -> i64 {
        self.1 += 1;
        let mixed = self.0[self.1 % self.0.len()].wrapping_add(u8::try_from(self.1 % 251).unwrap());
        i64::from(mixed) % sides
    }
}

/// Numbers that nothing would give out, each as likely as any other: what else is the same need not
/// matter.
fn scatter(vm: &Vm, numbers: &mut Numbers, dice: &mut Dice) {
    for (controller, numbers) in vm.controllers.iter().zip(&mut numbers.controllers) {
        let change = dice.roll(3) > 0;
        if !change {
            continue;
        }
        numbers.index = Index::new(1 + dice.roll(254));
        numbers.bus_nr = numbers.bus_nr.and_then(|_| BusNr::new(1 + dice.roll(254)));
        numbers.chassis = numbers.chassis.and_then(|_| Chassis::new(dice.roll(256)));
        numbers.port = numbers.port.and_then(|_| PortNr::new(dice.roll(256)));
        if controller.kind != ControllerKind::SwitchUpstream {
            numbers.position = Some(position(vm, controller.parent, dice));
        }
    }
    for (hostdev, numbers) in vm.hostdevs.iter().zip(&mut numbers.hostdevs) {
        if dice.roll(3) == 0 {
            *numbers = Some(position(vm, hostdev.parent, dice));
        }
    }
}

/// Any position; behind a port there is but one slot.
fn position(vm: &Vm, parent: Parent, dice: &mut Dice) -> SlotFunction {
    let slots = match parent {
        Parent::Controller(id) if vm.controller(id).port().is_some() => 1,
        _ => 32,
    };
    SlotFunction {
        slot: Slot::new(dice.roll(slots)).unwrap(),
        function: Function::new(dice.roll(8)).unwrap(),
    }
}

/// The numbers by what is called the same, and by order where nothing has a name.
fn by_name(vm: &Vm, numbers: &Numbers) -> Vec<String> {
    let mut lines: Vec<String> = numbers.controllers.iter().map(|n| format!("{n:?}")).collect();
    let hostdevs =
        vm.hostdevs().map(|(id, h)| format!("{} {:?}", h.name.value, numbers.hostdev(id)));
    lines.extend(hostdevs);
    lines.extend(numbers.iommus.iter().map(|n| format!("{n:?}")));
    lines.sort();
    lines
}

/// The texts without one of the numbers that need not have been written by themselves. Slot and
/// function are one thing; a host device of the root bus has to have them.
fn without_one_number(text: &str) -> Vec<String> {
    let tree = parse(text, FileId(0)).0;
    let mut texts = Vec::new();
    for node in tree.all_nodes() {
        for keys in [&["index"][..], &["bus-nr"], &["chassis"], &["port"], &["slot", "function"]] {
            let spans = spans_of(node, keys);
            let is_asked_for = node.name() == "hostdev" && spans_of(node, &["slot"]).len() == 1;
            if spans.is_empty() || (is_asked_for && is_in_vm(node)) {
                continue;
            }
            texts.push(without(&tree, &spans));
        }
    }
    texts
}

fn is_in_vm(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| parent.name() == "vm")
}

fn spans_of(node: Node<'_>, keys: &[&str]) -> Vec<Span> {
    let properties = node.properties();
    let of_keys = properties.filter(|entry| entry.key().is_some_and(|key| keys.contains(&&*key)));
    of_keys.map(Entry::span).collect()
}

fn without(tree: &Tree, spans: &[Span]) -> String {
    let mut text = tree.text().to_owned();
    for span in spans.iter().rev() {
        text.replace_range(span.range(), "");
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_numbers_are_read_again(text in generate::file(), dice in prop::collection::vec(any::<u8>(), 8..64)) {
        let (topology, mut numbers) = read(&text);
        let vm = &topology.vms[0];
        scatter(vm, &mut numbers[0], &mut Dice(dice, 0));
        for explicit in [Explicit::Needed, Explicit::All] {
            let Document { text, not_expressible } = write(vm, &numbers[0], explicit);
            prop_assert!(not_expressible.is_empty(), "{not_expressible:?}\n{text}");
            let (again, numbers_again) = read(&text);
            let (before, after) = (by_name(vm, &numbers[0]), by_name(&again.vms[0], &numbers_again[0]));
            prop_assert_eq!(before, after, "{}", text);
            prop_assert_eq!(&write(&again.vms[0], &numbers_again[0], explicit).text, &text);
        }
    }

    #[test]
    fn no_number_is_needless(text in generate::file(), dice in prop::collection::vec(any::<u8>(), 8..64), scattered: bool) {
        let (topology, mut numbers) = read(&text);
        let vm = &topology.vms[0];
        if scattered {
            scatter(vm, &mut numbers[0], &mut Dice(dice, 0));
        }
        let text = write(vm, &numbers[0], Explicit::Needed).text;
        let (topology, numbers) = read(&text);
        for shorter in without_one_number(&text) {
            let (shorter_topology, shorter_numbers) = read(&shorter);
            let same = numbers == shorter_numbers && topology.vms.len() == shorter_topology.vms.len();
            prop_assert!(!same, "{}\n{}", text, shorter);
        }
    }

    #[test]
    fn elements_keep_their_order_where_they_can(text in generate::file(), dice in prop::collection::vec(any::<u8>(), 8..64)) {
        let (mut topology, mut numbers) = read(&text);
        let (vm, numbers) = (&mut topology.vms[0], &mut numbers[0]);
        let mut dice = Dice(dice, 0);
        for last in (1..vm.hostdevs.len()).rev() {
            let other = usize::try_from(dice.roll(i64::try_from(last).unwrap() + 1)).unwrap();
            vm.hostdevs.swap(last, other);
            numbers.hostdevs.swap(last, other);
        }
        let Document { text, not_expressible } = write(vm, numbers, Explicit::Needed);
        let (again, numbers_again) = read(&text);
        let names = |vm: &Vm| vm.hostdevs.iter().map(|h| h.name.value.clone()).collect::<Vec<_>>();
        let same_order = names(vm) == names(&again.vms[0]);
        prop_assert_eq!(not_expressible.is_empty(), same_order, "{:?}\n{}", not_expressible, text);
        prop_assert_eq!(by_name(vm, numbers), by_name(&again.vms[0], &numbers_again[0]), "{}", text);
        let again = write(&again.vms[0], &numbers_again[0], Explicit::Needed);
        prop_assert_eq!(again.not_expressible.len(), 0);
        let body = |text: &str| text.lines().filter(|line| !line.trim().starts_with("//")).map(str::to_owned).collect::<Vec<_>>().join("\n").replace("{\n\n", "{\n");
        prop_assert_eq!(body(&again.text), body(&text));
    }
}
