//! The vault as a whole, on disk: founding, opening, changing, checking, and what damage looks like.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use conclave_domain::{
    call::{journal::ListJournal, record::ListRecords},
    charter::Charter,
    fault::{Fault, FaultKind},
    kind::Kind,
    noun::{Body, Risk, System},
    time::Now,
};
use conclave_vault::{
    Audited, How, NewVaultSpec, Unruled, Vault, VaultError, chosen_passphrase,
    passphrase::{Passphrase, recovery::RecoveryKey},
    store::record::Stored,
};
use std::path::{Path, PathBuf};
use uuid::Uuid;

const WORDS: &str = "violet harbour counts nine lanterns";
const MARKER: &str = "Quixotic-Marker-Text";

fn now() -> Now {
    Now::utc(chrono::Utc::now())
}

async fn create(folder: &Path) -> (Vault, RecoveryKey) {
    let chosen = chosen_passphrase(WORDS, &[]).unwrap();
    let spec = NewVaultSpec { folder, organisation: "Meridian", member: "Ada Osei", passphrase: &chosen };
    Vault::create(spec, &now()).await.unwrap()
}

async fn open(folder: &Path) -> Result<Vault, Fault> {
    Ok(Vault::open(folder, "", &Passphrase::new(WORDS), &now()).await?)
}

fn fault<T>(result: Result<T, Fault>) -> FaultKind {
    result.err().expect("refused").kind
}

async fn save(vault: &mut Vault, name: &str) -> Stored {
    let body = Body::System(System { name: name.into(), purpose: MARKER.into(), ..System::default() });
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let mut writer = transaction.writer();
    let (stored, events) = writer.create(Uuid::now_v7(), body, How::Form).await.unwrap();
    transaction.commit("record.save", Audited::all((), events).unwrap()).await.unwrap();
    stored
}

async fn sound(vault: &mut Vault) -> Vec<String> {
    vault.check(&mut |_| true).await.unwrap().faults
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("board.conclave");
    (dir, folder)
}

#[tokio::test]
async fn what_was_confirmed_is_there_after_opening_again_and_the_check_is_clean() {
    let (_dir, folder) = place();
    let (mut vault, _) = create(&folder).await;
    let saved = save(&mut vault, "Hiring screener").await;
    assert_eq!(saved.head.reference, "AIS-0001");
    assert_eq!(sound(&mut vault).await, Vec::<String>::new());
    vault.close().await;
    let mut vault = open(&folder).await.unwrap();
    assert_eq!(vault.notices(), &[] as &[String]);
    assert_eq!(vault.read().await.unwrap().record_by("AIS-0001").await.unwrap().body, saved.body);
    assert_eq!(vault.head().unwrap().seq, 2, "founding and one change");
    let (cipher, sqlite) = vault.versions().await.unwrap();
    assert!(cipher.starts_with("4.") && sqlite.starts_with("3."));
}

#[tokio::test]
async fn a_change_without_commit_leaves_nothing() {
    let (_dir, folder) = place();
    let (mut vault, _) = create(&folder).await;
    {
        let mut transaction = vault.begin(&Unruled).await.unwrap();
        let body = Body::System(System { name: "Dropped".into(), ..System::default() });
        let _events = transaction.writer().create(Uuid::now_v7(), body, How::Form).await.unwrap();
        // Dropped here, as a cancelled request would be.
    }
    let ask = ListRecords::default();
    assert_eq!(vault.read().await.unwrap().list(&ask, &Charter::default()).await.unwrap().total, 0);
    save(&mut vault, "Kept").await;
    assert_eq!(vault.read().await.unwrap().list(&ask, &Charter::default()).await.unwrap().total, 1);
    assert_eq!(sound(&mut vault).await, Vec::<String>::new());
}

#[tokio::test]
async fn wrong_passphrase_damage_and_a_second_program_are_told_apart() {
    let (_dir, folder) = place();
    let (mut vault, _) = create(&folder).await;
    save(&mut vault, "One").await;
    assert_eq!(fault(open(&folder).await), FaultKind::Held);
    vault.close().await;
    let wrong = Vault::open(&folder, "", &Passphrase::new("another long sentence here"), &now()).await;
    assert_eq!(Fault::from(wrong.err().unwrap()).kind, FaultKind::WrongPassphrase);
    assert_eq!(fault(open(&folder.join("nowhere")).await), FaultKind::NotFound);
    let again = NewVaultSpec {
        folder: &folder,
        organisation: "X",
        member: "Y",
        passphrase: &chosen_passphrase(WORDS, &[]).unwrap(),
    };
    assert!(matches!(Vault::create(again, &now()).await, Err(VaultError::Exists(_))));
    assert!(open(&folder).await.is_ok(), "a refused creation leaves the vault alone");
}

