//! An assessment over time: its baselines, the next assessment, two moments side by side, the trend.

mod baselines;
mod compare;
mod lines;
mod next;
mod trend;

use crate::{call::use_reply, parts::dom, state::Session};
use conclave_domain::{
    call::over_time::{BaselineLine, GetTrend, ListBaselines, TrendPoint},
    fault::Fault,
    permission::Permission,
    t,
};
use leptos::prelude::*;
use uuid::Uuid;

/// A reply that may still be on its way; the same reply to another question leaves the page as it is.
type Held<T> = Memo<Option<Result<T, Fault>>>;

/// A moment that can be compared: a baseline, or an assessment as it is.
#[derive(Debug, Clone, PartialEq)]
struct Choice {
    /// A baseline's id, or an assessment's reference.
    value: String,
    /// Its date and title.
    label: String,
}

/// The panel. `edition` is the edition that the assessment answers now.
pub fn over_time(
    assessment: Uuid,
    reference: String,
    subject: Option<Uuid>,
    framework: String,
    edition: String,
) -> AnyView {
    let session = Session::here();
    let may = Memo::new(move |_| session.may(Permission::Assess));
    let asked = use_reply(move || Some(ListBaselines { assessment }));
    let kept: Held<Vec<BaselineLine>> = Memo::new(move |_| asked.get());
    let trend_of = framework.clone();
    let asked = use_reply(move || subject.map(|subject| GetTrend { subject, framework: trend_of.clone() }));
    let points: Held<Vec<TrendPoint>> = Memo::new(move |_| asked.get());
    let here = reference.clone();
    let choices = Memo::new(move |_| choices(&here, subject, kept, points));
    let newest = Memo::new(move |_| newest(kept, points));
    view! {
        <div class="over-time">
            {baselines::card(assessment, kept, may, next::Start { assessment, framework, edition })}
            {compare::card(reference, choices, newest)}
            {trend::card(subject.is_some(), points)}
        </div>
    }
    .into_any()
}

/// What can be compared, in the order of time; `None` until it is known.
fn choices(
    reference: &str,
    subject: Option<Uuid>,
    kept: Held<Vec<BaselineLine>>,
    points: Held<Vec<TrendPoint>>,
) -> Option<Result<Vec<Choice>, Fault>> {
    if subject.is_some() {
        return points
            .with(|p| p.as_ref().map(|p| p.as_ref().map(|p| p.iter().map(of_point).collect()).map_err(Fault::clone)));
    }
    // Without an AI system there is no trend; the assessment's own baselines remain.
    let of_baseline = |line: &BaselineLine| Choice {
        value: line.id.to_string(),
        label: t!("over_time_page.choice", date = dom::day(dom::local_day(line.at)), title = line.title),
    };
    let here = Choice { value: reference.to_owned(), label: reference.to_owned() };
    kept.with(|k| {
        k.as_ref().map(|k| match k {
            Ok(lines) => Ok(lines.iter().rev().map(of_baseline).chain([here]).collect()),
            Err(fault) => Err(fault.clone()),
        })
    })
}

fn of_point(point: &TrendPoint) -> Choice {
    let date = dom::day(point.on);
    match point.baseline {
        Some(id) => {
            Choice { value: id.to_string(), label: t!("over_time_page.choice", date = date, title = point.label) }
        }
        None if point.label == point.reference => Choice {
            value: point.reference.clone(),
            label: t!("over_time_page.choice", date = date, title = point.label),
        },
        None => Choice {
            value: point.reference.clone(),
            label: t!(
                "over_time_page.choice_assessment",
                date = date,
                title = point.label,
                reference = point.reference
            ),
        },
    }
}

/// The newest baseline of this assessment; else the newest of all that the trend knows.
fn newest(kept: Held<Vec<BaselineLine>>, points: Held<Vec<TrendPoint>>) -> Option<String> {
    let own = kept.with(|k| k.as_ref().and_then(|k| k.as_ref().ok()).and_then(|k| k.first().map(|b| b.id)));
    let all = || {
        points.with(|p| {
            let points = p.as_ref().and_then(|p| p.as_ref().ok());
            points.and_then(|p| p.iter().rev().find_map(|p| p.baseline))
        })
    };
    own.or_else(all).map(|id| id.to_string())
}

/// A whole percentage in words; a dash where there is nothing to share.
fn percent(n: Option<u32>) -> String {
    n.map_or_else(|| "–".to_owned(), |n| t!("over_time_page.percent", n = n))
}
