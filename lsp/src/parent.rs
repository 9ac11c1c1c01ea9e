//! The process that started the server: when it is gone, nobody would end the server.

use std::path::PathBuf;
use std::process;
use std::thread;
use std::time::Duration;

use crossbeam_channel::Sender;

use crate::connection::{Event, LAST_WORDS};
use crate::log::log;

/// How often it is looked after.
const INTERVAL: Duration = Duration::from_secs(1);

/// Reports when the process `id` ends, if that can be told here. When the server does not end itself then, as when
/// it waits for somebody to read what it says, it is ended.
pub(crate) fn watch(id: u32, report: Sender<Event>) {
    let Some(parent) = Parent::new(id) else { return };
    thread::spawn(move || {
        while parent.is_alive() {
            thread::sleep(INTERVAL);
        }
        drop(report.send_timeout(Event::ParentGone, LAST_WORDS));
        thread::sleep(2 * LAST_WORDS);
        log("ended with the process that started it, in the middle of its work");
        process::exit(1);
    });
}

/// How one can tell that a process is alive.
enum Parent {
    /// It is the one that started this process: another takes its place when it ends.
    #[cfg(unix)]
    Direct(u32),
    /// What Linux says of it.
    Status(PathBuf),
}

impl Parent {
    /// None when there is no such process here, as when the editor is in another container.
    fn new(id: u32) -> Option<Self> {
        #[cfg(unix)]
        if std::os::unix::process::parent_id() == id {
            return Some(Self::Direct(id));
        }
        let status = Self::Status(PathBuf::from(format!("/proc/{id}/stat")));
        status.is_alive().then_some(status)
    }

    fn is_alive(&self) -> bool {
        match self {
            #[cfg(unix)]
            Self::Direct(id) => std::os::unix::process::parent_id() == *id,
            // `PID (NAME) STATE …`; one that is dead and not yet buried is gone.
            Self::Status(path) => std::fs::read_to_string(path).is_ok_and(|status| {
                let state = status.rsplit_once(") ").map(|(_, rest)| rest.as_bytes().first());
                !matches!(state, Some(Some(b'Z' | b'X')))
            }),
        }
    }
}
