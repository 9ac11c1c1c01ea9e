//! `<granule>` of a virtio IOMMU.

use super::reader::Reader;
use crate::finding::Finding;
use crate::rules::VIRTIO;
use crate::rules::schema::{MALFORMED_VALUE, UNKNOWN_VALUE};
use crate::span::Written;
use crate::topology::{Granule, Size};
use crate::xml::{Attribute, Element, unit_bytes};

impl Reader {
    /// The granule of `iommu`; an error when libvirt refuses it, which is said then.
    pub(super) fn granule(&mut self, iommu: Element<'_>) -> Result<Option<Written<Granule>>, ()> {
        let Some(granule) = iommu.child("driver").and_then(|driver| driver.child("granule")) else {
            return Ok(None);
        };
        let (mode, size) = (granule.attribute("mode"), granule.attribute("size"));
        if let Some(mode) = mode {
            if self.word(iommu, mode, &["host"]).is_none() {
                return Err(());
            }
            let Some(size) = size else {
                return Ok(Some(Written::new(Granule::Host, mode.origin())));
            };
            self.wrong(iommu, both(mode, size));
            return Ok(None);
        }
        let Some(size) = size else { return Ok(None) };
        match bytes(granule, size) {
            // libvirt writes nothing for 0.
            Ok(0) => Ok(None),
            Ok(bytes) => Ok(Some(Written::new(Granule::Size(Size(bytes)), size.origin()))),
            Err(finding) => {
                self.unreadable(iommu, *finding);
                Err(())
            }
        }
    }
}

fn both(mode: Attribute<'_>, size: Attribute<'_>) -> Finding {
    VIRTIO
        .at(size.origin(), "a granule has either a mode or a size, not both")
        .with_text("the size")
        .with_label(mode.origin(), "the mode")
        .with_note("libvirt: 'mode' and 'size' can't be specified at the same time for 'granule'")
        .with_help("write `<granule mode='host'/>`, or `size` and `unit` without `mode`")
}

fn bytes(granule: Element<'_>, size: Attribute<'_>) -> Result<u64, Box<Finding>> {
    let unit = granule.attribute("unit");
    let Some(factor) = unit.map_or(Some(1 << 10), |unit| unit_bytes(unit.value())) else {
        let (origin, unit) = unit.map_or((size.origin(), ""), |u| (u.origin(), u.value()));
        let finding = UNKNOWN_VALUE
            .at(origin, format!("`{unit}` is no unit of memory"))
            .with_note(format!("libvirt: invalid argument: unknown suffix '{unit}'"))
            .with_help("write `KiB`");
        return Err(Box::new(finding));
    };
    let bytes = size.value().parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    bytes.ok_or_else(|| {
        let size_text = size.value();
        let note = format!(
            "libvirt: XML error: Invalid value '{size_text}' for element or attribute './driver/granule/@size'"
        );
        let headline = format!("`{size_text}` is not an amount of memory");
        Box::new(MALFORMED_VALUE.at(size.origin(), headline).with_note(note))
    })
}
