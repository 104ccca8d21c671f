//! The state of a checklist: answers as they are here, saved one after the other.

use super::drafts::Drafts;
use crate::{call::send, parts::dom};
use conclave_domain::{
    answer::{Answer, Coverage, Result as Outcome},
    call::{
        assess::{AssessmentView, Attached, Mark, OpenAssessment, SaveAnswer},
        record::Head,
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
    /// What the filter lists, over all guidelines.
    Filtered,
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
    /// Against the baseline that it was started from, by requirement.
    pub marks: RwSignal<BTreeMap<String, Mark>>,
    /// Derived answers whose origin has changed.
    pub stale: RwSignal<BTreeSet<String>>,
    /// The findings about it: requirement and record.
    pub findings: RwSignal<Vec<(String, Head)>>,
    /// The system that it is about.
    pub subject: StoredValue<Option<Uuid>>,
    /// What was typed and not saved: requirement and field, text.
    pub drafts: Drafts,
    /// Whether requirements are being selected, and which are.
    pub choosing: RwSignal<bool>,
    /// The selected requirements.
    pub chosen: RwSignal<BTreeSet<String>>,
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
    /// What "open" or the filter listed when it was asked.
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
                let first = framework.asked(&view.answers).find(unassessed);
                first.or(framework.requirements.first()).map(|r| r.id.clone())
            })
            .unwrap_or_default();
        let guideline = framework.requirement(&at).map(|r| r.group.clone()).unwrap_or_default();
        Self {
            id: view.head.id,
            reference: StoredValue::new(view.head.reference),
            reviewing: RwSignal::new(false),
            marks: RwSignal::new(view.marks),
            stale: RwSignal::new(view.stale.into_iter().collect()),
            findings: RwSignal::new(view.findings),
            subject: StoredValue::new(view.assessment.subject),
            drafts: Drafts::new(view.head.id),
            choosing: RwSignal::new(false),
            chosen: RwSignal::new(BTreeSet::new()),
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
                    if self.follows() {
                        self.refresh().await;
                    }
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

    /// Whether what an answer is compared with or rests on has to be looked at again after a save.
    fn follows(&self) -> bool {
        let marked = self.marks.try_with_untracked(|m| !m.is_empty());
        let stale = self.stale.try_with_untracked(|s| !s.is_empty());
        marked == Some(true) || stale == Some(true)
    }

    /// Takes over what the vault holds now, after an undo or a conflict.
    pub fn reload(self, view: AssessmentView) {
        self.answers.set(view.answers);
        self.coverage.set(view.coverage);
        self.gaps.set(view.gaps);
        self.evidence.set(view.evidence);
        self.reviewed.set(view.reviewed);
        self.marks.set(view.marks);
        self.stale.set(view.stale.into_iter().collect());
        self.findings.set(view.findings);
        self.faults.set(BTreeMap::new());
    }

    /// Reads everything anew, after many answers were changed at once.
    pub async fn read_again(self) {
        if let Ok(view) = send(OpenAssessment { reference: self.id.to_string() }).await
            && self.answers.try_get_untracked().is_some()
        {
            self.reload(view);
        }
    }

    /// Reads anew what answers rest on and who reviewed them; the answers themselves stay as they are here.
    pub async fn refresh(self) {
        if let Ok(view) = send(OpenAssessment { reference: self.id.to_string() }).await {
            let _ = self.evidence.try_set(view.evidence);
            let _ = self.reviewed.try_set(view.reviewed);
            let _ = self.gaps.try_set(view.gaps);
            let _ = self.marks.try_set(view.marks);
            let _ = self.stale.try_set(view.stale.into_iter().collect());
            let _ = self.findings.try_set(view.findings);
        }
    }

    /// Whether a requirement is asked, given the answers so far; follows changes.
    pub fn is_asked(&self, id: &str) -> bool {
        self.framework.with_value(|f| {
            f.requirement(id).is_none_or(|r| r.when.is_none() || self.answers.with(|a| f.is_asked(r, a)))
        })
    }

    /// The requirements that the present view lists, in order.
    pub fn listed(&self) -> Vec<String> {
        match self.view.get() {
            View::Guideline(group) => self
                .framework
                .with_value(|f| f.of(&group).map(|r| r.id.clone()).collect::<Vec<_>>())
                .into_iter()
                .filter(|id| self.is_asked(id))
                .collect(),
            View::Open | View::Filtered => self.open_list.get(),
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

    /// Lists these requirements, over all guidelines.
    pub fn show_filtered(&self, ids: Vec<String>) {
        let first = ids.first().cloned();
        self.open_list.set(ids);
        self.view.set(View::Filtered);
        if let Some(first) = first {
            self.at.set(first);
        }
    }

    /// Whether something is left to do about a requirement; follows changes.
    pub fn is_open(&self, id: &str) -> bool {
        if !self.is_asked(id) {
            return false;
        }
        let answer = self.answer(id);
        self.gaps.with(|g| g.contains_key(id)) || answer.result == Outcome::NotAssessed || is_overdue(&answer)
    }

    /// Opens a requirement and, if it lies elsewhere, the guideline around it.
    pub fn open(&self, id: &str) {
        if !matches!(self.view.get_untracked(), View::Open | View::Filtered)
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
            View::Open | View::Filtered => untrack(|| self.listed()),
            View::Guideline(_) => {
                let all =
                    self.framework.with_value(|f| f.requirements.iter().map(|r| r.id.clone()).collect::<Vec<_>>());
                untrack(|| all.into_iter().filter(|id| self.is_asked(id)).collect())
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

/// The id of a requirement's card. Published ids have blanks and brackets, which an element's id must not have.
pub fn card_id(id: &str) -> String {
    format!("requirement-{}", plain(id))
}

/// An id without what an element's id must not have.
pub fn plain(id: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    id.chars().map(keep).collect()
}
