//! How much memory a process takes.

use std::fs;

/// Bytes.
pub(crate) const MB: u64 = 1024 * 1024;

/// How many bytes of memory the process `id` has now.
pub(crate) fn memory(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).expect("it is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is said");
    let kilobytes = line.trim().strip_suffix(" kB").expect("it is so on Linux");
    kilobytes.parse::<u64>().expect("a number") * 1024
}
