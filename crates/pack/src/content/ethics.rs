//! An ethics review: the score's parts apart from one another, and every reply by area.

use super::{
    book::{Book, maybe_day},
    part::Part,
    sheet::saved,
    table::{cell, column, field_label, lines, marked, number, strong, table},
};
use crate::tree::{Cell, Mark};
use conclave_domain::{
    call::record::Head,
    field::choice_label,
    noun::{Noun, Review},
    questionnaire::{Question, Reply, Score},
    t,
};

pub(super) fn part(book: &Book<'_>, head: &Head, review: &Review, level: u8) -> Part {
    let mut part = Part::new(t!("dossier.reviews.title", title = review.title), level);
    facts(book, &mut part, head, review);
    if review.review_type == "ethics" || !review.replies.is_empty() {
        score(&mut part, &book.dossier.questionnaire.score(&review.replies));
        part.note(book.dossier.questionnaire.questionnaire.scoring.clone());
        replies(book, &mut part, review);
    }
    part
}

/// What every review has: what was reviewed, by whom, when, and with which conclusion.
pub(super) fn facts(book: &Book<'_>, part: &mut Part, head: &Head, review: &Review) {
    let choice = |group: &str, value: &str| if value.is_empty() { String::new() } else { choice_label(group, value) };
    let status = if review.status.is_empty() { "draft" } else { &review.status };
    if status != "concluded" {
        part.callout(Mark::Open, t!("dossier.reviews.not_concluded"));
    }
    part.fields(vec![
        (t!("dossier.reference"), head.reference.clone()),
        (field_label("review_type"), choice("review_type", &review.review_type)),
        (field_label("version"), review.version.clone()),
        (field_label("reviewer"), review.reviewer.clone()),
        (field_label("status"), choice("review_status", status)),
        (field_label("reviewed_on"), maybe_day(review.reviewed_on)),
        (field_label("recommendation"), choice("recommendation", &review.recommendation)),
        (field_label("conclusion"), review.conclusion.clone()),
        (field_label("concluded_by"), review.concluded_by.clone()),
        (field_label("notes"), review.notes.clone()),
        (t!("dossier.sheet.saved"), saved(head)),
    ]);
    part.list(review.gaps(book.charter()).into_iter().map(|g| g.sentence).collect());
}

fn score(part: &mut Part, score: &Score) {
    part.head(t!("dossier.reviews.score"));
    let columns = vec![
        column(t!("dossier.reviews.measure"), 2.2),
        number(t!("dossier.reviews.points"), 0.9),
        number(t!("dossier.reviews.most"), 0.9),
        column(t!("dossier.reviews.reading"), 4.4),
    ];
    let discounted = score.mitigation_max > 0 && score.mitigation * 100 >= score.mitigation_max * 80;
    let discount = if discounted { t!("dossier.reviews.discounted") } else { t!("dossier.reviews.undiscounted") };
    let mut found = table(t!("dossier.reviews.score_caption"), columns);
    let mut row = |name: String, n: u32, most: u32, reading: String| {
        found.row(vec![strong(name), cell(n.to_string()), cell(most.to_string()), cell(reading)]);
    };
    row(t!("dossier.reviews.impact"), score.impact, score.impact_max, t!("dossier.reviews.impact_about"));
    row(
        t!("dossier.reviews.mitigation"),
        score.mitigation,
        score.mitigation_max,
        t!("dossier.reviews.mitigation_about"),
    );
    row(t!("dossier.reviews.current"), score.current, score.impact_max, discount);
    row(t!("dossier.reviews.level"), u32::from(score.level), 4, t!("dossier.reviews.level_about"));
    row(t!("dossier.reviews.answered"), score.answered, score.required, t!("dossier.reviews.answered_about"));
    part.table(found);
    if score.answered < score.required {
        part.callout(Mark::Open, t!("dossier.reviews.score_open", open = score.required - score.answered));
    }
}

fn replies(book: &Book<'_>, part: &mut Part, review: &Review) {
    let questionnaire = &book.dossier.questionnaire;
    part.head(t!("dossier.reviews.replies"));
    part.note(t!(
        "dossier.reviews.questionnaire",
        title = questionnaire.questionnaire.title,
        edition = questionnaire.questionnaire.edition
    ));
    let columns = vec![
        column(t!("dossier.assessment.id"), 0.8),
        column(field_label("question"), 4.2),
        column(t!("dossier.reviews.reply"), 4.2),
    ];
    let mut found = table(t!("dossier.reviews.replies_caption"), columns);
    for area in &questionnaire.areas {
        let mut questions = questionnaire.of(&area.id).peekable();
        if questions.peek().is_some() {
            found.group(format!("{} {}", area.id, area.title));
        }
        for question in questions {
            let reply = reply(question, review.replies.get(&question.id));
            found.row(vec![cell(&*question.id), cell(&*question.question), reply]);
        }
    }
    let listed = |id: &str| {
        questionnaire.questions.iter().any(|q| q.id == id && questionnaire.areas.iter().any(|a| a.id == q.area))
    };
    let mut others = review.replies.iter().filter(|(id, _)| !listed(id)).peekable();
    if others.peek().is_some() {
        found.group(t!("dossier.reviews.other_replies"));
    }
    for (id, reply) in others {
        found.row(vec![cell(&**id), Cell::default(), cell(lines([reply.choice.clone(), reply.text.clone()]))]);
    }
    part.table(found);
}

fn reply(question: &Question, reply: Option<&Reply>) -> Cell {
    let Some(reply) = reply else { return unanswered(question) };
    let chosen = question.choices.iter().find(|c| c.value == reply.choice);
    let said = lines([chosen.map_or_else(|| reply.choice.clone(), |c| c.label.clone()), reply.text.clone()]);
    if said.is_empty() { unanswered(question) } else { cell(said) }
}

fn unanswered(question: &Question) -> Cell {
    if question.required {
        marked(Mark::Open, t!("dossier.reviews.unanswered"))
    } else {
        marked(Mark::None, t!("dossier.reviews.unanswered_optional"))
    }
}
