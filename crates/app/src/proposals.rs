//! Answer once: what other frameworks' answers of the same system propose here, through the crosswalk.
//!
//! A proposal follows the links that lead to a requirement. An equivalent link carries a result over; a partial one never
//! gives more than "partly", because the rest has not been judged. Related links propose nothing.

use crate::{
    frameworks,
    handle::{Changes, Reads},
};
use conclave_domain::{
    answer::{Answer, Origin, OriginPart, Result as Outcome},
    call::{
        assess::{DecideProposals, ListProposals, Proposal, Proposals},
        record::Done,
    },
    content,
    crosswalk::{Link, Strength},
    fault::Fault,
    framework::Framework,
    kind::Kind,
    noun::{Assessment, Body},
    t,
};
use conclave_vault::{
    Audited, How, Vault, Writer,
    crypto::{hex, sha256},
    store::{Reader, record::Stored},
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};
use uuid::Uuid;

/// Another assessment of the same system, the newest of its framework.
struct Source {
    id: Uuid,
    reference: String,
    framework: Cow<'static, Framework>,
    answers: BTreeMap<String, Answer>,
}

/// Everything that can propose answers to one assessment.
pub(crate) struct Sources {
    target: Cow<'static, Framework>,
    own: Uuid,
    all: Vec<Source>,
    /// Links to the target by requirement, each turned so that it leads to the target.
    links: HashMap<String, Vec<Link>>,
}

impl Sources {
    /// Reads the other assessments of the same system.
    pub(crate) async fn read(
        reader: &mut Reader<'_>,
        own: Uuid,
        assessment: &Assessment,
        target: Cow<'static, Framework>,
    ) -> Result<Self, Fault> {
        let links = links_to(&target.framework.id);
        let mut newest: BTreeMap<String, Stored> = BTreeMap::new();
        if let (Some(subject), false) = (assessment.subject, links.is_empty()) {
            for stored in reader.records(Kind::Assessment, Some(subject)).await? {
                if let Body::Assessment(other) = &stored.body
                    && stored.head.id != own
                    && other.framework != assessment.framework
                {
                    newest.insert(other.framework.clone(), stored);
                }
            }
        }
        let mut all = Vec::new();
        for stored in newest.into_values() {
            let Body::Assessment(other) = &stored.body else { continue };
            let framework = frameworks::of(reader, other).await?;
            let answers = reader.answers(stored.seq).await?;
            all.push(Source { id: stored.head.id, reference: stored.head.reference, framework, answers });
        }
        Ok(Self { target, own, all, links })
    }

    /// What is proposed for a requirement: the answer with its origin, how strong it is, and where it comes from.
    fn propose(&self, requirement: &str) -> Option<Proposal> {
        let about = self.target.requirement(requirement)?;
        let mut parts = Vec::new();
        for link in self.links.get(requirement).into_iter().flatten() {
            for source in self.all.iter().filter(|s| s.framework.framework.id == link.from_framework) {
                parts.extend(part(source, link));
            }
        }
        let strength = parts.iter().map(|p| p.strength).max()?;
        let result = joined(&parts)?;
        let answer = Answer {
            requirement: requirement.to_owned(),
            result,
            progress: if result == Outcome::Met { "done".into() } else { String::new() },
            reason: if result == Outcome::NotApplicable { reasons(&parts) } else { String::new() },
            comment: comment(&parts, strength),
            evidence: evidence(&parts),
            owner: parts.iter().map(|p| p.owner.as_str()).find(|o| !o.is_empty()).unwrap_or_default().to_owned(),
            origin: Some(Origin { digest: digest(&parts), from: parts.iter().map(|p| p.origin.clone()).collect() }),
            ..Answer::default()
        };
        let origins = parts.iter().map(Part::sentence).collect();
        Some(Proposal {
            requirement: requirement.to_owned(),
            title: about.title.clone(),
            answer,
            strength,
            origins,
            answered: false,
        })
    }

