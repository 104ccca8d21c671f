//! The archive file: what printpdf lacks for PDF/A-3, attachments, outline, metadata, fixed ids; then the seal.

use super::metadata::{date, info, text, xmp};
use super::outline::{destination, outline};
use crate::error::PackError;
use crate::layout::{Item, Laid, PAGE};
use crate::manifest::Manifest;
use crate::seal::sha256_hex;
use crate::tree::{Attachment, Pack};
use conclave_domain::t;
use flate2::{Compression, write::ZlibEncoder};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};
use std::io::Write;

/// The sRGB profile that gives the colours of the pages their meaning.
const SRGB: &[u8] = include_bytes!("../../../../assets/fonts/sRGB.icc");

/// The bytes of the archive file, without the seal.
pub(crate) fn archive(
    mut document: Document,
    pack: &Pack,
    laid: &Laid,
    signer: Option<String>,
) -> Result<Vec<u8>, PackError> {
    document.version = "1.7".to_owned();
    let root = reference(&document.trailer, b"Root")?;
    let pages = page_ids(&document, root)?;
    if pages.len() != laid.pages.len() {
        return Err(broken("the number of pages differs from the layout"));
    }
    let contents = compress_contents(&mut document, &pages)?;
    links(&mut document, &pages, laid)?;
    compress_the_rest(&mut document)?;
    let manifest = Manifest::of(pack, contents, signer).to_bytes();
    let fingerprint = sha256_hex(&manifest);
    let specs = attach(&mut document, pack, manifest)?;
    let marks = outline(&mut document, &laid.places, &pages);
    let metadata = document.add_object(
        Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, xmp(pack, &fingerprint))
            .with_compression(false),
    );
    let profile = document.add_object(compressed(dictionary! { "N" => 3 }, SRGB)?);
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("sRGB IEC61966-2.1"),
        "Info" => Object::string_literal("sRGB IEC61966-2.1"),
        "RegistryName" => Object::string_literal("http://www.color.org"),
        "DestOutputProfile" => profile,
    };
    let catalog = document.get_object_mut(root).and_then(Object::as_dict_mut).map_err(|_| broken("no catalog"))?;
    catalog.set("PageMode", "UseOutlines");
    catalog.set("PageLayout", "SinglePage");
    catalog.set("Lang", Object::string_literal("en"));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![Object::Dictionary(intent)]);
    catalog.set("AF", specs.iter().map(|(_, id)| Object::Reference(*id)).collect::<Vec<_>>());
    let names: Vec<Object> = specs.iter().flat_map(|(name, id)| [text(name), Object::Reference(*id)]).collect();
    catalog.set("Names", dictionary! { "EmbeddedFiles" => dictionary! { "Names" => names } });
    if let Some(marks) = marks {
        catalog.set("Outlines", marks);
    }
    let about = reference(&document.trailer, b"Info")?;
    document.objects.insert(about, Object::Dictionary(info(pack)));
    let id: Vec<u8> = Sha256::digest(fingerprint.as_bytes()).iter().take(16).copied().collect();
    let id = || Object::String(id.clone(), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id(), id()]);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|error| PackError::Printing { detail: error.to_string() })?;
    Ok(bytes)
}

fn broken(detail: &str) -> PackError {
    PackError::Printing { detail: detail.to_owned() }
}

fn reference(dictionary: &Dictionary, key: &[u8]) -> Result<ObjectId, PackError> {
    dictionary.get(key).and_then(Object::as_reference).map_err(|_| broken("an expected entry is missing"))
}

fn page_ids(document: &Document, root: ObjectId) -> Result<Vec<ObjectId>, PackError> {
    let kids = || -> lopdf::Result<Vec<ObjectId>> {
        let tree = document.get_dictionary(root)?.get(b"Pages")?.as_reference()?;
        document.get_dictionary(tree)?.get(b"Kids")?.as_array()?.iter().map(Object::as_reference).collect()
    };
    kids().map_err(|_| broken("the pages cannot be found"))
}

