//! Network interfaces, which `domxml-to-native` places anew: it keeps only their model and MAC.

/// A domain as libvirt keeps it, with an emulated device in the place of each interface that has a PCI address.
pub(crate) fn in_their_places(kept: &str) -> String {
    let mut domain = String::with_capacity(kept.len());
    let mut rest = kept;
    while let Some((before, (interface, after))) =
        rest.split_once(START).and_then(|(before, from)| Some((before, from.split_once(END)?)))
    {
        domain.push_str(before);
        match stand_in(interface) {
            Some(device) => domain.push_str(&device),
            None => domain.extend([START, interface, END]),
        }
        rest = after;
    }
    domain.push_str(rest);
    domain
}

const START: &str = "    <interface ";
const END: &str = "    </interface>\n";

/// What concerns its place; none for an interface that is not on a PCI bus.
fn stand_in(interface: &str) -> Option<String> {
    // libvirt's own indentation tells the interface's children from its source's.
    let child =
        |name: &str| interface.lines().find(|line| line.starts_with(&format!("      <{name} ")));
    let address = child("address").filter(|address| address.contains("type='pci'"))?;
    let iommu = child("driver").filter(|driver| driver.contains(" iommu='on'"));
    let mut device = "    <rng model='virtio'>\n      <backend model='builtin'/>\n".to_owned();
    if iommu.is_some() {
        device.push_str("      <driver iommu='on'/>\n");
    }
    for line in [child("acpi"), child("alias"), Some(address)].into_iter().flatten() {
        device.push_str(line);
        device.push('\n');
    }
    device.push_str("    </rng>\n");
    Some(device)
}

#[cfg(test)]
mod tests {
    use super::in_their_places;

    #[test]
    fn an_interface_leaves_its_place_to_an_emulated_device() {
        let kept = "  <devices>
    <interface type='hostdev' managed='yes'>
      <source>
        <address type='pci' domain='0x0000' bus='0x07' slot='0x10' function='0x2'/>
      </source>
      <acpi index='3'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    </interface>
    <interface type='ethernet'>
      <address type='virtio-mmio'/>
    </interface>
  </devices>\n";
        assert_eq!(
            in_their_places(kept),
            "  <devices>
    <rng model='virtio'>
      <backend model='builtin'/>
      <acpi index='3'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    </rng>
    <interface type='ethernet'>
      <address type='virtio-mmio'/>
    </interface>
  </devices>\n"
        );
    }
}
