//! Bus numbers of PXBs.

use super::ControllerNumbers;
use super::window::Needs;
use crate::topology::{BusNr, Vm};

/// Gives every PXB the highest bus number that leaves its window room, the first of the file the
/// highest. A window is rounded up to a multiple of 4 numbers where that fits.
pub(super) fn allocate(vm: &Vm, needs: &Needs, numbers: &mut [ControllerNumbers]) {
    let mut taken = [false; 256];
    take(&mut taken, 0, needs.root);
    for ((controller, numbers), &needed) in
        vm.controllers.iter().zip(&mut *numbers).zip(&needs.pxbs)
    {
        numbers.bus_nr = controller.bus_nr().and_then(|bus_nr| BusNr::new(bus_nr.value));
        if let Some(bus_nr) = numbers.bus_nr {
            take(&mut taken, bus_nr.get(), needed);
        }
    }
    for ((controller, numbers), &needed) in vm.controllers.iter().zip(numbers).zip(&needs.pxbs) {
        if !controller.is_pxb() || controller.bus_nr().is_some() {
            continue;
        }
        let free = highest_free(&taken, needed.next_multiple_of(4))
            .map(|first| (first, needed.next_multiple_of(4)))
            .or_else(|| highest_free(&taken, needed).map(|first| (first, needed)));
        if let Some((first, width)) = free {
            take(&mut taken, first, width);
            numbers.bus_nr = BusNr::new(i64::from(first));
        }
    }
}

/// Marks `width` numbers from `first` on, as far as there are any.
fn take(taken: &mut [bool; 256], first: u8, width: u32) {
    taken.iter_mut().skip(usize::from(first)).take(width as usize).for_each(|taken| *taken = true);
}

/// The start of the highest run of `width` free numbers that a PXB can have.
fn highest_free(taken: &[bool; 256], width: u32) -> Option<u8> {
    let mut run = 0;
    (0..=u8::MAX).rev().find(|&number| {
        run = if taken[usize::from(number)] { 0 } else { run + 1 };
        run >= width && number <= BusNr::MAX.get()
    })
}

#[cfg(test)]
mod tests {
    use super::{highest_free, take};

    #[test]
    fn no_pxb_is_at_255() {
        let mut taken = [true; 256];
        taken[255] = false;
        assert_eq!(highest_free(&taken, 1), None);
        taken[7] = false;
        assert_eq!(highest_free(&taken, 1), Some(7));
        taken[254] = false;
        assert_eq!(highest_free(&taken, 1), Some(254));
        assert_eq!(highest_free(&taken, 2), Some(254));
    }

    #[test]
    fn a_window_ends_with_255() {
        let mut taken = [false; 256];
        take(&mut taken, 250, 100);
        assert_eq!(highest_free(&taken, 4), Some(246));
    }
}
