//! What the test of anything needs: repeatable chance, five members, what is known of the vault, and a permission table of its
//! own.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

pub mod acts;
pub mod after;
pub mod bodies;

use super::support::{Place, assess::own, place};
use conclave_domain::{
    call::{
        framework::SaveFramework,
        journal::{GetCharter, ListJournal},
        pack::BuildPack,
        record::GetRecord,
    },
    charter::Charter,
    content,
    kind::Kind,
    noun::{Body, Review},
    permission::Role,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Repeatable chance.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        // Not a multiple of what is added each time: lives would be one life, shifted.
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95) ^ 0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        usize::try_from(z % u64::try_from(end).unwrap()).unwrap()
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    pub fn word(&mut self) -> String {
        self.of(&["Drift", "Triage", "Letters", "Scoring", "Harbour", "Lantern", "Quay"]).to_owned()
    }

    /// Mostly a word, at times nothing.
    pub fn text(&mut self) -> String {
        if self.once_in(8) { String::new() } else { self.word() }
    }
}

/// The members, each with a role.
pub const MEMBERS: [(&str, Role); 5] = [
    ("Ada Osei", Role::Administrator),
    ("Cleo", Role::Chair),
    ("Rhea", Role::Reviewer),
    ("Kim", Role::Contributor),
    ("Uma", Role::Auditor),
];

/// What somebody needs for what they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    Inventory,
    Import,
    Assess,
    Frameworks,
    Override,
    Evidence,
    Risks,
    Accept,
    Review,
    Prepare,
    Decide,
    Export,
    Trash,
    EmptyTrash,
    Charter,
}

/// Who may do what, written down a second time. There are always several members.
pub fn may(role: Role, need: Need, administrators_decide: bool) -> bool {
    let loosened = if administrators_decide { "AC" } else { "C" };
    let roles = match need {
        Need::Inventory | Need::Import | Need::Trash => "ACK",
        Need::Assess | Need::Evidence | Need::Risks => "ACRK",
        Need::Frameworks | Need::Review | Need::Prepare => "ACR",
        Need::Accept | Need::Decide | Need::Override => loosened,
        Need::Export => "ACRU",
        Need::EmptyTrash => "A",
        Need::Charter => "AC",
    };
    let letter = match role {
        Role::Administrator => 'A',
        Role::Chair => 'C',
        Role::Reviewer => 'R',
        Role::Contributor => 'K',
        Role::Auditor => 'U',
    };
    roles.contains(letter)
}

/// What it takes that a record is as it is.
pub fn need_of(body: &Body) -> Need {
    match body {
        Body::System(_) | Body::Vendor(_) | Body::Asset(_) => Need::Inventory,
        Body::Assessment(_) | Body::Finding(_) => Need::Assess,
        Body::Risk(risk) if risk.status == "accepted" => Need::Accept,
        Body::Risk(_) => Need::Risks,
        Body::Review(_) => Need::Review,
        Body::Decision(decision) if decision.status == "decided" => Need::Decide,
        Body::Decision(_) => Need::Prepare,
        Body::Evidence(_) => Need::Evidence,
        Body::Pack(_) => Need::Export,
    }
}

/// A record as it is known to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub body: Body,
    pub revision: i64,
    pub trashed: bool,
    /// The charter under which it was saved last.
    pub charter: Charter,
}

/// What makes a review: replies, plan, figures, conclusion. Blank where it is none.
fn work(known: Option<&Known>) -> Review {
    let Some(Known { body: Body::Review(r), .. }) = known else { return Review::default() };
    let Review { replies, fairness_plan, fairness, conclusion, .. } = r.clone();
    Review { replies, fairness_plan, fairness, conclusion, ..Review::default() }
}

