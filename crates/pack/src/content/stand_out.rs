//! What stands out: the facts that a reader should not have to look for, the most pressing first.

use super::{
    AssessmentFile, SystemFile,
    book::{Book, coverage, day},
    findings, gates,
    summary::relied_on,
};
use chrono::{Days, NaiveDate};
use conclave_domain::{
    answer::{Coverage, Result},
    call::record::Approval,
    fairness::Standing,
    t,
};

/// One sentence each; empty if nothing stands out.
pub(super) fn stand_out(book: &Book<'_>) -> Vec<String> {
    let mut found: Vec<(u8, String)> = Vec::new();
    for file in &book.dossier.systems {
        approval(book, file, &mut found);
        risks(book, file, &mut found);
        answers(book, file, &mut found);
        overrides(book, file, &mut found);
        actions(book, file, &mut found);
        reviews(file, &mut found);
        if !book.is_public() {
            vendors(book, file, &mut found);
        }
    }
    let refused = book.dossier.journal.iter().filter(|e| e.refused).count();
    if refused > 0 {
        found.push((8, t!("dossier.stand_out.refused", n = refused)));
    }
    // Stable: within an urgency the order of the systems stays.
    found.sort_by_key(|(urgency, _)| *urgency);
    found.into_iter().map(|(_, sentence)| sentence).collect()
}

fn approval(book: &Book<'_>, file: &SystemFile, found: &mut Vec<(u8, String)>) {
    let name = &file.head.reference;
    let state = file.approval.sentence(book.today());
    let running = matches!(file.system.stage.as_str(), "deployment" | "operation");
    match &file.approval {
        Approval::None if running => found.push((0, t!("dossier.stand_out.no_decision", name = name))),
        Approval::Expired { .. } | Approval::Stale { .. } if file.system.stage != "retired" => {
            found.push((0, t!("dossier.stand_out.approval", name = name, state = state)));
        }
        Approval::Refused { .. } | Approval::Deferred { .. } if running => {
            found.push((0, t!("dossier.stand_out.refused_runs", name = name, state = state)));
        }
        Approval::InForce { until: Some(until), .. } if is_soon(book, *until) => {
            found.push((4, t!("dossier.stand_out.ending", name = name, day = day(*until))));
        }
        _ => {}
    }
    let conditions = relied_on(file).map(|(_, d)| &*d.conditions).unwrap_or_default();
    let overdue = conditions.iter().filter(|c| c.is_open() && c.due_on.is_some_and(|d| d < book.today())).count();
    if overdue > 0 {
        let open = conditions.iter().filter(|c| c.is_open()).count();
        found.push((1, t!("dossier.stand_out.conditions", name = name, n = overdue, of = open)));
    }
}

fn is_soon(book: &Book<'_>, date: NaiveDate) -> bool {
    let limit = book.today().checked_add_days(Days::new(u64::from(book.charter().soon_days)));
    date >= book.today() && limit.is_some_and(|limit| date <= limit)
}

fn risks(book: &Book<'_>, file: &SystemFile, found: &mut Vec<(u8, String)>) {
    let name = &file.head.reference;
    let open = || file.risks.iter().map(|(_, r)| r).filter(|r| super::risks::is_open(r));
    let above = || open().filter(|r| r.above_tolerance(book.charter()));
    let bare = above().filter(|r| r.plan.trim().is_empty() && !r.acceptance_in_force(book.today())).count();
    let lapsed = open().filter(|r| r.status == "accepted" && !r.acceptance_in_force(book.today())).count();
    let unrated = open().filter(|r| !r.current().is_rated()).count();
    let late = open().filter(|r| r.review_on.is_some_and(|d| d < book.today())).count();
    let (all_above, all) = (above().count(), open().count());
    let mut say = |n: usize, urgency: u8, sentence: String| {
        if n > 0 {
            found.push((urgency, sentence));
        }
    };
    say(bare, 1, t!("dossier.stand_out.risks_bare", name = name, n = bare, of = all_above));
    say(lapsed, 1, t!("dossier.stand_out.acceptance_over", name = name, n = lapsed));
    say(unrated, 5, t!("dossier.stand_out.unrated", name = name, n = unrated, of = all));
    say(late, 5, t!("dossier.stand_out.risk_review", name = name, n = late, of = all));
}

