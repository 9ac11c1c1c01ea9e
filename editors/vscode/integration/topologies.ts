/** Two mistakes which libvirt and QEMU let pass, and a file around them. */
export const WRONG = `// Both GPUs start, and the guest sees neither.
target libvirt="12.8" qemu="11.1"

vm "no-room" machine="virt" {
    iommufd "iommufd0"

    vsmmu "smmu0" iommufd="iommufd0" {
        accel ats=#true
        pxb bus-nr=1
        hostdev "gpu0" host="0008:06:00.0"
    }
    vsmmu "smmu1" {
        accel ats=#true
        pxb bus-nr=2
        hostdev "gpu1" host="0009:06:00.0"
    }
}
`;

/** Nothing to say about it. */
export const RIGHT = `target libvirt="12.8" qemu="11.1"

vm "right" machine="virt" {
    iommufd "iommufd0"

    vsmmu "smmu0" iommufd="iommufd0" {
        accel ats=#true
        hostdev "gpu0" host="0008:06:00.0"
    }
    vsmmu "smmu1" iommufd="iommufd0" {
        accel ats=#true
        hostdev "gpu1" host="0009:06:00.0"
    }
}
`;

/** Nobody closed it yet; what comes next belongs at the end of its second line. */
export const UNFINISHED = `vm "unfinished" machine="virt" {
    `;

/** As nobody lays it out. */
export const UNTIDY = RIGHT.replaceAll("    ", " ").replace('machine="virt"', 'machine = "virt"');
