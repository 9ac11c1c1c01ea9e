//! Reading QEMU's command line.

use std::fmt;

use serde_json::Value;

/// One option with its value, such as `-device` and `{"driver":"pxb-pcie",…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// With its dash.
    pub option: String,
    /// `None` for options without one, such as `-S`.
    pub value: Option<String>,
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.option)?;
        self.value.as_ref().map_or(Ok(()), |value| write!(f, " {value}"))
    }
}

/// The words of a shell command line as libvirt writes it: single and double quotes and backslashes.
#[must_use]
pub fn split_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(characters.next()),
            (None, _) if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The options of a command line; what stands before the first one (environment, program) is left out.
#[must_use]
pub fn arguments<W: AsRef<str>>(words: &[W]) -> Vec<Argument> {
    let mut arguments: Vec<Argument> = Vec::new();
    for word in words.iter().map(AsRef::as_ref) {
        if word.starts_with('-') {
            arguments.push(Argument { option: word.to_owned(), value: None });
        } else if let Some(last) = arguments.last_mut() {
            last.value.get_or_insert_with(|| word.to_owned());
        }
    }
    arguments
}

/// The value of the last `-machine`.
#[must_use]
pub fn machine<W: AsRef<str>>(words: &[W]) -> Option<String> {
    let mut machines =
        arguments(words).into_iter().filter(|argument| argument.option == "-machine");
    machines.next_back().and_then(|argument| argument.value)
}

/// `-device` drivers and `-object` types that make up an IOMMU topology.
const TOPOLOGY: [&str; 19] = [
    "pxb-pcie",
    "pxb",
    "pcie-root-port",
    "ioh3420",
    "x3130-upstream",
    "xio3130-downstream",
    "pcie-pci-bridge",
    "i82801b11-bridge",
    "pci-bridge",
    "arm-smmuv3",
    "intel-iommu",
    "AMDVI-PCI",
    "amd-iommu",
    "virtio-iommu",
    "virtio-iommu-pci",
    "vfio-pci",
    "vfio-pci-nohotplug",
    "iommufd",
    "acpi-generic-initiator",
];

/// The arguments that make up the IOMMU topology, in order: expander buses, ports, switches and bridges, IOMMUs,
/// the iommufd object, assigned devices and generic initiators.
///
/// libvirt counts `gi0`, `gi1`, … through the life of its daemon; here they are counted from the first one.
#[must_use]
pub fn topology<W: AsRef<str>>(words: &[W]) -> Vec<Argument> {
    let mut initiators = 0_usize;
    let mut topology = Vec::new();
    for mut argument in arguments(words) {
        let Some(value) = &mut argument.value else {
            continue;
        };
        let Some(kind) = kind(&argument.option, value) else {
            continue;
        };
        if kind == "acpi-generic-initiator" {
            recount(value, initiators);
            initiators += 1;
        }
        if TOPOLOGY.contains(&kind.as_str()) {
            topology.push(argument);
        }
    }
    topology
}

/// The driver of a device or the type of an object, in JSON or in QEMU's older `driver,key=value` form.
fn kind(option: &str, value: &str) -> Option<String> {
    let key = match option {
        "-device" => "driver",
        "-object" => "qom-type",
        _ => return None,
    };
    if value.starts_with('{') {
        let value: Value = serde_json::from_str(value).ok()?;
        return Some(value.get(key)?.as_str()?.to_owned());
    }
    value.split(',').next().map(str::to_owned)
}

fn recount(value: &mut String, number: usize) {
    for (before, after) in [("\"id\":\"gi", "\""), (",id=gi", ",")] {
        let Some(start) = value.find(before).map(|at| at + before.len()) else {
            continue;
        };
        let end = value[start..].find(after).map_or(value.len(), |length| start + length);
        if value[start..end].bytes().all(|byte| byte.is_ascii_digit()) {
            value.replace_range(start..end, &number.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_json_whole() {
        let words = split_words(r#"LC_ALL=C qemu -S -device '{"id":"a b"}' '' "x\"y" it\'s"#);
        assert_eq!(
            words,
            ["LC_ALL=C", "qemu", "-S", "-device", r#"{"id":"a b"}"#, "", "x\"y", "it's"]
        );
    }

    #[test]
    fn environment_and_program_are_no_arguments() {
        let words = ["LC_ALL=C", "/usr/bin/qemu", "-S", "-machine", "virt"];
        let shown: Vec<_> = arguments(&words).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["-S", "-machine virt"]);
        assert_eq!(machine(&words).as_deref(), Some("virt"));
    }

    #[test]
    fn initiators_are_counted_from_the_first_one() {
        let words = [
            "-object",
            r#"{"qom-type":"memory-backend-ram","id":"m"}"#,
            "-object",
            r#"{"qom-type":"acpi-generic-initiator","id":"gi17","pci-dev":"hostdev0","node":2}"#,
            "-object",
            "acpi-generic-initiator,id=gi18,pci-dev=hostdev0,node=3",
        ];
        let shown: Vec<_> = topology(&words).iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                r#"-object {"qom-type":"acpi-generic-initiator","id":"gi0","pci-dev":"hostdev0","node":2}"#,
                "-object acpi-generic-initiator,id=gi1,pci-dev=hostdev0,node=3",
            ]
        );
    }
}
