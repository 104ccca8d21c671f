//! Members, re-keying, backups, rescue: on a real vault in a temporary folder.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use conclave_domain::{
    fault::{Fault, FaultKind},
    noun::{Body, System},
    permission::Role,
    time::Now,
};
use conclave_vault::{
    Audited, How, NewVaultSpec, Unruled, Vault, VaultError, backup,
    header::Header,
    passphrase::{ChosenPassphrase, Passphrase, recovery::RecoveryKey},
    slot::{Secret, Slot},
};
use std::path::{Path, PathBuf};
use uuid::Uuid;

const FOUNDER: &str = "violet harbour counts nine lanterns";
const OTHER: &str = "copper kites ignore every storm";
const SECOND: &str = "amber bridges hum at seven tides";
const THIRD: &str = "quiet granite owls measure noon";

fn chosen(text: &str) -> ChosenPassphrase {
    ChosenPassphrase::new(Passphrase::new(text), &[]).unwrap()
}

fn now() -> Now {
    Now::utc(chrono::Utc::now())
}

async fn create(folder: &Path) -> (Vault, RecoveryKey) {
    let passphrase = chosen(FOUNDER);
    let spec = NewVaultSpec { folder, organisation: "Meridian", member: "Ines", passphrase: &passphrase };
    Vault::create(spec, &now()).await.unwrap()
}

async fn open(folder: &Path, member: &str, passphrase: &str) -> Result<Vault, Fault> {
    Vault::open(folder, member, &Passphrase::new(passphrase), &now()).await.map_err(Fault::from)
}

async fn add(vault: &mut Vault, name: &str) -> String {
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let mut writer = transaction.writer();
    let body = Body::System(System { name: name.into(), ..System::default() });
    let (stored, events) = writer.create(Uuid::now_v7(), body, How::Form).await.unwrap();
    transaction.commit("record.save", Audited::all((), events).unwrap()).await.unwrap();
    stored.head.reference
}

async fn sound(vault: &mut Vault) {
    let verdict = vault.check(&mut |_| true).await.unwrap();
    assert!(verdict.sound, "{:?}", verdict.faults);
}

fn home() -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("board.conclave");
    (home, folder)
}

#[tokio::test]
async fn an_invited_member_works_and_signs_after_choosing_their_own_passphrase() {
    let (_home, folder) = home();
    let (mut vault, _) = create(&folder).await;
    vault.invite("member.invite", "Lukas", Role::Contributor, &chosen(SECOND)).await.unwrap();
    vault.close().await;
    let mut vault = open(&folder, "lukas", SECOND).await.unwrap();
    assert!(vault.must_change());
    assert_eq!(vault.role(), Role::Contributor);
    vault.change_passphrase(&Passphrase::new(SECOND), &chosen(THIRD)).await.unwrap();
    assert!(!vault.must_change());
    add(&mut vault, "by Lukas").await;
    sound(&mut vault).await;
    vault.close().await;
    assert_eq!(open(&folder, "Lukas", SECOND).await.err().unwrap().kind, FaultKind::WrongPassphrase);
    let mut vault = open(&folder, "Lukas", THIRD).await.unwrap();
    assert!(!vault.must_change());
    sound(&mut vault).await;
}

#[tokio::test]
async fn members_take_turns_without_closing_and_each_signs_for_themselves() {
    let (_home, folder) = home();
    let (mut vault, _) = create(&folder).await;
    let founder_key = vault.public_key();
    vault.invite("member.invite", "Lukas", Role::Contributor, &chosen(SECOND)).await.unwrap();
    assert!(vault.switch("Lukas", &Passphrase::new(FOUNDER)).await.is_err());
    assert_eq!(vault.actor().name, "Ines");
    vault.switch("Lukas", &Passphrase::new(SECOND)).await.unwrap();
    assert_eq!((vault.actor().name.as_str(), vault.role()), ("Lukas", Role::Contributor));
    assert_ne!(vault.public_key(), founder_key);
    add(&mut vault, "by Lukas").await;
    vault.switch("Ines", &Passphrase::new(FOUNDER)).await.unwrap();
    add(&mut vault, "by Ines").await;
    sound(&mut vault).await;
}

#[tokio::test]
async fn a_role_changes_what_the_journal_lets_a_key_grant() {
    let (_home, folder) = home();
    let (mut vault, _) = create(&folder).await;
    let lukas = vault.invite("member.invite", "Lukas", Role::Chair, &chosen(SECOND)).await.unwrap();
    vault.change_role("member.role", lukas, Role::Administrator).await.unwrap();
    vault.switch("Lukas", &Passphrase::new(SECOND)).await.unwrap();
    assert_eq!(vault.role(), Role::Administrator);
    vault.invite("member.invite", "Ada", Role::Auditor, &chosen(THIRD)).await.unwrap();
    vault.change_role("member.role", lukas, Role::Auditor).await.unwrap();
    assert_eq!(vault.role(), Role::Auditor);
    sound(&mut vault).await;
    // A key that may not grant any more: what it grants is named by the check.
    vault.invite("member.invite", "Eve", Role::Administrator, &chosen(THIRD)).await.unwrap();
    let verdict = vault.check(&mut |_| true).await.unwrap();
    let last = vault.head().unwrap().seq.to_string();
    assert!(verdict.faults.iter().any(|f| f.contains(&last)), "{:?}", verdict.faults);
}

