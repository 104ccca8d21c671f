//! The permission table as the program enforces it.

use conclave_domain::{
    permission::{OF_THE_BOARD, Permission, Role, TABLE},
    t,
};
use leptos::prelude::*;

/// Who may do what.
pub fn permissions() -> AnyView {
    let head = Role::ALL.map(|r| view! { <th scope="col">{r.label()}</th> });
    let row = |(permission, roles): &(Permission, &[Role])| {
        let cells = Role::ALL.map(|r| mark(roles.contains(&r)));
        view! { <tr><th scope="row">{permission.label()}</th>{cells.into_iter().collect_view()}</tr> }
    };
    let rows = TABLE.iter().filter(|(p, _)| *p != Permission::Anyone).map(row).collect_view();
    let board = OF_THE_BOARD.map(Permission::label).join(", ");
    view! {
        <section class="card stack" aria-labelledby="settings-permissions">
            <h2 id="settings-permissions">{t!("settings.permissions")}</h2>
            <div class="scroll-x"><table class="records static" data-test="permissions">
                <thead><tr><th scope="col">{t!("settings.permission")}</th>{head.into_iter().collect_view()}</tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
            <p class="muted" data-test="permissions-board">{t!("settings.permissions_board", list = board)}</p>
        </section>
    }
    .into_any()
}

fn mark(may: bool) -> AnyView {
    let (sign, word) = if may { ("✓", t!("settings.may")) } else { ("–", t!("settings.may_not")) };
    view! { <td class="mark" class:muted=!may><span aria-hidden="true">{sign}</span><span class="sr-only">{word}</span></td> }
        .into_any()
}
