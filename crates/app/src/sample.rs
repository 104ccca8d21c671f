//! The sample portfolio: content under `assets/samples`, written through the same rules as a person's entries, dated
//! relative to the day of creation.

use crate::{handle::Changes as _, job::Job, rules::RULES};
use chrono::{DateTime, Days, NaiveDate, Utc};
use conclave_domain::{
    answer::Answer,
    call::{Call as _, assess::ApplyTemplate},
    fault::Fault,
    kind::Kind,
    noun::{Body, Review},
    t,
    time::Now,
};
use conclave_exchange::{ReadOptions, read_bytes};
use conclave_vault::{Audited, How, Vault, crypto, store::record::Stored};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, ops::ControlFlow};
use uuid::Uuid;

const PORTFOLIO: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/samples/portfolio.toml"));
const SCREENING: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/samples/hiring-screening.csv"));
/// Over how many days before the creation the portfolio's history is spread.
const HISTORY_DAYS: i64 = 210;

#[derive(Deserialize)]
struct Portfolio {
    #[serde(default)]
    charter: Map<String, Value>,
    record: Vec<Sample>,
    #[serde(default)]
    answer: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Sample {
    kind: Kind,
    key: String,
    body: Map<String, Value>,
    /// The file that a fairness review is measured on.
    #[serde(default)]
    measure: Option<String>,
    /// A baseline of an assessment, frozen when some of its answers are there.
    #[serde(default)]
    freeze: Option<Freeze>,
    /// The kind of system whose template is applied to an assessment once its answers are there; "" for none.
    #[serde(default)]
    template: String,
}

#[derive(Deserialize, Clone)]
struct Freeze {
    title: String,
    after: usize,
}

/// When the vault of a sample that is made now was founded.
pub(crate) fn begun(now: &Now) -> Now {
    now.at(now.moment() - chrono::Duration::days(HISTORY_DAYS))
}

/// Writes the portfolio into a vault that was just created.
///
/// # Errors
/// The disk refused; cancelled. A content file that breaks a rule is a defect that the tests find.
pub(crate) async fn load(vault: &mut Vault, job: &Job) -> Result<(), Fault> {
    let portfolio: Portfolio = toml::from_str(PORTFOLIO).map_err(|e| {
        tracing::error!(error = %e, "sample portfolio");
        Fault::internal()
    })?;
    let now = job.now();
    let today = now.day();
    let (records, mut answers) = (portfolio.record, by_assessment(portfolio.answer));
    let steps = (records.len() + answers.len()) as u64;
    charter(vault, portfolio.charter).await?;
    let mut ids: BTreeMap<String, Uuid> = BTreeMap::new();
    let total = i64::try_from(steps).unwrap_or(1).max(1);
    let mut done = 0;
    // The last step happens a moment ago, the first at the beginning of the history, when the vault was founded.
    let at =
        |done: i64| now.at(now.moment() - chrono::Duration::minutes((total - done) * HISTORY_DAYS * 24 * 60 / total));
    for sample in records {
        job.step(&t!("app.stage_sample"), u64::try_from(done).unwrap_or(0), steps)?;
        let (key, freeze, template) = (sample.key.clone(), sample.freeze.clone(), sample.template.clone());
        let stored = record(vault, sample, &ids, today, at(done), job).await?;
        done += 1;
        if let Some(answers) = answers.remove(&key) {
            let mut first = answers;
            if let Some(Freeze { title, after }) = freeze {
                let rest = first.split_off(after.min(first.len()));
                answer(vault, &stored, first, today, at(done)).await?;
                frozen(vault, &stored, &title, at(done)).await?;
                first = rest;
            }
            answer(vault, &stored, first, today, at(done)).await?;
            if !template.is_empty() {
                apply(
                    vault,
                    ApplyTemplate { assessment: stored.head.id, kind: template, role: String::new() },
                    at(done),
                )
                .await?;
            }
            done += 1;
        }
        ids.insert(key, stored.head.id);
    }
    Ok(())
}

fn by_assessment(answers: Vec<Map<String, Value>>) -> BTreeMap<String, Vec<Map<String, Value>>> {
    let mut by: BTreeMap<String, Vec<Map<String, Value>>> = BTreeMap::new();
    for mut answer in answers {
        if let Some(Value::String(key)) = answer.remove("assessment") {
            by.entry(key).or_default().push(answer);
        }
    }
    by
}

async fn charter(vault: &mut Vault, settings: Map<String, Value>) -> Result<(), Fault> {
    let mut transaction = vault.begin(&RULES).await?;
    let mut writer = transaction.writer();
    let present = writer.read().charter().await?;
    let mut map = match serde_json::to_value(&present) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    };
    // The organisation is the one that the person named.
    map.extend(settings.into_iter().filter(|(k, _)| k != "organisation" && k != "edition"));
    let wanted: conclave_domain::charter::Charter = serde_json::from_value(Value::Object(map)).map_err(broken)?;
    if wanted == present {
        return Ok(transaction.roll_back().await?);
    }
    let (_, event) = writer.save_charter(&wanted).await?;
    transaction.commit("charter.save", Audited::new((), event)).await?;
    Ok(())
}

