//! An assessment: coverage, every answer (the auditor) or the open ones (the board), what does not apply and why, what is
//! open, and where the evidence lies.

use super::{
    AssessmentFile, applicability, baselines,
    book::{Book, coverage, day, maybe_day, met_share, result_mark, result_of},
    part::Part,
    sheet::saved,
    table::{cell, column, dotted, field, field_label, labelled, lines, marked, number, strong, table},
};
use crate::tree::{Cell, Mark, Table};
use conclave_domain::{
    answer::{Answer, Coverage, OriginPart, PROGRESS, Result},
    field::choice_label,
    figures::stage_coverage,
    framework::{Framework, Group, Requirement},
    t,
};
use std::collections::BTreeMap;

pub(super) fn part(book: &Book<'_>, file: &AssessmentFile, level: u8) -> Part {
    let told = &file.assessment;
    let mut part = Part::new(t!("dossier.assessment.title", title = told.title), level);
    let status = if told.status.is_empty() { "in_progress" } else { &told.status };
    let mut pairs = vec![
        (t!("dossier.reference"), file.head.reference.clone()),
        (field_label("framework"), book.framework_name(told)),
        (field_label("as_of"), maybe_day(told.as_of)),
        (field_label("status"), choice_label("assessment_status", status)),
        (field_label("due_on"), maybe_day(told.due_on)),
        (field_label("owner"), told.owner.clone()),
        (field_label("notes"), told.notes.clone()),
    ];
    pairs.push((t!("dossier.sheet.saved"), saved(&file.head)));
    part.fields(pairs);
    match book.framework(told) {
        Some(framework) => answered_framework(book, &mut part, file, framework),
        None => {
            part.callout(Mark::Warn, t!("dossier.assessment.no_framework", id = book.framework_name(told)));
            strays(&mut part, book, file, &[]);
        }
    }
    baselines::section(book, &mut part, file);
    part
}

/// Everything for which the framework is needed; the statement of applicability follows the answers.
fn answered_framework(book: &Book<'_>, part: &mut Part, file: &AssessmentFile, framework: &Framework) {
    cover(part, file, framework);
    if !book.is_public() {
        open(book, part, file, framework);
        if book.is_auditor() {
            excluded(part, file, framework);
        }
        answers(book, part, file, framework);
        unasked(book, part, file, framework);
        strays(part, book, file, &framework.requirements);
    }
    if let Some(statement) = &file.statement {
        applicability::section(book, part, statement);
        // The auditor has read them below the answers.
        if !book.is_auditor() {
            part.note(doubts(framework.asked(&file.answers)));
        }
    }
    if book.is_auditor() {
        evidence(part, file);
    }
}

/// The figure, and the numbers that it draws.
fn cover(part: &mut Part, file: &AssessmentFile, framework: &Framework) {
    part.head(t!("dossier.assessment.coverage"));
    let of_stage = |stage: &Group| {
        let inside = framework.guidelines(&stage.id).flat_map(|g| framework.of(&g.id)).chain(framework.of(&stage.id));
        let inside = inside.filter(|r| framework.is_asked(r, &file.answers));
        (format!("{} {}", stage.id, stage.title), coverage(&file.answers, inside))
    };
    let stages: Vec<(String, Coverage)> = framework.stages().map(of_stage).collect();
    part.figure(stage_coverage(&stages));
    let mut numbers =
        table(t!("dossier.assessment.coverage_caption"), coverage_columns(column(t!("dossier.assessment.stage"), 3.0)));
    for (name, counts) in &stages {
        numbers.row(coverage_row(strong(&**name), counts));
    }
    let all = coverage(&file.answers, framework.asked(&file.answers));
    numbers.row(coverage_row(strong(t!("dossier.assessment.all")), &all));
    part.table(numbers);
    part.note(t!("dossier.assessment.coverage_note"));
}

/// The columns of a table of counts, with the given first one.
pub(super) fn coverage_columns(first: crate::tree::Column) -> Vec<crate::tree::Column> {
    vec![
        first,
        number(t!("dossier.assessment.requirements"), 1.1),
        number(Result::NotApplicable.label(), 1.1),
        number(Result::Met.label(), 0.8),
        number(Result::Partly.label(), 0.9),
        number(Result::NotMet.label(), 0.9),
        number(Result::NotAssessed.label(), 1.1),
        number(t!("dossier.assessment.met_of_applicable"), 1.7),
    ]
}

