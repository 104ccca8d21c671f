//! Members, and the permission table as the program enforces it.

use crate::{
    call::use_reply,
    parts::{
        dom,
        loading::{failed, loading},
    },
};
use conclave_domain::{
    call::journal::ListMembers,
    field::choice_label,
    permission::{Permission, Role, TABLE},
    t,
};
use leptos::prelude::*;

/// The members.
pub fn members() -> AnyView {
    let reply = use_reply(move || Some(ListMembers {}));
    let body = move || {
        reply.with(|r| match r {
            None => loading(),
            Some(Err(f)) => failed(f),
            Some(Ok(members)) => {
                let rows = members.iter().map(|m| {
                    view! {
                        <tr><td>{m.name.clone()}</td><td>{choice_label("role", &m.role)}</td>
                            <td class="mono hash">{m.fingerprint.clone()}</td><td class="when">{dom::moment(m.since)}</td></tr>
                    }
                });
                view! {
                    <div class="scroll-x"><table class="records" data-test="members">
                        <thead><tr><th scope="col">{t!("start.member")}</th><th scope="col">{t!("settings.role")}</th>
                            <th scope="col">{t!("settings.fingerprint")}</th><th scope="col">{t!("settings.since")}</th></tr></thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table></div>
                }
                .into_any()
            }
        })
    };
    view! { <section class="card" aria-labelledby="settings-members"><h2 id="settings-members">{t!("settings.members")}</h2>{body}</section> }.into_any()
}

/// Who may do what.
pub fn permissions() -> AnyView {
    let head = Role::ALL.map(|r| view! { <th scope="col">{r.label()}</th> });
    let row = |(permission, roles): &(Permission, &[Role])| {
        let cells = Role::ALL.map(|r| {
            let may = roles.contains(&r);
            view! { <td class="mark">{if may { view! { <span aria-hidden="true">"● "</span>{t!("settings.may")} }.into_any() } else { view! { <span class="muted">"–"</span> }.into_any() }}</td> }
        });
        view! { <tr><th scope="row">{permission.label()}</th>{cells.into_iter().collect_view()}</tr> }
    };
    let rows = TABLE.iter().filter(|(p, _)| *p != Permission::Anyone).map(row).collect_view();
    view! {
        <section class="card" aria-labelledby="settings-permissions">
            <h2 id="settings-permissions">{t!("settings.permissions")}</h2>
            <div class="scroll-x"><table class="records" data-test="permissions">
                <thead><tr><th scope="col">{t!("settings.permission")}</th>{head.into_iter().collect_view()}</tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    }
    .into_any()
}
