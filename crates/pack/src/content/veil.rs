//! What the public does not see is taken out of the data before anything is written, so that no chapter can leak it.

use super::{AssessmentFile, Dossier, JournalEntry, SystemFile, VaultFacts, names::Names};
use conclave_domain::{
    answer::Answer,
    call::{
        assess::{Applicability, ApplicabilityLine},
        over_time::BaselineLine,
        record::Head,
    },
    charter::Charter,
    fairness::{Measured, MetricValue},
    field::{Field, FieldKind},
    framework::Framework,
    gate::{Gate, Need, Override},
    noun::{
        Assessment, Asset, Decision, Finding, Noun, Review, Risk, System, Vendor, decision::Condition, risk::Rating,
    },
    t,
};
use serde_json::{Map, Value};

/// The dossier without persons, contacts, notes, single findings and journal values.
pub(super) fn veiled(dossier: &Dossier) -> Dossier {
    let veil = Veil { names: Names::of(dossier), frameworks: &dossier.frameworks };
    Dossier {
        pack_id: dossier.pack_id.clone(),
        title: veil.text(&dossier.title),
        profile: dossier.profile,
        created: dossier.created,
        as_of: dossier.as_of,
        today: dossier.today,
        place: dossier.place.clone(),
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

struct Veil<'a> {
    names: Names,
    frameworks: &'a [Framework],
}

impl Veil<'_> {
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
            findings: file.findings.iter().map(|(h, f)| (self.untitled(h), finding(f))).collect(),
            gates: file.gates.iter().map(|g| self.gate(g)).collect(),
            evidence: Vec::new(),
            signatures: Vec::new(),
            source: Vec::new(),
        }
    }

    /// The system with its persons and notes emptied and names taken out of its texts.
    fn system(&self, system: &System) -> System {
        let Ok(Value::Object(mut map)) = serde_json::to_value(system) else { return System::default() };
        self.fields(System::FIELDS, &mut map);
        let veiled: System = serde_json::from_value(Value::Object(map)).unwrap_or_default();
        // Not among the fields of the form.
        let overrides = veiled.overrides.iter().map(|o| self.overridden(o)).collect();
        System { overrides, ..veiled }
    }

    /// Where the gate stands, without the records that hold it shut.
    fn gate(&self, gate: &Gate) -> Gate {
        let plain = |n: &Need| Need {
            sort: n.sort.clone(),
            sentence: self.text(&n.sentence),
            met: n.met,
            records: Vec::new(),
            requirements: Vec::new(),
        };
        Gate {
            to: gate.to.clone(),
            needs: gate.needs.iter().map(plain).collect(),
            overridden: gate.overridden.as_ref().map(|o| self.overridden(o)),
            passed: gate.passed,
        }
    }

    /// That a gate was overridden, not why nor by whom.
    fn overridden(&self, given: &Override) -> Override {
        Override {
            to: given.to.clone(),
            // Free words about people: no list of names is long enough for them.
            reason: t!("dossier.withheld"),
            by: t!("dossier.withheld"),
            given_on: given.given_on,
            expires_on: given.expires_on,
            open: given.open.iter().map(|s| self.text(s)).collect(),
        }
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
        let plain = |a: &Answer| Answer {
            requirement: a.requirement.clone(),
            result: a.result,
            value: if self.decides(a) { a.value.clone() } else { String::new() },
            ..Answer::default()
        };
        AssessmentFile {
            head: self.head(&file.head),
            assessment: Assessment {
                title: self.text(&told.title),
                subject: told.subject,
                framework: told.framework.clone(),
                edition: told.edition.clone(),
                as_of: told.as_of,
                status: told.status.clone(),
                ..Assessment::default()
            },
            answers: file.answers.iter().map(|(id, a)| (id.clone(), plain(a))).collect(),
            gaps: file.gaps.clone(),
            statement: file.statement.as_ref().map(|s| self.statement(s)),
            baselines: file.baselines.iter().map(|b| self.baseline(b)).collect(),
        }
    }

    /// Whether another question is asked because of this reply: without it, coverage would count other requirements.
    /// Such a reply is a word of the framework and never one of the answerer's own.
    fn decides(&self, answer: &Answer) -> bool {
        let conditions = self.frameworks.iter().flat_map(|f| &f.requirements).filter_map(|r| r.when.as_ref());
        conditions.into_iter().any(|w| w.requirement == answer.requirement && w.is.contains(&answer.value))
    }

    /// What applies; that a reason was given, and not which.
    fn statement(&self, told: &Applicability) -> Applicability {
        let given = |s: &str| if s.trim().is_empty() { String::new() } else { t!("dossier.withheld") };
        let plain = |l: &ApplicabilityLine| ApplicabilityLine {
            requirement: l.requirement.clone(),
            title: self.text(&l.title),
            group: self.text(&l.group),
            applies: l.applies,
            exclusion: given(&l.exclusion),
            ..ApplicabilityLine::default()
        };
        Applicability {
            head: self.head(&told.head),
            subject: told.subject.as_ref().map(|h| self.head(h)),
            framework: told.framework.clone(),
            edition: told.edition.clone(),
            lines: told.lines.iter().map(plain).collect(),
            applicable: told.applicable,
            excluded: told.excluded,
            without_reason: told.without_reason,
        }
    }

    fn baseline(&self, line: &BaselineLine) -> BaselineLine {
        BaselineLine { title: self.text(&line.title), by: String::new(), ..line.clone() }
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

/// What is needed to count a finding.
fn finding(finding: &Finding) -> Finding {
    Finding {
        subject: finding.subject,
        severity: finding.severity.clone(),
        status: finding.status.clone(),
        due_on: finding.due_on,
        closed_on: finding.closed_on,
        ..Finding::default()
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
