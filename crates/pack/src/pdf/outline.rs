//! Bookmarks: chapters, in them headings of level 2, in them those of level 3.

use super::metadata::text;
use crate::layout::{PAGE, Place};
use lopdf::{Dictionary, Document, Object, ObjectId};

/// A bookmark with those under it.
struct Mark<'a> {
    place: &'a Place,
    below: Vec<Mark<'a>>,
}

/// Adds the outline; `None` if there is nothing to lead to.
pub(crate) fn outline(document: &mut Document, places: &[Place], pages: &[ObjectId]) -> Option<ObjectId> {
    let mut rest = places;
    let marks = tree(&mut rest, 0);
    if marks.is_empty() {
        return None;
    }
    let root = document.new_object_id();
    let (first, last, _) = level(document, &marks, root, pages)?;
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", "Outlines");
    dictionary.set("First", first);
    dictionary.set("Last", last);
    dictionary.set("Count", marks.len() as i64);
    document.objects.insert(root, Object::Dictionary(dictionary));
    Some(root)
}

/// Takes the places that lie deeper than `above`; depth is at most three, whatever the input.
fn tree<'a>(rest: &mut &'a [Place], above: u8) -> Vec<Mark<'a>> {
    let mut marks = Vec::new();
    while let Some((place, after)) = rest.split_first().filter(|(place, _)| place.level > above) {
        *rest = after;
        marks.push(Mark { place, below: tree(rest, place.level) });
    }
    marks
}

/// Writes the bookmarks of one level: the first, the last, and how many there are in all below.
fn level(
    document: &mut Document,
    marks: &[Mark<'_>],
    parent: ObjectId,
    pages: &[ObjectId],
) -> Option<(ObjectId, ObjectId, i64)> {
    let ids: Vec<ObjectId> = marks.iter().map(|_| document.new_object_id()).collect();
    let mut total = marks.len() as i64;
    for (index, mark) in marks.iter().enumerate() {
        let id = *ids.get(index)?;
        let mut entry = Dictionary::new();
        entry.set("Title", text(&mark.place.title.replace('\n', " ")));
        entry.set("Parent", parent);
        if let Some(previous) = index.checked_sub(1).and_then(|index| ids.get(index)) {
            entry.set("Prev", *previous);
        }
        if let Some(next) = ids.get(index + 1) {
            entry.set("Next", *next);
        }
        if let Some(page) = pages.get(mark.place.page) {
            entry.set("Dest", destination(*page, mark.place.top));
        }
        if let Some((first, last, count)) = level(document, &mark.below, id, pages) {
            entry.set("First", first);
            entry.set("Last", last);
            // Negative: closed when the document is opened.
            entry.set("Count", -count);
            total += count;
        }
        document.objects.insert(id, Object::Dictionary(entry));
    }
    Some((*ids.first()?, *ids.last()?, total))
}

/// A place on a page, a little above what it shows.
pub(crate) fn destination(page: ObjectId, top: f32) -> Object {
    let y = (PAGE.1 - top + 8.0).clamp(0.0, PAGE.1).round() as i64;
    Object::Array(vec![page.into(), "XYZ".into(), Object::Null, y.into(), Object::Null])
}