/// The counts of a row.
pub(super) fn coverage_row(first: Cell, c: &Coverage) -> Vec<Cell> {
    let n = |n: u32| cell(n.to_string());
    let counts = [c.total(), c.not_applicable, c.met, c.partly, c.not_met, c.not_assessed];
    let mut row = vec![first];
    row.extend(counts.map(n));
    row.push(cell(met_share(c)));
    row
}

/// What is still to do: gaps, and what is not or only partly met; what nobody has assessed is named below.
fn open(book: &Book<'_>, part: &mut Part, file: &AssessmentFile, framework: &Framework) {
    part.head(t!("dossier.assessment.open"));
    let columns = vec![
        column(t!("dossier.assessment.id"), 0.8),
        column(t!("dossier.assessment.requirement"), 3.4),
        field("result", 1.3),
        field("owner", 1.5),
        field("due_on", 2.1),
        column(t!("dossier.assessment.missing"), 2.4),
    ];
    let mut found = table(t!("dossier.assessment.open_caption"), columns);
    let mut unassessed = Vec::new();
    for requirement in framework.asked(&file.answers) {
        let result = result_of(&file.answers, requirement);
        let answer = file.answers.get(&requirement.id);
        let gap = file.gaps.get(&requirement.id);
        let due = answer.and_then(|a| a.due_on);
        if result == Result::NotAssessed && gap.is_none() && due.is_none() {
            unassessed.push(requirement.id.clone());
        } else if gap.is_some() || !matches!(result, Result::Met | Result::NotApplicable) {
            found.row(vec![
                cell(&*requirement.id),
                cell(name(requirement)),
                marked(result_mark(result), result.label()),
                cell(answer.map(|a| a.owner.clone()).unwrap_or_default()),
                book.due(due, true),
                cell(gap.map(|g| g.sentence.clone()).unwrap_or_default()),
            ]);
        }
    }
    let nothing = found.rows.is_empty() && unassessed.is_empty();
    part.table(found);
    if !unassessed.is_empty() {
        part.say(t!("dossier.assessment.unassessed", n = unassessed.len(), ids = unassessed.join(", ")));
    }
    if nothing {
        part.callout(Mark::Good, t!("dossier.assessment.nothing_open"));
    }
}

/// What does not apply, with the reason that must be given for it.
fn excluded(part: &mut Part, file: &AssessmentFile, framework: &Framework) {
    let columns = vec![
        column(t!("dossier.assessment.id"), 0.8),
        column(t!("dossier.assessment.requirement"), 3.2),
        column(t!("dossier.assessment.exclusion"), 4.6),
        field("owner", 1.5),
    ];
    let mut found = table(t!("dossier.assessment.excluded_caption"), columns);
    for requirement in framework.asked(&file.answers) {
        let Some(answer) = file.answers.get(&requirement.id).filter(|a| a.result == Result::NotApplicable) else {
            continue;
        };
        let reason = if answer.reason.trim().is_empty() {
            marked(Mark::Bad, t!("dossier.assessment.no_reason"))
        } else {
            cell(&*answer.reason)
        };
        found.row(vec![cell(&*requirement.id), cell(name(requirement)), reason, cell(&*answer.owner)]);
    }
    if !found.rows.is_empty() {
        part.head(t!("dossier.assessment.excluded"));
        part.table(found);
    }
}