    /// Whether a derived answer rests on what has changed since.
    pub(crate) fn is_stale(&self, answer: &Answer) -> bool {
        let Some(origin) = &answer.origin else { return false };
        self.propose(&answer.requirement).and_then(|p| p.answer.origin).is_none_or(|now| now.digest != origin.digest)
    }

    fn list(&self, answers: &BTreeMap<String, Answer>, refused: &BTreeMap<String, String>) -> Proposals {
        let mut found = Proposals::default();
        for requirement in self.target.asked(answers) {
            let answer = answers.get(&requirement.id);
            let untouched = answer.is_none_or(|a| a.result == Outcome::NotAssessed);
            let derived = answer.and_then(|a| a.origin.as_ref());
            match self.propose(&requirement.id) {
                None if untouched => found.unreached.push(requirement.id.clone()),
                None => {}
                Some(proposal) => {
                    let digest = proposal.answer.origin.as_ref().map(|o| o.digest.clone()).unwrap_or_default();
                    let proposal = Proposal { answered: !untouched, ..proposal };
                    if refused.get(&requirement.id) == Some(&digest) {
                        found.refused.push(proposal);
                    } else if derived.is_some_and(|o| o.digest != digest) {
                        found.changed.push(proposal);
                    } else if untouched {
                        found.open.push(proposal);
                    }
                }
            }
        }
        found
    }
}

/// The links that lead to a framework, by requirement; equivalent ones lead both ways.
fn links_to(framework: &str) -> HashMap<String, Vec<Link>> {
    let mut found: HashMap<String, Vec<Link>> = HashMap::new();
    for link in content::links().iter().filter(|l| l.strength != Strength::Related) {
        if link.to_framework == framework {
            found.entry(link.to.clone()).or_default().push(link.clone());
        }
        let whole = content::framework(framework).is_some_and(|f| f.requirement(&link.from).is_some());
        if link.from_framework == framework && link.strength == Strength::Equivalent && whole {
            let turned = Link {
                from_framework: link.to_framework.clone(),
                from: link.to.clone(),
                to_framework: link.from_framework.clone(),
                to: link.from.clone(),
                ..link.clone()
            };
            found.entry(turned.to.clone()).or_default().push(turned);
        }
    }
    found
}

/// What one place of one assessment says.
struct Part {
    origin: OriginPart,
    framework: String,
    strength: Strength,
    result: Outcome,
    /// Requirement, result, revision: what the hash is over.
    facts: Vec<(String, Outcome, i64)>,
    owner: String,
    words: Vec<String>,
    evidence: Vec<String>,
    reasons: Vec<String>,
}

impl Part {
    fn sentence(&self) -> String {
        t!(
            "proposal.origin",
            framework = self.framework,
            place = self.origin.place,
            reference = self.origin.reference,
            result = self.result.label(),
            strength = self.strength.label()
        )
    }
}

/// What a source says at the place that a link names: all of it must be assessed.
fn part(source: &Source, link: &Link) -> Option<Part> {
    let asked: Vec<_> =
        source.framework.asked(&source.answers).filter(|r| r.id == link.from || r.group == link.from).collect();
    let mut part = Part {
        origin: OriginPart {
            assessment: source.id,
            reference: source.reference.clone(),
            framework: source.framework.framework.id.clone(),
            place: link.from.clone(),
            strength: link.strength.name().to_owned(),
        },
        framework: source.framework.framework.short_title.clone(),
        strength: link.strength,
        result: Outcome::NotAssessed,
        facts: Vec::new(),
        owner: String::new(),
        words: Vec::new(),
        evidence: Vec::new(),
        reasons: Vec::new(),
    };
    for requirement in asked {
        let answer = source.answers.get(&requirement.id).filter(|a| a.result != Outcome::NotAssessed)?;
        part.facts.push((requirement.id.clone(), answer.result, answer.revision));
        if part.owner.is_empty() {
            part.owner.clone_from(&answer.owner);
        }
        let note = |list: &mut Vec<String>, text: &str| {
            if !text.trim().is_empty() {
                list.push(format!("{}: {}", requirement.id, text.trim()));
            }
        };
        note(&mut part.words, &answer.comment);
        note(&mut part.evidence, &answer.evidence);
        note(&mut part.reasons, &answer.reason);
    }
    part.result = worst(part.facts.iter().map(|(_, r, _)| *r))?;
    Some(part)
}