#[tokio::test]
async fn a_damaged_or_truncated_database_is_called_damaged_and_is_not_touched() {
    let (_dir, folder) = place();
    let (mut vault, _) = create(&folder).await;
    save(&mut vault, "One").await;
    vault.close().await;
    let path = folder.join("vault-1.db");
    let good = std::fs::read(&path).unwrap();
    assert_ne!(&good[..15], b"SQLite format 3", "the file says nothing about itself");
    let mut first_page = good.clone();
    first_page[100] ^= 1;
    for bad in [first_page, good[..good.len() / 2].to_vec(), Vec::new()] {
        std::fs::write(&path, &bad).unwrap();
        assert_eq!(fault(open(&folder).await), FaultKind::Damaged);
        assert_eq!(std::fs::read(&path).unwrap(), bad, "never deleted, never repaired in place");
        let _ = std::fs::remove_file(folder.join("vault-1.db-wal"));
    }
    let mut late = good.clone();
    let middle = late.len() - 2000;
    late[middle] ^= 1;
    std::fs::write(&path, &late).unwrap();
    if let Ok(mut vault) = open(&folder).await {
        assert!(!sound(&mut vault).await.is_empty(), "a flipped bit in a later page is found by the check");
    }
}

#[tokio::test]
async fn a_database_behind_the_confirmed_head_is_refused() {
    let (_dir, folder) = place();
    let (mut vault, _) = create(&folder).await;
    save(&mut vault, "One").await;
    vault.close().await;
    let path = folder.join("vault-1.db");
    let early = std::fs::read(&path).unwrap();
    let mut vault = open(&folder).await.unwrap();
    save(&mut vault, "Two").await;
    vault.close().await;
    std::fs::write(&path, early).unwrap();
    let error = open(&folder).await.err().unwrap();
    assert_eq!(error.kind, FaultKind::Damaged);
    assert!(error.sentence.contains("entry 2") && error.sentence.contains("entry 3"), "{}", error.sentence);
}