#[tokio::test]
async fn a_deactivated_member_is_out_and_comes_back_with_a_new_passphrase() {
    let (_home, folder) = home();
    let (mut vault, _) = create(&folder).await;
    let lukas = vault.invite("member.invite", "Lukas", Role::Chair, &chosen(SECOND)).await.unwrap();
    vault.deactivate("member.deactivate", lukas).await.unwrap();
    sound(&mut vault).await;
    vault.close().await;
    assert!(open(&folder, "Lukas", SECOND).await.is_err());
    let mut vault = open(&folder, "Ines", FOUNDER).await.unwrap();
    vault.reset_member("member.reset", lukas, &chosen(THIRD), true).await.unwrap();
    sound(&mut vault).await;
    vault.close().await;
    assert!(open(&folder, "Lukas", SECOND).await.is_err());
    let vault = open(&folder, "Lukas", THIRD).await.unwrap();
    assert!(vault.must_change());
}

#[tokio::test]
async fn an_old_header_put_back_does_not_let_a_deactivated_member_act() {
    let (_home, folder) = home();
    let (mut vault, _) = create(&folder).await;
    let lukas = vault.invite("member.invite", "Lukas", Role::Chair, &chosen(SECOND)).await.unwrap();
    let old = std::fs::read(folder.join("keys.json")).unwrap();
    vault.deactivate("member.deactivate", lukas).await.unwrap();
    vault.close().await;
    for name in ["keys.json", "keys.json.bak"] {
        std::fs::write(folder.join(name), &old).unwrap();
    }
    assert_eq!(open(&folder, "Lukas", SECOND).await.err().unwrap().kind, FaultKind::NotAllowed);
    let vault = open(&folder, "Ines", FOUNDER).await.unwrap();
    assert_eq!(vault.notices().len(), 1, "the exchanged header is noticed");
}

#[tokio::test]
async fn re_keying_shuts_out_a_removed_member_and_keeps_everything() {
    let (_home, folder) = home();
    let (mut vault, recovery) = create(&folder).await;
    let lukas = vault.invite("member.invite", "Lukas", Role::Chair, &chosen(SECOND)).await.unwrap();
    vault.invite("member.invite", "Ada", Role::Auditor, &chosen(THIRD)).await.unwrap();
    let reference = add(&mut vault, "Triage").await;
    let old_header = std::fs::read(folder.join("keys.json")).unwrap();
    vault.deactivate("member.deactivate", lukas).await.unwrap();
    let (generation, before) = vault.rekey("vault.rekey", &mut |_| true).await.unwrap();
    assert_eq!(generation, 2);
    assert!(folder.join("vault-2.db").exists() && !folder.join("vault-1.db").exists());
    assert!(folder.join("anchor-2").exists() && !folder.join("anchor-1").exists());
    sound(&mut vault).await;
    add(&mut vault, "after").await;
    assert_eq!(vault.read().await.unwrap().search("Triage", 5).await.unwrap().hits.len(), 1);
    vault.close().await;
    // Everyone who is left opens with their own passphrase, and the recovery key still works.
    for (member, passphrase) in [("Ines", FOUNDER), ("Ada", THIRD)] {
        let mut vault = open(&folder, member, passphrase).await.unwrap();
        assert_eq!(vault.read().await.unwrap().record_by(&reference).await.unwrap().head.title, "Triage");
        sound(&mut vault).await;
        vault.close().await;
    }
    Vault::recover(&folder, "Ines", &recovery, &chosen(SECOND), &now()).await.unwrap().close().await;
    // The removed member, even with the header of their day: it leads to a database that is gone.
    for name in ["keys.json", "keys.json.bak"] {
        std::fs::write(folder.join(name), &old_header).unwrap();
    }
    assert!(open(&folder, "Lukas", SECOND).await.is_err());
    // The backup of that day opens with the passphrases of its day.
    let restored = folder.with_file_name("restored.conclave");
    backup::restore(&before.path, &restored, &mut |_, _| true).unwrap();
    assert!(open(&restored, "Ada", THIRD).await.is_ok());
}

