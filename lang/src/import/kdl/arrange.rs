//! What stands in what, and in which order.

use super::order::order;
use crate::elaborate::Numbers;
use crate::span::Origin;
use crate::topology::{
    Board, Controller, ControllerId, ControllerKind, DeviceId, HostdevId, Index, Parent,
    RootComplex, Vm, VsmmuId,
};

/// Position of an item.
pub(super) type ItemId = usize;

/// Something that takes part in the hierarchy and is written as a node, if it is written at all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) what: What,
    /// In which block it stands; none is the vm's.
    pub(super) parent: Option<ItemId>,
    /// How many blocks it stands in beside the vm's.
    pub(super) depth: usize,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A vSMMU group with the PXB it translates for.
    Vsmmu(VsmmuId),
    /// Any other controller.
    Controller(ControllerId),
    Hostdev(HostdevId),
    Device(DeviceId),
}

/// The items of a vm in the order of the file: each before what stands in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrangement {
    pub(super) items: Vec<Item>,
}

/// Arranges everything of `vm` the language has a place for; and says what it has none for.
///
/// vSMMUs, host devices and emulated devices keep their order, by which libvirt gives out ids, as far
/// as the blocks allow; everything else stands in the order of the indexes.
pub(super) fn arrange(vm: &Vm, numbers: &Numbers) -> (Arrangement, Vec<String>) {
    let grouped = Draft::of(vm, numbers, true);
    let ungrouped = Draft::of(vm, numbers, false);
    let attempts = [
        (&grouped, Keeps::Everything),
        (&ungrouped, Keeps::Everything),
        (&grouped, Keeps::Hostdevs),
        (&ungrouped, Keeps::Hostdevs),
        (&grouped, Keeps::Vsmmus),
    ];
    let arranged =
        attempts.into_iter().find_map(|(draft, keeps)| Some((draft.ordered(keeps)?, draft)));
    let Some((arrangement, draft)) = arranged else {
        // vSMMUs are items of the vm's block: their order alone contradicts nothing.
        return (Arrangement::default(), Vec::new());
    };
    let mut not_expressible = draft.left_out.clone();
    not_expressible.extend(arrangement.lost_orders());
    (arrangement, not_expressible)
}

impl Arrangement {
    /// The kinds of elements that do not keep their order: the blocks would have to be torn apart.
    fn lost_orders(&self) -> impl Iterator<Item = String> {
        let items = self.items.iter();
        let hostdevs = items.clone().filter_map(|item| match item.what {
            What::Hostdev(id) => Some(id),
            _ => None,
        });
        let devices = items.filter_map(|item| match item.what {
            What::Device(id) => Some(id),
            _ => None,
        });
        let lost = [
            (hostdevs.is_sorted(), "host devices", "hostdev"),
            (devices.is_sorted(), "emulated devices", "device"),
        ];
        lost.into_iter().filter(|(is_kept, ..)| !is_kept).map(|(_, kind, id)| {
            format!(
                "the order of the {kind}, by which they get the ids `{id}0`, `{id}1` …: what is in \
                 one group stands together"
            )
        })
    }
}

/// Which elements keep the order among their kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeps {
    /// vSMMUs alone.
    Vsmmus,
    /// vSMMUs and host devices.
    Hostdevs,
    /// Emulated devices, too.
    Everything,
}

/// What stands in what, not yet in order.
struct Draft<'a> {
    vm: &'a Vm,
    items: Vec<Item>,
    /// Where the order is free an item with a lower index in it comes first, then the one written first.
    keys: Vec<(Index, Origin)>,
    /// For each controller, the item in which what is plugged into it stands.
    blocks: Vec<Option<ItemId>>,
    left_out: Vec<String>,
}

