//! Somebody who has the data key changes, with SQL, what lies beside the journal: members, records, answers, the charter.
//! The journal has the last word on each of them, so the check must find a state that the journal does not lead to.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod fault_support;

use conclave_vault::crypto::hex::encode as hex;
use fault_support::scene::*;

/// Runs one SQL text against a fresh copy of the history.
async fn sql(text: &str) -> Scene {
    let scene = Scene::new().await;
    let mut intruder = scene.intrude().await;
    intruder.change(text).await;
    intruder.leave().await;
    scene
}

#[tokio::test]
async fn the_acting_members_public_key_exchanged_in_the_list_of_members_shows() {
    let scene = Scene::new().await;
    let mut intruder = scene.intrude().await;
    let (ada, key) = (scene.ada().simple().to_string(), hex(stranger(9).verifying_key().as_bytes()));
    intruder.change(&format!("UPDATE member SET signing_key = x'{key}' WHERE id = x'{ada}'")).await;
    intruder.leave().await;
    scene.noticed_as("Ada's key", "Ada Osei").await;
}

#[tokio::test]
async fn another_members_public_key_exchanged_in_the_list_of_members_shows() {
    let key = hex(stranger(9).verifying_key().as_bytes());
    let scene = sql(&format!("UPDATE member SET signing_key = x'{key}' WHERE name = 'Ben Abara'")).await;
    scene.noticed_as("Ben's key", "Ben Abara").await;
}

#[tokio::test]
async fn a_role_changed_without_an_entry_shows() {
    let scene = sql("UPDATE member SET role = 'administrator' WHERE name = 'Ben Abara'").await;
    scene.noticed_as("Ben's role", "Ben Abara").await;
}

#[tokio::test]
async fn a_record_body_changed_without_an_entry_shows() {
    let text = "UPDATE body SET json = json_set(json, '$.purpose', 'Rewritten.')
                WHERE record = (SELECT seq FROM record WHERE kind = 'system' AND number = 1)";
    sql(text).await.noticed_as("a field that no list shows", "AIS-0001").await;
}

#[tokio::test]
async fn a_record_title_changed_without_its_body_shows() {
    let text = "UPDATE record SET title = 'Rewritten' WHERE kind = 'system' AND number = 1";
    sql(text).await.noticed_as("the title alone", "AIS-0001").await;
    let text = "UPDATE body SET json = json_set(json, '$.name', 'Rewritten')
                WHERE record = (SELECT seq FROM record WHERE kind = 'system' AND number = 1)";
    sql(text).await.noticed_as("the name alone", "AIS-0001").await;
}

#[tokio::test]
async fn a_record_removed_without_an_entry_shows() {
    let text = "DELETE FROM body WHERE record = (SELECT seq FROM record WHERE kind = 'system' AND number = 1);
                DELETE FROM record WHERE kind = 'system' AND number = 1";
    // Nobody can know the reference of what is not there: any finding will do.
    sql(text).await.noticed_as("removed", "").await;
}

#[tokio::test]
async fn a_record_thrown_away_without_an_entry_shows() {
    let text = "UPDATE record SET trashed_at = 1 WHERE kind = 'system' AND number = 1";
    sql(text).await.noticed_as("trashed", "AIS-0001").await;
}

#[tokio::test]
async fn an_answer_changed_without_an_entry_shows() {
    sql("UPDATE answer SET result = 'met', comment = 'Rewritten.'").await.noticed_as("an answer", "ASM-0001").await;
}

#[tokio::test]
async fn a_charter_changed_without_an_entry_shows() {
    let text = "UPDATE charter SET body = json_set(body, '$.organisation', 'Rewritten')";
    sql(text).await.noticed_as("the charter", "harter").await;
}

#[tokio::test]
async fn a_member_added_deactivated_or_renamed_without_an_entry_shows() {
    let key = hex(stranger(9).verifying_key().as_bytes());
    let text = format!(
        "INSERT INTO member (id, name, role, signing_key, active, since)
         VALUES (randomblob(16), 'Mallory', 'administrator', x'{key}', 1, 0)"
    );
    sql(&text).await.noticed_as("added", "Mallory").await;
    sql("UPDATE member SET active = 0 WHERE name = 'Ben Abara'").await.noticed_as("deactivated", "Ben Abara").await;
    sql("UPDATE member SET name = 'Bob' WHERE name = 'Ben Abara'").await.noticed_as("renamed", "Bob").await;
}

#[tokio::test]
async fn a_member_removed_without_an_entry_shows() {
    sql("DELETE FROM member WHERE name = 'Ben Abara'").await.noticed_as("removed", "").await;
}

#[tokio::test]
async fn an_answer_added_or_removed_without_an_entry_shows() {
    sql("DELETE FROM answer").await.noticed_as("removed", "ASM-0001").await;
    let text = "INSERT INTO answer SELECT assessment, 'GV.9.9', 'met', progress, reason, maturity, target, comment,
                evidence, owner, due_on, 1, updated_at, updated_by, value, observation, inclusion, origin FROM answer";
    sql(text).await.noticed_as("added", "ASM-0001").await;
}

#[tokio::test]
async fn a_record_added_without_an_entry_shows() {
    let text = "INSERT INTO record (seq, id, kind, number, title, status, class, owner, unit, due, score, cell, subject, gaps,
                  revision, created_at, updated_at, updated_by)
                SELECT 900, randomblob(16), kind, 900, title, status, class, owner, unit, due, score, cell, subject, gaps,
                  revision, created_at, updated_at, updated_by FROM record WHERE kind = 'system' AND number = 1;
                INSERT INTO body SELECT 900, json FROM body
                WHERE record = (SELECT seq FROM record WHERE kind = 'system' AND number = 1)";
    sql(text).await.noticed_as("added", "AIS-0900").await;
}

#[tokio::test]
async fn a_link_added_without_its_body_shows() {
    let text = "INSERT INTO link SELECT (SELECT id FROM record WHERE kind = 'system' AND number = 1), 'vendors',
                (SELECT id FROM record WHERE kind = 'system' AND number = 2)";
    sql(text).await.noticed_as("added", "AIS-0001").await;
}

#[tokio::test]
async fn a_figure_of_coverage_changed_without_its_answers_shows() {
    let text = "INSERT OR REPLACE INTO coverage (assessment, stage, met, partly, not_met, not_applicable, not_assessed)
                SELECT seq, 'design', 99, 0, 0, 0, 0 FROM record WHERE kind = 'assessment' AND number = 1";
    sql(text).await.noticed_as("coverage", "ASM-0001").await;
}