#[tokio::test]
async fn a_cancelled_re_key_leaves_the_vault_as_it_was() {
    let (_home, folder) = home();
    let (mut vault, _) = create(&folder).await;
    add(&mut vault, "Triage").await;
    for at in 0..6 {
        let mut steps = 0;
        let cancelled = vault
            .rekey("vault.rekey", &mut |_| {
                steps += 1;
                steps <= at
            })
            .await;
        if cancelled.is_ok() {
            continue;
        }
        assert!(folder.join("vault-1.db").exists() && !folder.join("vault-2.db").exists());
        sound(&mut vault).await;
    }
}

#[tokio::test]
async fn a_new_recovery_key_replaces_the_old_one() {
    let (_home, folder) = home();
    let (mut vault, old) = create(&folder).await;
    let new = vault.new_recovery_key("vault.recovery_key").await.unwrap();
    sound(&mut vault).await;
    vault.close().await;
    assert!(Vault::recover(&folder, "", &old, &chosen(SECOND), &now()).await.is_err());
    let mut vault = Vault::recover(&folder, "", &new, &chosen(SECOND), &now()).await.unwrap();
    assert_eq!(vault.actor().name, "Ines");
    sound(&mut vault).await;
}

#[tokio::test]
async fn a_backup_restores_into_a_new_vault_that_passes_its_check_and_never_over_one() {
    let (home, folder) = home();
    let (mut vault, _) = create(&folder).await;
    let reference = add(&mut vault, "Triage").await;
    let file = home.path().join("b.conclave-backup");
    let made = vault.back_up("vault.backup", &file, &mut |_| true).await.unwrap();
    assert_eq!(made.size, std::fs::metadata(&file).unwrap().len());
    add(&mut vault, "later").await;
    sound(&mut vault).await;
    vault.close().await;
    let listed = backup::check(&file, &mut |_, _| true).unwrap();
    assert_eq!((listed.seq, listed.name.as_str()), (made.head.seq, "Meridian"));
    let target = home.path().join("restored.conclave");
    backup::restore(&file, &target, &mut |_, _| true).unwrap();
    let mut restored = open(&target, "", FOUNDER).await.unwrap();
    sound(&mut restored).await;
    assert_eq!(restored.read().await.unwrap().record_by(&reference).await.unwrap().head.title, "Triage");
    restored.close().await;
    let again = backup::restore(&file, &folder, &mut |_, _| true).map_err(VaultError::from);
    assert_eq!(Fault::from(again.unwrap_err()).kind, FaultKind::Exists);
    sound(&mut open(&folder, "", FOUNDER).await.unwrap()).await;
}

#[tokio::test]
async fn every_changed_byte_and_every_cut_of_a_backup_is_found() {
    let (home, folder) = home();
    let (mut vault, _) = create(&folder).await;
    let file = home.path().join("b.conclave-backup");
    vault.back_up("vault.backup", &file, &mut |_| true).await.unwrap();
    vault.close().await;
    let whole = std::fs::read(&file).unwrap();
    let damaged = home.path().join("damaged.conclave-backup");
    let tail = whole.len().saturating_sub(1400);
    let places = (0..40).chain((0..100).map(|n| n * whole.len() / 100)).chain(tail..whole.len());
    for place in places {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        std::fs::write(&damaged, &bytes).unwrap();
        assert!(backup::check(&damaged, &mut |_, _| true).is_err(), "byte {place}");
    }
    for length in (0..whole.len()).step_by(whole.len() / 60) {
        std::fs::write(&damaged, &whole[..length]).unwrap();
        assert!(backup::check(&damaged, &mut |_, _| true).is_err(), "cut at {length}");
        let target = home.path().join("never");
        assert!(backup::restore(&damaged, &target, &mut |_, _| true).is_err());
        assert!(!target.exists());
    }
}

#[tokio::test]
async fn a_day_with_changes_gets_one_backup_and_a_day_without_gets_none() {
    let (_home, folder) = home();
    let (mut vault, _) = create(&folder).await;
    let first = vault.keep_backups(&mut |_| true).await.unwrap().expect("the first day has changes");
    assert!(vault.keep_backups(&mut |_| true).await.unwrap().is_none());
    add(&mut vault, "Triage").await;
    assert!(vault.keep_backups(&mut |_| true).await.unwrap().is_none(), "one a day");
    let kept = vault.kept_backups().unwrap();
    assert_eq!(kept.len(), 2, "the day's and the week's");
    assert!(kept.iter().all(|k| k.head == first.head));
    vault.close().await;
}

