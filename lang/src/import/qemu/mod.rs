//! QEMU command lines, as scripts and argument files hold them.

mod shell;
