//! The charter's form. Bounds and defaults are the domain's; what they refuse shows at the field.

use crate::{
    call::{send, use_reply},
    parts::{
        loading::{failed, loading},
        toast,
    },
};
use conclave_domain::{
    call::journal::{GetCharter, SaveCharter},
    charter::Charter,
    fault::Fault,
    scale::{Level, Method},
    t, text,
};
use leptos::{prelude::*, task::spawn_local};

/// The card.
pub fn charter() -> AnyView {
    let asked = use_reply(move || Some(GetCharter {}));
    // What is being edited stays while something else of the vault changes.
    let reply = Memo::new(move |_| asked.get());
    let body = move || {
        reply.with(|r| match r {
            None => loading(),
            Some(Err(f)) => failed(f),
            Some(Ok(charter)) => form(charter.clone()),
        })
    };
    view! { <section class="card" data-test="charter">{body}</section> }.into_any()
}

fn label(key: &str) -> String {
    text::label(&format!("charter.{key}"))
}

fn fault_at(fault: RwSignal<Option<Fault>>, key: &'static str) -> impl IntoView {
    move || {
        fault
            .with(|f| f.as_ref().and_then(|f| f.about(key).map(str::to_owned)))
            .map(|s| view! { <p class="fault" role="alert">{s}</p> })
    }
}

type Number = (&'static str, fn(&Charter) -> u32, fn(&mut Charter, u32));
type Flag = (&'static str, fn(&Charter) -> bool, fn(&mut Charter, bool));

const NUMBERS: [Number; 5] = [
    ("voting_seats", |c| c.voting_seats, |c, v| c.voting_seats = v),
    ("approval_days", |c| c.approval_days, |c, v| c.approval_days = v),
    ("soon_days", |c| c.soon_days, |c, v| c.soon_days = v),
    ("min_group_size", |c| c.min_group_size, |c, v| c.min_group_size = v),
    ("auto_lock_minutes", |c| c.auto_lock_minutes, |c, v| c.auto_lock_minutes = v),
];
const FLAGS: [Flag; 7] = [
    ("lay_seat_required", |c| c.lay_seat_required, |c, v| c.lay_seat_required = v),
    ("requester_may_vote", |c| c.requester_may_vote, |c, v| c.requester_may_vote = v),
    ("evidence_for_met", |c| c.evidence_for_met, |c, v| c.evidence_for_met = v),
    ("gates_bind", |c| c.gates_bind, |c, v| c.gates_bind = v),
    ("review_own_answers", |c| c.review_own_answers, |c, v| c.review_own_answers = v),
    ("conclude_own_reviews", |c| c.conclude_own_reviews, |c, v| c.conclude_own_reviews = v),
    ("administrators_decide", |c| c.administrators_decide, |c, v| c.administrators_decide = v),
];

fn form(start: Charter) -> AnyView {
    let edition = start.edition;
    let value = RwSignal::new(start);
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let reply = send(SaveCharter { charter: value.get_untracked() }).await;
            let _ = busy.try_set(false);
            match reply {
                Ok(saved) => toast::note(t!("settings.saved", edition = saved.edition)),
                Err(refused) => drop(fault.try_set(Some(refused))),
            }
        });
    };
    let number = move |(key, get, set): Number| {
        view! {
            <div class="field"><label for=key>{label(key)}</label>
                <input class="input short" type="number" min="0" id=key data-test=format!("charter-{key}") prop:value=value.with_untracked(get).to_string()
                    on:input=move |ev| { if let Ok(n) = event_target_value(&ev).parse() { value.update(|c| set(c, n)); } } />
                {fault_at(fault, key)}</div>
        }
    };
    let flag = move |(key, get, set): Flag| {
        view! {
            <label class="check"><input type="checkbox" data-test=format!("charter-{key}") prop:checked=value.with_untracked(get)
                on:change=move |ev| { let on = event_target_checked(&ev); value.update(|c| set(c, on)); } /><span>{label(key)}</span></label>
        }
    };
    let loose = value.with_untracked(Charter::loosened);
    view! {
        <h2>{t!("settings.charter", edition = edition)}</h2>
        <form class="stack" on:submit=submit>
            <div class="field"><label for="organisation">{label("organisation")}</label>
                <input class="input" type="text" id="organisation" data-test="charter-organisation" prop:value=value.with_untracked(|c| c.organisation.clone())
                    on:input=move |ev| value.update(|c| c.organisation = event_target_value(&ev)) /></div>
            {scale(value)}
            {NUMBERS.map(number).into_iter().collect_view()}
            {FLAGS.map(flag).into_iter().collect_view()}
            {(!loose.is_empty()).then(|| view! {
                <div class="note"><p class="note-title">{t!("settings.loose")}</p><ul>{loose.into_iter().map(|s| view! { <li>{s}</li> }).collect_view()}</ul></div>
            })}
            {move || fault.get().filter(|f| f.fields.is_empty()).map(|f| failed(&f))}
            <div class="actions"><button type="submit" class="button primary" data-test="charter-save" disabled=move || busy.get()>{t!("settings.save")}</button></div>
        </form>
    }
    .into_any()
}

fn scale(value: RwSignal<Charter>) -> AnyView {
    let (method, tolerance) = value.with_untracked(|c| (c.risk_method, c.tolerance));
    let levels = Level::ALL.map(|l| view! { <option value=l.name() selected=l == tolerance>{l.label()}</option> });
    view! {
        <div class="field"><label for="risk_method">{label("risk_method")}</label>
            <select class="input" id="risk_method" data-test="charter-method" on:change=move |ev| {
                let product = event_target_value(&ev) == "product";
                value.update(|c| c.risk_method = if product { Method::Product } else { Method::Table });
            }>
                <option value="table" selected=method == Method::Table>{t!("settings.table")}</option>
                <option value="product" selected=method == Method::Product>{t!("settings.product")}</option>
            </select></div>
        <div class="field"><label for="tolerance">{label("tolerance")}</label>
            <select class="input" id="tolerance" data-test="charter-tolerance" on:change=move |ev| {
                let name = event_target_value(&ev);
                if let Some(level) = Level::ALL.into_iter().find(|l| l.name() == name) {
                    value.update(|c| c.tolerance = level);
                }
            }>{levels.into_iter().collect_view()}</select></div>
    }
    .into_any()
}
