//! Where everything is in a picture, in pixels.

use super::rows::{Row, edges, trees};

/// The width of a character, a little more than that of most fixed-width fonts at 12 pixels.
const CHARACTER: usize = 8;
/// From one line of text to the next.
pub(super) const LINE: usize = 16;
/// Between the edge of a box and its text, and of a region and its boxes.
pub(super) const PADDING: usize = 10;
/// As high as three lines need.
pub(super) const BOX_HEIGHT: usize = 3 * LINE + PADDING;
/// Between boxes above one another.
const BETWEEN_BOXES: usize = 12;
/// Between a box and those that hang on it.
const BETWEEN_COLUMNS: usize = 36;
/// What stands over the boxes of a region.
const HEADER: usize = LINE + PADDING;
/// Around everything.
const MARGIN: usize = 16;

/// Where everything is that is drawn of a vm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Of each row.
    pub(super) boxes: Vec<Area>,
    /// From the box of one row to that of another, which hangs on it.
    pub(super) edges: Vec<(usize, usize)>,
    /// What vSMMUs translate for, each with the row that it is over.
    pub(super) regions: Vec<(usize, Area)>,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Area {
    pub(super) fn right(self) -> usize {
        self.x + self.width
    }

    pub(super) fn bottom(self) -> usize {
        self.y + self.height
    }

    /// Half way down.
    pub(super) fn middle(self) -> usize {
        self.y + self.height / 2
    }
}

/// Lays out the boxes of a vm below `top`: what hangs on a box stands to its right, and a box in the middle of it.
pub(super) fn layout(rows: &[Row], top: usize) -> Layout {
    let columns = columns(rows);
    let tops = tops(rows, top + MARGIN);
    let area = |(row, &y): (&Row, &usize)| {
        let (x, width) = columns[row.depth];
        Area { x, y, width, height: BOX_HEIGHT }
    };
    let boxes: Vec<Area> = rows.iter().zip(&tops).map(area).collect();
    let regions = regions(rows, &boxes);
    let all = || boxes.iter().chain(regions.iter().map(|(_, area)| area)).copied();
    Layout {
        width: all().map(Area::right).max().unwrap_or_default() + MARGIN,
        height: all().map(Area::bottom).max().unwrap_or(top) + MARGIN,
        edges: edges(rows),
        regions,
        boxes,
    }
}

/// How wide a text is.
pub(super) fn width(text: &str) -> usize {
    text.chars().count() * CHARACTER
}

/// Where the boxes of each depth begin, and how wide they are.
fn columns(rows: &[Row]) -> Vec<(usize, usize)> {
    let mut columns: Vec<(usize, usize)> = Vec::new();
    for row in rows {
        let widest = row.lines.iter().map(|line| width(line)).max().unwrap_or_default();
        if columns.len() <= row.depth {
            columns.resize(row.depth + 1, (0, 0));
        }
        let width = &mut columns[row.depth].1;
        *width = (*width).max(widest + 2 * PADDING);
    }
    let mut x = MARGIN + PADDING;
    for column in &mut columns {
        column.0 = x;
        x += column.1 + BETWEEN_COLUMNS;
    }
    columns
}

/// Whether nothing hangs on the box at `position`.
fn is_leaf(rows: &[Row], position: usize) -> bool {
    rows.get(position + 1).is_none_or(|next| next.depth <= rows[position].depth)
}

/// The upper edge of each box.
fn tops(rows: &[Row], top: usize) -> Vec<usize> {
    let mut tops = vec![0; rows.len()];
    let mut y = top;
    for (position, row) in rows.iter().enumerate() {
        if row.depth == 0 {
            y += if row.vsmmu.is_some() { HEADER } else { 0 };
        }
        if is_leaf(rows, position) {
            tops[position] = y;
            y += BOX_HEIGHT + BETWEEN_BOXES;
        }
        // The region of a root bus ends below its boxes.
        if rows.get(position + 1).is_some_and(|next| next.depth == 0) {
            y += PADDING;
        }
    }
    // From the last to the first: of each depth, the highest and the lowest of the boxes that hang on one to come.
    let deepest = rows.iter().map(|row| row.depth).max().unwrap_or_default();
    let mut below: Vec<Option<(usize, usize)>> = vec![None; deepest + 2];
    for (position, row) in rows.iter().enumerate().rev() {
        if let Some((highest, lowest)) = below[row.depth + 1].take() {
            tops[position] = usize::midpoint(highest, lowest);
        }
        let own = tops[position];
        let lowest = below[row.depth].map_or(own, |(_, lowest)| lowest);
        below[row.depth] = Some((own, lowest));
    }
    tops
}

/// What each vSMMU translates for: a root bus with all that hangs on it.
fn regions(rows: &[Row], boxes: &[Area]) -> Vec<(usize, Area)> {
    let regions = trees(rows).into_iter().filter_map(|tree| {
        let root = tree.start;
        let words = rows[root].vsmmu.as_ref()?;
        let of_root = &boxes[tree];
        let x = boxes[root].x - PADDING;
        let y = of_root.iter().map(|area| area.y).min()? - HEADER;
        let right = of_root.iter().map(|area| area.right()).max()? + PADDING;
        let bottom = of_root.iter().map(|area| area.bottom()).max()? + PADDING;
        let right = right.max(x + width(words) + 2 * PADDING);
        Some((root, Area { x, y, width: right - x, height: bottom - y }))
    });
    regions.collect()
}