#[tokio::test]
async fn no_text_of_a_record_and_no_passphrase_lies_readable_in_the_folder() {
    let (dir, folder) = place();
    let (mut vault, _) = create(&folder).await;
    save(&mut vault, "One").await;
    let search = |needle: &str| {
        let mut files = vec![dir.path().to_owned()];
        let mut seen = 0;
        while let Some(path) = files.pop() {
            if path.is_dir() {
                files.extend(std::fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
            } else {
                seen += 1;
                let bytes = std::fs::read(&path).unwrap();
                assert!(!bytes.windows(needle.len()).any(|w| w == needle.as_bytes()), "{needle} in {}", path.display());
            }
        }
        assert!(seen >= 4, "looked at {seen} files");
    };
    search(MARKER);
    search(WORDS);
    vault.close().await;
    search(MARKER);
}

#[tokio::test]
async fn the_old_passphrase_fails_after_a_change_and_the_recovery_key_sets_a_new_one() {
    let (_dir, folder) = place();
    let (mut vault, recovery) = create(&folder).await;
    save(&mut vault, "One").await;
    let second = "amber kettles drift past seven doors";
    vault.change_passphrase(&Passphrase::new(WORDS), &chosen_passphrase(second, &[]).unwrap()).await.unwrap();
    vault.close().await;
    assert_eq!(fault(open(&folder).await), FaultKind::WrongPassphrase);
    let vault = Vault::open(&folder, "ada osei", &Passphrase::new(second), &now()).await.unwrap();
    assert_eq!(vault.notices(), &[] as &[String]);
    vault.close().await;
    let third = "copper birds unfold the quiet atlas";
    let written = recovery.written();
    let typed = RecoveryKey::parse(&written.to_lowercase()).unwrap();
    let mut vault = Vault::recover(&folder, "", &typed, &chosen_passphrase(third, &[]).unwrap(), &now()).await.unwrap();
    assert_eq!(vault.actor().name, "Ada Osei");
    save(&mut vault, "After recovery").await;
    assert_eq!(sound(&mut vault).await, Vec::<String>::new(), "the new signing key was granted by the recovery key");
    vault.close().await;
    assert!(Vault::open(&folder, "", &Passphrase::new(second), &now()).await.is_err());
    assert!(Vault::open(&folder, "", &Passphrase::new(third), &now()).await.is_ok());
}

#[tokio::test]
async fn saving_over_a_newer_revision_is_a_conflict_that_says_who_and_when() {
    let (_dir, folder) = place();
    let (mut vault, _) = create(&folder).await;
    let stored = save(&mut vault, "One").await;
    let body = Body::System(System { name: "Renamed".into(), ..System::default() });
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let (_, events) = transaction.writer().save(stored.head.id, 1, body.clone(), How::Form).await.unwrap();
    transaction.commit("record.save", Audited::all((), events).unwrap()).await.unwrap();
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let stale = transaction.writer().save(stored.head.id, 1, body, How::Form).await;
    transaction.roll_back().await.unwrap();
    match Fault::from(stale.err().unwrap()).kind {
        FaultKind::Conflict { who, revision, .. } => assert_eq!((who.as_str(), revision), ("Ada Osei", 2)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_journal_keeps_before_and_after_and_a_list_filters_by_words_and_columns() {
    let (_dir, folder) = place();
    let (mut vault, _) = create(&folder).await;
    let stored = save(&mut vault, "Claims fraud detection").await;
    save(&mut vault, "Demand forecast").await;
    let body = Body::System(System {
        name: "Claims fraud detection".into(),
        stage: "operation".into(),
        purpose: MARKER.into(),
        ..System::default()
    });
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let (_, events) = transaction.writer().save(stored.head.id, 1, body.clone(), How::Form).await.unwrap();
    let ((), seq) = transaction.commit("record.save", Audited::all((), events).unwrap()).await.unwrap();
    let mut reader = vault.read().await.unwrap();
    let changes = reader.changes(seq, 0, 10).await.unwrap();
    let payload = changes[0].payload.clone().unwrap();
    assert_eq!((payload.before["stage"].as_str(), payload.after["stage"].as_str()), (Some(""), Some("operation")));
    assert!(!payload.after.contains_key("name"), "only what differs");
    let about = ListJournal { subject: Some(stored.head.id), limit: 10, ..ListJournal::default() };
    assert_eq!(reader.journal(&about).await.unwrap().total, 2);
    let charter = Charter::default();
    let words = ListRecords { text: "fraud det".into(), ..ListRecords::default() };
    assert_eq!(reader.list(&words, &charter).await.unwrap().total, 1);
    let stage =
        ListRecords { filters: [("status".to_owned(), vec!["operation".to_owned()])].into(), ..ListRecords::default() };
    assert_eq!(reader.list(&stage, &charter).await.unwrap().total, 1);
    let unknown =
        ListRecords { filters: [("colour".to_owned(), vec!["red".to_owned()])].into(), ..ListRecords::default() };
    assert_eq!(reader.list(&unknown, &charter).await.unwrap().total, 0, "an unknown filter does not widen the list");
    assert_eq!(reader.search("forec", 10).await.unwrap().hits.len(), 1, "the last word may be a beginning");
}

#[tokio::test]
async fn the_trash_gives_back_and_what_is_emptied_stays_in_the_journal() {
    let (_dir, folder) = place();
    let (mut vault, _) = create(&folder).await;
    let stored = save(&mut vault, "One").await;
    let trash = async |vault: &mut Vault, to: bool| {
        let mut transaction = vault.begin(&Unruled).await.unwrap();
        let event = transaction.writer().trash(stored.head.id, to).await.unwrap().unwrap();
        transaction.commit("record.trash", Audited::new((), event)).await.unwrap();
    };
    trash(&mut vault, true).await;
    assert!(vault.read().await.unwrap().records(Kind::System, None).await.unwrap().is_empty());
    assert!(vault.read().await.unwrap().search("One", 5).await.unwrap().hits.is_empty());
    trash(&mut vault, false).await;
    assert_eq!(vault.read().await.unwrap().records(Kind::System, None).await.unwrap().len(), 1);
    trash(&mut vault, true).await;
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let events = transaction.writer().empty_trash().await.unwrap();
    let ((), seq) = transaction.commit("trash.empty", Audited::all((), events).unwrap()).await.unwrap();
    let gone = vault.read().await.unwrap().changes(seq, 0, 5).await.unwrap();
    assert_eq!(gone[0].payload.as_ref().unwrap().before["name"], "One");
    assert_eq!(sound(&mut vault).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_matrix_counts_open_risks_by_their_current_rating() {
    let (_dir, folder) = place();
    let (mut vault, _) = create(&folder).await;
    let rating = |l, i| conclave_domain::noun::risk::Rating { likelihood: l, impact: i, rationale: String::new() };
    let risks = [
        Risk { title: "a".into(), inherent: rating(5, 5), residual: rating(2, 3), ..Risk::default() },
        Risk { title: "b".into(), inherent: rating(5, 5), ..Risk::default() },
        Risk { title: "c".into(), ..Risk::default() },
        Risk { title: "d".into(), inherent: rating(5, 5), status: "closed".into(), ..Risk::default() },
    ];
    let charter = Charter::default();
    for risk in risks {
        let mut transaction = vault.begin(&Unruled).await.unwrap();
        let (_, events) = transaction.writer().create(Uuid::now_v7(), Body::Risk(risk), How::Form).await.unwrap();
        transaction.commit("record.save", Audited::all((), events).unwrap()).await.unwrap();
    }
    let matrix = vault.read().await.unwrap().matrix(None, &charter).await.unwrap();
    assert_eq!((matrix.open, matrix.unrated, matrix.above_tolerance), (3, 1, 1));
    assert_eq!((matrix.cells[1][2], matrix.cells[4][4]), (1, 1));
}