#[tokio::test]
async fn a_rescue_saves_what_still_reads_and_names_what_does_not() {
    let (home, folder) = home();
    let (mut vault, _) = create(&folder).await;
    for n in 0..120 {
        add(&mut vault, &format!("System {n} {}", "with a long name that fills pages ".repeat(20))).await;
    }
    vault.close().await;
    let database = folder.join("vault-1.db");
    let whole = std::fs::read(&database).unwrap();
    // Undamaged, everything is saved.
    let target = home.path().join("whole.conclave");
    let rescued = Vault::rescue(&folder, &target, "", &Passphrase::new(FOUNDER), &now(), &mut |_| true).await.unwrap();
    assert_eq!(rescued.lost, Vec::<String>::new());
    let mut saved = open(&target, "", FOUNDER).await.unwrap();
    sound(&mut saved).await;
    saved.close().await;
    // One page damaged after the other: never a panic, and what is saved opens.
    let pages = whole.len() / 4096;
    let (mut opened, mut losses) = (0, 0);
    for page in (1..pages).step_by((pages / 12).max(1)) {
        let mut bytes = whole.clone();
        bytes[page * 4096 + 100] ^= 1;
        std::fs::write(&database, &bytes).unwrap();
        let target = home.path().join(format!("page-{page}.conclave"));
        let Ok(rescued) = Vault::rescue(&folder, &target, "", &Passphrase::new(FOUNDER), &now(), &mut |_| true).await
        else {
            assert!(!target.exists());
            continue;
        };
        losses += usize::from(!rescued.lost.is_empty());
        let mut saved = open(&target, "", FOUNDER).await.unwrap();
        let count = saved.read().await.unwrap().search("System", 200).await.unwrap().hits.len();
        assert!(count >= 60, "page {page}: only {count} found");
        opened += 1;
        saved.close().await;
        assert_eq!(std::fs::read(&database).unwrap(), bytes, "the damaged vault is not written to");
    }
    assert!(opened >= 8 && losses >= 4, "{opened} opened, {losses} with losses");
}

#[tokio::test]
async fn a_former_passphrase_with_a_former_header_opens_nothing_that_was_sealed_later() {
    let (_home, folder) = home();
    let (mut vault, _) = create(&folder).await;
    let header = || Header::from_bytes(&std::fs::read(folder.join("keys.json")).unwrap()).unwrap();
    let former = header().slots()[0].clone();
    let later = |header: &Header| {
        let slot = &header.slots()[0];
        let (data_key_enc, data_key_sealed) = (slot.data_key_enc, slot.data_key_sealed);
        let mixed = Slot { data_key_enc, data_key_sealed, ..former.clone() };
        let (id, generation) = (header.vault_id(), header.generation());
        mixed.open(id, generation, Secret::Passphrase(&Passphrase::new(FOUNDER))).is_ok()
    };
    vault.rekey("vault.rekey", &mut |_| true).await.unwrap();
    assert!(later(&header()), "a re-key alone keeps whoever is still let in");
    vault.change_passphrase(&Passphrase::new(FOUNDER), &chosen(OTHER)).await.unwrap();
    vault.rekey("vault.rekey", &mut |_| true).await.unwrap();
    assert!(!later(&header()));
    sound(&mut vault).await;
    vault.close().await;
    sound(&mut open(&folder, "", OTHER).await.unwrap()).await;
}

#[tokio::test]
async fn an_older_header_in_the_place_of_the_newer_costs_nothing() {
    let (_home, folder) = home();
    let (mut vault, _) = create(&folder).await;
    let first = std::fs::read(folder.join("keys.json")).unwrap();
    vault.rekey("vault.rekey", &mut |_| true).await.unwrap();
    add(&mut vault, "after the re-key").await;
    vault.close().await;
    // Of the former generation: the copy, which names the present one, counts.
    std::fs::write(folder.join("keys.json"), &first).unwrap();
    let mut vault = open(&folder, "", FOUNDER).await.unwrap();
    assert_eq!(vault.read().await.unwrap().search("re-key", 5).await.unwrap().hits.len(), 1);
    sound(&mut vault).await;
    // Of this generation, from before a change of passphrase.
    let second = std::fs::read(folder.join("keys.json")).unwrap();
    vault.change_passphrase(&Passphrase::new(FOUNDER), &chosen(OTHER)).await.unwrap();
    vault.close().await;
    std::fs::write(folder.join("keys.json"), &second).unwrap();
    assert_eq!(open(&folder, "", FOUNDER).await.err().unwrap().kind, FaultKind::Damaged);
    assert!(open(&folder, "", FOUNDER).await.is_err(), "the former passphrase is out again");
    sound(&mut open(&folder, "", OTHER).await.unwrap()).await;
    // In both places nothing tells which is right, but it is a fault.
    for name in ["keys.json", "keys.json.bak"] {
        std::fs::write(folder.join(name), &second).unwrap();
    }
    let mut vault = open(&folder, "", FOUNDER).await.unwrap();
    assert_eq!(vault.notices().len(), 1);
    let verdict = vault.check(&mut |_| true).await.unwrap();
    assert!(verdict.faults.iter().any(|f| f.starts_with("Header")), "{:?}", verdict.faults);
}
