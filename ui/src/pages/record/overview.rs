//! What a record says: its filled fields by section, what is missing, and what it is connected with.

use super::{
    proof,
    show::{head_link, is_blank, value},
};
use crate::parts::dom;
use conclave_domain::{
    call::record::Detail,
    field::{Field, FieldKind},
    kind::Kind,
    noun::{Body, Gap, fields},
    scale::Method,
    t, text,
};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// Fields and connections side by side.
pub fn overview(detail: &Detail, method: Method, without: &[&str]) -> AnyView {
    view! {
        <div class="with-aside">
            <div class="stack">
                {gaps(&detail.gaps, edit_path(detail))}
                {sections(detail, method, without)}
                {proof::evidence(detail)}
                {proof::signatures(detail)}
            </div>
            <aside class="stack">{connections(detail)}</aside>
        </div>
    }
    .into_any()
}

/// The address under which the record is edited; a field's key is appended.
pub fn edit_path(detail: &Detail) -> String {
    format!("{}?edit=", crate::parts::path::record_path(detail.head.kind, &detail.head.reference))
}

/// What keeps a record from progressing, each sentence a way to the field.
pub fn gaps(gaps: &[Gap], edit: String) -> AnyView {
    if gaps.is_empty() {
        return ().into_any();
    }
    let lines = gaps
        .iter()
        .map(|g| view! { <li><a href=format!("{edit}{}", g.field) data-test=format!("gap-{}", g.field)>{g.sentence.clone()}</a></li> })
        .collect_view();
    view! {
        <section class="note part" data-test="gaps" aria-label=t!("record.gaps")>
            <p class="note-title"><span aria-hidden="true">"◇ "</span>{t!("record.gaps")}</p>
            <ul>{lines}</ul>
        </section>
    }
    .into_any()
}

fn sections(detail: &Detail, method: Method, without: &[&str]) -> AnyView {
    let map = detail.body.to_map();
    let all: Vec<&'static Field> = fields(detail.head.kind)
        .iter()
        .filter(|f| !matches!(f.kind, FieldKind::Own) && !without.contains(&f.key))
        .collect();
    let mut names: Vec<&str> = Vec::new();
    for f in &all {
        if !names.contains(&f.section) {
            names.push(f.section);
        }
    }
    let shown = names.iter().map(|name| section(name, &all, &map, detail, method)).collect_view();
    let open: Vec<&Field> =
        all.iter().copied().filter(|f| is_blank(map.get(f.key)) && !matches!(f.kind, FieldKind::Flag)).collect();
    let can_edit = detail.head.kind != Kind::Pack;
    let rest = (!open.is_empty() && can_edit).then(|| {
        let links = open
            .iter()
            .map(|f| view! { <a href=format!("{}{}", edit_path(detail), f.key)>{f.label()}</a> " " })
            .collect_view();
        view! { <p class="unfilled"><span class="muted">{t!("record.unfilled")} " "</span>{links}</p> }
    });
    view! { {shown} {rest} }.into_any()
}

fn section(name: &str, all: &[&'static Field], map: &Map<String, Value>, detail: &Detail, method: Method) -> AnyView {
    let lines: Vec<AnyView> = all
        .iter()
        .filter(|f| f.section == name)
        .filter_map(|f| {
            let v = map.get(f.key).filter(|v| !is_blank(Some(v)))?;
            let shown = value(f, v, &detail.linked, method);
            Some(view! { <div class="pair" data-test=format!("value-{}", f.key)><dt>{f.label()}</dt><dd>{shown}</dd></div> }.into_any())
        })
        .collect();
    let concluded = (name == "conclusion").then(|| concluded_by(&detail.body)).flatten();
    if lines.is_empty() && concluded.is_none() {
        return ().into_any();
    }
    view! { <section class="card"><h2>{text::label(&format!("section.{name}"))}</h2><dl class="pairs">{lines}{concluded}</dl></section> }.into_any()
}

/// Who concluded a review. No form has it: the program sets it when a member concludes.
fn concluded_by(body: &Body) -> Option<AnyView> {
    let Body::Review(review) = body else { return None };
    let who = review.concluded_by.clone();
    (!who.is_empty()).then(|| {
        view! { <div class="pair" data-test="value-concluded_by"><dt>{t!("review_page.concluded_by")}</dt><dd>{who}</dd></div> }.into_any()
    })
}

fn connections(detail: &Detail) -> AnyView {
    let head = &detail.head;
    let mut linked = detail.linked.clone();
    linked.sort_by_key(|h| (h.kind, h.reference.clone()));
    let links = linked.iter().map(|h| view! { <li>{head_link(h)}</li> }).collect_view();
    let links = (!linked.is_empty()).then(|| {
        view! {
            <section class="card"><h2>{t!("record.points_to")}</h2><ul class="plain-list">{links}</ul></section>
        }
    });
    let sources = (!detail.sources.is_empty()).then(|| {
        let s = &detail.sources[0];
        let words = t!("record.from_line", line = s.line, file = s.file);
        view! { <div class="pair"><dt>{t!("record.source")}</dt><dd>{words}</dd></div> }
    });
    view! {
        {links}
        <section class="card">
            <h2>{t!("record.record")}</h2>
            <dl class="pairs narrow">
                <div class="pair"><dt>{t!("record.saved_at")}</dt><dd>{dom::moment(head.updated_at)}</dd></div>
                <div class="pair"><dt>{t!("record.saved_by")}</dt><dd>{head.updated_by.clone()}</dd></div>
                <div class="pair"><dt>{t!("record.created")}</dt><dd>{dom::moment(head.created_at)}</dd></div>
                <div class="pair"><dt>{t!("record.revision")}</dt><dd data-test="record-revision">{head.revision}</dd></div>
                {sources}
            </dl>
        </section>
    }
    .into_any()
}
