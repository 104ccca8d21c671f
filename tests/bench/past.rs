//! The vault as it was yesterday, after a day on which a large organisation did what it does.

use crate::{Table, big::WORDS};
use chrono::{TimeDelta, Utc};
use conclave_domain::{
    answer::{Answer, Result as Outcome},
    call::record::{ListRecords, SaveRecord, TrashRecord},
    call::{Call, assess::SaveAnswer, journal::SaveCharter},
    charter::Charter,
    kind::Kind,
    noun::Body,
    scale::Level,
    time::Now,
};
use conclave_vault::{Audited, How, Unruled, Vault, passphrase::Passphrase};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Records of each kind that are changed on the day.
const RECORDS: u64 = 200;
/// Assessments that get one answer more.
const ANSWERED: usize = 100;

pub async fn measure(table: &mut Table, folder: &Path) {
    let mut vault = Vault::open(folder, "", &Passphrase::new(WORDS), &Now::utc(Utc::now())).await.unwrap();
    let yesterday = vault.now().clone();
    vault.tell(yesterday.at(yesterday.moment() + TimeDelta::days(1)));
    let before = counted(&mut vault).await;
    let entry = vault.head().unwrap().seq;
    a_day(&mut vault).await;
    look(table, "the vault as it was yesterday, 501 changes ago", &mut vault, &yesterday, (entry, before.clone()))
        .await;
    // The worst that a day can hold: every list column of every risk follows from the charter.
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let mut writer = transaction.writer();
    let charter = Charter { tolerance: Level::High, ..writer.read().charter().await.unwrap() };
    let (_, event) = writer.save_charter(&charter).await.unwrap();
    drop(writer);
    transaction.commit(SaveCharter::NAME, Audited::new((), event)).await.unwrap();
    look(table, "the same, with the charter changed since", &mut vault, &yesterday, (entry, before)).await;
    vault.close().await;
}

async fn look(table: &mut Table, what: &'static str, vault: &mut Vault, at: &Now, then: (u64, String)) {
    let start = Instant::now();
    let mut past = vault.as_of(at.moment()).await.unwrap();
    let time = start.elapsed();
    assert_eq!(past.entry(), then.0);
    let found = said(&mut past.read()).await;
    past.leave().await.unwrap();
    assert!(found == then.1, "the past is read as it was");
    table.add(what, "≤ 5 s", format!("{:.2} s", time.as_secs_f64()), time <= Duration::from_secs(5));
}

async fn counted(vault: &mut Vault) -> String {
    said(&mut vault.read().await.unwrap()).await
}

async fn said(reader: &mut conclave_vault::store::Reader<'_>) -> String {
    let charter = reader.charter().await.unwrap();
    let ask = ListRecords { kind: Kind::Risk, limit: 200, ..ListRecords::default() };
    let (page, counts) = (reader.list(&ask, &charter).await.unwrap(), reader.counts().await.unwrap());
    let matrix = reader.matrix(None, &charter).await.unwrap();
    // Not coverage: the million answers of this vault were filled in beside the journal, so no past of theirs is known.
    format!("{charter:?} {counts:?} {matrix:?} {:?}", page.rows)
}

/// Systems and risks saved, answers given, some thrown away: each an entry of its own, as people make them.
async fn a_day(vault: &mut Vault) {
    for kind in [Kind::System, Kind::Risk] {
        let charter = Charter::default();
        let ask = ListRecords { kind, limit: RECORDS, ..ListRecords::default() };
        let ids: Vec<Uuid> =
            vault.read().await.unwrap().list(&ask, &charter).await.unwrap().rows.iter().map(|r| r.head.id).collect();
        for id in ids {
            change(vault, id).await;
        }
    }
    let ask = ListRecords { kind: Kind::Assessment, limit: 200, ..ListRecords::default() };
    let page = vault.read().await.unwrap().list(&ask, &Charter::default()).await.unwrap();
    for row in page.rows.iter().take(ANSWERED) {
        answer(vault, row.head.id).await;
    }
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let mut writer = transaction.writer();
    let mut events = Vec::new();
    for row in page.rows.iter().skip(ANSWERED).take(20) {
        events.push(writer.trash(row.head.id, true).await.unwrap().unwrap());
    }
    drop(writer);
    transaction.commit(TrashRecord::NAME, Audited::all((), events).unwrap()).await.unwrap();
}

async fn change(vault: &mut Vault, id: Uuid) {
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let mut writer = transaction.writer();
    let stored = writer.read().record(id).await.unwrap();
    let body = match stored.body {
        Body::System(s) => Body::System(conclave_domain::noun::System { name: format!("{} again", s.name), ..s }),
        Body::Risk(r) => {
            let inherent = conclave_domain::noun::risk::Rating { likelihood: 1, impact: 1, ..r.inherent.clone() };
            Body::Risk(conclave_domain::noun::Risk { inherent, ..r })
        }
        other => other,
    };
    let (_, events) = writer.save(id, stored.head.revision, body, How::Form).await.unwrap();
    drop(writer);
    transaction.commit(SaveRecord::NAME, Audited::all((), events).unwrap()).await.unwrap();
}

async fn answer(vault: &mut Vault, id: Uuid) {
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let mut writer = transaction.writer();
    let mut sheet = writer.sheet(id).await.unwrap();
    let kept = sheet.answer("1.1.a").unwrap();
    let result = if kept.result == Outcome::NotMet { Outcome::Partly } else { Outcome::NotMet };
    let comment = "Seen again today.".into();
    sheet.put(&mut writer, Answer { result, comment, ..kept }, How::Form).await.unwrap();
    let events = sheet.settle(&mut writer).await.unwrap();
    drop(writer);
    transaction.commit(SaveAnswer::NAME, Audited::all((), events).unwrap()).await.unwrap();
}
