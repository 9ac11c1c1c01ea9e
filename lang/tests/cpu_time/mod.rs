//! Time that does not pass while others use the machine.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// How long the processor has worked for this thread while `work` was done.
pub(crate) fn cpu_time<T>(work: impl FnOnce() -> T) -> Duration {
    let now = || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).expect("it is positive");
    let start = now();
    drop(work());
    now().saturating_sub(start)
}
