//! The PDF as an archive file: what outside checkers say, and what it promises about itself.
#![allow(clippy::unwrap_used)]

mod sample;
#[path = "sample/tools.rs"]
mod tools;

use conclave_pack::{PackError, build};
use sample::*;
use std::ops::ControlFlow;
use tools::ask;

fn contains(bytes: &[u8], what: &str) -> bool {
    bytes.windows(what.len()).any(|window| window == what.as_bytes())
}

#[test]
fn qpdf_finds_no_fault_signed_or_not() {
    for built in [made(&demo()), signed(&demo())] {
        let (ok, text) = ask("qpdf", &["--check", "{}"], &built.bytes);
        assert!(ok && !text.contains("WARNING"), "{text}");
    }
}

#[test]
fn every_font_is_embedded_and_subset() {
    let (ok, text) = ask("pdffonts", &["{}"], &made(&demo()).bytes);
    assert!(ok);
    let fonts: Vec<&str> = text.lines().skip(2).collect();
    assert!(fonts.len() > 6, "{text}");
    for font in fonts {
        assert!(font.contains("yes yes yes"), "{font}");
    }
}

#[test]
fn the_file_says_what_an_archive_file_must() {
    let built = signed(&demo());
    assert!(built.bytes.starts_with(b"%PDF-1.7\n") && built.bytes.ends_with(b"%%EOF\n"));
    for what in [
        "/GTS_PDFA1",
        "<pdfaid:part>3<",
        "<pdfaid:conformance>B<",
        "/PageMode/UseOutlines",
        "/DisplayDocTitle true",
        "/Lang(en)",
        "/AFRelationship/Data",
        "/EmbeddedFiles",
    ] {
        assert!(contains(&built.bytes, what), "{what} is missing");
    }
    assert!(!contains(&built.bytes, "GTS_PDFX"));
    let (_, text) = ask("pdfinfo", &["{}"], &built.bytes);
    assert!(
        text.contains("AI assurance audit pack") && text.contains("Meridian Health Trust") && text.contains("A4"),
        "{text}"
    );
}

#[test]
fn bookmarks_are_nested_by_level() {
    let (_, text) = ask("qpdf", &["--json", "--json-key=outlines", "{}"], &made(&demo()).bytes);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let chapters = json["outlines"].as_array().unwrap();
    assert_eq!(chapters.len(), 7);
    assert_eq!(chapters[0]["kids"][0]["title"], "What stands out");
    assert_eq!(chapters[0]["kids"][0]["kids"][0]["title"], "How to read the marks");
    assert_eq!(chapters[6]["kids"].as_array().unwrap().len(), 30);
}

#[test]
fn attachments_can_be_taken_out_by_other_programs() {
    let (_, text) = ask("pdfdetach", &["-list", "{}"], &made(&demo()).bytes);
    for name in ["head.json", "answers", "manifest.json"] {
        assert!(text.contains(name), "{text}");
    }
}

#[test]
fn the_same_pack_gives_the_same_bytes() {
    assert_eq!(signed(&demo()).bytes, signed(&demo()).bytes);
    let mut other = demo();
    other.id.push('x');
    assert_ne!(signed(&other).bytes, signed(&demo()).bytes);
}

#[test]
fn a_pack_can_be_cancelled_at_any_moment() {
    let pack = demo();
    let mut calls = 0;
    build(&pack, None, &mut |_, _| {
        calls += 1;
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(calls > 10);
    for stop in [1, 2, calls / 2, calls - 1] {
        let mut count = 0;
        let result = build(&pack, None, &mut |done, total| {
            assert!(done <= total);
            count += 1;
            if count >= stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(matches!(result, Err(PackError::Cancelled)), "at {stop} of {calls}");
    }
}

#[test]
fn two_attachments_of_one_name_are_refused() {
    for name in ["head.json", "manifest.json"] {
        let mut pack = demo();
        pack.attachments[1].name = name.into();
        let error = build(&pack, None, &mut |_, _| ControlFlow::Continue(())).unwrap_err();
        assert!(error.sentence().contains(name) && error.next().ends_with('.'));
    }
}

#[test]
fn each_unprintable_character_gives_one_warning() {
    let built = made(&demo());
    assert_eq!(built.warnings.iter().filter(|warning| warning.contains("U+202E")).count(), 1, "{:?}", built.warnings);
}
