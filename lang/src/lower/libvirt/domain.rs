//! The whole `<domain>`.

use super::super::xml::Element;
use super::Lowering;
use super::qemu_only::QEMU_NAMESPACE;
use crate::target::Feature;
use crate::topology::{Accelerator, Arch, Firmware};

impl Lowering<'_, '_> {
    /// Without emulated devices: no USB controller and no memory balloon either, which libvirt
    /// would add and put on a free port, maybe behind an accelerated vSMMU.
    pub(super) fn domain(&self) -> Element {
        let guest = &self.guest;
        let memory = Element::text("memory", guest.memory.kib()).with("unit", "KiB");
        let domain = Element::new("domain").with(
            "type",
            match guest.accelerator {
                Accelerator::Kvm if !self.stand_in => "kvm",
                Accelerator::Kvm | Accelerator::Tcg => "qemu",
            },
        );
        let qemu_only: Vec<_> = self.qemu_only().collect();
        let namespace = (!qemu_only.is_empty()).then_some(QEMU_NAMESPACE);
        domain
            .with_some("xmlns:qemu", namespace)
            .containing([Element::text("name", &self.checked.vm.name.value), memory])
            .containing(self.memory_backing())
            .containing(self.iommufd())
            .containing([
                Element::text("vcpu", guest.vcpus),
                self.os(),
                self.features(),
                self.cpu(),
            ])
            .containing([Element::new("devices").containing(self.all_devices())])
            .containing(qemu_only)
    }

    fn memory_backing(&self) -> Option<Element> {
        if self.stand_in {
            return None;
        }
        let guest = &self.guest;
        let pages = guest.hugepages.map(|size| {
            let page = Element::new("page").with("size", size.kib()).with("unit", "KiB");
            Element::new("hugepages").containing([page])
        });
        let memfd = guest.has_memfd().then(|| Element::new("source").with("type", "memfd"));
        let access = guest.shared.map(|shared| {
            Element::new("access").with("mode", if shared { "shared" } else { "private" })
        });
        let backing = Element::new("memoryBacking")
            .containing(pages)
            .containing(guest.locked.then(|| Element::new("locked")))
            .containing(memfd)
            .containing(access);
        (!backing.is_empty()).then_some(backing)
    }

    /// The default of the domain's host devices; the fd group of what a management layer opens.
    pub(in crate::lower) fn iommufd(&self) -> Option<Element> {
        if !self.has(Feature::IommufdOfDomain) || !self.uses_iommufd() {
            return None;
        }
        Some(Element::new("iommufd").with("enabled", "yes").with_some("fdgroup", self.fdgroup()))
    }

    /// The group in which the domain's only iommufd is found.
    pub(in crate::lower) fn fdgroup(&self) -> Option<&str> {
        if self.stand_in {
            return None;
        }
        let mut used = self.checked.hostdevs.iter().filter_map(|placed| placed.iommufd);
        used.find_map(|at| Some(self.checked.iommufd(at).fdgroup.as_ref()?.value.as_str()))
    }

    fn os(&self) -> Element {
        let machine = self.checked.machine;
        let efi = (self.guest.firmware == Firmware::Efi).then_some("efi");
        Element::new("os").with_some("firmware", efi).containing([Element::text("type", "hvm")
            .with("arch", machine.board.arch().name())
            .with("machine", &machine.name)])
    }

    fn features(&self) -> Element {
        let arch = self.checked.machine.board.arch();
        let x86 = arch == Arch::X86_64;
        Element::new("features")
            .containing(self.guest.has_acpi(arch).then(|| Element::new("acpi")))
            .containing(x86.then(|| Element::new("apic")))
            .containing(self.guest.gic.map(|version| Element::new("gic").with("version", version)))
            .containing(
                self.interrupts
                    .needs_split_irqchip()
                    .then(|| Element::new("ioapic").with("driver", "qemu")),
            )
    }

    fn all_devices(&self) -> Vec<Element> {
        let usb = Element::new("controller").with("type", "usb").with("model", "none");
        let mut elements = vec![usb];
        if self.checked.vm.mmio_window.is_none() {
            elements.push(self.root_controller());
        }
        elements.extend(self.controllers());
        elements.extend(self.hostdevs());
        elements.push(Element::new("memballoon").with("model", "none"));
        elements.extend(self.iommus());
        elements
    }
}
