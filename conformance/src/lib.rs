//! Runs real libvirt and QEMU on what iommulint checks and writes.
//!
//! `conformance/setup` makes a folder with both programs ([`Root`]); `conformance/enter` gives them mounts and a
//! made-up host of their own, so no special hardware is needed. Without that folder, or without root,
//! [`Root::locate`] says so and gives `None`, and a test has nothing to run.
//!
//! What breaks the harness itself (a script that is gone, a program that hangs) panics: only what libvirt and
//! QEMU say is a result.
#![cfg(unix)]

mod argv;
pub mod domains;
pub mod generate;
mod interfaces;
mod libvirt;
mod lines;
mod monitor;
mod neovim;
mod pre_commit;
pub mod probe;
mod qemu;
mod root;
mod session;
mod setting;
mod startable;
pub mod verdicts;

pub use argv::{Argument, arguments, machine, split_words, topology};
pub use libvirt::Libvirt;
pub use monitor::{Monitor, PciDevice, Placement};
pub use neovim::Neovim;
pub use pre_commit::PreCommit;
pub use qemu::{Exit, Outcome, Qemu};
pub use root::Root;
pub use setting::{iommulint, workspace};
