//! What libvirt says of a domain.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::Root;
use crate::argv::split_words;
use crate::session::{Said, Session, quoted};

/// A libvirtd of our own, with a made-up host. An answer takes 10 to 40 ms.
///
/// Errors are libvirt's own text without its `error: `.
#[derive(Debug)]
pub struct Libvirt {
    root: Root,
    session: Mutex<Session>,
}

impl Libvirt {
    /// The one libvirtd of this process, started at the first call. `None`: see [`Root::locate`].
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Libvirt>> = OnceLock::new();
        SHARED.get_or_init(|| Root::locate().as_ref().map(Self::start)).as_ref()
    }

    /// Starts another one.
    ///
    /// # Panics
    ///
    /// When `conformance/enter` does not start.
    #[must_use]
    pub fn start(root: &Root) -> Self {
        Self { root: root.clone(), session: Mutex::new(Session::start(root)) }
    }

    /// Starts it anew, after a question it did not survive.
    ///
    /// # Panics
    ///
    /// As [`Self::start`].
    pub fn restart(&self) {
        let session = Session::start(&self.root);
        self.with(|broken| *broken = session);
    }

    /// The release, as `12.8.0`.
    ///
    /// # Panics
    ///
    /// When `virsh` does not run.
    #[must_use]
    pub fn version(&self) -> String {
        let said = self.with(|session| session.run("virsh version --daemon"));
        let daemon =
            said.out.lines().find_map(|line| line.strip_prefix("Running against daemon: "));
        daemon.expect("virsh names the daemon's release").to_owned()
    }

    /// What `virt-xml-validate` says of a whole domain: libvirt's schema, which `define` does not ask.
    ///
    /// # Errors
    ///
    /// The schema's complaint. It never names the bad attribute.
    pub fn validate(&self, xml: &str) -> Result<(), String> {
        self.with(|session| {
            let file = session.hand_over("domain.xml", xml);
            let said = session.run(&format!("virt-xml-validate {file} domain"));
            if said.status == 0 {
                Ok(())
            } else {
                Err(said.err.replace(&format!("{file}:"), "line "))
            }
        })
    }

    /// Which of these domains the schema takes: what `virt-xml-validate` runs, once for all of them.
    #[must_use]
    pub fn valid(&self, domains: &[&str]) -> Vec<bool> {
        self.with(|session| {
            let file =
                |(number, xml): (usize, &&str)| session.hand_over(&format!("{number}.xml"), xml);
            let files: Vec<String> = domains.iter().enumerate().map(file).collect();
            let schema = "/usr/share/libvirt/schemas/domain.rng";
            let said =
                session.run(&format!("xmllint --noout --relaxng {schema} {}", files.join(" ")));
            let validates =
                |file: &String| said.err.lines().any(|line| line == format!("{file} validates"));
            files.iter().map(validates).collect()
        })
    }

    /// Defines a domain, undefines it, and gives its XML as libvirt kept it: with addresses and controllers it
    /// added, and without what it ignored.
    ///
    /// # Errors
    ///
    /// Why libvirt refuses the domain.
    ///
    /// # Panics
    ///
    /// When a domain that was just defined cannot be read or undefined.
    pub fn define(&self, xml: &str) -> Result<String, String> {
        self.with(|session| {
            let file = session.hand_over("domain.xml", xml);
            let defined = answer(session.run(&format!("virsh define {file}")))?;
            let name = defined
                .trim()
                .strip_prefix("Domain '")
                .and_then(|rest| rest.strip_suffix(&format!("' defined from {file}")))
                .map(quoted)
                .expect("virsh names the domain it defined");
            let show = format!("dumpxml --inactive --domain {name}");
            let forget = format!("undefine --nvram --domain {name}");
            let both = quoted(&format!("{show}; {forget}"));
            let kept = answer(session.run(&format!("virsh -q {both}")));
            Ok(kept.expect("libvirt shows the domain it defined, and forgets it"))
        })
    }

    /// `virsh domxml-to-native qemu-argv`: the words of the command line libvirt would start QEMU with, the
    /// environment (`LC_ALL=C`, …) and the program first. See [`crate::arguments`] and [`crate::topology`].
    ///
    /// libvirt does not look at the host's devices for this, and leaves `host` and `fd` out of `vfio-pci` with
    /// iommufd. `<domain type='kvm'>` works for aarch64, and for x86-64 where there is a `/dev/kvm`; the CPU
    /// mode `host-passthrough` only for the host's own architecture.
    ///
    /// # Errors
    ///
    /// Why libvirt refuses the domain.
    pub fn to_native(&self, xml: &str) -> Result<Vec<String>, String> {
        self.with(|session| {
            let file = session.hand_over("domain.xml", xml);
            let line = answer(session.run(&format!("virsh -q domxml-to-native qemu-argv {file}")))?;
            Ok(split_words(&line))
        })
    }

    /// A test that panics while it holds the session has read its whole answer or none.
    fn with<T>(&self, ask: impl FnOnce(&mut Session) -> T) -> T {
        ask(&mut self.session.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What virsh printed, or the reason it gave, without the sentence that only says it failed.
fn answer(said: Said) -> Result<String, String> {
    if said.status == 0 {
        return Ok(said.out);
    }
    let reasons: Vec<_> = said
        .err
        .lines()
        .map(|line| line.strip_prefix("error: ").unwrap_or(line))
        .filter(|line| !line.is_empty() && !line.starts_with("Failed to define domain from "))
        .collect();
    Err(reasons.join("\n"))
}
