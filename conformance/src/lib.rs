//! Runs real libvirt, QEMU and editors on what iommulint checks and writes.
//!
//! `conformance/setup` makes a folder with these programs ([`Root`]); `conformance/enter` gives them mounts and a
//! made-up host of their own, so no special hardware is needed. Without that folder, or without root,
//! [`Root::locate`] says so and gives `None`, and a test has nothing to run.
//!
//! What breaks the harness itself (a script that is gone, a program that hangs) panics: only what the
//! programs say is a result.
#![cfg(unix)]

mod argv;
pub mod domains;
mod editor;
mod emacs;
pub mod generate;
mod helix;
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
mod terminal;
pub mod verdicts;

pub use argv::{Argument, arguments, machine, split_words, topology};
pub use editor::{Home, checked};
pub use emacs::Emacs;
pub use helix::Helix;
pub use libvirt::Libvirt;
pub use monitor::{Monitor, PciDevice, Placement};
pub use neovim::Neovim;
pub use pre_commit::PreCommit;
pub use qemu::{Exit, Outcome, Qemu};
pub use root::Root;
pub use setting::{iommulint, workspace};
pub use terminal::Terminal;
