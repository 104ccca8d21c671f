//! The state of a checklist: answers as they are here, saved one after the other.

use crate::{call::send, parts::dom};
use conclave_domain::{
    answer::{Answer, Coverage, Result as Outcome},
    call::{
        assess::{AssessmentView, Attached, OpenAssessment, SaveAnswer},
        sign::SignatureLine,
    },
    fault::Fault,
    framework::{Framework, Requirement},
    noun::Gap,
};
use leptos::{prelude::*, task::spawn_local};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What the middle of the page lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// The requirements of a guideline.
    Guideline(String),
    /// Everything that is open: not assessed, with a gap, overdue, not met.
    Open,
}

/// A checklist. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub struct Checklist {
    /// The assessment.
    pub id: Uuid,
    /// Its reference.
    pub reference: StoredValue<String>,
    /// The framework.
    pub framework: StoredValue<Framework>,
    /// The answers by requirement.
    pub answers: RwSignal<BTreeMap<String, Answer>>,
    /// Coverage by group.
    pub coverage: RwSignal<BTreeMap<String, Coverage>>,
    /// What answers lack, by requirement.
    pub gaps: RwSignal<BTreeMap<String, Gap>>,
    /// The evidence that is attached, by requirement.
    pub evidence: RwSignal<BTreeMap<String, Vec<Attached>>>,
    /// Who reviewed the answer as it stands, by requirement.
    pub reviewed: RwSignal<BTreeMap<String, SignatureLine>>,
    /// Whether a review is under way.
    pub reviewing: RwSignal<bool>,
    /// What was refused, by requirement.
    pub faults: RwSignal<BTreeMap<String, Fault>>,
    /// What is listed.
    pub view: RwSignal<View>,
    /// The requirement that is open.
    pub at: RwSignal<String>,
    /// The last change that can be taken back: requirement and journal entry.
    pub last: RwSignal<Option<(String, u64)>>,
    open_list: RwSignal<Vec<String>>,
    saving: StoredValue<BTreeSet<String>>,
    again: StoredValue<BTreeSet<String>>,
}

impl Checklist {
    /// The checklist of an assessment, open at a requirement or at the first one that is not assessed.
    pub fn new(framework: Framework, view: AssessmentView, at: Option<String>) -> Self {
        let unassessed = |r: &&Requirement| view.answers.get(&r.id).is_none_or(|a| a.result == Outcome::NotAssessed);
        let at = at
            .filter(|id| framework.requirement(id).is_some())
            .or_else(|| {
                framework.requirements.iter().find(unassessed).or(framework.requirements.first()).map(|r| r.id.clone())
            })
            .unwrap_or_default();
        let guideline = framework.requirement(&at).map(|r| r.group.clone()).unwrap_or_default();
        Self {
            id: view.head.id,
            reference: StoredValue::new(view.head.reference),
            reviewing: RwSignal::new(false),
            framework: StoredValue::new(framework),
            answers: RwSignal::new(view.answers),
            coverage: RwSignal::new(view.coverage),
            gaps: RwSignal::new(view.gaps),
            evidence: RwSignal::new(view.evidence),
            reviewed: RwSignal::new(view.reviewed),
            faults: RwSignal::new(BTreeMap::new()),
            view: RwSignal::new(View::Guideline(guideline)),
            at: RwSignal::new(at),
            last: RwSignal::new(None),
            open_list: RwSignal::new(Vec::new()),
            saving: StoredValue::new(BTreeSet::new()),
            again: StoredValue::new(BTreeSet::new()),
        }
    }

    /// The answer to a requirement; follows changes.
    pub fn answer(&self, id: &str) -> Answer {
        self.answers.with(|a| a.get(id).cloned()).unwrap_or_else(|| blank(id))
    }

    /// The answer to a requirement as it is now.
    pub fn peek(&self, id: &str) -> Answer {
        self.answers.with_untracked(|a| a.get(id).cloned()).unwrap_or_else(|| blank(id))
    }

    /// Changes an answer and saves it. While a save of the same answer is under way, the next one waits for its revision.
    pub fn change(self, id: &str, change: impl FnOnce(&mut Answer)) {
        let mut answer = self.peek(id);
        let before = answer.clone();
        change(&mut answer);
        if answer == before {
            return;
        }
        self.answers.update(|a| {
            a.insert(id.to_owned(), answer);
        });
        let mut under_way = false;
        self.saving.update_value(|s| under_way = !s.insert(id.to_owned()));
        if under_way {
            self.again.update_value(|s| {
                s.insert(id.to_owned());
            });
            return;
        }
        let id = id.to_owned();
        spawn_local(async move {
            self.save(&id).await;
            self.saving.try_update_value(|s| s.remove(&id));
        });
    }

