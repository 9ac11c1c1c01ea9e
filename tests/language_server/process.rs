//! What Linux says that a process takes.

use std::fs;
use std::time::Duration;

/// Bytes.
pub(crate) const MB: u64 = 1024 * 1024;

/// How many bytes of memory the process `id` has now.
pub(crate) fn memory(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).expect("it is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is said");
    let kilobytes = line.trim().strip_suffix(" kB").expect("it is so on Linux");
    kilobytes.parse::<u64>().expect("a number") * 1024
}

/// How long processors have worked for the process `id`: others may use the machine at the same time.
pub(crate) fn processor_time(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).expect("it is there");
    // `PID (NAME) STATE …`; the times are the 14th and 15th of all, in hundredths of a second.
    let (_, behind_name) = stat.rsplit_once(") ").expect("it is so on Linux");
    let times = behind_name.split(' ').skip(11).take(2);
    Duration::from_millis(times.map(|time| time.parse::<u64>().expect("a number") * 10).sum())
}
