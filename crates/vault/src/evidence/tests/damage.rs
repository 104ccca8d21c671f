//! Every change to what was written is found, and the chunk is named.

use super::*;

#[test]
fn a_flipped_bit_anywhere_is_damage_of_its_chunk() {
    let (_folder, store) = store();
    let stored = put(&store, &content(2 * CHUNK + 9));
    for index in 0..stored.chunks {
        let path = chunk(&store, &stored, index);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&path, &bytes).unwrap();
            damaged(&store, &stored, index, &format!("byte {at}"));
        }
        fs::write(&path, &whole).unwrap();
    }
    assert!(get(&store, &stored).is_ok());
}

#[test]
fn a_chunk_that_is_shorter_or_longer_is_damaged() {
    let (_folder, store) = store();
    for size in [0, 3 * CHUNK] {
        let stored = put(&store, &content(size));
        let index = stored.chunks / 2;
        let path = chunk(&store, &stored, index);
        let whole = fs::read(&path).unwrap();
        for length in [0, 1, 24, 39, whole.len() - 1] {
            fs::write(&path, &whole[..length]).unwrap();
            damaged(&store, &stored, index, "cut");
            assert!(store.files(&stored.id, stored.size).is_err());
        }
        fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
        damaged(&store, &stored, index, "longer");
    }
}

#[test]
fn a_chunk_opens_in_its_own_place_only() {
    let (_folder, store) = store();
    let (one, twin) = (put(&store, &content(3 * CHUNK)), put(&store, &content(3 * CHUNK)));
    let path = |index: usize| chunk(&store, &one, index as u32);
    let whole: Vec<_> = (0..3).map(|index| fs::read(path(index)).unwrap()).collect();
    for (left, right) in [(0, 1), (0, 2), (1, 2)] {
        fs::write(path(left), &whole[right]).unwrap();
        fs::write(path(right), &whole[left]).unwrap();
        damaged(&store, &one, left as u32, "swapped");
        fs::write(path(left), &whole[left]).unwrap();
        damaged(&store, &one, right as u32, "repeated");
        fs::write(path(right), &whole[right]).unwrap();
    }
    for (index, bytes) in whole.iter().enumerate() {
        fs::copy(chunk(&store, &twin, index as u32), path(index)).unwrap();
        damaged(&store, &one, index as u32, "from another content with the same bytes");
        fs::write(path(index), bytes).unwrap();
    }
    // Not even with its own key under another id, or in another vault.
    let moved = Stored { id: twin.id, ..one.clone() };
    for index in 0..3 {
        fs::copy(chunk(&store, &one, index), chunk(&store, &moved, index)).unwrap();
    }
    damaged(&store, &moved, 0, "another id");
    let elsewhere = EvidenceStore { vault_id: Uuid::from_u128(7), ..store.clone() };
    damaged(&elsewhere, &one, 0, "another vault");
    assert!(get(&store, &one).is_ok());
}

#[test]
fn a_missing_chunk_is_named_and_a_cut_end_is_noticed() {
    let (_folder, store) = store();
    let stored = put(&store, &content(3 * CHUNK));
    let shorter = Stored { size: 2 * CHUNK as u64, ..stored.clone() };
    damaged(&store, &shorter, 1, "not the last chunk");
    for index in (0..3).rev() {
        fs::remove_file(chunk(&store, &stored, index)).unwrap();
        missing(&store, &stored, index);
    }
    missing(&store, &Stored { size: u64::MAX, ..stored }, 0);
}

#[test]
fn what_the_database_says_is_held_against_the_whole() {
    let (_folder, store) = store();
    let stored = put(&store, &content(CHUNK + 5));
    damaged(&store, &Stored { key: SecretKey::from_bytes(&[1; 32]), ..stored.clone() }, 0, "another key");
    damaged(&store, &Stored { size: stored.size - 1, ..stored.clone() }, 1, "another size");
    let other = get(&store, &Stored { sha256: [1; 32], ..stored.clone() });
    assert!(matches!(other, Err(EvidenceError::OtherContent)));
}
