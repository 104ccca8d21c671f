//! The plan of a fairness review: columns, favourable values, metrics with their bands, and why. It is recorded before
//! any figure is shown.

use super::fairness::Fairness;
use crate::parts::{
    dom,
    form::{Form, fault_line, field_id},
};
use conclave_domain::{
    call::exchange::FairnessColumn,
    fairness::{METRICS, Plan, THRESHOLD_WAYS, metric::metric},
    fault::{Fault, FieldFault},
    t, text,
};
use leptos::prelude::*;
use serde_json::{Value, json};

/// The second step.
pub fn editor(here: Fairness) -> AnyView {
    let form = here.saving.form;
    if form.peek("fairness_plan").is_null() {
        let start = Plan { bands: Plan::default_bands(), ..Plan::default() };
        form.set("fairness_plan", serde_json::to_value(start).unwrap_or(Value::Null));
        form.settled();
    }
    let fields = move || {
        form.shown.track();
        here.columns.with(|columns| view! { {columns_part(form, columns)} {bands(form)} {reason(form)} })
    };
    let record = move |_| {
        let plan = form.peek("fairness_plan");
        let faults = faults(&plan);
        if faults.is_empty() {
            form.set("status", "planned".into());
            here.changing.set(false);
            here.saving.save();
        } else {
            form.show_fault(&Fault::invalid(faults));
        }
    };
    let fault = move || here.saving.fault.get().map(|f| crate::parts::loading::failed(&f));
    view! {
        <section class="card step" data-test="fairness-plan">
            <h2><span class="step-n">"2"</span>{t!("review_page.step_plan")}</h2>
            <p class="help">{t!("review_page.plan_about", n = here.smallest)}</p>
            {fields}
            {fault}
            <div class="actions">
                <button type="button" class="button primary" data-test="plan-record" on:click=record>{t!("review_page.record_plan")}</button>
            </div>
        </section>
    }
    .into_any()
}

/// What stands against the plan as it is typed.
fn faults(plan: &Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (at, band) in plan.get("bands").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let name = band.get("metric").and_then(Value::as_str).and_then(metric).map_or_else(String::new, |m| m.label());
        for part in ["low", "high"] {
            if !band.get(part).is_some_and(Value::is_number) {
                faults.push(FieldFault::new(
                    format!("fairness_plan.bands.{at}.{part}"),
                    t!("fairness.band_number", metric = name),
                ));
            }
        }
    }
    match serde_json::from_value::<Plan>(plan.clone()) {
        Ok(plan) => faults.extend(
            plan.check().into_iter().map(|f| FieldFault::new(format!("fairness_plan.{}", f.field), f.sentence)),
        ),
        Err(_) if faults.is_empty() => {
            faults.push(FieldFault::new("fairness_plan.threshold", t!("fairness.threshold_needed")))
        }
        Err(_) => {}
    }
    faults
}

fn columns_part(form: Form, columns: &[FairnessColumn]) -> AnyView {
    let way = form.text("fairness_plan.threshold_way");
    let threshold = if way.is_empty() {
        value_of(form, columns, "prediction_column", "favourable_prediction", t!("fairness.favourable_prediction"))
    } else {
        number(form, "fairness_plan.threshold", t!("fairness.threshold"))
    };
    view! {
        <div class="fields">
            {column(form, columns, "label_column", t!("fairness.label_column"))}
            {value_of(form, columns, "label_column", "favourable_label", t!("fairness.favourable_label"))}
            {column(form, columns, "prediction_column", t!("fairness.prediction_column"))}
            {ways(form, &way)}
            {threshold}
            {column(form, columns, "group_column", t!("fairness.group_column"))}
            {value_of(form, columns, "group_column", "reference_group", t!("fairness.reference_group"))}
        </div>
    }
    .into_any()
}

fn field(form: Form, path: String, label: String, control: AnyView) -> AnyView {
    view! { <div class="field"><label for=field_id(&path)>{label}</label>{control}{fault_line(form, path)}</div> }
        .into_any()
}

/// A choice among the file's columns; a text field while no file is read.
fn column(form: Form, columns: &[FairnessColumn], key: &str, label: String) -> AnyView {
    let offered = columns.iter().map(|c| (c.header.clone(), c.header.clone())).collect();
    offer(form, key, label, offered, true)
}

