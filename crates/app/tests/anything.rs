//! Anything, by anybody, in any order: whatever members of all roles try, right or wrong, a refusal leaves nothing but its entry,
//! nobody does what a second permission table forbids, and the vault stays sound.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod anything_support;
mod support;

use anything_support::{Dice, World};
use std::collections::BTreeMap;

/// What is tried after each founding.
const STEPS: usize = 300;
/// After so many steps everything is looked at.
const LOOK: usize = 25;
const SEEDS: u64 = 8;

type Told = BTreeMap<&'static str, (usize, usize)>;

/// Says what happened before a failure.
struct Story(u64, Vec<String>);

impl Drop for Story {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let from = self.1.len().saturating_sub(12);
            println!("seed {}, step {}:\n{}", self.0, self.1.len(), self.1[from..].join("\n"));
        }
    }
}

async fn live(seed: u64) -> Told {
    let mut dice = Dice::new(seed);
    let mut world = World::found().await;
    let mut story = Story(seed, Vec::new());
    for step in 1..=STEPS {
        world.turn(&mut dice).await;
        let tried = world.anything(&mut dice).await;
        let authors = match &tried.reviewed {
            Some((assessment, _)) => world.authors(*assessment).await,
            None => BTreeMap::new(),
        };
        story.1.push(format!("{} {} – {:?}", world.who.0, tried.about, tried.reply));
        world.reviewed(&tried, &authors);
        world.settle(tried).await;
        if step % LOOK == 0 {
            world.everything().await;
        }
    }
    world.told
}

#[test]
fn whatever_anybody_tries_the_rules_hold_and_a_refusal_leaves_its_entry_only() {
    let run = |seed| tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(live(seed));
    let lives: Vec<_> = (1..=SEEDS).map(|seed| std::thread::spawn(move || run(seed))).collect();
    let mut told = Told::new();
    for life in lives {
        for (call, (done, refused)) in life.join().expect("a life without a broken rule") {
            let sum = told.entry(call).or_default();
            *sum = (sum.0 + done, sum.1 + refused);
        }
    }
    println!("{told:?}");
    // What never happened was not tested.
    let never: Vec<_> = told.iter().filter(|(_, (done, refused))| *done == 0 || *refused == 0).collect();
    assert!(never.is_empty() && told.len() == 21, "{never:?} of {}", told.len());
}
