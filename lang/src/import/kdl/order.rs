//! In which order nodes stand beside each other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::arrange::{Item, ItemId};

/// The items of each block in the order they are written: those of the vm first, then those of each
/// item. None when `chains`, each of which keeps its order, contradict each other or the blocks.
///
/// Where the chains leave a choice the item with the lowest key comes first. Linear, apart from
/// logarithms; takes as many steps between two links of a chain as blocks are deep: at most five.
pub(super) fn order<K: Ord + Copy>(
    items: &[Item],
    keys: &[K],
    chains: &[&[ItemId]],
) -> Option<Vec<Vec<ItemId>>> {
    let mut followers: Vec<Vec<ItemId>> = vec![Vec::new(); items.len()];
    let mut waits_for = vec![0_usize; items.len()];
    for pair in chains.iter().flat_map(|chain| chain.windows(2)) {
        if let Some((before, after)) = siblings(items, pair[0], pair[1]) {
            followers[before].push(after);
            waits_for[after] += 1;
        }
    }
    let ready = |item: ItemId| Reverse((keys[item], item));
    let mut heap: BinaryHeap<_> =
        (0..items.len()).filter(|&item| waits_for[item] == 0).map(ready).collect();
    let mut blocks = vec![Vec::new(); items.len() + 1];
    let mut written = 0;
    while let Some(Reverse((_, item))) = heap.pop() {
        written += 1;
        blocks[items[item].parent.map_or(0, |parent| parent + 1)].push(item);
        for &after in &followers[item] {
            waits_for[after] -= 1;
            if waits_for[after] == 0 {
                heap.push(ready(after));
            }
        }
    }
    (written == items.len()).then_some(blocks)
}

/// The two items of one block that `first` and `second` are or stand in; none when it is the same.
fn siblings(items: &[Item], mut first: ItemId, mut second: ItemId) -> Option<(ItemId, ItemId)> {
    while items[first].depth > items[second].depth {
        first = items[first].parent?;
    }
    while items[second].depth > items[first].depth {
        second = items[second].parent?;
    }
    while items[first].parent != items[second].parent {
        (first, second) = (items[first].parent?, items[second].parent?);
    }
    (first != second).then_some((first, second))
}