/// The vault under test with what is known of it.
pub struct World {
    pub place: Place,
    pub known: BTreeMap<Uuid, Known>,
    pub charter: Charter,
    /// Who ever changed what makes a review.
    pub workers: BTreeMap<Uuid, BTreeSet<&'static str>>,
    /// From which entry on administrators could act for the board, or could not any more.
    pub loosened: Vec<(u64, bool)>,
    pub head: u64,
    pub who: (&'static str, Role),
    /// How often each call was done and refused.
    pub told: BTreeMap<&'static str, (usize, usize)>,
}

impl World {
    pub async fn found() -> Self {
        let place = place(false).await;
        for (name, role) in &MEMBERS[1..] {
            place.member(name, role.name()).await;
        }
        let charter = place.app.send(GetCharter {}).await.unwrap();
        let mut world = Self {
            place,
            known: BTreeMap::new(),
            workers: BTreeMap::new(),
            loosened: vec![(0, charter.administrators_decide)],
            charter,
            head: 0,
            who: MEMBERS[0],
            told: BTreeMap::new(),
        };
        world.begin().await;
        world.head = world.head_now().await;
        world
    }

    /// What the first steps find: a system with an assessment that others follow from, a review to be
    /// measured, and a pack.
    async fn begin(&mut self) {
        let place = &self.place;
        place.app.send(SaveFramework { framework: own("1", &[("a", "Is it a?")]), replace: false }).await.unwrap();
        let system = place.system("Triage").await.head.id;
        let lead = place.assess(system, content::LEAD).await;
        place.meet(lead, content::LEAD).await;
        let follows = place.assess(system, "etsi-en-304-223").await;
        let measured = Review {
            title: "Fairness".into(),
            subject: Some(system),
            review_type: "fairness".into(),
            fairness_plan: Some(bodies::plan()),
            ..Review::default()
        };
        let measured = place.save(Body::Review(measured)).await.unwrap().head.id;
        for id in [system, lead, follows, measured, self.first_pack().await] {
            self.learn(id).await;
        }
    }

    async fn first_pack(&self) -> Uuid {
        let out = self.place.dir.path().join("pack.pdf").display().to_string();
        let call = BuildPack {
            systems: Vec::new(),
            profile: "public".into(),
            title: "First".into(),
            as_of: None,
            out,
            overwrite: false,
        };
        self.place.app.send(call).await.unwrap().id
    }

    pub async fn head_now(&self) -> u64 {
        self.place.app.send(ListJournal { limit: 1, ..ListJournal::default() }).await.unwrap().head_seq
    }

    /// Looks at a record; gives what it was and what it is.
    pub async fn learn(&mut self, id: Uuid) -> (Option<Known>, Option<Known>) {
        let before = self.known.remove(&id);
        let detail = self.place.app.send(GetRecord { reference: id.to_string() }).await.ok();
        let now = detail.map(|d| {
            let saved = before.as_ref().filter(|b| b.revision == d.head.revision);
            let charter = saved.map_or_else(|| self.charter.clone(), |b| b.charter.clone());
            Known { body: d.body, revision: d.head.revision, trashed: d.head.trashed_at.is_some(), charter }
        });
        if let Some(now) = &now {
            self.known.insert(id, now.clone());
            if work(before.as_ref()) != work(Some(now)) {
                self.workers.entry(id).or_default().insert(self.who.0);
            }
        }
        (before, now)
    }

    pub fn may(&self, need: Need) -> bool {
        may(self.who.1, need, self.charter.administrators_decide)
    }

    /// The records of these kinds, in the trash or not.
    pub fn ids(&self, kinds: &[Kind], trashed: bool) -> Vec<Uuid> {
        let fits = |k: &Known| k.trashed == trashed && kinds.contains(&k.body.kind());
        self.known.iter().filter(|(_, k)| fits(k)).map(|(id, _)| *id).collect()
    }

    /// One of them; at times one that is nowhere.
    pub fn some(&self, dice: &mut Dice, kinds: &[Kind], trashed: bool) -> Uuid {
        let ids = self.ids(kinds, trashed);
        if ids.is_empty() || dice.once_in(25) { Uuid::from_u128(7) } else { dice.of(&ids) }
    }
}
