//! Bus numbers of PXBs.

use super::ControllerNumbers;
use super::window::Needs;
use crate::topology::{BusNr, Vm};

/// Gives every PXB the highest bus number that leaves its window room, the first of the file the
/// highest.
pub(super) fn allocate(vm: &Vm, needs: &Needs, numbers: &mut [ControllerNumbers]) {
    let mut taken = TakenBuses::default();
    taken.take(0, needs.root);
    for ((controller, numbers), &needed) in
        vm.controllers.iter().zip(&mut *numbers).zip(&needs.pxbs)
    {
        numbers.bus_nr = controller.bus_nr().and_then(|bus_nr| BusNr::new(bus_nr.value));
        if let Some(bus_nr) = numbers.bus_nr {
            taken.take(bus_nr.get(), needed);
        }
    }
    for ((controller, numbers), &needed) in vm.controllers.iter().zip(numbers).zip(&needs.pxbs) {
        if controller.is_pxb() && controller.bus_nr().is_none() {
            numbers.bus_nr = taken.take_highest(needed);
        }
    }
}

/// Which bus numbers some window takes.
#[derive(Clone, Debug)]
pub(crate) struct TakenBuses([bool; 256]);

impl Default for TakenBuses {
    fn default() -> Self {
        Self([false; 256])
    }
}

impl TakenBuses {
    /// Takes `width` numbers from `first` on, as far as there are any.
    pub(crate) fn take(&mut self, first: u8, width: u32) {
        let window = self.0.iter_mut().skip(usize::from(first)).take(width as usize);
        window.for_each(|taken| *taken = true);
    }

    /// Takes the highest window in which a PXB has `needed` numbers. It is rounded up to a multiple
    /// of 4 numbers where that fits.
    pub(crate) fn take_highest(&mut self, needed: u32) -> Option<BusNr> {
        let rounded = needed.next_multiple_of(4);
        let (bus_nr, width) = self
            .highest(rounded)
            .map(|bus_nr| (bus_nr, rounded))
            .or_else(|| self.highest(needed).map(|bus_nr| (bus_nr, needed)))?;
        self.take(bus_nr.get(), width);
        Some(bus_nr)
    }

    /// The start of the highest run of `width` free numbers that a PXB can have.
    fn highest(&self, width: u32) -> Option<BusNr> {
        let mut run = 0;
        (0..=u8::MAX).rev().find_map(|number| {
            run = if self.0[usize::from(number)] { 0 } else { run + 1 };
            BusNr::new(i64::from(number)).filter(|_| run >= width)
        })
    }

    /// The inclusive ranges of at least `width` free numbers, rising.
    pub(crate) fn free_ranges(&self, width: u32) -> Vec<(u8, u8)> {
        let mut ranges: Vec<(u8, u8)> = Vec::new();
        for number in (0..=u8::MAX).filter(|&number| !self.0[usize::from(number)]) {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == number => *last = number,
                _ => ranges.push((number, number)),
            }
        }
        ranges.retain(|&(first, last)| u32::from(last - first) + 1 >= width);
        ranges
    }
}

#[cfg(test)]
mod tests {
    use super::TakenBuses;
    use crate::topology::BusNr;

    #[test]
    fn no_pxb_is_at_0_or_255() {
        let mut taken = TakenBuses([true; 256]);
        (taken.0[0], taken.0[255]) = (false, false);
        assert_eq!(taken.highest(1), None);
        taken.0[7] = false;
        assert_eq!(taken.highest(1), BusNr::new(7));
        taken.0[254] = false;
        assert_eq!(taken.highest(1), BusNr::new(254));
        assert_eq!(taken.highest(2), BusNr::new(254));
        assert_eq!(taken.free_ranges(1), [(0, 0), (7, 7), (254, 255)]);
    }

    #[test]
    fn a_window_is_rounded_up_where_that_fits() {
        let mut taken = TakenBuses::default();
        taken.take(6, 250);
        assert_eq!(taken.take_highest(2), BusNr::new(2));
        assert_eq!(taken.take_highest(1), BusNr::new(1));
        assert_eq!(taken.take_highest(1), None);
    }
}
