//! A signature as people see it: whether it is right and still over what stands, who made it, when, with which key.

use crate::parts::{
    dom,
    status::{Tone, status},
};
use conclave_domain::{call::sign::SignatureLine, t, text};
use leptos::prelude::*;

/// What a signature is worth, in a sign and words.
pub fn standing(line: &SignatureLine) -> AnyView {
    match (line.right, line.current) {
        (false, _) => status(Tone::Bad, t!("signature_card.wrong")),
        (true, false) => status(Tone::Part, t!("signature_card.earlier")),
        (true, true) => status(Tone::Good, t!("signature_card.right")),
    }
}

/// One line of a list of signatures.
pub fn signature(line: &SignatureLine) -> AnyView {
    let entry = (line.entry > 0).then(|| {
        let words = t!("signature_card.entry", n = line.entry);
        view! { <a href=format!("/journal?entry={}", line.entry)>{words}</a> }
    });
    let purpose = text::label(&format!("signature_card.{}", line.purpose));
    view! {
        <li class="line signature" title=line.sentence() data-test="signature">
            <span>{standing(line)}</span>
            <span>{purpose}</span>
            <span>{t!("signature_card.by", member = line.member, when = dom::moment(line.at))}</span>
            <span class="muted">{t!("signature_card.key")} " " <span class="mono">{line.fingerprint.clone()}</span></span>
            {entry}
        </li>
    }
    .into_any()
}
