//! The controllers that disks, channels and SCSI host devices are on, which libvirt adds where they are missing.

use std::collections::BTreeSet;

use super::controllers::Type;
use super::kind::disk_bus;
use super::number::index;
use crate::xml::Element;

/// libvirt adds every controller below the one that a device names; so many are followed.
const MOST: u32 = 1024;
/// How many devices the first SCSI controller has room for.
const SCSI_ROOM: usize = 7;
/// How many ports the first virtio-serial controller has room for.
const SERIAL_ROOM: usize = 30;

/// The highest controller of each type that something is on.
#[derive(Default)]
pub(super) struct Needed {
    scsi: Option<u32>,
    fdc: Option<u32>,
    ide: Option<u32>,
    sata: Option<u32>,
    nvme: Option<u32>,
    /// Of virtio-serial controllers libvirt adds only those that are named.
    pub(super) virtio_serial: BTreeSet<u32>,
    /// The SCSI controllers of host devices, each higher than those before it in the file.
    pub(super) hostdevs: Vec<u32>,
    on_scsi: usize,
    ports: usize,
    /// An element of which it is not known what controller it is on.
    pub(super) beyond: Option<u32>,
}

impl Needed {
    /// The controllers of disks, in the order in which libvirt adds them.
    pub(super) const fn by_disks(&self) -> [(Type, Option<u32>); 5] {
        [
            (Type::Scsi, self.scsi),
            (Type::Fdc, self.fdc),
            (Type::Ide, self.ide),
            (Type::Sata, self.sata),
            (Type::Nvme, self.nvme),
        ]
    }

    /// Notes what `device` is on.
    pub(super) fn note(&mut self, device: Element<'_>) {
        let followed = match device.name() {
            "disk" => self.disk(device),
            "channel" | "console" => self.character(device),
            "hostdev" if device.value("type") == Some("scsi") => self.scsi_host(device),
            _ => Some(()),
        };
        if followed.is_none() {
            self.beyond = Some(device.position());
        }
    }

    fn disk(&mut self, disk: Element<'_>) -> Option<()> {
        let (highest, per_controller) = match disk_bus(disk) {
            "scsi" => {
                self.on_scsi += 1;
                (&mut self.scsi, 7)
            }
            "fdc" => (&mut self.fdc, 2),
            "ide" => (&mut self.ide, 4),
            "sata" => (&mut self.sata, 6),
            "nvme" => (&mut self.nvme, 1),
            _ => return Some(()),
        };
        let name = disk.child("target").and_then(|target| target.value("dev")).unwrap_or_default();
        let controller = written(disk).or_else(|| Some(disk_number(name)? / per_controller));
        *highest = (*highest).max(Some(controller.filter(|&number| number < MOST)?));
        Some(())
    }

    fn character(&mut self, character: Element<'_>) -> Option<()> {
        let target = character.child("target").and_then(|target| target.value("type"));
        if target != Some("virtio") {
            return Some(());
        }
        self.ports += 1;
        let controller = written(character).unwrap_or(0);
        self.virtio_serial.insert(Some(controller).filter(|&number| number < MOST)?);
        (self.ports <= SERIAL_ROOM).then_some(())
    }

    fn scsi_host(&mut self, hostdev: Element<'_>) -> Option<()> {
        let controller = written(hostdev);
        if controller.is_none() {
            self.on_scsi += 1;
        }
        let controller = Some(controller.unwrap_or(0)).filter(|&number| number < MOST)?;
        if self.hostdevs.last().is_none_or(|&highest| controller > highest) {
            self.hostdevs.push(controller);
        }
        (self.on_scsi <= SCSI_ROOM).then_some(())
    }
}

/// The controller that an address names: the first where it names none; none without an address.
fn written(device: Element<'_>) -> Option<u32> {
    let address = device.child("address")?;
    Some(address.value("controller").map_or(0, |number| index(number).unwrap_or(u32::MAX)))
}

/// The number in a disk's name: `sda` is 0, `nvme1n1` 1. Partitions are ignored.
pub(super) fn disk_number(name: &str) -> Option<u32> {
    if let Some(rest) = name.strip_prefix("nvme") {
        return rest.split('n').next()?.parse().ok();
    }
    let prefixes = ["fd", "hd", "sd", "vd", "xvd", "ubd"];
    let letters = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix))?;
    let letters = letters.trim_end_matches(|c: char| c.is_ascii_digit());
    let mut number: u32 = 0;
    for (at, letter) in letters.bytes().enumerate() {
        let digit = letter.is_ascii_lowercase().then(|| u32::from(letter - b'a'))?;
        let higher = if at == 0 { 0 } else { number.checked_add(1)? };
        number = higher.checked_mul(26)?.checked_add(digit)?;
    }
    (!letters.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::disk_number;

    #[test]
    fn names_of_disks_count() {
        for (name, number) in [
            ("sda", Some(0)),
            ("vdz", Some(25)),
            ("vdaa", Some(26)),
            ("hdc2", Some(2)),
            ("xvdb", Some(1)),
            ("nvme3n1", Some(3)),
            ("sd", None),
            ("disk", None),
            ("vdzzzzzzzzzzzzzz", None),
        ] {
            assert_eq!(disk_number(name), number, "{name}");
        }
    }
}