/// Compresses the drawing of each page, on two threads, and gives the hash of each as it will stand in the file.
fn compress_contents(document: &mut Document, pages: &[ObjectId]) -> Result<Vec<String>, PackError> {
    let mut ids = Vec::with_capacity(pages.len());
    let mut plain = Vec::with_capacity(pages.len());
    for page in pages {
        let id = reference(document.get_dictionary(*page).map_err(|_| broken("a page is missing"))?, b"Contents")?;
        let stream =
            document.get_object_mut(id).and_then(Object::as_stream_mut).map_err(|_| broken("a page is empty"))?;
        plain.push(std::mem::take(&mut stream.content));
        ids.push(id);
    }
    let half = plain.len() / 2;
    let (front, back) = plain.split_at(half);
    let work = |part: &[Vec<u8>]| -> Result<Vec<(Vec<u8>, String)>, PackError> {
        part.iter()
            .map(|bytes| {
                deflate(bytes).map(|bytes| {
                    let hash = sha256_hex(&bytes);
                    (bytes, hash)
                })
            })
            .collect()
    };
    let (front, back) = std::thread::scope(|scope| {
        let other = scope.spawn(|| work(front));
        let back = work(back);
        (other.join().unwrap_or_else(|_| Err(broken("a page could not be compressed"))), back)
    });
    let mut hashes = Vec::with_capacity(ids.len());
    for (id, (bytes, hash)) in ids.into_iter().zip(front?.into_iter().chain(back?)) {
        let mut stream = Stream::new(dictionary! { "Filter" => "FlateDecode" }, bytes);
        stream.allows_compression = false;
        document.objects.insert(id, Object::Stream(stream));
        hashes.push(hash);
    }
    Ok(hashes)
}

/// Fonts and their maps; the pages are compressed already.
fn compress_the_rest(document: &mut Document) -> Result<(), PackError> {
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object
            && stream.dict.get(b"Filter").is_err()
        {
            stream.content = deflate(&stream.content)?;
            stream.dict.set("Filter", "FlateDecode");
            stream.dict.set("Length", stream.content.len() as i64);
            stream.allows_compression = false;
        }
    }
    Ok(())
}

/// The links of the contents list.
fn links(document: &mut Document, pages: &[ObjectId], laid: &Laid) -> Result<(), PackError> {
    for (id, page) in pages.iter().zip(&laid.pages) {
        let mut annotations = Vec::new();
        for item in &page.items {
            let Item::Link { x, y, width, height, page, top } = item else { continue };
            let Some(target) = pages.get(*page) else { continue };
            let (low, high) = (PAGE.1 - y - height, PAGE.1 - y);
            annotations.push(Object::Dictionary(dictionary! {
                "Type" => "Annot",
                "Subtype" => "Link",
                "Rect" => vec![Object::Real(*x), low.into(), (x + width).into(), high.into()],
                "Border" => vec![0.into(), 0.into(), 0.into()],
                "F" => 4,
                "Dest" => destination(*target, *top),
            }));
        }
        let dictionary =
            document.get_object_mut(*id).and_then(Object::as_dict_mut).map_err(|_| broken("a page is missing"))?;
        dictionary.remove(b"Annots");
        if !annotations.is_empty() {
            dictionary.set("Annots", annotations);
        }
    }
    Ok(())
}

/// Adds the attachments and the manifest; their names and file specifications in the order of names.
fn attach(document: &mut Document, pack: &Pack, manifest: Vec<u8>) -> Result<Vec<(String, ObjectId)>, PackError> {
    let manifest = Attachment {
        name: crate::manifest::NAME.to_owned(),
        description: t!("layout.manifest"),
        media: "application/json".to_owned(),
        relationship: "Data",
        bytes: manifest,
    };
    let mut specs = Vec::new();
    for attachment in pack.attachments.iter().chain([&manifest]) {
        let params = dictionary! {
            "Size" => attachment.bytes.len() as i64,
            "CreationDate" => date(pack.created),
            "ModDate" => date(pack.created),
        };
        let media = if attachment.media.is_empty() { "application/octet-stream" } else { &attachment.media };
        let file = dictionary! { "Type" => "EmbeddedFile", "Subtype" => Object::Name(media.as_bytes().to_vec()), "Params" => params };
        let file = document.add_object(compressed(file, &attachment.bytes)?);
        let spec = dictionary! {
            "Type" => "Filespec",
            "F" => text(&attachment.name),
            "UF" => text(&attachment.name),
            "Desc" => text(&attachment.description),
            "AFRelationship" => attachment.relationship,
            "EF" => dictionary! { "F" => file, "UF" => file },
        };
        specs.push((attachment.name.clone(), document.add_object(spec)));
    }
    specs.sort();
    Ok(specs)
}

fn compressed(mut dictionary: Dictionary, bytes: &[u8]) -> Result<Stream, PackError> {
    dictionary.set("Filter", "FlateDecode");
    let mut stream = Stream::new(dictionary, deflate(bytes)?);
    stream.allows_compression = false;
    Ok(stream)
}

fn deflate(bytes: &[u8]) -> Result<Vec<u8>, PackError> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 4 + 64), Compression::new(5));
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|error| PackError::Printing { detail: error.to_string() })
}
