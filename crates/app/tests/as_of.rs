//! Packs of the past: a pack as of a moment says what a pack said that was made at that moment, whatever was changed since.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod as_of_support;
mod support;

use as_of_support::{later, then};
use conclave_domain::{
    call::{
        pack::BuildPack,
        record::{EmptyTrash, TrashRecord},
    },
    fault::FaultKind,
    t,
    time::AsOf,
};
use serde_json::Value;
use std::collections::BTreeMap;
use support::{Place, day, place};
use uuid::Uuid;

// ---------------------------------------------------------------- what a pack says

/// What a pack says apart from when it was made and from where the journal's head was then: its files, and the hash of each
/// chapter's text.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    files: BTreeMap<String, Value>,
    chapters: Vec<(String, String)>,
}

impl Place {
    async fn pack(&self, systems: &[&str], as_of: Option<AsOf>) -> Said {
        let out = self.dir.path().join(format!("{}.pdf", Uuid::new_v4())).display().to_string();
        let systems = systems.iter().map(|s| (*s).to_owned()).collect();
        let call = BuildPack {
            systems,
            profile: "auditor".into(),
            title: String::new(),
            as_of,
            out: out.clone(),
            overwrite: false,
        };
        self.app.send(call).await.unwrap();
        said(&std::fs::read(out).unwrap())
    }

    async fn try_pack(&self, as_of: &str) -> FaultKind {
        let out = self.dir.path().join("refused.pdf").display().to_string();
        let call = BuildPack {
            systems: Vec::new(),
            profile: "board".into(),
            title: String::new(),
            as_of: Some(as_of.parse().unwrap()),
            out: out.clone(),
            overwrite: false,
        };
        let fault = self.app.send(call).await.unwrap_err();
        assert!(fault.about("as_of").is_some() && !std::path::Path::new(&out).exists(), "{fault:?}");
        fault.kind
    }
}

fn said(bytes: &[u8]) -> Said {
    let found = conclave_pack::verify(bytes).unwrap();
    assert!(found.unbroken && found.faults.is_empty(), "{:?}", found.faults);
    let mut said = Said { files: BTreeMap::new(), chapters: Vec::new() };
    for (name, bytes) in found.attachments {
        let text = String::from_utf8(bytes).unwrap();
        let json = serde_json::from_str::<Value>(&text).unwrap_or(Value::from(text));
        match name.as_str() {
            // Where the journal's head was when the pack was made.
            "head.json" => {}
            "manifest.json" => said.chapters = chapters(&json),
            _ => _ = said.files.insert(name, without_the_making(json)),
        }
    }
    said
}

/// The chapters, but for those that print the journal's head and the sizes of the files.
fn chapters(manifest: &Value) -> Vec<(String, String)> {
    let of_the_making = [t!("dossier.journal.title"), t!("dossier.manifest.title")];
    let all = manifest["chapters"].as_array().unwrap().iter();
    let told = all.map(|c| (c["title"].as_str().unwrap().to_owned(), c["sha256"].as_str().unwrap().to_owned()));
    told.filter(|(title, _)| !of_the_making.contains(title)).collect()
}

fn without_the_making(mut file: Value) -> Value {
    if let Value::Object(map) = &mut file {
        for key in ["pack", "created", "as_of"] {
            map.remove(key);
        }
    }
    file
}

/// Two packs say the same; what differs is named.
fn same(found: &Said, then: &Said) {
    for (name, file) in &then.files {
        let (now, then) = (&found.files[name], file);
        if let (Some(now), Some(then)) = (now["systems"].as_array(), then["systems"].as_array()) {
            for (now, then) in now.iter().zip(then) {
                for (part, value) in then.as_object().unwrap() {
                    assert_eq!(now[part], *value, "{name}: {part}");
                }
            }
        }
        assert_eq!(now, then, "{name}");
    }
    for (a, b) in found.chapters.iter().zip(&then.chapters) {
        assert_eq!(a, b, "a chapter says something else");
    }
    assert_eq!(found, then);
}

// ---------------------------------------------------------------- the rules

