//! What `verify` says of whole, changed and crafted files.
#![allow(clippy::unwrap_used)]

mod sample;

use conclave_pack::{PackError, Verified, verify};
use sample::*;
use sha2::{Digest, Sha256};

/// Numbers that look random and are the same in every run.
fn numbers() -> impl Iterator<Item = usize> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    })
}

fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|window| window == what).unwrap()
}

/// A file with a right hash, whatever is in it.
fn sealed(front: &[u8]) -> Vec<u8> {
    let tail = b"startxref\n0\n%%EOF\n";
    let hash: String =
        Sha256::new().chain_update(front).chain_update(tail).finalize().iter().map(|b| format!("{b:02x}")).collect();
    [front, b"%CONCLAVE-SHA256 ", hash.as_bytes(), b"\n", tail].concat()
}

fn faults(verified: &Verified) -> String {
    verified.faults.join(" ")
}

#[test]
fn a_pack_as_it_was_made_is_unbroken_and_gives_back_what_is_in_it() {
    let pack = demo();
    for (built, is_signed) in [(made(&pack), false), (signed(&pack), true)] {
        let verified = verify(&built.bytes).unwrap();
        assert!(verified.unbroken, "{:?}", verified.faults);
        assert_eq!(verified.signature_ok, is_signed.then_some(true));
        assert_eq!(verified.signed_by.is_some(), is_signed);
        assert_eq!(verified.pack_id.as_deref(), Some(pack.id.as_str()));
        assert_eq!(verified.created, Some(pack.created));
        assert_eq!(verified.head, Some((18_204, "c0de77".into())));
        for file in &pack.attachments {
            assert!(verified.attachments.iter().any(|(name, bytes)| *name == file.name && *bytes == file.bytes));
        }
    }
}

#[test]
fn one_flipped_bit_anywhere_is_noticed() {
    let bytes = signed(&demo()).bytes;
    let end = bytes.len();
    let sample = numbers().take(200).map(|n| (n % end, 1u8 << (n / 7 % 8))).collect::<Vec<_>>();
    let seal = (end - 360..end).flat_map(|at| [(at, 1), (at, 0x20)]);
    for (at, bit) in sample.into_iter().chain(seal).chain([(0, 1), (5, 2)]) {
        let mut changed = bytes.clone();
        changed[at] ^= bit;
        if let Ok(verified) = verify(&changed) {
            assert!(!verified.unbroken && !verified.faults.is_empty(), "bit {bit} of byte {at} of {end}");
        }
    }
}

#[test]
fn a_file_cut_short_or_made_longer_is_never_unbroken() {
    let bytes = signed(&demo()).bytes;
    for n in numbers().take(100).map(|n| n % bytes.len()).chain(bytes.len() - 50..bytes.len()) {
        assert!(!verify(&bytes[..n]).is_ok_and(|verified| verified.unbroken), "cut at {n}");
    }
    for more in [&b"\n"[..], b"%", b"startxref\n0\n%%EOF\n"] {
        assert!(!verify(&[&bytes, more].concat()).is_ok_and(|verified| verified.unbroken));
        assert!(!verify(&[more, &bytes].concat()).is_ok_and(|verified| verified.unbroken));
    }
}

#[test]
fn a_change_is_named_by_page_or_attachment_where_it_can_be() {
    let bytes = made(&demo()).bytes;
    let stream_of = |from: usize| from + find(&bytes[from..], b">>stream\n") + 40;
    let mut changed = bytes.clone();
    changed[stream_of(find(&bytes, b"/Type/EmbeddedFile/Subtype/text#2Fcsv"))] ^= 1;
    let verified = verify(&changed).unwrap();
    assert!(faults(&verified).contains("answers – alle.csv"), "{}", faults(&verified));

    let page = find(&bytes, b"/Type/Page/");
    let contents = page + find(&bytes[page..], b"/Contents ") + 10;
    let number: String = bytes[contents..].iter().take_while(|b| b.is_ascii_digit()).map(|&b| char::from(b)).collect();
    let mut changed = bytes.clone();
    changed[stream_of(find(&bytes, format!("\n{number} 0 obj\n").as_bytes()))] ^= 1;
    let verified = verify(&changed).unwrap();
    assert!(faults(&verified).contains("Page 1 was changed."), "{}", faults(&verified));

    let mut changed = bytes.clone();
    let font = find(&bytes, b"/Length1 ");
    changed[stream_of(font)] ^= 1;
    assert!(faults(&verify(&changed).unwrap()).contains("fonts"));
}