/// The answers by guideline. The board's edition leaves out what is met or not applicable and lacks nothing.
fn answers(book: &Book<'_>, part: &mut Part, file: &AssessmentFile, framework: &Framework) {
    let shown = |r: &&Requirement| {
        let settled = matches!(result_of(&file.answers, r), Result::Met | Result::NotApplicable);
        let silent =
            file.answers.get(&r.id).is_none_or(|a| said(book, Some(r), a).is_empty() && a.evidence.trim().is_empty());
        let untouched = result_of(&file.answers, r) == Result::NotAssessed && silent;
        let open = book.is_auditor() || file.gaps.contains_key(&r.id) || !(settled || untouched);
        open && framework.is_asked(r, &file.answers)
    };
    let title =
        if book.is_auditor() { t!("dossier.assessment.answers") } else { t!("dossier.assessment.open_answers") };
    let mut begun = false;
    for stage in framework.stages() {
        let groups: Vec<&Group> = std::iter::once(stage).chain(framework.guidelines(&stage.id)).collect();
        let mut rows = answer_table(t!("dossier.assessment.answers_caption", stage = stage.title));
        let mut listed: Vec<&Requirement> = Vec::new();
        for group in groups {
            let of_group: Vec<&Requirement> = framework.of(&group.id).filter(shown).collect();
            if !of_group.is_empty() {
                rows.group(format!("{} {}", group.id, group.title));
            }
            of_group.iter().for_each(|r| rows.row(answer_row(book, file, r)));
            listed.extend(of_group);
        }
        if rows.rows.is_empty() {
            continue;
        }
        if !std::mem::replace(&mut begun, true) {
            part.head(&*title);
        }
        part.sub(format!("{} {}", stage.id, stage.title));
        part.table(rows);
        if book.is_auditor() || file.statement.is_none() {
            part.note(doubts(listed.into_iter()));
        }
    }
}

/// Requirements whose wording is not certain, those with the same doubt in one line; "" where there are none.
fn doubts<'r>(requirements: impl Iterator<Item = &'r Requirement>) -> String {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for requirement in requirements.filter(|r| !r.doubt.trim().is_empty()) {
        match found.iter_mut().find(|(doubt, _)| *doubt == requirement.doubt) {
            Some((_, ids)) => ids.push(&requirement.id),
            None => found.push((&requirement.doubt, vec![&requirement.id])),
        }
    }
    if found.is_empty() {
        return String::new();
    }
    let line = |(doubt, ids): (&str, Vec<&str>)| t!("dossier.reply.doubt", ids = ids.join(", "), doubt = doubt);
    lines(std::iter::once(t!("dossier.reply.doubts")).chain(found.into_iter().map(line)))
}

/// Answers to questions whose condition does not hold any more: they are kept, and count nowhere.
fn unasked(book: &Book<'_>, part: &mut Part, file: &AssessmentFile, framework: &Framework) {
    let kept = |r: &&Requirement| file.answers.contains_key(&r.id) && !framework.is_asked(r, &file.answers);
    let of_them: Vec<&Requirement> = framework.requirements.iter().filter(kept).collect();
    if of_them.is_empty() {
        return;
    }
    part.head(t!("dossier.reply.unasked"));
    if book.is_auditor() {
        let mut rows = answer_table(t!("dossier.reply.unasked_caption"));
        of_them.into_iter().for_each(|r| rows.row(answer_row(book, file, r)));
        part.table(rows);
    } else {
        let ids = of_them.iter().map(|r| r.id.as_str()).collect::<Vec<_>>().join(", ");
        part.say(t!("dossier.reply.unasked_ids", ids = ids));
    }
}

fn answer_table(caption: String) -> Table {
    let columns = vec![
        column(t!("dossier.assessment.id"), 0.7),
        column(t!("dossier.assessment.requirement_answer"), 5.6),
        field("result", 1.4),
        field("evidence", 2.2),
    ];
    table(caption, columns)
}

fn answer_row(book: &Book<'_>, file: &AssessmentFile, requirement: &Requirement) -> Vec<Cell> {
    let result = result_of(&file.answers, requirement);
    let answer = file.answers.get(&requirement.id);
    let asked = if requirement.question.trim().is_empty() { &requirement.title } else { &requirement.question };
    let gap = file.gaps.get(&requirement.id).map(|g| t!("dossier.assessment.gap", sentence = g.sentence));
    let told = answer.map(|a| said(book, Some(requirement), a)).unwrap_or_default();
    let text = lines([asked.clone(), told, gap.unwrap_or_default()]);
    let evidence = answer.map(|a| a.evidence.clone()).unwrap_or_default();
    vec![cell(&*requirement.id), cell(text), marked(result_mark(result), result.label()), cell(evidence)]
}

