//! What crosses from the web side: unknown names, malformed and too large payloads are refused in plain words, and nothing
//! that was sent is repeated in the answer.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use conclave_app::{Job, PAYLOAD_LIMIT};
use conclave_domain::{
    call::record::GetRecord,
    fault::FaultKind,
    noun::{Body, System},
};
use support::place;

#[tokio::test]
async fn an_unknown_call_a_malformed_and_a_huge_payload_are_refused() {
    let place = place(false).await;
    let huge = format!("{{\"reference\":\"{}\"}}", "x".repeat(PAYLOAD_LIMIT));
    let secret = r#"{"path":"x","passphrase":17,"member":"Marker-Name"}"#;
    for (name, payload) in [
        ("nothing.such", "{}"),
        ("record.get", ""),
        ("record.get", "{"),
        ("record.get", "[]"),
        ("record.get", r#"{"reference":5}"#),
        ("record.get", huge.as_str()),
        ("record.save", r#"{"kind":"unicorn","body":{}}"#),
        ("record.save", r#"{"id":"not-an-id","kind":"system","body":{}}"#),
        ("vault.open", secret),
    ] {
        let fault = place.app.dispatch(name, payload, &place.app.ticket_now(), &Job::default()).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::BadRequest, "{name}");
        assert!(fault.sentence.ends_with('.') && fault.sentence.len() < 200, "{}", fault.sentence);
        assert!(!fault.sentence.contains("Marker-Name"), "{}", fault.sentence);
    }
}

#[tokio::test]
async fn markup_right_to_left_emoji_and_a_field_of_a_megabyte_come_back_as_they_went() {
    let place = place(false).await;
    let name = "<script>alert(1)</script> \u{202e}שלום مرحبا 日本語 👩🏽‍⚕️ e\u{301} =SUM(A1) '; DROP TABLE record; --";
    let long = "wort ".repeat(200_000);
    let body = System { name: name.into(), purpose: long.clone(), ..System::default() };
    let head = place.save(Body::System(body.clone())).await.unwrap().head;
    let back = place.app.send(GetRecord { reference: head.reference }).await.unwrap();
    assert_eq!(back.body, Body::System(body));
    let longer = System { name: "x".into(), purpose: "y".repeat(1_200_001), ..System::default() };
    assert!(place.save(Body::System(longer)).await.unwrap_err().about("purpose").is_some());
}