#[allow(clippy::needless_pass_by_value, reason = "used as the argument of map_err")]
fn broken(e: serde_json::Error) -> Fault {
    tracing::error!(error = %e, "sample portfolio");
    Fault::internal()
}

async fn record(
    vault: &mut Vault,
    sample: Sample,
    ids: &BTreeMap<String, Uuid>,
    today: NaiveDate,
    at: Now,
    job: &Job,
) -> Result<Stored, Fault> {
    let member = vault.actor().name.clone();
    let mut map = sample.body;
    map.values_mut().for_each(|v| resolve(v, ids, today));
    let mut body = Body::from_map(sample.kind, map)?;
    if let Body::Review(review) = &mut body
        && sample.measure.is_some()
    {
        // The plan counts as it will be recorded.
        let min_group_size = vault.read().await?.charter().await?.min_group_size;
        review.fairness_plan.iter_mut().for_each(|p| p.min_group_size = min_group_size);
        measure(review, &member, at.moment(), job)?;
    }
    vault.tell(at);
    let mut transaction = vault.begin(&RULES).await?;
    let (stored, events) = transaction.writer().create(Uuid::now_v7(), body, How::Sample).await?;
    let audited = Audited::all((), events).ok_or_else(Fault::internal)?;
    transaction.commit("record.save", audited).await?;
    Ok(stored)
}

fn measure(review: &mut Review, by: &str, at: DateTime<Utc>, job: &Job) -> Result<(), Fault> {
    let Some(plan) = &review.fairness_plan else { return Ok(()) };
    let mut go_on = |_, _| ControlFlow::Continue(());
    let table = read_bytes("hiring-screening.csv", SCREENING.to_vec(), &ReadOptions::default(), &mut go_on)
        .map_err(|e| crate::import::exchange(&e))?;
    let sha256 = crypto::hex::encode(&crypto::sha256(&[SCREENING]));
    let measured = crate::fairness::measure(plan, &table, &sha256, (by, at), job)?;
    review.fairness = Some(measured);
    if matches!(review.status.as_str(), "" | "draft" | "planned") {
        review.status = "measured".into();
    }
    Ok(())
}

async fn answer(
    vault: &mut Vault,
    assessment: &Stored,
    answers: Vec<Map<String, Value>>,
    today: NaiveDate,
    at: Now,
) -> Result<(), Fault> {
    vault.tell(at);
    let mut transaction = vault.begin(&RULES).await?;
    let mut writer = transaction.writer();
    let mut sheet = writer.sheet(assessment.head.id).await?;
    for mut map in answers {
        map.values_mut().for_each(|v| resolve(v, &BTreeMap::new(), today));
        let answer: Answer = serde_json::from_value(Value::Object(map)).map_err(broken)?;
        sheet.put(&mut writer, answer, How::Sample).await?;
    }
    let events = sheet.settle(&mut writer).await?;
    match Audited::all((), events) {
        Some(audited) => transaction.commit("answer.save", audited).await.map(|_| ())?,
        None => transaction.roll_back().await?,
    }
    Ok(())
}

async fn apply(vault: &mut Vault, call: ApplyTemplate, at: Now) -> Result<(), Fault> {
    vault.tell(at);
    let mut transaction = vault.begin(&RULES).await?;
    let mut writer = transaction.writer();
    let audited = call.change(&mut writer).await?;
    transaction.commit(ApplyTemplate::NAME, audited).await?;
    Ok(())
}

async fn frozen(vault: &mut Vault, assessment: &Stored, title: &str, at: Now) -> Result<(), Fault> {
    vault.tell(at);
    let mut transaction = vault.begin(&RULES).await?;
    let mut writer = transaction.writer();
    let (_, event) = crate::over_time::freeze_now(&mut writer, assessment.head.id, title).await?;
    transaction.commit("assessment.freeze", Audited::new((), event)).await?;
    Ok(())
}

/// Puts ids in the place of "@key" and dates in the place of "D+14", however deep.
fn resolve(value: &mut Value, ids: &BTreeMap<String, Uuid>, today: NaiveDate) {
    match value {
        Value::String(text) => {
            if let Some(id) = text.strip_prefix('@').and_then(|key| ids.get(key)) {
                *text = id.to_string();
            } else if let Some(date) = relative(text, today) {
                *text = date.to_string();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|v| resolve(v, ids, today)),
        Value::Object(map) => map.values_mut().for_each(|v| resolve(v, ids, today)),
        _ => {}
    }
}

fn relative(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let rest = text.strip_prefix('D')?;
    let days: u64 = rest.get(1..)?.parse().ok()?;
    match rest.as_bytes().first()? {
        b'+' => today.checked_add_days(Days::new(days)),
        b'-' => today.checked_sub_days(Days::new(days)),
        _ => None,
    }
}