impl<'a> Draft<'a> {
    /// With `grouped` the ports of the root bus stand in the group of the vSMMU that translates for it,
    /// unless something emulated is in them.
    fn of(vm: &'a Vm, numbers: &Numbers, grouped: bool) -> Self {
        let mut draft = Self {
            vm,
            items: Vec::new(),
            keys: Vec::new(),
            blocks: vec![None; vm.controllers.len()],
            left_out: Vec::new(),
        };
        draft.vsmmus(numbers);
        draft.controllers(numbers);
        draft.endpoints();
        if grouped {
            draft.group_root_ports();
        }
        draft.pass_keys_up();
        draft
    }

    fn add(&mut self, what: What, parent: Option<ItemId>, key: (Option<Index>, Origin)) -> ItemId {
        let depth = parent.map_or(0, |parent| self.items[parent].depth + 1);
        self.items.push(Item { what, parent, depth });
        self.keys.push((key.0.unwrap_or(Index::MAX), key.1));
        self.items.len() - 1
    }

    fn vsmmus(&mut self, numbers: &Numbers) {
        for (id, vsmmu) in self.vm.vsmmus() {
            let what = What::Vsmmu(id);
            match vsmmu.root_complex {
                RootComplex::Root => {
                    self.add(what, None, (None, vsmmu.origin));
                }
                RootComplex::Pxb(pxb) if self.is_group_of(pxb, id) => {
                    let index = numbers.controller(pxb).index;
                    let item = self.add(what, None, (index, vsmmu.origin));
                    self.blocks[pxb.0 as usize] = Some(item);
                }
                RootComplex::Pxb(_) => self.left_out.push(format!(
                    "the vSMMU `{}`: the PXB it translates for is not its own",
                    vsmmu.name.value
                )),
            }
        }
    }

    /// Whether `pxb` can be written within the group of `vsmmu`.
    fn is_group_of(&self, pxb: ControllerId, vsmmu: VsmmuId) -> bool {
        let controller = self.vm.controller(pxb);
        controller.is_pxb() && controller.parent == Parent::Root && controller.vsmmu == Some(vsmmu)
    }

    fn controllers(&mut self, numbers: &Numbers) {
        for (id, controller) in self.vm.controllers() {
            let position = id.0 as usize;
            if self.blocks[position].is_some() {
                continue;
            }
            let index = numbers.controller(id).index;
            match self.block_of_controller(controller) {
                Some(block) => {
                    let key = (index, controller.origin);
                    self.blocks[position] = Some(self.add(What::Controller(id), block, key));
                }
                None => self.left_out.push(
                    match index {
                        Some(index) => format!("the {} with index {index}", controller.noun()),
                        None => format!("a {} without an index", controller.noun()),
                    } + &self.no_place_on(controller.parent),
                ),
            }
        }
    }

    /// The block a controller stands in; none when the language has no place for it.
    #[expect(clippy::option_option, reason = "no place is not the same as the vm's block")]
    fn block_of_controller(&self, controller: &Controller) -> Option<Option<ItemId>> {
        use ControllerKind::{Pxb, RootPort, SwitchDownstream, SwitchUpstream};
        let Parent::Controller(parent) = controller.parent else {
            return matches!(controller.kind, Pxb { .. } | RootPort(_)).then_some(None);
        };
        let fits = matches!(
            (&self.vm.controller(parent).kind, &controller.kind),
            (Pxb { .. }, RootPort(_))
                | (RootPort(_), SwitchUpstream)
                | (SwitchUpstream, SwitchDownstream(_))
        );
        self.blocks[parent.0 as usize].filter(|_| fits).map(Some)
    }

    fn endpoints(&mut self) {
        for (id, hostdev) in self.vm.hostdevs() {
            let name = || format!("the host device `{}`", hostdev.name.value);
            self.endpoint(What::Hostdev(id), hostdev.parent, hostdev.origin, &name);
        }
        for (id, device) in self.vm.devices() {
            let name = || format!("the emulated device `{}`", device.name.value);
            self.endpoint(What::Device(id), device.parent, device.origin, &name);
        }
    }