#[test]
fn a_removed_signature_is_missed_and_a_foreign_one_refused() {
    let bytes = signed(&demo()).bytes;
    let from = find(&bytes, b"%CONCLAVE-SIGNATURE");
    let to = from + find(&bytes[from..], b"\n") + 1;
    let without = [&bytes[..from], &bytes[to..]].concat();
    let verified = verify(&without).unwrap();
    assert!(!verified.unbroken && faults(&verified).contains("signer"));

    let mut other = demo();
    other.id = "other".into();
    let foreign = signed(&other).bytes;
    let at = find(&foreign, b"%CONCLAVE-SIGNATURE");
    let mixed = [&bytes[..from], &foreign[at..at + (to - from)], &bytes[to..]].concat();
    let verified = verify(&mixed).unwrap();
    assert_eq!((verified.unbroken, verified.signature_ok), (false, Some(false)));
}

#[test]
fn a_file_that_is_no_pack_gets_a_sentence() {
    assert!(matches!(verify(b""), Err(PackError::NotAPdf)));
    assert!(matches!(verify(b"PK\x03\x04"), Err(PackError::NotAPdf)));
    assert!(matches!(verify(b"%PDF-1.4\n%%EOF"), Err(PackError::NoSeal)));
    assert!(matches!(verify(b"%PDF-1.4\n%CONCLAVE-SHA256 xyz"), Err(PackError::BadSeal { .. })));
}

#[test]
fn crafted_files_with_a_right_hash_do_no_harm() {
    let mut crafted: Vec<Vec<u8>> = [
        "",
        "1 0 obj\n",
        "1 0 obj\n<</Type/Filespec/UF<FEFF0041>/EF<</F 1 0 R>>>>\nendobj\n",
        "1 0 obj\n<</Type/EmbeddedFile/Length 99999999999999999999>>stream\nabc",
        "1 0 obj\n<</Type/EmbeddedFile/Length 18446744073709551615>>stream\nabc\nendobj\n2 0 obj\n<</Type/Filespec/UF<FEFF>/EF<</F 1 0 R>>>>\nendobj\n",
        "1 0 obj\n<</Type/Pages/Kids[1 0 R 2 0 R 1 0",
        "99999999999999999999 0 obj\n<<>>\nendobj\n 0 obj\n 0 obj\n",
    ]
    .iter()
    .map(|text| [b"%PDF-1.7\n", text.as_bytes(), b"\n"].concat())
    .collect();
    let whole = made(&demo()).bytes;
    let seal = find(&whole, b"%CONCLAVE-SHA256");
    for n in numbers().take(60) {
        let mut bytes = whole[..seal].to_vec();
        for step in 0..20 {
            let at = (n / (step + 1)) % (bytes.len() - 10) + 8;
            bytes[at] = (n >> step) as u8;
        }
        bytes.truncate(bytes.len() - n % 5000);
        bytes.push(b'\n');
        crafted.push(bytes);
    }
    for front in crafted {
        let verified = verify(&sealed(&front)).unwrap();
        assert!(verified.pack_id.is_none() || !verified.checked.is_empty());
    }
}

#[test]
fn noise_never_panics() {
    let mut source = numbers();
    for length in [1, 9, 40, 100, 600, 5000] {
        let noise: Vec<u8> = source.by_ref().take(length).map(|n| n as u8).collect();
        let _ = verify(&noise);
        let _ = verify(&[b"%PDF-1.7\n", noise.as_slice(), b"\n%CONCLAVE-SHA256 "].concat());
    }
}
