//! What a rule is.

use std::fmt::Display;

use super::{Source, Value};
use crate::elaborate::Numbers;
use crate::finding::{Applicability, Edit, Finding, Severity, rule_url};
use crate::language::InEach;
use crate::span::Origin;
use crate::target::Target;
use crate::topology::{TargetNode, Topology, Vm};

/// One rule: its name, its words and its check.
#[derive(Debug)]
pub struct Rule {
    /// `group/name`; reads well after "allow".
    pub name: &'static str,
    /// What it says, in one line.
    pub summary: &'static str,
    /// How bad a finding of it is unless configured otherwise.
    pub severity: Severity,
    /// Whether it is run unless asked for.
    pub on_by_default: bool,
    /// What it has to know beside the vm itself.
    pub needs: Needs,
    /// The iommulint release it came with.
    pub since: &'static str,
    /// Markdown: what it does, why, an example, what to use instead, what libvirt and QEMU say.
    pub documentation: &'static str,
    /// Who finds the mistake.
    pub check: Check,
}

/// What a rule has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The file alone.
    File,
    /// The target releases.
    Target,
    /// The other vms of the run.
    Run,
}

/// Who finds a rule's mistakes.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The parser or the decoder, while reading.
    WhileReading,
    /// This function, once for each vm; it adds what it finds.
    EachVm(fn(&Context<'_>, &mut Vec<Finding>)),
    /// The same, for a rule about what is missing: where something in the vm could not be read, that
    /// may be just it, so only a vm of which everything could be read is looked at.
    EachWholeVm(fn(&Context<'_>, &mut Vec<Finding>)),
    /// This function, once for each file: it compares vms. [`across`](crate::check::across) compares
    /// those of several files.
    EachFile(fn(&Topology, &mut Vec<Finding>)),
}

/// What a check looks at.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The vm as written.
    pub vm: &'a Vm,
    /// Its numbers, written and allocated.
    pub numbers: &'a Numbers,
    /// The releases it is for.
    pub target: &'a Target,
    /// Whether everything in the vm could be read.
    pub whole: bool,
    /// What the vm was read from.
    pub source: &'a dyn Source,
    /// Where the file names the releases, if it does.
    pub target_node: Option<&'a TargetNode>,
}

impl Context<'_> {
    /// What is said of a file in its own language.
    pub(crate) fn say<T>(&self, words: InEach<T>) -> T {
        words.of(self.source.language())
    }

    /// Offers to leave out a property, written at `value`: it is then given out, or has its default. It is
    /// called `property` in each language; none where that is no good advice.
    pub(crate) fn leaving_out(
        &self,
        finding: Finding,
        property: impl Into<InEach<Option<&'static str>>>,
        value: Origin,
    ) -> Finding {
        let Some(property) = self.say(property.into()) else { return finding };
        finding.with_edits(
            format!("leave `{property}` out"),
            Applicability::Unsafe,
            [self.source.without_property(value)],
        )
    }

    /// Gives a `property` another value. Where it is not written `at` is the name of its element, to which it
    /// is added: on a command line what is not there has QEMU's default.
    pub(crate) fn with_setting(&self, property: &str, at: Origin, new: Value<'_>) -> Option<Edit> {
        let added = || self.source.with_properties(at, &[(property, new)]);
        self.source.with_value(at, new).or_else(added)
    }

    /// Whether a number that is not there means that none was left. Where libvirt refuses a domain it gives
    /// out none either, and that is said while the domain is read.
    pub(crate) fn lacks_what_ran_out(&self) -> bool {
        self.say(InEach { kdl: true, libvirt: false, qemu: true })
    }

    /// The beginning of a note on a mistake that nothing reports.
    pub(crate) fn starts_silently(&self) -> &'static str {
        self.say(InEach {
            kdl: "libvirt and QEMU start this without a word",
            libvirt: "libvirt and QEMU start this without a word",
            qemu: "QEMU starts this without a word",
        })
    }

    /// A note with what QEMU says of a command line: libvirt would have said something else before.
    pub(crate) fn qemu_alone_says(&self, words: impl Display) -> Option<String> {
        let is_alone = self.say(InEach { kdl: false, libvirt: false, qemu: true });
        is_alone.then(|| format!("QEMU: {words}"))
    }

    /// A note with what libvirt says, where it reads what the file says.
    pub(crate) fn libvirt_says(&self, words: impl Display) -> Option<String> {
        let is_read = self.say(InEach { kdl: true, libvirt: true, qemu: false });
        is_read.then(|| format!("libvirt: {words}"))
    }
}

impl Rule {
    /// A finding of this rule at `origin`.
    pub fn at(&self, origin: Origin, headline: impl Into<String>) -> Finding {
        Finding::new(self.name, self.severity, origin, headline)
    }

    /// Where its page is.
    #[must_use]
    pub fn url(&self) -> String {
        rule_url(self.name)
    }

    /// The documentation as Markdown, without the space each line of a doc comment begins with.
    #[must_use]
    pub fn markdown(&self) -> String {
        let lines = self.documentation.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.flat_map(|line| [line, "\n"]).collect()
    }
}

/// Declares a rule; the doc comment becomes its documentation.
macro_rules! declare_rule {
    (
        $(#[doc = $doc:expr])+
        $visibility:vis static $id:ident = {
            name: $name:literal,
            summary: $summary:literal,
            severity: $severity:ident,
            $(on_by_default: $on_by_default:literal,)?
            needs: $needs:ident,
            since: $since:literal,
            check: $check:expr $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        $visibility static $id: $crate::rules::Rule = $crate::rules::Rule {
            name: $name,
            summary: $summary,
            severity: $crate::finding::Severity::$severity,
            on_by_default: true $(&& $on_by_default)?,
            needs: $crate::rules::Needs::$needs,
            since: $since,
            documentation: concat!($($doc, "\n"),+),
            check: $check,
        };
    };
}
pub(crate) use declare_rule;
