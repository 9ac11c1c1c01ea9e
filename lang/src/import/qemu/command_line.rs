//! Which commands of a script run QEMU, and with which arguments.

use super::options::takes_argument;
use super::shell::{Word, is_unknown};

/// One QEMU command.
#[derive(Debug)]
pub(super) struct CommandLine<'w> {
    /// The program's name; none for arguments alone.
    pub(super) program: Option<&'w Word>,
    /// Its arguments, in order.
    pub(super) arguments: Vec<Argument<'w>>,
    /// Whether these are all.
    pub(super) is_whole: bool,
}

/// An option and its argument.
#[derive(Clone, Copy, Debug)]
pub(super) struct Argument<'w> {
    /// The option's name without dashes.
    pub(super) option: &'w str,
    /// The word that names it.
    pub(super) flag: &'w Word,
    /// Its argument, if it takes one.
    pub(super) value: Option<&'w Word>,
}

/// Commands that name a program and do not run it.
const OTHER_COMMANDS: [&str; 15] = [
    "apt", "apt-get", "cat", "cp", "dnf", "echo", "file", "grep", "killall", "man", "pgrep",
    "pkill", "printf", "which", "yum",
];

/// Options that only a machine emulator has, so that what gets them is one whatever its name.
const TELLING_OPTIONS: [&str; 8] =
    ["-M", "-machine", "--machine", "-device", "--device", "-accel", "-nodefaults", "-smp"];

/// Commands that run another.
#[rustfmt::skip]
const WRAPPERS: [&str; 26] = [
    "cgexec", "chrt", "command", "doas", "env", "exec", "gdb", "ionice", "nice", "nohup", "numactl",
    "perf", "pkexec", "prlimit", "rr", "setsid", "stdbuf", "strace", "sudo", "systemd-run",
    "taskset", "time", "timeout", "unshare", "valgrind", "xvfb-run",
];

/// The QEMU commands among `commands`, in order. A file that begins with an option, not with a
/// program, is one command, however many lines it has.
pub(super) fn find(commands: &[Vec<Word>]) -> Vec<CommandLine<'_>> {
    let begins_with_option = |words: &[Word]| words.first().is_some_and(is_option);
    if commands.first().is_some_and(|words| begins_with_option(words)) {
        let words = commands.iter().filter(|words| begins_with_option(words)).flatten();
        return CommandLine::of(None, words).into_iter().collect();
    }
    // One argument a line, without backslashes.
    if let [first, others @ ..] = commands
        && let Some(position) = first.iter().position(|word| is_qemu(word.value()))
        && !others.is_empty()
        && others.iter().all(|words| begins_with_option(words))
    {
        let words = first[position + 1..].iter().chain(others.iter().flatten());
        return CommandLine::of(first.get(position), words).into_iter().collect();
    }
    let found = commands.iter().filter_map(|words| {
        let position = program(words)?;
        CommandLine::of(words.get(position), words[position + 1..].iter())
    });
    found.collect()
}

/// The position of QEMU's name among the words of a command that runs it.
fn program(words: &[Word]) -> Option<usize> {
    let first = words.first()?.value();
    if OTHER_COMMANDS.contains(&first) {
        return None;
    }
    let named = words.iter().position(|word| is_qemu(word.value()));
    let position = named.or_else(|| {
        // A variable's, or a wrapper's.
        let may_be = |word: &Word| is_unknown(word.value()) || word.value().contains("qemu");
        let tells = |word: &Word| TELLING_OPTIONS.contains(&word.value());
        let told = words.iter().position(tells)?;
        let before = if WRAPPERS.contains(&first) { told } else { 1 };
        words.get(..before)?.iter().position(may_be)
    })?;
    words[position + 1..].iter().any(is_option).then_some(position)
}

/// Whether `path` is that of a machine emulator.
fn is_qemu(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    matches!(name, "qemu-kvm" | "kvm" | "qemu")
        || name
            .strip_prefix("qemu-system-")
            .is_some_and(|arch| is_unknown(arch) || (!arch.is_empty() && arch.chars().all(is_name)))
}

/// Whether a word is an option, or may be.
fn is_option(word: &Word) -> bool {
    word.value().len() > 1 && word.value().starts_with('-')
}

impl<'w> CommandLine<'w> {
    /// The command of `program` with these words; none when it only asks QEMU for something.
    fn of(program: Option<&'w Word>, words: impl Iterator<Item = &'w Word>) -> Option<Self> {
        let mut command = Self { program, arguments: Vec::new(), is_whole: true };
        let mut words = words.peekable();
        while let Some(flag) = words.next() {
            if is_unknown(flag.value()) || flag.value().starts_with('@') {
                command.is_whole = false;
                continue;
            }
            // Anything else is the name of a disk's image.
            if !is_option(flag) {
                continue;
            }
            let name = flag.value();
            let option = name.strip_prefix("--").unwrap_or(&name[1..]);
            let next_is_value = || takes_argument(option);
            let takes = match next_is_value() {
                Some(takes) => takes,
                None => words.peek().is_some_and(|next| !is_option(next)),
            };
            let value = if takes { words.next() } else { None };
            if value.is_some_and(Word::is_gap) || option == "readconfig" {
                command.is_whole = false;
            }
            command.arguments.push(Argument { option, flag, value });
        }
        let only_asks = command.arguments.iter().any(|argument| {
            let asks = |value: &str| {
                matches!(value, "help" | "?") || value.ends_with(",help") || value.ends_with(",?")
            };
            matches!(argument.option, "version" | "help" | "h")
                || argument.value.is_some_and(|value| asks(value.value()))
        });
        (!only_asks).then_some(command)
    }

    /// The architecture that the program emulates, if its name says so.
    pub(super) fn arch(&self) -> Option<&'w str> {
        let (_, arch) = self.program?.value().rsplit_once("qemu-system-")?;
        (!is_unknown(arch)).then_some(arch)
    }
}