/// What holds for all: one "not met" or "partly" among several makes the whole "partly".
fn worst(results: impl Iterator<Item = Outcome>) -> Option<Outcome> {
    let applicable: Vec<Outcome> = results.collect();
    if applicable.is_empty() {
        return None;
    }
    let all = |wanted: Outcome| applicable.iter().filter(|r| **r != Outcome::NotApplicable).all(|r| *r == wanted);
    Some(if applicable.iter().all(|r| *r == Outcome::NotApplicable) {
        Outcome::NotApplicable
    } else if all(Outcome::Met) {
        Outcome::Met
    } else if all(Outcome::NotMet) {
        Outcome::NotMet
    } else {
        Outcome::Partly
    })
}

/// What several parts give together. Only an equivalent part can say "met" or "not applicable" for the whole.
fn joined(parts: &[Part]) -> Option<Outcome> {
    let equivalent: Vec<Outcome> =
        parts.iter().filter(|p| p.strength == Strength::Equivalent).map(|p| p.result).collect();
    let all = worst(parts.iter().map(|p| p.result))?;
    if !equivalent.is_empty() {
        return worst(equivalent.into_iter());
    }
    match all {
        Outcome::NotApplicable => None,
        Outcome::Met => Some(Outcome::Partly),
        other => Some(other),
    }
}

/// A hash over what a proposal rests on: place, requirement, result and revision of every answer behind it.
fn digest(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(&format!("{} {} {}\n", part.origin.assessment, part.origin.place, part.origin.strength));
        for (requirement, result, revision) in &part.facts {
            text.push_str(&format!("{requirement}\t{}\t{revision}\n", result.name()));
        }
    }
    hex::encode(&sha256(&[text.as_bytes()]))
}

/// How much of other answers' words a proposal repeats.
const WORDS: usize = 6;

fn comment(parts: &[Part], strength: Strength) -> String {
    let mut lines: Vec<String> = parts.iter().map(Part::sentence).collect();
    if strength == Strength::Partial && parts.iter().all(|p| p.strength == Strength::Partial) {
        lines.push(t!("proposal.rest"));
    }
    let mut seen = Vec::new();
    for words in parts.iter().flat_map(|p| &p.words) {
        if !seen.contains(words) {
            seen.push(words.clone());
        }
    }
    let more = seen.len().saturating_sub(WORDS);
    seen.truncate(WORDS);
    lines.extend(seen);
    if more > 0 {
        lines.push(t!("proposal.more", count = more));
    }
    lines.join("\n")
}

fn unique(lists: impl Iterator<Item = String>) -> String {
    let mut seen: Vec<String> = Vec::new();
    for line in lists {
        if !seen.contains(&line) {
            seen.push(line);
        }
    }
    seen.truncate(WORDS);
    seen.join("\n")
}

fn evidence(parts: &[Part]) -> String {
    unique(parts.iter().flat_map(|p| p.evidence.clone()))
}

fn reasons(parts: &[Part]) -> String {
    unique(parts.iter().flat_map(|p| p.reasons.clone()))
}

impl Reads for ListProposals {
    async fn read(self, vault: &mut Vault) -> Result<Proposals, Fault> {
        let mut reader = vault.read().await?;
        let Stored { seq, head, body } = reader.record(self.assessment).await?;
        let Body::Assessment(assessment) = body else { return Err(Fault::not_found(&head.reference)) };
        let framework = frameworks::of(&mut reader, &assessment).await?;
        let answers = reader.answers(seq).await?;
        let refused = reader.refused_proposals(seq).await?;
        let sources = Sources::read(&mut reader, head.id, &assessment, framework).await?;
        Ok(sources.list(&answers, &refused))
    }
}