/// A choice among the values of a chosen column.
fn value_of(form: Form, columns: &[FairnessColumn], column: &str, key: &str, label: String) -> AnyView {
    let name = form.text(&format!("fairness_plan.{column}"));
    let found = columns.iter().find(|c| c.header == name);
    let offered: Vec<(String, String)> = found
        .filter(|c| c.distinct <= 20)
        .map(|c| c.values.iter().map(|(v, n)| (v.clone(), format!("{v} ({})", dom::count(*n)))).collect())
        .unwrap_or_default();
    offer(form, key, label, offered, false)
}

fn offer(form: Form, key: &str, label: String, mut offered: Vec<(String, String)>, again: bool) -> AnyView {
    let path = format!("fairness_plan.{key}");
    let (id, now, to) = (field_id(&path), form.text(&path), path.clone());
    let set = move |ev| {
        form.set(&to, event_target_value(&ev).into());
        if again {
            // The values of another column are other values.
            form.shown.update(|n| *n += 1);
        }
    };
    let control = if offered.is_empty() {
        view! { <input type="text" class="input" id=id.clone() data-test=id value=now on:change=set /> }.into_any()
    } else {
        if !now.is_empty() && !offered.iter().any(|(v, _)| *v == now) {
            offered.push((now.clone(), now.clone()));
        }
        let none = if key == "reference_group" { t!("review_page.largest") } else { t!("choice.none") };
        let options = std::iter::once((String::new(), none)).chain(offered);
        let options =
            options.map(|(v, l)| view! { <option value=v.clone() selected=v == now>{l}</option> }).collect_view();
        view! { <select class="input" id=id.clone() data-test=id on:change=set>{options}</select> }.into_any()
    };
    field(form, path, label, control)
}

fn ways(form: Form, now: &str) -> AnyView {
    let path = "fairness_plan.threshold_way".to_owned();
    let id = field_id(&path);
    let named = |way: &str| text::label(&format!("fairness.way.{}", if way.is_empty() { "value" } else { way }));
    let options = std::iter::once("").chain(THRESHOLD_WAYS);
    let options =
        options.map(|way| view! { <option value=way selected=way == now>{named(way)}</option> }).collect_view();
    let set = move |ev| {
        form.set("fairness_plan.threshold_way", event_target_value(&ev).into());
        form.shown.update(|n| *n += 1);
    };
    let control =
        view! { <select class="input" id=id.clone() data-test=id on:change=set>{options}</select> }.into_any();
    field(form, path, t!("fairness.threshold_way"), control)
}

fn number(form: Form, path: &str, label: String) -> AnyView {
    field(form, path.to_owned(), label, number_input(form, path.to_owned(), None))
}

/// A number as people write it; what is no number stays empty and is said when the plan is recorded.
fn number_input(form: Form, path: String, label: Option<String>) -> AnyView {
    let (id, now) = (field_id(&path), form.text(&path));
    let set = move |ev| {
        let number = event_target_value(&ev).trim().replace(',', ".").replace('−', "-").parse::<f64>().ok();
        form.set(&path, number.map_or(Value::Null, Value::from));
    };
    view! { <input type="text" inputmode="decimal" class="input" id=id.clone() data-test=id value=now aria-label=label on:input=set /> }.into_any()
}