/// All that an answer says besides its result and evidence. The assessor's words stand apart from the owner's.
fn said(book: &Book<'_>, requirement: Option<&Requirement>, answer: &Answer) -> String {
    let maturity = match (answer.maturity, answer.target) {
        (None, None) => String::new(),
        (now, aim) => {
            let shown = |v: Option<u8>| v.map_or_else(|| t!("dossier.not_rated"), |v| v.to_string());
            t!("dossier.assessment.maturity", now = shown(now), target = shown(aim))
        }
    };
    let progress = if answer.progress.is_empty() { String::new() } else { PROGRESS.label(&answer.progress) };
    let due = answer.due_on.map(day).unwrap_or_default();
    let facts = [
        labelled(&field_label("owner"), &answer.owner),
        labelled(&field_label("due_on"), &due),
        labelled(&field_label("progress"), &progress),
        maturity,
        answered(book, answer),
    ];
    lines([
        labelled(&field_label("value"), &reply(requirement, answer)),
        labelled(&field_label("comment"), &answer.comment),
        labelled(&t!("dossier.reply.assessor"), &answer.observation),
        labelled(&field_label("reason"), &answer.reason),
        origin(book, answer),
        dotted(facts),
    ])
}

/// The reply to a typed question as people read it.
fn reply(requirement: Option<&Requirement>, answer: &Answer) -> String {
    match requirement.and_then(|r| r.asks.as_ref()) {
        Some(asks) if !answer.value.trim().is_empty() => asks.shown(&answer.value),
        _ => answer.value.clone(),
    }
}

/// Where a derived answer comes from, in one line.
fn origin(book: &Book<'_>, answer: &Answer) -> String {
    let Some(origin) = answer.origin.as_ref().filter(|o| !o.from.is_empty()) else { return String::new() };
    let part = |p: &OriginPart| {
        let strength = choice_label("strength", &p.strength).to_lowercase();
        let framework = book.short_title(&p.framework);
        t!(
            "dossier.reply.origin_part",
            framework = framework,
            place = p.place,
            reference = p.reference,
            strength = strength
        )
    };
    t!("dossier.reply.origin", parts = origin.from.iter().map(part).collect::<Vec<_>>().join("; "))
}

/// When and by whom it was answered.
fn answered(book: &Book, answer: &Answer) -> String {
    // A template or an owner may have touched a line that nobody answered yet.
    if answer.result == conclave_domain::answer::Result::NotAssessed && answer.comment.trim().is_empty() {
        return String::new();
    }
    match answer.updated_at {
        Some(at) if answer.updated_by.is_empty() => t!("dossier.assessment.saved", at = day(book.day_of(at))),
        Some(at) => t!("dossier.assessment.saved_by", at = day(book.day_of(at)), by = answer.updated_by),
        None => String::new(),
    }
}

/// Each piece of evidence with the requirements that it supports.
fn evidence(part: &mut Part, file: &AssessmentFile) {
    let mut index: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, answer) in &file.answers {
        let named = answer.evidence.trim();
        if !named.is_empty() {
            index.entry(named).or_default().push(id);
        }
    }
    if index.is_empty() {
        return;
    }
    part.head(t!("dossier.assessment.evidence"));
    let columns = vec![field("evidence", 4.0), column(t!("dossier.assessment.supports"), 2.0)];
    let mut found = table(t!("dossier.assessment.evidence_caption"), columns);
    for (named, ids) in index {
        found.row(vec![cell(named), cell(ids.join(", "))]);
    }
    part.table(found);
}

/// Answers to requirements that the framework does not have: nothing that was said is dropped.
fn strays(part: &mut Part, book: &Book<'_>, file: &AssessmentFile, known: &[Requirement]) {
    let mut rows = answer_table(t!("dossier.assessment.strays_caption"));
    let unknown = file.answers.iter().filter(|(id, _)| !known.iter().any(|r| r.id == **id));
    for (id, answer) in
        unknown.filter(|(_, a)| book.is_auditor() || !matches!(a.result, Result::Met | Result::NotApplicable))
    {
        rows.row(vec![
            cell(&**id),
            cell(said(book, None, answer)),
            marked(result_mark(answer.result), answer.result.label()),
            cell(&*answer.evidence),
        ]);
    }
    if !book.is_public() && !rows.rows.is_empty() {
        part.head(t!("dossier.assessment.strays"));
        part.table(rows);
    }
}

fn name(requirement: &Requirement) -> &str {
    if requirement.title.trim().is_empty() { &requirement.question } else { &requirement.title }
}
