//! The machine, its kernel and its NUMA nodes.

use super::Fact;
use crate::span::Span;
use crate::topology::{NumberSet, Size};

/// The machine and its kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// What people call it; a scan writes a hash of its host name.
    pub name: Fact<String>,
    /// Its architecture as `uname -m` prints it: `aarch64`, `x86_64`.
    pub arch: Fact<String>,
    /// The release of its kernel as `uname -r` prints it: `6.14.0-1007-nvidia-64k`.
    pub kernel: Fact<String>,
    /// The size of a page in bytes (`getconf PAGE_SIZE`), a power of two: 4 KiB to 64 KiB.
    pub page_size: Fact<Size>,
}

/// A NUMA node: `/sys/devices/system/node/nodeN`, from which its files below are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumaNode {
    /// The bytes of its number in the snapshot.
    pub span: Span,
    /// Its CPUs (`cpulist`); none when it has only memory or devices.
    pub cpus: Fact<Option<NumberSet>>,
    /// Its memory in bytes (`MemTotal` of `meminfo`); 0 when it has none.
    pub memory: Fact<Size>,
}
