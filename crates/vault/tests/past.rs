//! The vault as it was: a random history of every sort of change, and after each of its entries a dump of all that can be read.
//! Read back at that entry later, it says the same, word for word.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod fault_support;
mod past_support;

use conclave_domain::time::Now;
use fault_support::{Dice, create, place, times};
use past_support::{History, dump};

/// The first moment of the history.
const START: &str = "2026-03-28T22:10:00Z";

#[tokio::test]
async fn the_vault_after_every_entry_is_what_it_was_then() {
    let (_dir, folder) = place();
    let (mut vault, _) = create(&folder).await;
    vault.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
    vault = past_support::found(&folder, &Now::utc(START.parse().unwrap())).await;
    let mut history = History::new(Dice::new("past"));
    let mut dumps = vec![(vault.head().unwrap().seq, dump(&mut vault.read().await.unwrap()).await)];
    let entries = u64::try_from(times(200, 1_000)).unwrap();
    while vault.head().unwrap().seq < entries {
        if history.go_on(&mut vault).await {
            dumps.push((vault.head().unwrap().seq, dump(&mut vault.read().await.unwrap()).await));
        }
    }
    assert!(history.did_everything(), "a sort of change never happened: {:?}", history.done);
    let (mut looked, before) = (0, dump(&mut vault.read().await.unwrap()).await);
    for (entry, then) in &dumps {
        let mut past = vault.after(*entry).await.unwrap();
        let found = dump(&mut past.read()).await;
        past.leave().await.unwrap();
        if found != *then {
            for (a, b) in then.lines().zip(found.lines()) {
                assert_eq!(b, a, "after entry {entry} ({})", history.call_of(*entry));
            }
            assert_eq!(found.lines().count(), then.lines().count(), "after entry {entry}");
        }
        looked += 1;
    }
    assert_eq!(dump(&mut vault.read().await.unwrap()).await, before, "looking back changes nothing");
    assert_eq!(vault.check(&mut |_| true).await.unwrap().faults, Vec::<String>::new());
    println!("{looked} of {entries} entries read back as they were: {:?}", history.done);
}

#[tokio::test]
async fn a_look_back_that_is_dropped_leaves_the_vault_as_it_is() {
    let (_dir, folder) = place();
    let mut vault = past_support::found(&folder, &Now::utc(START.parse().unwrap())).await;
    let mut history = History::new(Dice::new("dropped"));
    while vault.head().unwrap().seq < 20 {
        history.go_on(&mut vault).await;
    }
    let before = dump(&mut vault.read().await.unwrap()).await;
    drop(vault.after(3).await.unwrap());
    assert_eq!(dump(&mut vault.read().await.unwrap()).await, before);
    drop(vault.after(5).await.unwrap());
    while vault.head().unwrap().seq < 22 {
        history.go_on(&mut vault).await;
    }
    assert_eq!(vault.check(&mut |_| true).await.unwrap().faults, Vec::<String>::new(), "and it can be changed again");
    vault.close().await;
    let vault = fault_support::open(&folder, fault_support::WORDS).await.unwrap();
    assert_eq!(vault.head().unwrap().seq, 22);
}

/// A row of the table is given anew once what had the last one is gone; a later record of a kind that is looked at later has it.
#[tokio::test]
async fn a_removed_record_comes_back_where_another_one_stands_by_now() {
    let (_dir, folder) = place();
    let mut vault = past_support::found(&folder, &Now::utc(START.parse().unwrap())).await;
    past_support::create(&mut vault, "first").await;
    let last = past_support::create(&mut vault, "last").await;
    let (entry, then) = (vault.head().unwrap().seq, dump(&mut vault.read().await.unwrap()).await);
    past_support::remove(&mut vault, last).await;
    let newer = past_support::create_vendor(&mut vault, "newer").await;
    let mut reader = vault.read().await.unwrap();
    assert_eq!(reader.record(newer).await.unwrap().seq, 2, "the row of what was removed");
    drop(reader);
    let mut past = vault.after(entry).await.unwrap();
    let found = dump(&mut past.read()).await;
    past.leave().await.unwrap();
    assert_eq!(found, then);
}

#[tokio::test]
async fn a_moment_means_the_last_entry_up_to_it_and_before_the_founding_there_is_nothing() {
    let (_dir, folder) = place();
    let start = Now::utc(START.parse().unwrap());
    let mut vault = past_support::found(&folder, &start).await;
    let mut history = History::new(Dice::new("moment"));
    while vault.head().unwrap().seq < 10 {
        history.go_on(&mut vault).await;
    }
    let at = start.moment() + chrono::TimeDelta::hours(5);
    let past = vault.as_of(at).await.unwrap();
    let entry = past.entry();
    past.leave().await.unwrap();
    assert!((1..10).contains(&entry), "{entry}");
    let mut reader = vault.read().await.unwrap();
    assert_eq!(reader.entry_at(at).await.unwrap(), Some(entry));
    let early = vault.as_of(start.moment() - chrono::TimeDelta::seconds(1)).await;
    assert!(conclave_domain::fault::Fault::from(early.err().unwrap()).about("as_of").is_some());
}
