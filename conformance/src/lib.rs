//! Runs real libvirt and QEMU on what iommulint checks and writes.