fn bands(form: Form) -> AnyView {
    let rows = form.peek("fairness_plan.bands").as_array().map_or(0, Vec::len);
    let change = move |change: &dyn Fn(&mut Vec<Value>)| {
        let mut bands = form.peek("fairness_plan.bands").as_array().cloned().unwrap_or_default();
        change(&mut bands);
        form.set("fairness_plan.bands", bands.into());
        form.shown.update(|n| *n += 1);
    };
    let lines = (0..rows)
        .map(|at| {
            let path = format!("fairness_plan.bands.{at}");
            let now = form.text(&format!("{path}.metric"));
            let options = METRICS.iter().map(|m| view! { <option value=m.id selected=m.id == now>{m.label()}</option> }).collect_view();
            let about = metric(&now).map(|m| m.about());
            let to = format!("{path}.metric");
            let (low, high) = (format!("{path}.low"), format!("{path}.high"));
            view! {
                <tr>
                    <td class="cell-text">
                        <select class="input" aria-label=t!("review_page.metric") data-test=format!("band-{at}-metric") id=field_id(&to)
                            on:change={let to = to.clone(); move |ev| { form.set(&to, event_target_value(&ev).into()); form.shown.update(|n| *n += 1) }}>{options}</select>
                        <p class="help">{about}</p>
                        {fault_line(form, to)}
                    </td>
                    <td class="cell-date">{number_input(form, low.clone(), Some(t!("review_page.low")))}{fault_line(form, low)}</td>
                    <td class="cell-date">{number_input(form, high.clone(), Some(t!("review_page.high")))}{fault_line(form, high)}</td>
                    <td class="cell-acts">
                        <button type="button" class="icon-button" data-test=format!("band-{at}-remove") aria-label=t!("form.row_remove")
                            on:click=move |_| change(&|b| { b.remove(at); })>"✕"</button>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let add = move |_| {
        change(&|bands| {
            let free =
                METRICS.iter().find(|m| !bands.iter().any(|b| b.get("metric").and_then(Value::as_str) == Some(m.id)));
            if let Some(m) = free {
                let (low, high) = m.band.map_or((Value::Null, Value::Null), |(l, h)| (l.into(), h.into()));
                bands.push(json!({ "metric": m.id, "low": low, "high": high }));
            }
        });
    };
    view! {
        <fieldset class="field wide">
            <legend>{t!("fairness.bands")}</legend>
            <p class="help">{t!("review_page.bands_about")}</p>
            <div class="scroll-x"><table class="grid-table">
                <thead><tr><th scope="col">{t!("review_page.metric")}</th><th scope="col">{t!("review_page.low")}</th><th scope="col">{t!("review_page.high")}</th><th></th></tr></thead>
                <tbody>{lines}</tbody>
            </table></div>
            <button type="button" class="button small" data-test="band-add" on:click=add>{t!("review_page.band_add")}</button>
        </fieldset>
    }
    .into_any()
}

fn reason(form: Form) -> AnyView {
    let path = "fairness_plan.reason".to_owned();
    let (id, now) = (field_id(&path), form.text(&path));
    let set = move |ev| form.set("fairness_plan.reason", event_target_value(&ev).into());
    view! {
        <div class="field wide">
            <label for=id.clone()>{t!("fairness.reason")}</label>
            <textarea class="input" id=id.clone() data-test=id rows="3" prop:value=now on:input=set></textarea>
            {fault_line(form, path)}
        </div>
    }
    .into_any()
}

/// A recorded plan, to be read.
pub fn shown(here: Fairness, plan: &Plan) -> AnyView {
    view! {
        <section class="card step" data-test="fairness-planned">
            <h2><span class="step-n">"2"</span>{t!("review_page.step_plan")}</h2>
            {summary(plan)}
            <div class="actions">
                <button type="button" class="button" data-test="plan-change" on:click=move |_| here.changing.set(true)>{t!("review_page.change_plan")}</button>
            </div>
        </section>
    }
    .into_any()
}

/// What a plan says.
pub fn summary(plan: &Plan) -> AnyView {
    let pair =
        |label: String, value: String| view! { <div class="pair"><dt>{label}</dt><dd class="prose">{value}</dd></div> };
    let way = if plan.uses_threshold() {
        let threshold = plan.threshold.map(|t| t.to_string()).unwrap_or_default();
        format!("{}: {threshold}", text::label(&format!("fairness.way.{}", plan.threshold_way)))
    } else {
        plan.favourable_prediction.clone()
    };
    let reference =
        if plan.reference_group.is_empty() { t!("review_page.largest") } else { plan.reference_group.clone() };
    let bands = plan
        .bands
        .iter()
        .map(|b| {
            format!("{}: {} … {}", metric(&b.metric).map_or_else(|| b.metric.clone(), |m| m.label()), b.low, b.high)
        })
        .collect::<Vec<_>>()
        .join("\n");
    let recorded = plan.recorded_on.map(|on| {
        pair(t!("review_page.recorded"), t!("review_page.recorded_by", who = plan.recorded_by, when = dom::day(on)))
    });
    view! {
        <dl class="pairs">
            {pair(t!("fairness.label_column"), format!("{} = {}", plan.label_column, plan.favourable_label))}
            {pair(t!("fairness.prediction_column"), format!("{} = {way}", plan.prediction_column))}
            {pair(t!("fairness.group_column"), plan.group_column.clone())}
            {pair(t!("fairness.reference_group"), reference)}
            {pair(t!("fairness.bands"), bands)}
            {pair(t!("fairness.reason"), plan.reason.clone())}
            {pair(t!("fairness.min_group_size"), plan.smallest_group().to_string())}
            {recorded}
        </dl>
    }
    .into_any()
}
