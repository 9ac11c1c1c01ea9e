//! From model and numbers to a file in the language: what `iommulint import` writes.
//!
//! ```text
//! Vm ──arrange──▶ what stands in what ──settle──▶ Vm in the order of the file ──numbers──▶ which are written ──▶ text
//! ```

mod arrange;
mod elements;
mod gaps;
mod names;
mod numbers;
mod order;
mod ports;
mod settings;
mod settle;
mod without;
mod writer;

use self::gaps::Filled;
use self::without::without;
use self::writer::Writer;
use crate::elaborate::Numbers;
use crate::format::format;
use crate::span::FileId;
use crate::syntax;
use crate::topology::Vm;

/// Which numbers are written: index, bus number, slot, function, chassis, port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Explicit {
    /// Those that would be others if they were left out.
    #[default]
    Needed,
    /// Every one.
    All,
}

/// What of a file is not in the model.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Which numbers are written.
    pub explicit: Explicit,
    /// The libvirt side of `target`: a release or a profile.
    pub libvirt: Option<&'a str>,
    /// The QEMU side of `target`: a release or a profile.
    pub qemu: Option<&'a str>,
    /// Whether emulated devices belong to a domain that the vm is merged into, so that they are left out.
    pub is_for_a_domain: bool,
    /// What the vm has that the model does not hold, a line each.
    pub unmodelled: &'a [String],
}

/// A file in the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its text, laid out as `iommulint fmt` does.
    pub text: String,
    /// What of the model the language cannot say, a line each; the text has it as a comment.
    pub not_expressible: Vec<String>,
}

/// The file that describes `vm` with these numbers.
///
/// Reading it gives the same vm with the same numbers, apart from what is in
/// [`Document::not_expressible`]: elements keep the order among their kind, by which libvirt gives out
/// ids, names that are missing or double become others, and a number that
/// [`elaborate`](crate::elaborate::elaborate) gives anyway is not written.
#[must_use]
pub fn document(vm: &Vm, numbers: &Numbers, options: &Options<'_>) -> Document {
    let all = numbers;
    let (vm, numbers, mut not_expressible) = without(vm, numbers, !options.is_for_a_domain);
    let (vm, numbers) = (&vm, &numbers);
    let (arrangement, of_arranging) = arrange::arrange(vm, numbers);
    not_expressible.extend(of_arranging);
    let (mut settled, wanted) = settle::settle(vm, numbers, &arrangement);
    names::settle(&mut settled.vm);
    if options.is_for_a_domain {
        settled.filled = Filled::between(all, &wanted);
    }
    not_expressible.extend(numbers::write_down(&mut settled.vm, &wanted, options.explicit));
    not_expressible.extend(settings::not_expressible(vm));
    not_expressible.extend(elements::not_expressible(&settled.vm));
    let mut writer = Writer::default();
    settings::target(&mut writer, options);
    settings::open_vm(&mut writer, &settled.vm);
    writer.comment_block("not modelled, kept out of this file:", options.unmodelled);
    writer.comment_block("what the language cannot say:", &not_expressible);
    settings::machine(&mut writer, &settled.vm);
    elements::write(&mut writer, &settled);
    let text = writer.finish();
    let (tree, _) = syntax::parse(text.as_str(), FileId::default());
    Document { text: format(&tree).unwrap_or(text), not_expressible }
}
