//! What the public does not see is taken out of the data before anything is written, so that no chapter can leak it.

use super::{AssessmentFile, Dossier, JournalEntry, SystemFile, VaultFacts, names::Names};
use conclave_domain::{
    answer::Answer,
    call::record::Head,
    charter::Charter,
    fairness::{Measured, MetricValue},
    field::{Field, FieldKind},
    noun::{Assessment, Asset, Decision, Noun, Review, Risk, System, Vendor, decision::Condition, risk::Rating},
    t,
};
use serde_json::{Map, Value};

/// The dossier without persons, contacts, notes, single findings and journal values.
pub(super) fn veiled(dossier: &Dossier) -> Dossier {
    let veil = Veil { names: Names::of(dossier) };
    Dossier {
        pack_id: dossier.pack_id.clone(),
        title: veil.text(&dossier.title),
        profile: dossier.profile,
        created: dossier.created,
        as_of: dossier.as_of,
        today: dossier.today,
        made_by: String::new(),
        program_version: dossier.program_version.clone(),
        vault: VaultFacts { name: veil.text(&dossier.vault.name), ..dossier.vault.clone() },
        charter: Charter { organisation: veil.text(&dossier.charter.organisation), ..dossier.charter.clone() },
        frameworks: dossier.frameworks.clone(),
        questionnaire: dossier.questionnaire.clone(),
        systems: dossier.systems.iter().map(|f| veil.file(f)).collect(),
        portfolio: dossier.portfolio.iter().map(|(h, _, a)| (veil.head(h), System::default(), a.clone())).collect(),
        journal: dossier.journal.iter().map(entry).collect(),
        journal_total: dossier.journal_total,
    }
}

struct Veil {
    names: Names,
}

impl Veil {
    fn text(&self, text: &str) -> String {
        self.names.scrub(text)
    }

    fn head(&self, head: &Head) -> Head {
        Head { title: self.text(&head.title), updated_by: String::new(), ..head.clone() }
    }

    /// A head whose title says what was found.
    fn untitled(&self, head: &Head) -> Head {
        Head { title: String::new(), ..self.head(head) }
    }

    fn file(&self, file: &SystemFile) -> SystemFile {
        let plain_vendor = |v: &Vendor| Vendor { name: self.text(&v.name), ..Vendor::default() };
        let plain_asset = |a: &Asset| Asset {
            name: self.text(&a.name),
            version: self.text(&a.version),
            asset_type: a.asset_type.clone(),
            ..Asset::default()
        };
        SystemFile {
            head: self.head(&file.head),
            system: self.system(&file.system),
            approval: file.approval.clone(),
            gaps: Vec::new(),
            vendors: file.vendors.iter().map(|(h, v)| (self.head(h), plain_vendor(v))).collect(),
            assets: file.assets.iter().map(|(h, a)| (self.head(h), plain_asset(a))).collect(),
            assessments: file.assessments.iter().map(|a| self.assessment(a)).collect(),
            risks: file.risks.iter().map(|(h, r)| (self.untitled(h), risk(r))).collect(),
            reviews: file.reviews.iter().map(|(h, r)| (self.untitled(h), review(r))).collect(),
            decisions: file
                .decisions
                .iter()
                .filter(|(_, d)| d.is_decided())
                .map(|(h, d)| (self.head(h), self.decision(d)))
                .collect(),
            evidence: Vec::new(),
            signatures: Vec::new(),
            source: Vec::new(),
        }
    }

    /// The system with its persons and notes emptied and names taken out of its texts.
    fn system(&self, system: &System) -> System {
        let Ok(Value::Object(mut map)) = serde_json::to_value(system) else { return System::default() };
        self.fields(System::FIELDS, &mut map);
        serde_json::from_value(Value::Object(map)).unwrap_or_default()
    }

    fn fields(&self, fields: &[Field], map: &mut Map<String, Value>) {
        for field in fields {
            let Some(value) = map.get_mut(field.key) else { continue };
            match field.kind {
                FieldKind::Person => *value = Value::String(String::new()),
                _ if matches!(field.key, "notes" | "contact") => *value = Value::String(String::new()),
                FieldKind::Rows(inner) => {
                    let rows = value.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
                    rows.for_each(|row| self.fields(inner, row));
                }
                FieldKind::Text | FieldKind::Long | FieldKind::List => self.value(value),
                _ => {}
            }
        }
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|v| self.value(v)),
            _ => {}
        }
    }

    /// Results are counted; what was said about them stays inside.
    fn assessment(&self, file: &AssessmentFile) -> AssessmentFile {
        let told = &file.assessment;
        let plain = |a: &Answer| Answer { requirement: a.requirement.clone(), result: a.result, ..Answer::default() };
        AssessmentFile {
            head: self.head(&file.head),
            assessment: Assessment {
                title: self.text(&told.title),
                subject: told.subject,
                framework: told.framework.clone(),
                as_of: told.as_of,
                status: told.status.clone(),
                ..Assessment::default()
            },
            answers: file.answers.iter().map(|(id, a)| (id.clone(), plain(a))).collect(),
            gaps: file.gaps.clone(),
        }
    }

    fn decision(&self, decision: &Decision) -> Decision {
        let condition =
            |c: &Condition| Condition { due_on: c.due_on, status: c.status.clone(), ..Condition::default() };
        Decision {
            title: self.text(&decision.title),
            subject: decision.subject,
            version: self.text(&decision.version),
            status: decision.status.clone(),
            route: decision.route.clone(),
            outcome: decision.outcome.clone(),
            conditions: decision.conditions.iter().map(condition).collect(),
            decided_on: decision.decided_on,
            valid_until: decision.valid_until,
            derogation: self.text(&decision.derogation),
            reviewed_hash: decision.reviewed_hash.clone(),
            charter_edition: decision.charter_edition,
            ..Decision::default()
        }
    }
}

/// What is needed to count a risk.
fn risk(risk: &Risk) -> Risk {
    let rating = |r: &Rating| Rating { likelihood: r.likelihood, impact: r.impact, rationale: String::new() };
    let planned = !risk.plan.trim().is_empty();
    Risk {
        subject: risk.subject,
        category: risk.category.clone(),
        status: risk.status.clone(),
        inherent: rating(&risk.inherent),
        residual: rating(&risk.residual),
        target: rating(&risk.target),
        plan: if planned { t!("dossier.withheld") } else { String::new() },
        acceptance_until: risk.acceptance_until,
        review_on: risk.review_on,
        ..Risk::default()
    }
}

/// What is needed to count a review and its metrics.
fn review(review: &Review) -> Review {
    let plain = |v: &MetricValue| MetricValue {
        metric: v.metric.clone(),
        standing: v.standing,
        band: v.band,
        ..MetricValue::default()
    };
    let measured = |m: &Measured| Measured { metrics: m.metrics.iter().map(plain).collect(), ..Measured::default() };
    Review {
        subject: review.subject,
        review_type: review.review_type.clone(),
        status: review.status.clone(),
        reviewed_on: review.reviewed_on,
        fairness: review.fairness.as_ref().map(measured),
        ..Review::default()
    }
}

/// That something happened, without who, about what, and the values.
fn entry(entry: &JournalEntry) -> JournalEntry {
    JournalEntry {
        seq: entry.seq,
        at: entry.at,
        call: entry.call.clone(),
        hash: entry.hash.clone(),
        refused: entry.refused,
        ..JournalEntry::default()
    }
}
