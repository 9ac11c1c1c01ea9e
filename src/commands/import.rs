//! `iommulint import`

use clap::Args;
use iommulint_lang::check::Analysis;
use iommulint_lang::import::kdl::{Explicit, Options, document};
use iommulint_lang::language::Language;
use iommulint_lang::target::Target;

use crate::color::Color;
use crate::exit::Exit;
use crate::one_file::{OneFile, choose};
use crate::output::{OutputFile, log};

/// Write a libvirt domain or a QEMU command line as KDL that lowers back to the same
#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(flatten)]
    file: OneFile,
    /// The vm to import, when the file has several
    #[arg(long, value_name = "NAME", env = "IOMMULINT_VM", help_heading = "Result")]
    vm: Option<String>,
    /// Write every number down, also those that would be given out anyway
    #[arg(long, help_heading = "Result")]
    explicit: bool,
    /// For the newest releases, whatever the file is written for
    #[arg(long, help_heading = "Result")]
    migrate: bool,
    #[command(flatten)]
    output: OutputFile,
}

impl Import {
    pub(crate) fn run(&self, color: Color) -> Result<Exit, String> {
        // What is renamed is written in its new words.
        let renamed = self.migrate.then_some("target/renamed");
        let (_, analysis) = match self.file.analyse(None, renamed, color)? {
            Ok(read) => read,
            Err(exit) => return Ok(exit),
        };
        let names: Vec<&str> =
            analysis.topology.vms.iter().map(|vm| vm.name.value.as_str()).collect();
        let position = choose(&names, self.vm.as_deref())?;
        let (vm, numbers) = (&analysis.topology.vms[position], &analysis.numbers[position]);
        let is_for_a_domain = analysis.parsed.language() == Language::Libvirt;
        if is_for_a_domain && vm.machine.is_none() {
            return Err(
                "the machine is none that the language has: `virt`, `q35` or `pc`".to_owned()
            );
        }
        let [libvirt, qemu] = self.releases(&analysis);
        let left_out: Vec<String> =
            analysis.left_out[position].iter().map(|left| left.value.clone()).collect();
        let options = Options {
            is_for_a_domain,
            explicit: if self.explicit { Explicit::All } else { Explicit::Needed },
            libvirt: libvirt.as_deref(),
            qemu: qemu.as_deref(),
            unmodelled: &left_out,
        };
        let document = document(vm, numbers, &options);
        for left_out in left_out.iter().chain(&document.not_expressible) {
            log(&format!("not imported: {left_out}"));
        }
        self.output.write_all(&document.text)?;
        Ok(Exit::Clean)
    }

    /// The releases that the result is for, where they are not the newest of both programs.
    fn releases(&self, analysis: &Analysis) -> [Option<String>; 2] {
        let (target, newest) = (&analysis.target, Target::default());
        // What comes from a command line is for QEMU alone: libvirt has no words for half of it.
        if analysis.parsed.language() == Language::Qemu {
            let target = if self.migrate { &newest } else { target };
            return [None, Some(target.qemu.to_string())];
        }
        if self.migrate {
            return [None, None];
        }
        [
            (target.judge_libvirt && target.libvirt != newest.libvirt)
                .then(|| target.libvirt.to_string()),
            (target.judge_qemu && target.qemu != newest.qemu).then(|| target.qemu.to_string()),
        ]
    }
}
