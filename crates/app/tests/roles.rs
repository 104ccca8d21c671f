//! Every role sends every call that has a permission of its own; what happens is what the table says, and every refusal is
//! in the journal.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use conclave_app::{Job, call_names};
use conclave_domain::{
    call::journal::ListJournal,
    fault::{Fault, FaultKind},
    permission::{Permission, Role},
};
use support::place;

/// A harmless payload for each call that needs an open vault, with what it needs. Most are refused for other reasons once
/// the permission is given: only "not allowed" matters here.
fn calls() -> Vec<(&'static str, &'static str, Permission)> {
    use Permission as P;
    vec![
        ("record.list", r#"{}"#, P::View),
        ("record.get", r#"{"reference":"AIS-0001"}"#, P::View),
        ("record.facets", r#"{"kind":"system"}"#, P::View),
        ("search", r#"{"text":"x","limit":1}"#, P::View),
        ("home", r#"{}"#, P::View),
        ("risk.matrix", r#"{}"#, P::View),
        ("assessment.open", r#"{"reference":"ASM-0001"}"#, P::View),
        ("framework.get", r#"{"id":""}"#, P::View),
        ("framework.list", r#"{}"#, P::View),
        ("framework.find", r#"{"text":"counterfit"}"#, P::View),
        ("framework.editions", r#"{"id":"","from":"","to":""}"#, P::View),
        ("crosswalk.get", r#"{"from":"","to":""}"#, P::View),
        ("crosswalk.links", r#"{"framework":"ncsc-cisa-2023","requirement":"1.1.a"}"#, P::View),
        ("template.get", r#"{}"#, P::View),
        ("assessment.statement", r#"{"reference":"ASM-0001"}"#, P::View),
        ("assessment.baselines", r#"{"assessment":"00000000-0000-7000-8000-000000000000"}"#, P::View),
        ("assessment.compare", r#"{"left":"ASM-0001","right":"ASM-0001"}"#, P::View),
        (
            "assessment.trend",
            r#"{"subject":"00000000-0000-7000-8000-000000000000","framework":"ncsc-cisa-2023"}"#,
            P::View,
        ),
        ("proposal.list", r#"{"assessment":"00000000-0000-7000-8000-000000000000"}"#, P::View),
        ("gate.get", r#"{"reference":"AIS-0001"}"#, P::View),
        ("questionnaire.get", r#"{}"#, P::View),
        ("threat.list", r#"{}"#, P::View),
        ("journal.list", r#"{}"#, P::View),
        ("journal.entry", r#"{"seq":1}"#, P::View),
        ("charter.get", r#"{}"#, P::View),
        ("member.list", r#"{}"#, P::View),
        ("record.save", r#"{"id":null,"kind":"system","body":{}}"#, P::KeepInventory),
        ("record.save", r#"{"id":null,"kind":"vendor","body":{}}"#, P::KeepInventory),
        ("record.save", r#"{"id":null,"kind":"assessment","body":{}}"#, P::Assess),
        ("record.save", r#"{"id":null,"kind":"risk","body":{}}"#, P::KeepRisks),
        ("record.save", r#"{"id":null,"kind":"risk","body":{"status":"accepted"}}"#, P::AcceptRisk),
        ("record.save", r#"{"id":null,"kind":"review","body":{}}"#, P::Review),
        ("record.save", r#"{"id":null,"kind":"decision","body":{}}"#, P::PrepareDecision),
        ("record.save", r#"{"id":null,"kind":"decision","body":{"status":"decided"}}"#, P::Decide),
        ("record.save", r#"{"id":null,"kind":"pack","body":{}}"#, P::Export),
        ("record.trash", r#"{"ids":[]}"#, P::Trash),
        ("record.restore", r#"{"ids":[]}"#, P::Trash),
        ("trash.empty", r#"{}"#, P::EmptyTrash),
        ("record.undo", r#"{"entry":1}"#, P::Trash),
        ("answer.save", r#"{"assessment":"00000000-0000-7000-8000-000000000000","answer":{}}"#, P::Assess),
        (
            "answer.set_many",
            r#"{"assessment":"00000000-0000-7000-8000-000000000000","requirements":[],"set":{}}"#,
            P::Assess,
        ),
        ("template.apply", r#"{"assessment":"00000000-0000-7000-8000-000000000000","kind":"","role":""}"#, P::Assess),
        ("proposal.decide", r#"{"assessment":"00000000-0000-7000-8000-000000000000"}"#, P::Assess),
        ("assessment.freeze", r#"{"assessment":"00000000-0000-7000-8000-000000000000","title":""}"#, P::Assess),
        ("assessment.next", r#"{"assessment":"00000000-0000-7000-8000-000000000000","title":""}"#, P::Assess),
        ("record.save", r#"{"id":null,"kind":"finding","body":{}}"#, P::Assess),
        ("gate.pass", r#"{"system":"00000000-0000-7000-8000-000000000000","to":"operation"}"#, P::KeepInventory),
        (
            "gate.override",
            r#"{"system":"00000000-0000-7000-8000-000000000000","to":"operation","reason":"","expires_on":""}"#,
            P::OverrideGate,
        ),
        ("framework.preview", r#"{"path":"/nowhere"}"#, P::KeepFrameworks),
        ("framework.save", r#"{"framework":{"framework":{},"group":[],"requirement":[]}}"#, P::KeepFrameworks),
        ("framework.remove", r#"{"id":"x","edition":"1"}"#, P::KeepFrameworks),
        ("export.assessment", r#"{"reference":"ASM-0001","format":"soa-xlsx","out":""}"#, P::Export),
        ("charter.save", r#"{"charter":{"edition":99}}"#, P::EditCharter),
        ("import.preview", r#"{"path":"/nowhere","kind":"system"}"#, P::Import),
        ("import.run", r#"{"path":"/nowhere","kind":"system"}"#, P::Import),
        ("fairness.preview", r#"{"path":"/nowhere"}"#, P::Review),
        (
            "fairness.measure",
            r#"{"review":"00000000-0000-7000-8000-000000000000","revision":1,"path":"/nowhere"}"#,
            P::Review,
        ),
        ("export.list", r#"{"kind":"system","format":"csv","out":""}"#, P::Export),
        ("pack.build", r#"{"profile":"board","out":""}"#, P::Export),
        ("pack.verify", r#"{"path":"/nowhere","with_vault":true}"#, P::View),
        ("journal.verify", r#"{}"#, P::View),
        ("vault.check", r#"{}"#, P::View),
        ("vault.passphrase", r#"{"old":"x","new":"x"}"#, P::View),
        ("evidence.preview", r#"{"reference":"EVD-0001"}"#, P::View),
        ("evidence.add", r#"{"path":"/nowhere"}"#, P::KeepEvidence),
        ("evidence.export", r#"{"reference":"EVD-0001","out":""}"#, P::Export),
        ("record.save", r#"{"id":null,"kind":"evidence","body":{}}"#, P::KeepEvidence),
        (
            "answer.review",
            r#"{"assessment":"00000000-0000-7000-8000-000000000000","requirements":["1.1.a"]}"#,
            P::Review,
        ),
        ("pack.sign", r#"{"id":"00000000-0000-7000-8000-000000000000"}"#, P::Review),
        ("vault.backups", r#"{}"#, P::View),
        ("vault.keep_backups", r#"{}"#, P::View),
        ("vault.backup", r#"{"out":""}"#, P::ManageVault),
        ("vault.rekey", r#"{}"#, P::ManageVault),
        ("vault.recovery_key", r#"{}"#, P::ManageVault),
        ("member.invite", r#"{"name":"","role":"chair","passphrase":""}"#, P::ManageVault),
        ("member.role", r#"{"id":"00000000-0000-7000-8000-000000000000","role":"chair"}"#, P::ManageVault),
        ("member.deactivate", r#"{"id":"00000000-0000-7000-8000-000000000000"}"#, P::ManageVault),
        ("member.reset", r#"{"id":"00000000-0000-7000-8000-000000000000","passphrase":""}"#, P::ManageVault),
        ("member.switch", r#"{"member":"nobody","passphrase":""}"#, P::View),
        ("draft.keep", r#"{"key":"k","body":""}"#, P::View),
        ("draft.get", r#"{"key":"k"}"#, P::View),
    ]
}

/// The page that people read says what the table says.
#[test]
fn the_permission_page_is_the_table() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.md")).unwrap();
    for (permission, roles) in conclave_domain::permission::TABLE {
        let cells = Role::ALL.map(|r| if roles.contains(&r) { "yes" } else { "–" });
        let row = format!("| {} | {} |", permission.label(), cells.join(" | "));
        assert!(page.contains(&row), "docs/permissions.md lacks the row {row}");
    }
    for name in call_names() {
        assert!(page.contains(&format!("`{name}`")), "docs/permissions.md does not name {name}");
    }
}

/// Calls that need no open vault, and so no role.
const ANYONE: [&str; 16] = [
    "vault.restore",
    "vault.check_backup",
    "vault.rescue",
    "pack.verify",
    "vault.create",
    "session.status",
    "vault.peek",
    "vault.open",
    "vault.recover",
    "vault.lock",
    "passphrase.strength",
    "session.preferences",
    "file.choose",
    "file.open",
    "session.awake",
    "",
];

#[test]
fn no_call_is_missing_from_this_test() {
    let mut tested: Vec<&str> =
        calls().into_iter().map(|(name, ..)| name).chain(ANYONE.into_iter().filter(|n| !n.is_empty())).collect();
    tested.sort_unstable();
    tested.dedup();
    let mut all = call_names();
    all.sort_unstable();
    assert_eq!(tested, all);
}

#[tokio::test]
async fn every_role_may_send_exactly_what_the_table_says() {
    let place = place(false).await;
    for role in Role::ALL {
        place.app.act_as(role).await;
        for (name, payload, permission) in calls() {
            let reply = place.app.dispatch(name, payload, &place.app.ticket_now(), &Job::default()).await;
            let refused = matches!(&reply, Err(Fault { kind: FaultKind::NotAllowed, .. }));
            let wanted = !permission.roles().contains(&role);
            assert_eq!(refused, wanted, "{} sends {name} {payload}: {reply:?}", role.name());
            // A payload that does not parse would be refused before anybody asks for a role.
            let unread = matches!(&reply, Err(Fault { sentence, .. }) if sentence.contains("of the request"));
            assert!(!unread, "{name} {payload} does not parse: {reply:?}");
        }
    }
    // Every role may view, so for those calls only the want of an open vault tells a check from none.
    let views: Vec<_> = calls().into_iter().filter(|(_, _, p)| *p == Permission::View).collect();
    place.app.act_as(Role::Administrator).await;
    let journal =
        place.app.send(ListJournal { call: "trash.empty".into(), limit: 10, ..ListJournal::default() }).await.unwrap();
    assert_eq!(journal.lines.iter().filter(|l| l.refused).count(), 4, "four roles tried to empty the trash");
    place.app.lock().await;
    for (name, payload, _) in views {
        let reply = place.app.dispatch(name, payload, "", &Job::default()).await;
        assert!(matches!(&reply, Err(Fault { kind: FaultKind::Locked, .. })), "{name} without a vault: {reply:?}");
    }
}
