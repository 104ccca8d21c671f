//! Tree to pages: measures text, breaks lines and pages, repeats heads, numbers captions and pages, collects the contents.

mod block;
mod cover;
mod figure;
mod look;
mod mark;
mod page;
mod running;
mod table;

pub(crate) use block::shortened;
pub(crate) use look::{Colour, PAGE};
pub(crate) use page::{Item, Page, Place};

use crate::error::PackError;
use crate::progress::Progress;
use crate::text::{Line, Setter};
use crate::tree::{Block, Pack, Row};
use block::Column;
use page::paginate;

/// Pages, ready to be printed.
#[derive(Debug)]
pub(crate) struct Laid {
    /// The pages in order.
    pub pages: Vec<Page>,
    /// What the outline leads to, in order.
    pub places: Vec<Place>,
    /// A sentence for each character that is shown as its code.
    pub warnings: Vec<String>,
}

/// How much work a pack is, in cells and blocks.
pub(crate) fn work(pack: &Pack) -> u64 {
    pack.chapters.iter().flat_map(|chapter| &chapter.blocks).map(block_work).sum::<u64>() + pack.chapters.len() as u64
}

fn block_work(block: &Block) -> u64 {
    1 + match block {
        Block::Table(table) => table
            .rows
            .iter()
            .map(|row| match row {
                Row::Group(_) => 1,
                Row::Cells(cells) => cells.len() as u64,
            })
            .sum(),
        Block::Fields(fields) => fields.len() as u64,
        Block::List(items) => items.len() as u64,
        _ => 0,
    }
}

/// Lays out a whole pack.
pub(crate) fn lay_out(pack: &Pack, progress: &mut Progress<'_>) -> Result<Laid, PackError> {
    let mut setter = Setter::default();
    let (mut body, mut places) = (Vec::new(), Vec::new());
    let (mut tables, mut figures) = (0, 0);
    for (index, chapter) in pack.chapters.iter().enumerate() {
        progress.step(1)?;
        let first = body.len();
        let mut column = Column::new(&mut setter, tables, figures);
        column.chapter(index + 1, &chapter.title);
        for block in &chapter.blocks {
            column.block(block, progress)?;
        }
        (tables, figures) = (column.tables, column.figures);
        let strips = column.strips;
        paginate(&strips, look::TOP, &mut body, &mut places);
        for page in body.iter_mut().skip(first) {
            page.chapter = Some(index);
        }
    }
    let mut pages = cover::cover(&mut setter, pack);
    let list = cover::contents(&mut setter, &places, pages.len());
    pages.extend(list);
    let shift = pages.len();
    places.iter_mut().for_each(|place| place.page += shift);
    pages.extend(body);
    running::heads_and_feet(&mut setter, pack, &mut pages);
    Ok(Laid { pages, places, warnings: setter.warnings() })
}

/// Where a line stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flush {
    /// Where its paragraph's direction begins.
    Start,
    /// At the right.
    Right,
}

/// The left end of a line in a column.
pub(crate) fn left_end(line: &Line, flush: Flush, size: f32, x: f32, width: f32) -> f32 {
    if flush == Flush::Right || line.rtl { x + width - line.points(size) } else { x }
}
