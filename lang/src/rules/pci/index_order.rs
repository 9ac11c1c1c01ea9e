//! `pci/index-order`

use crate::finding::Finding;
use crate::language::InEach;
use crate::rules::{Check, Context, declare_rule};
use crate::topology::{Index, Parent};

declare_rule! {
    /// ## What it does
    ///
    /// Checks that the index of a controller is above the index of the controller it is plugged into.
    ///
    /// ## Why
    ///
    /// libvirt writes controllers in the order of their indexes: a port that comes before its PXB names a
    /// bus QEMU does not have yet.
    ///
    /// ## Example
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     pxb index=3 {
    ///         root-port index=1
    ///     }
    ///     root-port index=2
    /// }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```kdl
    /// vm "a" machine="virt" {
    ///     pxb index=1 {
    ///         root-port index=3
    ///     }
    ///     root-port index=2
    /// }
    /// ```
    ///
    /// ## What libvirt and QEMU say
    ///
    /// libvirt accepts it.
    ///
    /// ```xml
    /// <controller type='pci' index='1' model='pcie-root-port'><address type='pci' bus='3' slot='0'/></controller>
    /// <controller type='pci' index='2' model='pcie-root-port'/>
    /// <controller type='pci' index='3' model='pcie-expander-bus'><target busNr='252'/></controller>
    /// ```
    ///
    /// QEMU refuses it: `Bus 'pci.3' not found`
    ///
    /// ```args
    /// -device pcie-root-port,id=pci.1,bus=pci.3,addr=0,chassis=1
    /// -device pxb-pcie,id=pci.3,bus=pcie.0,addr=1,bus_nr=252
    /// ```
    ///
    /// ## References
    ///
    /// - libvirt, `src/conf/domain_conf.c`: controllers are kept in the order of their indexes
    pub(crate) static INDEX_ORDER = {
        name: "pci/index-order",
        summary: "a controller's index is above that of the bus it sits on",
        severity: Error,
        needs: File,
        since: "0.1.0",
        check: Check::EachVm(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut controllers_of = [0_u32; 256];
    let indexes = context.numbers.controllers.iter().filter_map(|numbers| numbers.index);
    indexes.for_each(|index| controllers_of[usize::from(index.get())] += 1);
    let is_duplicate = |index: Index| controllers_of[usize::from(index.get())] > 1;
    for (id, controller) in context.vm.controllers() {
        let Parent::Controller(parent) = controller.parent else { continue };
        // Those that libvirt adds it adds behind what they sit on.
        if controller.index.is_none() && controller.implied {
            continue;
        }
        let Some(index) = context.numbers.controller(id).index else { continue };
        let Some(above) = context.numbers.controller(parent).index else { continue };
        // Equal indexes are a mistake of their own: one of them has to change first.
        if index >= above || is_duplicate(index) || is_duplicate(above) {
            continue;
        }
        let parent = context.vm.controller(parent);
        let (noun, bus) = (controller.noun(), parent.noun());
        let origin = controller.index.map_or(controller.origin, |written| written.origin);
        let finding = INDEX_ORDER
            .at(
                origin,
                format!("this {noun} has index {index}, below that of the {bus} it sits on"),
            )
            .with_label(
                parent.index.map_or(parent.origin, |index| index.origin),
                format!("the {bus} has index {above}"),
            )
            .with_note(format!("QEMU: Bus 'pci.{above}' not found"))
            .with_help(format!(
                "use an index above {above}, {}",
                context.say(InEach {
                    kdl: "or leave `index` out",
                    libvirt: "and write it in the `bus` of what sits behind it, too",
                    qemu: "and put it behind that bus",
                })
            ));
        findings.push(match controller.index {
            Some(_) => context.leaving_out(finding, InEach::only_kdl("index"), origin),
            None => finding,
        });
    }
}
