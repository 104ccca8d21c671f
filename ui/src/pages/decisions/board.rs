//! What a decision's page shows above its fields: where it stands, who sat and voted, which conditions are open.

use super::conditions;
use crate::{
    call::send,
    pages::record::say,
    parts::{
        dom,
        status::{Tone, status},
    },
};
use conclave_domain::{
    call::record::{Detail, SaveRecord},
    charter::Charter,
    field::choice_label,
    noun::{Body, Decision, Noun, decision::Seat},
    t,
};
use leptos::{prelude::*, task::spawn_local};

/// Standing, seats and conditions.
pub fn board(detail: &Detail, charter: &Charter) -> AnyView {
    let Body::Decision(decision) = &detail.body else { return ().into_any() };
    view! {
        <div class="stack">
            {standing(decision)}
            {seats(decision, charter)}
            {conditions::conditions(detail, decision)}
        </div>
    }
    .into_any()
}

fn standing(decision: &Decision) -> AnyView {
    if !decision.is_decided() {
        return view! { <p class="note" data-test="decision-draft"><span aria-hidden="true">"○ "</span>{t!("decision_page.draft")}</p> }.into_any();
    }
    let on = decision.decided_on.map(dom::day).unwrap_or_default();
    let outcome = choice_label("outcome", &decision.outcome);
    let words = match decision.valid_until {
        Some(until) => t!("decision_page.decided_until", outcome = outcome, on = on, until = dom::day(until)),
        None => t!("decision_page.decided", outcome = outcome, on = on),
    };
    let hash = (!decision.reviewed_hash.is_empty()).then(|| {
        view! {
            <p class="muted hash">{t!("decision_page.bound")} " " <code>{decision.reviewed_hash.clone()}</code></p>
        }
    });
    let derogation = (!decision.derogation.is_empty()).then(|| view! {
        <p class="note part"><span aria-hidden="true">"◇ "</span>{t!("decision_page.derogation")} " " {decision.derogation.clone()}</p>
    });
    view! {
        <div class="card" data-test="decision-taken">
            <p class="statement">{words}</p>
            <p class="muted">{t!("decision_page.edition", n = decision.charter_edition)}</p>
            {hash}
        </div>
        {derogation}
    }
    .into_any()
}

fn seats(decision: &Decision, charter: &Charter) -> AnyView {
    let tally = decision.tally();
    let quorum = if charter.has_quorum(&tally) { Tone::Good } else { Tone::Bad };
    let quorum_words =
        t!("decision_page.quorum", present = tally.present, seats = charter.voting_seats, needed = charter.quorum());
    let votes = t!(
        "decision_page.tally",
        votes_for = tally.votes_for,
        against = tally.against,
        abstain = tally.abstain,
        recused = tally.recused
    );
    let lay = charter.lay_seat_required.then(|| {
        if tally.lay_present > 0 {
            status(Tone::Good, t!("decision_page.lay_present"))
        } else {
            status(Tone::Bad, t!("decision_page.lay_missing"))
        }
    });
    let lines = decision.seats.iter().map(seat).collect_view();
    let table = if decision.seats.is_empty() {
        view! { <div class="empty"><p>{t!("decision_page.no_seats")}</p></div> }.into_any()
    } else {
        view! {
            <div class="scroll-x"><table class="records static" data-test="decision-seats">
                <thead><tr><th scope="col">{t!("decision_page.seat")}</th><th scope="col">{t!("field.vote")}</th>
                    <th scope="col">{t!("field.lay")}</th><th scope="col">{t!("field.note")}</th></tr></thead>
                <tbody>{lines}</tbody>
            </table></div>
        }
        .into_any()
    };
    view! {
        <section class="card flush">
            <div class="table-title section-head"><h2>{t!("field.seats")}</h2><span>{status(quorum, quorum_words)} " " {lay}</span></div>
            {table}
            <p class="table-title muted" data-test="decision-tally">{votes}</p>
        </section>
    }
    .into_any()
}

fn seat(seat: &Seat) -> AnyView {
    let vote = match (seat.recused, seat.vote.as_str()) {
        (true, _) => status(Tone::None, t!("field.recused")),
        (_, "for") => status(Tone::Good, choice_label("vote", "for")),
        (_, "against") => status(Tone::Bad, choice_label("vote", "against")),
        (_, "abstain") => status(Tone::Open, choice_label("vote", "abstain")),
        (_, other) => status(Tone::None, choice_label("vote", other)),
    };
    let lay = if seat.lay { t!("choice.yes") } else { String::new() };
    view! { <tr><th scope="row">{seat.name.clone()}</th><td>{vote}</td><td>{lay}</td><td class="prose">{seat.note.clone()}</td></tr> }.into_any()
}

/// The action by which the board's decision becomes history.
pub fn decide(detail: &Detail, charter: &Charter) -> AnyView {
    let Body::Decision(decision) = &detail.body else { return ().into_any() };
    if decision.is_decided() {
        return ().into_any();
    }
    let today = dom::today();
    let mut taken = decision.clone();
    taken.status = "decided".into();
    taken.decided_on = taken.decided_on.or(Some(today));
    let gaps: Vec<String> = taken.gaps(charter).into_iter().map(|g| g.sentence).collect();
    let (id, revision) = (detail.head.id, detail.head.revision);
    let asked = move |_| {
        let about = if gaps.is_empty() { t!("decision_page.decide_about") } else { gaps.join(" ") };
        let taken = taken.clone();
        say::ask(t!("decision_page.decide_question"), about, t!("decision_page.decide"), move || {
            let body = Body::Decision(taken.clone());
            spawn_local(async move {
                match send(SaveRecord { id: Some(id), revision, body }).await {
                    Ok(saved) => say::note(t!("decision_page.recorded", name = saved.head.reference)),
                    Err(fault) => say::fault(&fault),
                }
            });
        });
    };
    view! { <button type="button" class="button" data-test="decision-decide" on:click=asked>{t!("decision_page.decide")}</button> }.into_any()
}
