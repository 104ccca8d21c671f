//! Findings: the list, a new one, and the page of one with the requirement that it is about.

use crate::{
    call::send,
    pages::record::{
        list::list_page,
        new::new_page,
        page::{Special, record_page},
    },
    parts::{dom, path::framework_path, path::record_path},
};
use conclave_domain::{
    call::{
        framework::GetFramework,
        record::{Detail, GetRecord, Head},
    },
    charter::Charter,
    framework::{Framework, Requirement},
    kind::Kind,
    noun::{Body, Finding},
    t,
};
use leptos::{prelude::*, task::spawn_local};

/// The list.
pub fn list() -> AnyView {
    list_page(Kind::Finding, None, None)
}

/// A new finding.
pub fn new() -> AnyView {
    new_page(Kind::Finding)
}

/// One finding.
pub fn one() -> AnyView {
    record_page(Kind::Finding, Special { above: Some(above), ..Special::default() })
}

/// The requirement that a finding is about, once it is known.
type Place = (Head, Framework, Requirement);

fn above(detail: &Detail, _: &Charter) -> AnyView {
    let Body::Finding(finding) = &detail.body else { return ().into_any() };
    if finding.assessment.is_none() || finding.requirement.is_empty() {
        return ().into_any();
    }
    let found = RwSignal::new(None::<Place>);
    let finding = finding.clone();
    spawn_local(async move {
        let place = look_up(finding).await;
        let _ = found.try_set(place);
    });
    let shown = move || found.with(|f| f.as_ref().map(requirement));
    view! { {shown} }.into_any()
}

async fn look_up(finding: Finding) -> Option<Place> {
    let detail = send(GetRecord { reference: finding.assessment?.to_string() }).await.ok()?;
    let Body::Assessment(assessment) = detail.body else { return None };
    let framework = send(GetFramework { id: assessment.framework, edition: assessment.edition }).await.ok()?;
    let requirement = framework.requirement(&finding.requirement)?.clone();
    Some((detail.head, framework, requirement))
}

fn requirement((head, framework, requirement): &Place) -> AnyView {
    let about = &framework.framework;
    let answer = format!("{}?at={}", record_path(Kind::Assessment, &head.reference), dom::escape(&requirement.id));
    let there = framework_path(&about.id, &about.edition, &requirement.id);
    let title = requirement.title.clone();
    view! {
        <section class="card stack" data-test="finding-requirement" aria-labelledby="finding-requirement">
            <div class="section-head">
                <h2 id="finding-requirement"><span class="ref">{requirement.id.clone()}</span> " " {title}</h2>
                <a class="button small" data-test="finding-answer" href=answer>{t!("frameworks_page.to_answer", reference = head.reference)}</a>
                <a class="button small" data-test="finding-framework" href=there>{about.short_title.clone()}</a>
            </div>
            <p class="prose">{requirement.question.clone()}</p>
        </section>
    }
    .into_any()
}
