//! `-object`: iommufds, generic initiators, memory.

use super::Builder;
use super::endpoints::Initiator;
use super::numa::Backend;
use crate::import::qemu::properties::Properties;
use crate::import::qemu::value::{Given, integer, size};
use crate::span::Written;
use crate::topology::{Iommufd, Size};

impl Builder {
    /// One object, by its kind.
    pub(super) fn object(&mut self, properties: &Properties<'_>) {
        let Given::Here(kind) = properties.text("qom-type", &mut self.findings) else {
            self.is_whole = false;
            return;
        };
        match kind.value.as_str() {
            "iommufd" => self.iommufd(properties, &kind),
            "acpi-generic-initiator" => self.initiator(properties),
            name if name.starts_with("memory-backend-") => self.backend(properties, &kind),
            _ => {}
        }
    }

    fn iommufd(&mut self, properties: &Properties<'_>, kind: &Written<String>) {
        let Given::Here(id) = self.id(properties) else {
            self.is_whole = false;
            return;
        };
        let fd = properties.text("fd", &mut self.findings);
        let fd = self.known(fd);
        self.is_kept = true;
        self.vm.iommufds.push(Iommufd {
            name: id.clone(),
            alias: Some(id),
            fd: fd.and_then(|fd| Some(Written::new(integer(&fd.value)?, fd.origin))),
            fdgroup: None,
            origin: kind.origin,
        });
    }

    fn initiator(&mut self, properties: &Properties<'_>) {
        let device = properties.text("pci-dev", &mut self.findings);
        let node = properties.integer("node", &mut self.findings);
        match (self.known(device), self.known(node)) {
            (Some(device), Some(node)) => {
                self.is_kept = true;
                self.initiators.push(Initiator { device: device.value, node });
            }
            _ => self.is_whole = false,
        }
    }

    fn backend(&mut self, properties: &Properties<'_>, kind: &Written<String>) {
        let Given::Here(id) = self.id(properties) else { return };
        let text = |key| properties.get(key).and_then(|property| property.value.value.text());
        let amount = properties.size("size", &mut self.findings);
        let amount = self.known(amount);
        let share = properties.boolean("share", &mut self.findings);
        let is_file = kind.value == "memory-backend-file";
        let path = text("mem-path").unwrap_or_default();
        let hugetlb = properties.boolean("hugetlb", &mut self.findings).known();
        let hugepages = match properties.size("hugetlbsize", &mut self.findings) {
            Given::Here(page) => Some(page),
            // A memfd on huge pages of the default size, or a file on a mounted hugetlbfs.
            _ => hugetlb
                .filter(|on| on.value)
                .map(|on| Written::new(DEFAULT_HUGE_PAGE, on.origin))
                .or_else(|| {
                    let property = properties.get("mem-path").filter(|_| is_file)?;
                    Some(Written::new(page_of_path(path), property.value.origin))
                }),
        };
        self.is_kept = true;
        self.backends.insert(
            id.value,
            Backend { size: amount, share: share.known(), hugepages, origin: kind.origin },
        );
    }
}

/// Linux's on x86, and on Arm with pages of 4 KiB.
const DEFAULT_HUGE_PAGE: Size = Size(2 << 20);

/// The size of the pages of the hugetlbfs mounted over `path`, as far as the path tells.
fn page_of_path(path: &str) -> Size {
    let numbers = path.split(|c: char| !c.is_ascii_alphanumeric());
    let sizes = numbers.filter_map(|part| {
        let part = part.trim_start_matches(|c: char| !c.is_ascii_digit());
        let part = part.strip_suffix("iB").or_else(|| part.strip_suffix('B')).unwrap_or(part);
        let has_unit = part.ends_with(['k', 'K', 'M', 'G']);
        has_unit.then(|| size(part, 1)).flatten()
    });
    let mut sizes = sizes.filter(|page| page.0 >= DEFAULT_HUGE_PAGE.0 >> 5);
    sizes.next().unwrap_or(DEFAULT_HUGE_PAGE)
}
