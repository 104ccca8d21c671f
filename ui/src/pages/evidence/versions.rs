//! The versions of a file: names, sizes, who brought them when, hashes, and copies out of the vault.

use super::{
    copy_out::{self, CopyOut},
    newer,
};
use crate::{
    parts::{copy::copy_button, dom},
    state::Session,
};
use conclave_domain::{
    call::record::Head,
    noun::{Evidence, evidence::Version},
    permission::Permission,
    t,
};
use leptos::prelude::*;

/// The card with all versions, the newest first.
pub fn versions(head: &Head, evidence: &Evidence) -> AnyView {
    let may = |permission| untrack(|| Session::here().may(permission));
    let copy = CopyOut::new(head.reference.clone());
    let (may_copy, count) = (may(Permission::Export), evidence.versions.len());
    let lines =
        evidence.versions.iter().enumerate().rev().map(|(at, v)| line(at + 1, at + 1 == count, v, copy, may_copy));
    let table = if count == 0 {
        view! { <p class="table-title muted">{t!("evidence_page.only_link")}</p> }.into_any()
    } else {
        view! {
            <div class="scroll-x"><table class="records static" data-test="evidence-versions">
                <thead><tr>
                    <th scope="col">{t!("evidence_page.version")}</th><th scope="col">{t!("evidence_page.name")}</th>
                    <th scope="col" class="n">{t!("evidence_page.size")}</th><th scope="col">{t!("evidence_page.uploaded")}</th>
                    <th scope="col">{t!("evidence_page.uploaded_by")}</th><th scope="col">{t!("evidence_page.sha")}</th>
                    <th scope="col"><span class="sr-only">{t!("settings.member_acts")}</span></th>
                </tr></thead>
                <tbody>{lines.collect_view()}</tbody>
            </table></div>
        }
        .into_any()
    };
    let newer = may(Permission::KeepEvidence).then(|| newer::newer(head, count == 0));
    view! {
        <section class="card flush" aria-labelledby="evidence-file-title">
            <div class="table-title section-head"><h2 id="evidence-file-title">{t!("evidence_page.file")}</h2>{newer}</div>
            {table}
        </section>
        {may_copy.then(|| copy_out::sheet(copy))}
    }
    .into_any()
}

fn line(number: usize, newest: bool, version: &Version, copy: CopyOut, may_copy: bool) -> AnyView {
    let name = version.name.clone();
    let label = t!("evidence_page.copy_of", n = number);
    let out = may_copy.then(|| {
        view! {
            <button type="button" class="button small" data-test=format!("evidence-copy-{number}") aria-label=label
                on:click=move |_| copy.ask(number, &name)>{t!("evidence_page.copy")}</button>
        }
    });
    let newest = newest.then(|| view! { " " <span class="muted">{t!("evidence_page.newest")}</span> });
    let short: String = version.sha256.chars().take(12).collect();
    view! {
        <tr data-test=format!("evidence-version-{number}")>
            <th scope="row">{number}{newest}</th>
            <td class="prose">{version.name.clone()}</td>
            <td class="n">{dom::size(version.size)}</td>
            <td class="when">{version.uploaded_at.map(dom::moment)}</td>
            <td>{version.uploaded_by.clone()}</td>
            <td><span class="copyable"><span class="mono" title=version.sha256.clone()>{short}"…"</span>
                {copy_button(version.sha256.clone(), t!("evidence_page.sha_of", n = number))}</span></td>
            <td>{out}</td>
        </tr>
    }
    .into_any()
}