fn answers(book: &Book<'_>, file: &SystemFile, found: &mut Vec<(u8, String)>) {
    let name = &file.head.reference;
    if file.assessments.is_empty() {
        found.push((6, t!("dossier.stand_out.no_assessment", name = name)));
    }
    for assessed in &file.assessments {
        baselines(file, assessed, found);
        let Some(framework) = book.framework(&assessed.assessment) else { continue };
        let c: Coverage = coverage(&assessed.answers, framework.asked(&assessed.answers));
        let title = &assessed.assessment.title;
        // What is not asked any more is not open either.
        let asked = |id: &str| framework.requirement(id).is_none_or(|r| framework.is_asked(r, &assessed.answers));
        let gaps = assessed.gaps.keys().filter(|id| asked(id)).count();
        let is_open = |r: Result| matches!(r, Result::NotMet | Result::Partly | Result::NotAssessed);
        let late = assessed
            .answers
            .values()
            .filter(|a| asked(&a.requirement) && is_open(a.result) && a.due_on.is_some_and(|d| d < book.today()))
            .count();
        let applicable = c.applicable();
        if late > 0 {
            found.push((2, t!("dossier.stand_out.answers_late", name = name, title = title, n = late)));
        }
        if gaps > 0 {
            found.push((3, t!("dossier.stand_out.gaps", name = name, title = title, n = gaps)));
        }
        if c.not_met > 0 {
            found
                .push((3, t!("dossier.stand_out.not_met", name = name, title = title, n = c.not_met, of = applicable)));
        }
        if c.not_assessed > 0 {
            found.push((
                6,
                t!("dossier.stand_out.not_assessed", name = name, title = title, n = c.not_assessed, of = applicable),
            ));
        }
    }
}

/// A baseline that was changed after it was frozen.
fn baselines(file: &SystemFile, assessed: &AssessmentFile, found: &mut Vec<(u8, String)>) {
    let (name, title) = (&file.head.reference, &assessed.assessment.title);
    let broken = assessed.baselines.iter().filter(|b| !b.sound).count();
    if broken > 0 {
        found.push((0, t!("dossier.baselines.stand_out", name = name, title = title, n = broken)));
    }
}

/// Gates that were overridden.
fn overrides(book: &Book<'_>, file: &SystemFile, found: &mut Vec<(u8, String)>) {
    let name = &file.head.reference;
    let pressing = gates::overridden(book, file).into_iter().filter_map(|s| s.urgency.map(|u| (u, s.sentence)));
    found.extend(pressing.map(|(u, sentence)| (u, t!("dossier.gates.stand_out", name = name, sentence = sentence))));
}

fn actions(book: &Book<'_>, file: &SystemFile, found: &mut Vec<(u8, String)>) {
    let name = &file.head.reference;
    let n = findings::counts(book, file.findings.iter().map(|(_, f)| f));
    if n.major > 0 {
        found.push((1, t!("dossier.findings.stand_major", name = name, n = n.major, of = n.total)));
    }
    if n.overdue > 0 {
        found.push((2, t!("dossier.findings.stand_overdue", name = name, n = n.overdue, of = n.open)));
    }
}

fn reviews(file: &SystemFile, found: &mut Vec<(u8, String)>) {
    let name = &file.head.reference;
    for (head, review) in &file.reviews {
        let metrics = review.fairness.as_ref().map(|m| &*m.metrics).unwrap_or_default();
        // Metrics without a band were not to be judged: that they could not be computed is no news.
        let judged = || metrics.iter().filter(|m| m.band.is_some());
        let count = |standing: Standing| judged().filter(|m| m.standing == standing).count();
        let outside = review.outside();
        let open = count(Standing::NotComputable) + count(Standing::Insufficient);
        let (reference, of) = (&head.reference, judged().count());
        if outside > 0 {
            found.push((2, t!("dossier.stand_out.outside", name = name, reference = reference, n = outside, of = of)));
        }
        if open > 0 {
            found.push((
                5,
                t!("dossier.stand_out.not_computable", name = name, reference = reference, n = open, of = of),
            ));
        }
        if review.status != "concluded" {
            found.push((5, t!("dossier.stand_out.review_open", name = name, reference = reference)));
        }
    }
}

fn vendors(book: &Book<'_>, file: &SystemFile, found: &mut Vec<(u8, String)>) {
    let name = &file.head.reference;
    let past = |date: Option<NaiveDate>| date.is_some_and(|d| d < book.today());
    for (head, vendor) in &file.vendors {
        let expired = vendor.certifications.iter().filter(|c| past(c.expires_on)).count();
        let title = &head.title;
        if past(vendor.contract_end) {
            found.push((4, t!("dossier.stand_out.contract", name = name, vendor = title)));
        }
        if past(vendor.review_on) {
            found.push((5, t!("dossier.stand_out.vendor_review", name = name, vendor = title)));
        }
        if expired > 0 {
            found.push((5, t!("dossier.stand_out.certification", name = name, vendor = title, n = expired)));
        }
    }
}
