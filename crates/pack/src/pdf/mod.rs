//! Pages to a PDF: printpdf writes pages and fonts, lopdf makes an archive file of it.

mod archive;
mod draw;
mod metadata;
mod outline;

pub(crate) use archive::archive;

use crate::error::PackError;
use crate::layout::{Laid, PAGE};
use crate::progress::Progress;
use crate::text::font::FONTS;
use draw::Pen;
use printpdf::font::{PdfFont, PrintpdfFontMeta};
use printpdf::{FontId, Mm, ParsedFont, PdfDocument, PdfPage, PdfSaveOptions, Rect};

/// The printed document, not yet an archive file.
pub(crate) fn print(laid: &Laid, progress: &mut Progress<'_>) -> Result<lopdf::Document, PackError> {
    let mut document = PdfDocument::new("");
    let mut pen = Pen::default();
    let count = laid.pages.len().max(1) as f64;
    for (index, page) in laid.pages.iter().enumerate() {
        progress.share(0.5 + 0.25 * index as f64 / count)?;
        let mut printed = PdfPage::new(Mm(210.0), Mm(297.0), pen.draw(page));
        // The exact size in points, as the layout counted it.
        let sheet = || Rect::from_wh(printpdf::Pt(PAGE.0), printpdf::Pt(PAGE.1));
        (printed.media_box, printed.crop_box, printed.trim_box) = (sheet(), sheet(), sheet());
        document.pages.push(printed);
    }
    for number in pen.fonts() {
        let font = FONTS.get(number).ok_or(PackError::Font { name: "?" })?;
        let mut warnings = Vec::new();
        let parsed = ParsedFont::from_bytes(font.bytes, 0, &mut warnings).ok_or(PackError::Font { name: font.name })?;
        let font = PdfFont::with_meta(parsed, PrintpdfFontMeta::default());
        document.resources.fonts.map.insert(font_id(number), font);
    }
    progress.share(0.8)?;
    let mut warnings = Vec::new();
    let options = PdfSaveOptions { optimize: false, subset_fonts: true, secure: true, image_optimization: None };
    let printed = document.to_lopdf_document(&options, &mut warnings);
    // A warning can mean a whole font inside or a letter lost: neither may leave the house.
    if let Some(warning) = warnings.first() {
        return Err(PackError::Printing { detail: warning.msg.clone() });
    }
    progress.share(0.9)?;
    Ok(printed)
}

/// The name of a font in the PDF; its first six letters are the tag of the subset.
fn font_id(number: usize) -> FontId {
    FontId(FONTS.get(number).map_or_else(String::new, |font| font.tag.to_owned()))
}
