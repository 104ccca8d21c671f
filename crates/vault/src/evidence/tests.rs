#![allow(clippy::unwrap_used, clippy::expect_used)]
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fs;

use rand_core::{TryCryptoRng, TryRng};
use tempfile::TempDir;

use super::*;

mod damage;

const CHUNK: usize = 64;
const VAULT: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

fn store() -> (TempDir, EvidenceStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = EvidenceStore::with_chunks_of(folder.path(), VAULT, CHUNK);
    (folder, store)
}

fn content(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|i| (i * 7 + i / 251) as u8).collect()
}

fn put(store: &EvidenceStore, content: &[u8]) -> Stored {
    store.write(&mut &*content, MAX_FILE, &mut |_| true).unwrap()
}

fn get(store: &EvidenceStore, of: &Stored) -> Result<Vec<u8>, EvidenceError> {
    let mut out = Vec::new();
    store.read(&of.id, &of.key, of.size, &of.sha256, &mut out, &mut |_| true).map(|()| out)
}

fn chunk(store: &EvidenceStore, of: &Stored, index: u32) -> PathBuf {
    store.folder.join(format!("{}.{index:08}", crate::hex(&of.id)))
}

fn names(store: &EvidenceStore) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(&store.folder)
        .map(|entries| entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect())
        .unwrap_or_default();
    names.sort();
    names
}

#[track_caller]
fn damaged(store: &EvidenceStore, of: &Stored, at: u32, what: &str) {
    let found = get(store, of);
    assert!(matches!(found, Err(EvidenceError::Damaged { index }) if index == at), "{what}: {found:?}");
}

#[track_caller]
fn missing(store: &EvidenceStore, of: &Stored, at: u32) {
    let found = get(store, of);
    assert!(matches!(found, Err(EvidenceError::Missing { index }) if index == at), "{found:?}");
    assert!(matches!(store.files(&of.id, of.size), Err(EvidenceError::Missing { index }) if index == at));
}

/// Gives the bytes 0, 1, 2, … so that a test vector has known id, key and nonces.
struct Counting(u8);

impl TryRng for Counting {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("bytes only")
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("bytes only")
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for byte in out {
            (*byte, self.0) = (self.0, self.0 + 1);
        }
        Ok(())
    }
}

impl TryCryptoRng for Counting {}

/// Source that gives one byte at a time, is interrupted in between, and fails where it is told to.
struct Slow<'c>(&'c [u8], bool, usize);

impl Read for Slow<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if self.2 == 0 {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        self.2 -= 1;
        self.0.read(&mut room[..1])
    }
}

#[test]
fn every_size_comes_back_in_the_expected_files() {
    for (size, chunks) in
        [(0, 1), (1, 1), (CHUNK - 1, 1), (CHUNK, 1), (CHUNK + 1, 2), (3 * CHUNK, 3), (3 * CHUNK + 5, 4)]
    {
        let (_folder, store) = store();
        let content = content(size);
        let stored = put(&store, &content);
        assert_eq!((stored.size, stored.chunks), (size as u64, chunks));
        assert_eq!(stored.sha256, crate::crypto::sha256(&[&content]));
        assert_eq!(get(&store, &stored).unwrap(), content);
        let files = store.files(&stored.id, stored.size).unwrap();
        assert_eq!(files, (0..chunks).map(|i| chunk(&store, &stored, i)).collect::<Vec<_>>());
        assert_eq!(names(&store).len(), chunks as usize, "nothing else is in the folder");
        let bytes: u64 = files.iter().map(|f| fs::metadata(f).unwrap().len()).sum();
        assert_eq!(bytes, size as u64 + 40 * u64::from(chunks));
        store.verify(&stored.id, &stored.key, stored.size, &stored.sha256, &mut |_| true).unwrap();
    }
}

#[test]
fn the_product_s_chunk_size_works() {
    let folder = tempfile::tempdir().unwrap();
    let store = EvidenceStore::new(folder.path(), VAULT);
    let content = content(CHUNK_BYTES + 1);
    let stored = put(&store, &content);
    assert_eq!(stored.chunks, 2);
    assert_eq!(get(&store, &stored).unwrap(), content);
}