#[tokio::test]
async fn a_pack_as_of_a_moment_says_in_every_part_what_a_pack_of_that_moment_said() {
    let place = place(false).await;
    let (system, lead) = then(&place).await;
    let moment = AsOf::Moment(place.desk.peek().moment());
    let (one_then, all_then) = (place.pack(&["AIS-0001"], None).await, place.pack(&[], None).await);
    later(&place, system, lead).await;
    let one_today = place.pack(&["AIS-0001"], None).await;
    for (name, file) in &one_then.files {
        assert_ne!(one_today.files[name], *file, "{name} would not show that it is of then");
    }
    let spared = [t!("dossier.method.title")];
    for (title, hash) in one_then.chapters.iter().filter(|(title, _)| !spared.contains(title)) {
        assert!(
            !one_today.chapters.contains(&(title.clone(), hash.clone())),
            "{title} would not show that it is of then"
        );
    }
    same(&place.pack(&["AIS-0001"], Some(moment)).await, &one_then);
    same(&place.pack(&[], Some(moment)).await, &all_then);
    assert_eq!(place.pack(&["AIS-0001"], None).await, one_today, "looking back changes nothing");
    place.sound().await;
}

#[tokio::test]
async fn approvals_gates_acceptances_and_evidence_of_the_past_are_judged_by_the_day_of_then() {
    let place = place(false).await;
    let (system, lead) = then(&place).await;
    place.desk.pass(60 * 24 * 3600);
    let today = place.pack(&["AIS-0001"], None).await.files["systems.json"]["systems"][0].clone();
    assert_eq!(today["approval"]["state"], "expired");
    later(&place, system, lead).await;
    let past = place.pack(&["AIS-0001"], Some(AsOf::Day(day(0)))).await;
    let file = &past.files["systems.json"]["systems"][0];
    assert_eq!(file["approval"]["state"], "in_force", "a later decision suspends it, and its day is over");
    let gate = file["gates"].as_array().unwrap().iter().find(|g| g["to"] == "deployment").unwrap();
    let met = |sort: &str| gate["needs"].as_array().unwrap().iter().find(|n| n["sort"] == sort).unwrap()["met"].clone();
    assert_eq!(
        (met("findings"), met("risks")),
        (false.into(), true.into()),
        "closed later; accepted then, ended since"
    );
    assert_eq!(gate["overridden"]["reason"], "Pilot");
    let answers = past.files["answers.csv"].as_str().unwrap();
    assert!(answers.contains("EVD-0001 Audit report") && !answers.contains("(expired)"), "attached, and in force then");
    assert_eq!(past.files["systems.json"]["charter"]["organisation"], "Meridian");
}

#[tokio::test]
async fn a_system_that_was_removed_since_is_in_a_pack_of_the_past() {
    let place = place(false).await;
    let id = place.system("Triage").await.head.id;
    place.system("Other").await;
    let (moment, then) = (AsOf::Moment(place.desk.peek().moment()), place.pack(&[], None).await);
    place.app.send(TrashRecord { ids: vec![id] }).await.unwrap();
    place.app.send(EmptyTrash {}).await.unwrap();
    same(&place.pack(&[], Some(moment)).await, &then);
}

#[tokio::test]
async fn a_day_means_its_end_where_the_person_sits_and_neither_the_future_nor_before_the_founding_is_shown() {
    let place = place(false).await;
    place.system("First").await;
    let hours = chrono::FixedOffset::east_opt(5 * 3600).unwrap();
    // Half past eleven in the evening there; the day goes on for half an hour.
    place.desk.set(&format!("{}T18:30:00Z", day(0)), hours);
    place.system("Late").await;
    place.desk.set(&format!("{}T19:30:00Z", day(0)), hours);
    place.system("Tomorrow").await;
    let names = |said: &Said| {
        let systems = said.files["systems.json"]["systems"].as_array().unwrap().clone();
        systems.iter().map(|s| s["body"]["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&place.pack(&[], Some(AsOf::Day(day(0)))).await), ["First", "Late"]);
    assert_eq!(names(&place.pack(&[], Some(AsOf::Day(day(1)))).await), ["First", "Late", "Tomorrow"], "today is now");
    for outside in [day(2).to_string(), day(-1).to_string(), format!("{}T20:00:00Z", day(0))] {
        assert_eq!(place.try_pack(&outside).await, FaultKind::Invalid, "{outside}");
    }
    assert!("yesterday".parse::<AsOf>().unwrap_err().about("as_of").is_some(), "and is not taken for now");
}
