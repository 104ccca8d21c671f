//! A form's one call at a time: a second press is the same wish, and what was refused shows at its field.

use crate::{
    call::send,
    parts::{loading::failed, toast},
};
use conclave_domain::{
    call::Call,
    fault::{Fault, FaultKind, FieldFault},
};
use leptos::{prelude::*, task::spawn_local};

/// Where a form stands. It is a handle: copies share one state.
#[derive(Clone, Copy)]
pub struct Sending {
    busy: RwSignal<bool>,
    fault: RwSignal<Option<Fault>>,
    /// The field at which a wrong passphrase shows; "" for none.
    secret: &'static str,
}

impl Sending {
    /// A form that was not sent yet.
    pub fn new() -> Self {
        Self::with_secret("")
    }

    /// A form that was not sent yet, and whose field `secret` asks for the passphrase so far.
    pub fn with_secret(secret: &'static str) -> Self {
        Self { busy: RwSignal::new(false), fault: RwSignal::new(None), secret }
    }

    /// Whether the reply is awaited; follows it.
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// Sends the form's call and hands over the reply; a refusal shows in the form.
    pub fn send<C: Call>(self, call: C, done: impl FnOnce(C::Reply) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.fault.set(None);
        let asked = send(call);
        spawn_local(async move {
            let reply = asked.await;
            let _ = self.busy.try_set(false);
            match reply {
                Ok(reply) => done(reply),
                Err(fault) => self.refuse(fault),
            }
        });
    }

    /// Shows a refusal; at the window's edge if the form is gone.
    pub fn refuse(self, mut fault: Fault) {
        if fault.kind == FaultKind::WrongPassphrase && !self.secret.is_empty() {
            fault.fields = vec![FieldFault::new(self.secret, format!("{} {}", fault.sentence, fault.next))];
        }
        if let Some(Some(unseen)) = self.fault.try_set(Some(fault)) {
            toast::fault(&unseen);
        }
    }

    /// Does something whenever the form was refused.
    pub fn when_refused(self, then: impl Fn() + 'static) {
        Effect::new(move |_| {
            if self.fault.with(Option::is_some) {
                then();
            }
        });
    }

    /// The sentence about one field.
    pub fn at(self, key: &'static str) -> AnyView {
        field_fault(self.fault, key)
    }

    /// A refusal that is about none of the form's fields.
    pub fn rest(self, fields: &'static [&'static str]) -> AnyView {
        let shown = move || {
            let fault = self.fault.get().filter(|f| !fields.iter().any(|key| f.about(key).is_some()));
            fault.map(|f| failed(&f))
        };
        view! { {shown} }.into_any()
    }
}

/// The sentence about one field of a refused form.
pub fn field_fault(fault: RwSignal<Option<Fault>>, key: &'static str) -> AnyView {
    let sentence = move || fault.with(|f| f.as_ref().and_then(|f| f.about(key).map(str::to_owned)));
    view! { {move || sentence().map(|s| view! { <p class="fault" role="alert" data-test=format!("fault-{key}")>{s}</p> })} }.into_any()
}