#[test]
fn the_bytes_are_those_of_the_format_page() {
    // Computed by another program, with the XChaCha20-Poly1305 of the draft's own test vector.
    let folder = tempfile::tempdir().unwrap();
    let store = EvidenceStore::with_chunks_of(folder.path(), VAULT, 16);
    let stored = store.write_with(&mut &b"evidence of diligence"[..], 100, &mut |_| true, &mut Counting(0)).unwrap();
    assert_eq!(stored.key.to_hex().as_str(), "101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f");
    assert_eq!(crate::hex(&stored.sha256), "06566187e43feaee5d1e03848fc8b79cce7baaf36e2550132d7cfb7181f56b62");
    let id = "000102030405060708090a0b0c0d0e0f";
    assert_eq!(names(&store), [format!("{id}.00000000"), format!("{id}.00000001")]);
    let file = |index| crate::hex(&fs::read(chunk(&store, &stored, index)).unwrap());
    assert_eq!(
        file(0),
        "303132333435363738393a3b3c3d3e3f4041424344454647\
         915a0261db9a2cfdd84d150fd3ff3cf4\
         9a81a3014326234b376ba1d1169c008b"
    );
    assert_eq!(
        file(1),
        "48494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f\
         8783768ab0\
         7e9ce089a800fa8caa11dba3436348a2"
    );
}

#[test]
fn a_slow_and_interrupted_source_is_stored_whole_and_a_failing_one_not_at_all() {
    let (_folder, store) = store();
    let content = content(2 * CHUNK + 3);
    let stored = store.write(&mut Slow(&content, false, usize::MAX), MAX_FILE, &mut |_| true).unwrap();
    assert_eq!(get(&store, &stored).unwrap(), content);
    store.remove(&stored.id).unwrap();

    let failed = store.write(&mut Slow(&content, false, 2 * CHUNK + 2), MAX_FILE, &mut |_| true);
    assert!(matches!(&failed, Err(EvidenceError::Io { action: IoAction::ReadSource, source })
        if source.kind() == io::ErrorKind::PermissionDenied));
    assert!(names(&store).is_empty());
}

#[test]
fn above_the_limit_nothing_is_kept() {
    let (_folder, store) = store();
    for limit in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
        let at = content(limit);
        let stored = store.write(&mut &*at, limit as u64, &mut |_| true).unwrap();
        assert_eq!(get(&store, &stored).unwrap(), at);
        store.remove(&stored.id).unwrap();
        let above = store.write(&mut &*content(limit + 1), limit as u64, &mut |_| true);
        assert!(
            matches!(above, Err(EvidenceError::TooLarge { limit: l, found }) if l == limit as u64 && found == l + 1),
            "{above:?}"
        );
        assert!(names(&store).is_empty());
    }
    let endless = store.write(&mut io::repeat(7), 1000, &mut |_| true);
    assert!(matches!(endless, Err(EvidenceError::TooLarge { limit: 1000, found }) if found > 1000));
    assert!(names(&store).is_empty());
}

#[test]
fn a_cancel_leaves_nothing_and_is_heard_before_the_end() {
    let (_folder, store) = store();
    let whole = content(3 * CHUNK);
    for stop in [0, CHUNK, 2 * CHUNK, 3 * CHUNK] {
        let written = store.write(&mut &*whole, MAX_FILE, &mut |done| done < stop as u64);
        assert!(matches!(written, Err(EvidenceError::Cancelled)));
        assert!(names(&store).is_empty());
    }
    let mut heard = Vec::new();
    let stored = store.write(&mut &*whole, MAX_FILE, &mut |done| (heard.push(done), true).1).unwrap();
    assert_eq!(heard, [0, 64, 128, 192]);
    let mut out = Vec::new();
    let read = store.read(&stored.id, &stored.key, stored.size, &stored.sha256, &mut out, &mut |done| done < 64);
    assert!(matches!(read, Err(EvidenceError::Cancelled)));
    assert_eq!(out, whole[..64]);
}

#[test]
fn the_head_reads_no_more_than_it_needs() {
    let (_folder, store) = store();
    let whole = content(2 * CHUNK + 9);
    let stored = put(&store, &whole);
    for max in [0, 1, CHUNK, CHUNK + 1, 2 * CHUNK + 9, 1000] {
        let head = store.head(&stored.id, &stored.key, stored.size, max).unwrap();
        assert_eq!(*head, whole[..max.min(whole.len())]);
    }
    fs::remove_file(chunk(&store, &stored, 1)).unwrap();
    assert!(store.head(&stored.id, &stored.key, stored.size, CHUNK).is_ok());
    let beyond = store.head(&stored.id, &stored.key, stored.size, CHUNK + 1);
    assert!(matches!(beyond, Err(EvidenceError::Missing { index: 1 })));
}