    fn endpoint(&mut self, what: What, parent: Parent, origin: Origin, name: &dyn Fn() -> String) {
        let block = match parent {
            Parent::Root => Some(None),
            Parent::Controller(id) => {
                let is_port = self.vm.controller(id).port().is_some();
                let block = self.blocks[id.0 as usize];
                block.filter(|block| is_port || self.is_group_without_ports(*block)).map(Some)
            }
        };
        match block {
            Some(block) => {
                self.add(what, block, (None, origin));
            }
            None => self.left_out.push(name() + &self.no_place_on(parent)),
        }
    }

    /// Whether what stands in `block` is plugged into the PXB itself: i440FX has no root ports.
    fn is_group_without_ports(&self, block: ItemId) -> bool {
        self.vm.board() == Some(Board::Pc) && matches!(self.items[block].what, What::Vsmmu(_))
    }

    fn no_place_on(&self, parent: Parent) -> String {
        let bus = match parent {
            Parent::Root => "the root bus",
            Parent::Controller(id) => match self.vm.controller(id).kind {
                ControllerKind::Pxb { .. } => "the bus of a PXB",
                ControllerKind::SwitchUpstream => "the bus within a switch",
                _ => "the bus behind a port",
            },
        };
        format!(", for which there is no place on {bus}")
    }

    /// Puts the ports of the root bus into the group of its vSMMU.
    fn group_root_ports(&mut self) {
        let root = self.vm.root_vsmmu.map(What::Vsmmu);
        let Some(group) = self.items.iter().position(|item| Some(item.what) == root) else {
            return;
        };
        let mut holds_device = vec![false; self.items.len()];
        for (id, item) in self.items.iter().enumerate().rev() {
            holds_device[id] |= matches!(item.what, What::Device(_));
            if let Some(parent) = item.parent {
                holds_device[parent] |= holds_device[id];
            }
        }
        for (id, holds_device) in holds_device.into_iter().enumerate() {
            let item = self.items[id];
            self.items[id] = match (item.parent, item.what) {
                (None, What::Controller(port)) if self.vm.controller(port).port().is_some() => {
                    let parent = (!holds_device).then_some(group);
                    Item { parent, depth: usize::from(parent.is_some()), ..item }
                }
                (Some(parent), _) => Item { depth: self.items[parent].depth + 1, ..item },
                _ => item,
            };
        }
    }

    /// An item comes where the lowest index in it belongs: what stands in it comes later in the list.
    fn pass_keys_up(&mut self) {
        for id in (0..self.items.len()).rev() {
            if let Some(parent) = self.items[id].parent {
                self.keys[parent].0 = self.keys[parent].0.min(self.keys[id].0);
            }
        }
    }

    fn ordered(&self, keeps: Keeps) -> Option<Arrangement> {
        let chain = |is_link: fn(&What) -> bool| -> Vec<ItemId> {
            let links = self.items.iter().enumerate().filter(|(_, item)| is_link(&item.what));
            links.map(|(id, _)| id).collect()
        };
        let vsmmus = chain(|what| matches!(what, What::Vsmmu(_)));
        let hostdevs = chain(|what| matches!(what, What::Hostdev(_)));
        let devices = chain(|what| matches!(what, What::Device(_)));
        let chains: &[&[ItemId]] = match keeps {
            Keeps::Vsmmus => &[&vsmmus],
            Keeps::Hostdevs => &[&vsmmus, &hostdevs],
            Keeps::Everything => &[&vsmmus, &hostdevs, &devices],
        };
        let blocks = order(&self.items, &self.keys, chains)?;
        Some(Arrangement { items: self.in_file_order(&blocks) })
    }

    /// The items, each followed by what stands in it, with parents by their new positions.
    fn in_file_order(&self, blocks: &[Vec<ItemId>]) -> Vec<Item> {
        let mut items = Vec::with_capacity(self.items.len());
        let mut pending: Vec<(ItemId, Option<ItemId>)> =
            blocks[0].iter().rev().map(|&id| (id, None)).collect();
        while let Some((id, parent)) = pending.pop() {
            let position = items.len();
            items.push(Item { parent, ..self.items[id] });
            pending.extend(blocks[id + 1].iter().rev().map(|&child| (child, Some(position))));
        }
        items
    }
}
