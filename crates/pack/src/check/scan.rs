//! A reader for the few things that a check needs, in files as this program writes them.
//!
//! It follows only offsets and lengths that lie inside the file, does not recurse, and unpacks up to a limit. What it does
//! not find in the expected form it does not find at all: general PDF readers can be crashed by crafted files.

use crate::seal::sha256_hex;
use flate2::read::ZlibDecoder;
use std::collections::BTreeMap;
use std::io::Read;

/// What a check needs to know of a file.
#[derive(Default)]
pub(crate) struct Inside {
    /// Name and bytes of each attachment.
    pub attachments: Vec<(String, Vec<u8>)>,
    /// The hash of each page's drawing; `None` where it cannot be read.
    pub pages: Vec<Option<String>>,
}

/// All attachments together may unpack to this.
const MOST_UNPACKED: u64 = 1 << 30;
const MOST_OBJECTS: usize = 2_000_000;

/// An object: its dictionary as text, and the bytes of its stream.
#[derive(Clone, Copy)]
struct Object<'a> {
    dictionary: &'a [u8],
    stream: Option<&'a [u8]>,
}

/// Reads a file up to its seal.
pub(crate) fn scan(bytes: &[u8]) -> Inside {
    let mut inside = Inside::default();
    let objects = objects(bytes);
    let mut budget = MOST_UNPACKED;
    let mut kids: &[u8] = &[];
    for object in objects.values() {
        if has(object.dictionary, b"/Type/Filespec") {
            if let Some((name, content)) = attachment(object, &objects, &mut budget) {
                inside.attachments.push((name, content));
            }
        } else if has(object.dictionary, b"/Type/Pages")
            && let Some(at) = find(object.dictionary, b"/Kids[")
        {
            let list = object.dictionary.get(at..).unwrap_or_default();
            kids = list.get(..find(list, b"]").unwrap_or(0)).unwrap_or_default();
        }
    }
    let numbers: Vec<usize> = kids.split(|&b| b == b' ' || b == b'R').filter_map(number).collect();
    for page in numbers.chunks(2) {
        let drawing = page
            .first()
            .and_then(|page| objects.get(page))
            .and_then(|page| target(page.dictionary, b"/Contents "))
            .and_then(|contents| objects.get(&contents))
            .and_then(|contents| contents.stream)
            .map(sha256_hex);
        inside.pages.push(drawing);
    }
    inside
}

/// The objects of the file. They are found by their beginnings, not by the table of offsets, which may be what was changed.
fn objects(bytes: &[u8]) -> BTreeMap<usize, Object<'_>> {
    let mut found = BTreeMap::new();
    let mut at = 0;
    while let Some((number, body)) = next_object(bytes, at) {
        let rest = bytes.get(body..).unwrap_or_default();
        let object = read_object(rest);
        // What lies in a stream is skipped as a whole: it may look like anything.
        let length = object.stream.map_or(0, <[u8]>::len);
        at = body + object.dictionary.len() + length;
        found.entry(number).or_insert(object);
        if found.len() >= MOST_OBJECTS {
            break;
        }
    }
    found
}

/// The next `N 0 obj` that begins a line: its number and where its body begins.
fn next_object(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    const MARK: &[u8] = b" 0 obj\n";
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        let mark = at + find(rest, MARK)?;
        let before = bytes.get(..mark)?;
        let digits = before.iter().rev().take(10).take_while(|b| b.is_ascii_digit()).count();
        let start = mark - digits;
        let begins_line = start == 0 || bytes.get(start - 1) == Some(&b'\n');
        if digits > 0
            && begins_line
            && let Some(number) = number(before.get(start..)?)
        {
            return Some((number, mark + MARK.len()));
        }
        at = mark + MARK.len();
    }
}

/// Reads as far as the dictionary reaches and not further, so that a crafted file cannot make this slow.
fn read_object(rest: &[u8]) -> Object<'_> {
    const STREAM: &[u8] = b">>stream\n";
    let ends = |at: &usize| {
        let here = rest.get(*at..).unwrap_or_default();
        here.starts_with(STREAM) || here.starts_with(b"endobj")
    };
    let end = (0..rest.len()).find(ends).unwrap_or(rest.len());
    let dictionary = rest.get(..end).unwrap_or_default();
    let content = rest.get(end..).and_then(|rest| rest.strip_prefix(STREAM));
    // A dictionary in this one may state a length of its own kind; the stream's is the last.
    let length = find_last(dictionary, b"/Length ").and_then(|at| number(digits(dictionary.get(at..)?)));
    let stream = content.zip(length).and_then(|(content, length)| content.get(..length));
    Object { dictionary, stream }
}

fn attachment(spec: &Object<'_>, objects: &BTreeMap<usize, Object<'_>>, budget: &mut u64) -> Option<(String, Vec<u8>)> {
    let at = find(spec.dictionary, b"/UF<FEFF").or_else(|| find(spec.dictionary, b"/UF<feff"))?;
    let digits: Vec<u8> = spec.dictionary.get(at..)?.iter().copied().take_while(u8::is_ascii_hexdigit).collect();
    let units: Vec<u16> = digits
        .chunks_exact(4)
        .filter_map(|unit| u16::from_str_radix(std::str::from_utf8(unit).ok()?, 16).ok())
        .collect();
    let name = String::from_utf16_lossy(&units);
    let file = objects.get(&target(spec.dictionary, b"/EF<</F ")?)?;
    let mut content = Vec::new();
    let read = ZlibDecoder::new(file.stream?).take(*budget + 1).read_to_end(&mut content);
    if read.is_err() || content.len() as u64 > *budget {
        return None;
    }
    *budget -= content.len() as u64;
    Some((name, content))
}

/// The number of the object that an entry of a dictionary points to.
fn target(dictionary: &[u8], key: &[u8]) -> Option<usize> {
    number(digits(dictionary.get(find(dictionary, key)?..)?))
}

fn digits(bytes: &[u8]) -> &[u8] {
    bytes.get(..bytes.iter().take_while(|b| b.is_ascii_digit()).count()).unwrap_or_default()
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    find(bytes, what).is_some()
}

/// Where `what` ends, or rather: the place right after it for keys, since what follows is wanted. See [`find`].
fn after(at: usize, what: &[u8]) -> usize {
    if what.starts_with(b"/") { at + what.len() } else { at }
}

/// The place of a text; for a key (it begins with a slash) the place after it.
fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        let next = at + rest.iter().position(|&b| b == first)?;
        if bytes.get(next..)?.starts_with(what) {
            return Some(after(next, what));
        }
        at = next + 1;
    }
}

/// Like [`find`], from the end.
fn find_last(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what).map(|at| after(at, what))
}
