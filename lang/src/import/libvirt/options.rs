//! What a PCI controller may say of itself, by its model.

use super::devices;
use super::reader::Reader;
use crate::rules::schema::{MALFORMED_VALUE, UNKNOWN_VALUE, WRONG_MODEL};
use crate::rules::{ADDRESS_RANGE, BUS_NR_RANGE, INDEX_RANGE, Rule};
use crate::xml::{Attribute, Element};

use super::reader::integer;

/// What controllers of a model have (libvirt, `qemuValidateDomainDeviceDefControllerPCI`).
struct Options {
    model: &'static str,
    /// What `<model name=>` can be.
    names: &'static [&'static str],
    /// The attributes of `<target>`.
    target: &'static [&'static str],
}

/// The attribute that the model has as it is written, so that its rule judges it.
const BUS_NR: &str = "busNr";

/// All models of PCI controllers.
pub(super) const MODELS: [&str; 10] = [
    "pcie-root-port",
    "pcie-expander-bus",
    "pcie-switch-upstream-port",
    "pcie-switch-downstream-port",
    "pcie-to-pci-bridge",
    "dmi-to-pci-bridge",
    "pci-bridge",
    "pci-expander-bus",
    "pcie-root",
    "pci-root",
];

const OPTIONS: [Options; 8] = [
    Options {
        model: "pcie-root-port",
        names: &["pcie-root-port", "ioh3420"],
        target: &["chassis", "port", "hotplug", "memReserve"],
    },
    Options { model: "pcie-switch-upstream-port", names: &["x3130-upstream"], target: &[] },
    Options {
        model: "pcie-switch-downstream-port",
        names: &["xio3130-downstream"],
        target: &["chassis", "port", "hotplug"],
    },
    Options { model: "pcie-expander-bus", names: &["pxb-pcie"], target: &["busNr"] },
    Options { model: "pci-expander-bus", names: &["pxb"], target: &["busNr"] },
    Options { model: "pcie-to-pci-bridge", names: &["pcie-pci-bridge"], target: &[] },
    Options { model: "dmi-to-pci-bridge", names: &["i82801b11-bridge"], target: &[] },
    Options { model: "pci-bridge", names: &["pci-bridge"], target: &["chassisNr"] },
];

/// The attributes of `<target>` that are numbers, their ranges, and the rule about each.
static RANGES: [(&str, i64, i64, &Rule); 4] = [
    (BUS_NR, 1, 254, &BUS_NR_RANGE),
    ("chassisNr", 1, 255, &ADDRESS_RANGE),
    ("chassis", 0, 255, &ADDRESS_RANGE),
    ("port", 0, 255, &ADDRESS_RANGE),
];

impl Reader {
    /// Says which controller has what its model has not, or a number that libvirt does not take.
    pub(super) fn controller_options(&mut self, domain: Element<'_>) {
        let controllers = devices(domain).filter(|device| device.is("controller"));
        for controller in controllers.filter(|c| c.value("type") == Some("pci")) {
            if let Some(index) = controller.attribute("index") {
                self.in_range(controller, index, (0, 255), &INDEX_RANGE);
            }
            if self.unread.contains(&controller.span()) {
                continue;
            }
            if let Some(target) = controller.child("target") {
                for (name, first, last, rule) in RANGES {
                    if let Some(number) = target.attribute(name) {
                        self.in_range(controller, number, (first, last), rule);
                    }
                }
            }
            let options =
                OPTIONS.iter().find(|options| Some(options.model) == controller.value("model"));
            if let Some(options) = options {
                self.compare_options(controller, options);
            }
        }
    }

    fn in_range(
        &mut self,
        of: Element<'_>,
        number: Attribute<'_>,
        (first, last): (i64, i64),
        rule: &Rule,
    ) {
        let (name, text) = (number.name(), number.value());
        let value = integer(text);
        // The controller is placed all the same, if libvirt can read the number at all.
        let is_read = name != "index" && value.is_some_and(|value| u32::try_from(value).is_ok());
        let finding = match value {
            Some(_) if is_read && name == BUS_NR => return,
            Some(value) if (first..=last).contains(&value) => return,
            Some(value) => rule
                .at(number.origin(), format!("`{name}` is {value}, not {first} to {last}"))
                .with_help(format!("write a number from {first} to {last}")),
            None => MALFORMED_VALUE
                .at(number.origin(), format!("`{name}` is `{text}`, not a whole number")),
        };
        if is_read { self.wrong(of, finding) } else { self.unreadable(of, finding) }
    }

    fn compare_options(&mut self, controller: Element<'_>, options: &Options) {
        let Options { model, names, target } = options;
        let name = controller.child("model").and_then(|model| model.attribute("name"));
        if let Some(name) = name.filter(|name| !names.contains(&name.value())) {
            let finding = UNKNOWN_VALUE
                .at(name.origin(), foreign_name(model, name.value()))
                .with_help(format!("write `{}`, or leave `<model>` out", names[0]));
            return self.wrong(controller, finding);
        }
        let given = controller.child("target");
        // What no controller has is said elsewhere.
        let known = |name: &str| OPTIONS.iter().any(|options| options.target.contains(&name));
        let foreign = given.and_then(|given| {
            given.attributes().find(|a| known(a.name()) && !target.contains(&a.name()))
        });
        if let Some(foreign) = foreign {
            let finding = WRONG_MODEL
                .at(foreign.name_origin(), format!("a `{model}` has no `{}`", foreign.name()))
                .with_note(format!(
                    "libvirt: Option '{}' is not valid for PCI controller",
                    foreign.name()
                ))
                .with_help("remove it");
            self.wrong(controller, finding);
        }
    }
}

/// Says whose name it is, if it is that of another model.
fn foreign_name(model: &str, name: &str) -> String {
    match OPTIONS.iter().find(|options| options.names.contains(&name)) {
        Some(other) => {
            format!("`{name}` is the name of a `{}`, not of a `{model}`", other.model)
        }
        None => format!("`{name}` is no name of a `{model}`"),
    }
}
