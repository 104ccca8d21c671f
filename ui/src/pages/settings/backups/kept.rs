//! The backups that were made by themselves.

use crate::parts::{copy::copyable, dom};
use conclave_domain::{
    call::backup::{Backup, Backups},
    t,
};
use leptos::prelude::*;

/// The list.
pub fn kept(backups: &Backups) -> AnyView {
    let list = if backups.kept.is_empty() {
        view! { <p class="muted">{t!("settings.backup_kept_none")}</p> }.into_any()
    } else {
        table(backups)
    };
    view! { <section aria-labelledby="backups-kept"><h3 id="backups-kept">{t!("settings.backup_kept")}</h3>{list}</section> }.into_any()
}

fn table(backups: &Backups) -> AnyView {
    view! {
        <div class="backup-folder"><span class="muted">{t!("settings.backup_folder")}</span>" "{copyable(backups.folder.clone(), t!("start.path"))}</div>
        <div class="scroll-x"><table class="records static" data-test="backups">
            <thead><tr>
                <th scope="col">{t!("settings.backup_at")}</th><th scope="col">{t!("settings.backup_reason")}</th>
                <th scope="col" class="number">{t!("settings.backup_size")}</th><th scope="col" class="number">{t!("settings.backup_head")}</th>
                <th scope="col">{t!("settings.backup_path")}</th>
            </tr></thead>
            <tbody>{backups.kept.iter().map(line).collect_view()}</tbody>
        </table></div>
    }
    .into_any()
}

fn line(backup: &Backup) -> AnyView {
    let path = copyable(backup.path.clone(), t!("settings.backup_path"));
    let head = backup.head;
    view! {
        <tr>
            <td class="when">{dom::moment(backup.at)}</td><td>{reason(&backup.reason)}</td>
            <td class="number">{dom::size(backup.size)}</td>
            <td class="number"><a href=format!("/journal?entry={head}")>{dom::count(head)}</a></td>
            <td class="path">{path}</td>
        </tr>
    }
    .into_any()
}

fn reason(name: &str) -> String {
    match name {
        "daily" => t!("settings.backup_daily"),
        "weekly" => t!("settings.backup_weekly"),
        "migration" => t!("settings.backup_migration"),
        "rekey" => t!("settings.backup_rekey"),
        other => other.to_owned(),
    }
}