impl Changes for DecideProposals {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Done>, Fault> {
        let mut sheet = writer.sheet(self.assessment).await?;
        let sources =
            Sources::read(&mut writer.read(), self.assessment, &sheet.assessment, sheet.framework.clone()).await?;
        debug_assert_eq!(sources.own, self.assessment);
        let proposal = |requirement: &str| {
            let missing = || Fault::invalid_field("requirement", t!("proposal.gone", id = requirement));
            sources.propose(requirement).ok_or_else(missing)
        };
        for requirement in &self.accept {
            let now = sheet.answer(requirement)?;
            let proposed = proposal(requirement)?.answer;
            let kept = Answer {
                revision: now.revision,
                attached: now.attached,
                updated_at: now.updated_at,
                updated_by: now.updated_by,
                ..proposed
            };
            let kept = Answer {
                due_on: now.due_on,
                maturity: now.maturity,
                target: now.target,
                observation: now.observation,
                inclusion: now.inclusion,
                value: now.value,
                owner: if now.owner.is_empty() { kept.owner.clone() } else { now.owner },
                ..kept
            };
            sheet.put(writer, kept, How::Carry).await?;
        }
        for edited in self.edited {
            let now = sheet.answer(&edited.requirement)?;
            let origin = proposal(&edited.requirement)?.answer.origin;
            let text = |new: String, old: String| if new.trim().is_empty() { old } else { new };
            // What the person was not asked for stays as it was.
            let answer = Answer {
                revision: now.revision,
                attached: now.attached,
                origin,
                due_on: edited.due_on.or(now.due_on),
                maturity: edited.maturity.or(now.maturity),
                target: edited.target.or(now.target),
                observation: text(edited.observation.clone(), now.observation),
                inclusion: text(edited.inclusion.clone(), now.inclusion),
                value: text(edited.value.clone(), now.value),
                ..edited
            };
            sheet.put(writer, answer, How::Carry).await?;
        }
        for requirement in &self.refuse {
            let origin = proposal(requirement)?.answer.origin.unwrap_or_default();
            sheet.refuse(writer, requirement, &origin.digest).await?;
        }
        crate::records::changed(sheet.settle(writer).await?)
    }

    fn entered(reply: &mut Done, entry: u64) {
        reply.entry = entry;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(strength: Strength, result: Outcome) -> Part {
        Part {
            origin: OriginPart::default(),
            framework: String::new(),
            strength,
            result,
            facts: Vec::new(),
            owner: String::new(),
            words: Vec::new(),
            evidence: Vec::new(),
            reasons: Vec::new(),
        }
    }

    #[test]
    fn a_partial_link_never_proposes_more_than_partly() {
        let of = |parts: &[Part]| joined(parts);
        assert_eq!(of(&[part(Strength::Partial, Outcome::Met)]), Some(Outcome::Partly));
        assert_eq!(
            of(&[part(Strength::Partial, Outcome::NotApplicable)]),
            None,
            "one part may not apply, the whole may"
        );
        assert_eq!(of(&[part(Strength::Equivalent, Outcome::Met)]), Some(Outcome::Met));
        let both = [part(Strength::Partial, Outcome::NotMet), part(Strength::Equivalent, Outcome::Met)];
        assert_eq!(of(&both), Some(Outcome::Met), "what asks the same decides");
    }

    #[test]
    fn one_that_is_not_met_makes_the_whole_partly() {
        assert_eq!(worst([Outcome::Met, Outcome::NotMet].into_iter()), Some(Outcome::Partly));
        assert_eq!(worst([Outcome::Met, Outcome::NotApplicable].into_iter()), Some(Outcome::Met));
        assert_eq!(worst([Outcome::NotMet, Outcome::NotMet].into_iter()), Some(Outcome::NotMet));
        assert_eq!(worst(std::iter::empty()), None);
    }
}