#[test]
fn orphans_and_leftovers_are_swept_and_nothing_else() {
    let (_folder, store) = store();
    assert_eq!(store.sweep(&BTreeSet::new()).unwrap(), 0, "no folder yet");
    assert!(store.ids().unwrap().is_empty());
    let (kept, orphan) = (put(&store, &content(2 * CHUNK)), put(&store, &content(3 * CHUNK)));
    let half = format!("{}.00000001.new", "ab".repeat(16));
    let begun = format!("{}.00000002.new", crate::hex(&kept.id));
    let foreign =
        ["notes.txt", "ab.00000001", &format!("{}.1", "ab".repeat(16)), &format!("{}.00000000", "AB".repeat(16))]
            .map(str::to_owned);
    for name in foreign.iter().chain([&half, &begun]) {
        fs::write(store.folder.join(name), "x").unwrap();
    }
    assert_eq!(store.ids().unwrap(), BTreeSet::from([kept.id, orphan.id]), "a leftover is no content");
    assert_eq!(store.sweep(&BTreeSet::from([kept.id])).unwrap(), 5);
    assert_eq!(store.ids().unwrap(), BTreeSet::from([kept.id]));
    assert!(get(&store, &kept).is_ok());
    missing(&store, &orphan, 0);
    assert_eq!(names(&store).len(), 2 + foreign.len());
}

#[test]
fn removing_takes_one_content_and_may_be_repeated() {
    let (_folder, store) = store();
    let (one, other) = (put(&store, &content(3 * CHUNK)), put(&store, &content(1)));
    store.remove(&one.id).unwrap();
    store.remove(&one.id).unwrap();
    assert_eq!(store.ids().unwrap(), BTreeSet::from([other.id]));
    assert!(get(&store, &other).is_ok());
}

#[test]
fn the_folder_tells_neither_content_nor_hash_nor_that_two_are_the_same() {
    let (_folder, store) = store();
    let text = b"Fairness report of the credit model, ".repeat(8);
    let (one, twin) = (put(&store, &text), put(&store, &text));
    assert!(one.id != twin.id && one.key.expose() != twin.key.expose());
    let mut files = BTreeSet::new();
    for name in names(&store) {
        let bytes = fs::read(store.folder.join(&name)).unwrap();
        for secret in [&text[..8], &text[10..18], &one.key.expose()[..8], &twin.key.expose()[..8], &one.sha256[..8]] {
            assert!(!bytes.windows(8).any(|window| window == secret));
        }
        assert!(!crate::hex(&one.sha256).contains(&name[..32]));
        assert!(files.insert(bytes), "{name} is like another");
    }
}

#[test]
fn debug_shows_neither_key_nor_hash() {
    let (_folder, store) = store();
    let stored = put(&store, b"x");
    let shown = format!("{stored:?} {stored:#?} {store:?}");
    assert!(!shown.contains(&*stored.key.to_hex()) && !shown.contains(&format!("{:?}", stored.key.expose())));
    assert!(!shown.contains(&crate::hex(&stored.sha256)) && !shown.contains(&format!("{:?}", stored.sha256)));
    assert!(shown.contains("size: 1"));
}

#[test]
fn a_full_disk_is_told_from_other_errors() {
    struct Refuses(io::ErrorKind);
    impl Write for Refuses {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    use io::ErrorKind::{FileTooLarge, PermissionDenied, QuotaExceeded, StorageFull};
    let (_folder, store) = store();
    let stored = put(&store, b"x");
    for (kind, full) in [(StorageFull, true), (QuotaExceeded, true), (FileTooLarge, true), (PermissionDenied, false)] {
        let error = store
            .read(&stored.id, &stored.key, stored.size, &stored.sha256, &mut Refuses(kind), &mut |_| true)
            .unwrap_err();
        assert!(matches!(error, EvidenceError::Io { action: IoAction::WriteSink, .. }));
        assert_eq!(error.is_full(), full, "{kind:?}");
    }
    assert!(!EvidenceError::Cancelled.is_full());
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_and_a_panic_leaves_nothing() {
    let (folder, store) = store();
    fs::write(folder.path().join(FOLDER_NAME), "in the way").unwrap();
    let refused = store.write(&mut &b"x"[..], MAX_FILE, &mut |_| true);
    assert!(matches!(refused, Err(EvidenceError::Io { action: IoAction::WriteChunk, .. })));
    assert!(store.ids().is_err());
    fs::remove_file(folder.path().join(FOLDER_NAME)).unwrap();

    let whole = content(3 * CHUNK);
    let panicked = std::panic::catch_unwind(|| {
        store.write(&mut &*whole, MAX_FILE, &mut |done| match done {
            128 => panic!("on purpose"),
            _ => true,
        })
    });
    assert!(panicked.is_err());
    assert!(names(&store).is_empty());
}

#[cfg(unix)]
#[test]
fn chunks_belong_to_their_owner_and_nothing_else_is_read_in_their_place() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, store) = store();
    let stored = put(&store, &content(CHUNK));
    let path = chunk(&store, &stored, 0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&store.folder), mode(&path)), (0o700, 0o600));
    let aside = folder.path().join("aside");
    fs::rename(&path, &aside).unwrap();
    std::os::unix::fs::symlink(&aside, &path).unwrap();
    damaged(&store, &stored, 0, "a link");
    store.remove(&stored.id).unwrap();
    assert!(aside.exists() && !path.exists());
}