    async fn save(self, id: &str) {
        loop {
            let Some(answer) = self.answers.try_with_untracked(|a| a.get(id).cloned()).flatten() else { return };
            let reply = send(SaveAnswer { assessment: self.id, answer }).await;
            let wanted_again = self.again.try_update_value(|s| s.remove(id)).unwrap_or(false);
            match reply {
                Ok(saved) => {
                    let _ = self.answers.try_update(|a| {
                        let here = a.entry(id.to_owned()).or_default();
                        if wanted_again {
                            here.revision = saved.answer.revision;
                        } else {
                            *here = saved.answer;
                        }
                    });
                    // A mark is over the answer as it was.
                    let _ = self.reviewed.try_update(|r| r.remove(id));
                    let _ = self.coverage.try_set(saved.coverage);
                    let _ = self.gaps.try_update(|g| match saved.gap {
                        Some(gap) => g.insert(id.to_owned(), gap),
                        None => g.remove(id),
                    });
                    let _ = self.faults.try_update(|f| f.remove(id));
                    let _ = self.last.try_set(Some((id.to_owned(), saved.entry)));
                }
                Err(fault) => {
                    let _ = self.faults.try_update(|f| f.insert(id.to_owned(), fault));
                    return;
                }
            }
            if !wanted_again {
                return;
            }
        }
    }

    /// Takes over what the vault holds now, after an undo or a conflict.
    pub fn reload(self, view: AssessmentView) {
        self.answers.set(view.answers);
        self.coverage.set(view.coverage);
        self.gaps.set(view.gaps);
        self.evidence.set(view.evidence);
        self.reviewed.set(view.reviewed);
        self.faults.set(BTreeMap::new());
    }

    /// Reads anew what answers rest on and who reviewed them; the answers themselves stay as they are here.
    pub async fn refresh(self) {
        if let Ok(view) = send(OpenAssessment { reference: self.id.to_string() }).await {
            let _ = self.evidence.try_set(view.evidence);
            let _ = self.reviewed.try_set(view.reviewed);
            let _ = self.gaps.try_set(view.gaps);
        }
    }

    /// The requirements that the present view lists, in order.
    pub fn listed(&self) -> Vec<String> {
        match self.view.get() {
            View::Guideline(group) => self.framework.with_value(|f| f.of(&group).map(|r| r.id.clone()).collect()),
            View::Open => self.open_list.get(),
        }
    }

    /// Lists what is open now. An answer given there does not make its line vanish.
    pub fn show_open(&self) {
        let open = self.framework.with_value(|f| {
            let open = |r: &&Requirement| untrack(|| self.is_open(&r.id));
            f.requirements.iter().filter(open).map(|r| r.id.clone()).collect::<Vec<_>>()
        });
        let first = open.first().cloned();
        self.open_list.set(open);
        self.view.set(View::Open);
        if let Some(first) = first {
            self.open(&first);
        }
    }

    /// Whether something is left to do about a requirement; follows changes.
    pub fn is_open(&self, id: &str) -> bool {
        let answer = self.answer(id);
        self.gaps.with(|g| g.contains_key(id)) || answer.result == Outcome::NotAssessed || is_overdue(&answer)
    }

    /// Opens a requirement and, if it lies elsewhere, the guideline around it.
    pub fn open(&self, id: &str) {
        if self.view.get_untracked() != View::Open
            && let Some(group) = self.framework.with_value(|f| f.requirement(id).map(|r| r.group.clone()))
            && self.view.get_untracked() != View::Guideline(group.clone())
        {
            self.view.set(View::Guideline(group));
        }
        self.at.set(id.to_owned());
        dom::focus_id(&card_id(id));
    }

    /// Opens the requirement `step` places on: within the open list, or in the whole framework.
    pub fn walk(&self, step: isize) {
        let all = match self.view.get_untracked() {
            View::Open => untrack(|| self.listed()),
            View::Guideline(_) => {
                self.framework.with_value(|f| f.requirements.iter().map(|r| r.id.clone()).collect::<Vec<_>>())
            }
        };
        let at = self.at.get_untracked();
        let place = all.iter().position(|id| *id == at).unwrap_or(0);
        if let Some(next) = place.checked_add_signed(step).and_then(|n| all.get(n)) {
            self.open(next);
        }
    }
}

fn blank(id: &str) -> Answer {
    Answer { requirement: id.to_owned(), ..Answer::default() }
}

/// Whether an answer's work is past its day.
pub fn is_overdue(answer: &Answer) -> bool {
    answer.progress != "done" && answer.result != Outcome::Met && answer.due_on.is_some_and(|d| d < dom::today())
}

/// The id of a requirement's card.
pub fn card_id(id: &str) -> String {
    format!("requirement-{id}")
}
