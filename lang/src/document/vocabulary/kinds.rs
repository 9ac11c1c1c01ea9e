//! The kinds of node.

/// A kind of node: a name, and what it means where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// `target`
    Target,
    /// `vm`
    Vm,
    /// `memory`
    Memory,
    /// `vcpus`
    Vcpus,
    /// `cpu`
    Cpu,
    /// `firmware`
    Firmware,
    /// `accelerator`
    Accelerator,
    /// `gic`
    Gic,
    /// `memory-backing`
    MemoryBacking,
    /// `mmio-window`
    MmioWindow,
    /// `numa`
    Numa,
    /// `cell`
    Cell,
    /// `distance`
    Distance,
    /// `iommufd`
    Iommufd,
    /// `iommu`
    Iommu,
    /// `intremap`
    Intremap,
    /// `caching-mode`
    CachingMode,
    /// `eim`
    Eim,
    /// `iotlb`
    Iotlb,
    /// `dma-translation`
    DmaTranslation,
    /// `xtsup`
    Xtsup,
    /// `passthrough`
    Passthrough,
    /// `dma-remap`
    DmaRemap,
    /// `aw-bits`
    AwBits,
    /// `granule`
    Granule,
    /// `vsmmu`
    Vsmmu,
    /// `accel`
    Accel,
    /// `on-root-bus`
    OnRootBus,
    /// `spare-ports`
    SparePorts,
    /// `pxb`, in a `vsmmu`
    GroupPxb,
    /// `pxb`, in a `vm`
    Pxb,
    /// `root-port`
    RootPort,
    /// `switch`
    Switch,
    /// `downstream-port`
    DownstreamPort,
    /// `hostdev`
    Hostdev,
    /// `generic-initiator`
    GenericInitiator,
    /// `device`
    Device,
}
