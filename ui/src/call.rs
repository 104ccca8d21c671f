//! The one way to the shell: any call goes out by [`send`], any reply that a page shows is held by [`use_reply`], which asks
//! again when a change touched what it may show.
//!
//! Every call names the opening of the vault that it belongs to by a ticket: what was begun before the vault was locked, or
//! before another member took over, is refused instead of being done in somebody else's name.

use conclave_domain::{
    call::{Call, Progress, Tag, Way, session::GetStatus},
    fault::{Fault, FaultKind},
    t,
};
use leptos::{prelude::*, task::spawn_local};
use std::{
    cell::{Cell, RefCell},
    sync::LazyLock,
};
use wasm_bindgen::{JsCast, JsValue, prelude::*};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = invoke, catch)]
    async fn invoke(command: &str, arguments: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = transformCallback, catch)]
    fn transform_callback(callback: &Closure<dyn FnMut(JsValue)>, once: bool) -> Result<JsValue, JsValue>;
}

/// Counts up whenever a change touched what a tag stands for.
static TOUCHED: LazyLock<[ArcRwSignal<u32>; 6]> = LazyLock::new(|| std::array::from_fn(|_| ArcRwSignal::new(0)));

/// Content that is compiled in and never changes while the window is open.
const CONSTANT: [&str; 5] = ["crosswalk.get", "crosswalk.links", "questionnaire.get", "template.get", "threat.list"];

fn touched(tag: Tag) -> &'static ArcRwSignal<u32> {
    &TOUCHED[match tag {
        Tag::Records => 0,
        Tag::Answers => 1,
        Tag::Charter => 2,
        Tag::Session => 3,
        Tag::Members => 4,
        Tag::Backups => 5,
    }]
}

/// Makes the surrounding effect run again when a change touches this tag.
pub fn watch(tag: Tag) {
    touched(tag).track();
}

/// Says that what a tag stands for was touched.
pub fn touch(tag: Tag) {
    touched(tag).update(|n| *n = n.wrapping_add(1));
}

/// A running job, to cancel it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct JobId(u32);

impl JobId {
    /// A new number.
    pub fn new() -> Self {
        thread_local!(static NEXT: Cell<u32> = const { Cell::new(1) });
        Self(NEXT.with(|next| next.replace(next.get().wrapping_add(1))))
    }

    /// Asks the job to stop at its next step; the call then ends with a fault of kind cancelled.
    pub fn cancel(self) {
        spawn_local(async move {
            let arguments = js_sys::Object::new();
            set(&arguments, "job", self.0.into());
            let _ = invoke("cancel", arguments.into()).await;
        });
    }
}

thread_local! {
    /// The ticket of the opening that the window shows; "" while no vault is open.
    static TICKET: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The ticket of the opening that the window shows: what is done later, but belongs to now, is sent under it.
pub fn ticket() -> String {
    TICKET.with_borrow(String::clone)
}

/// Makes this the ticket that calls go out under from now on; says whether it is another one than before.
pub fn adopt(ticket: String) -> bool {
    TICKET.with_borrow_mut(|now| {
        let other = *now != ticket;
        *now = ticket;
        other
    })
}

/// Sends a call and waits for its reply. It belongs to the moment at which it is made, not to the one at which it is awaited.
pub fn send<C: Call>(call: C) -> impl Future<Output = Result<C::Reply, Fault>> {
    run(call, JobId::new(), |_| {})
}

/// Sends a call that belongs to an earlier moment: to the opening whose ticket was kept then.
pub async fn send_under<C: Call>(ticket: String, call: C) -> Result<C::Reply, Fault> {
    run_under(ticket, call, JobId::new(), |_| {}).await
}

/// Sends a call that reports how far it is, under a number by which it can be cancelled. It belongs to the moment at which
/// it is made.
pub fn run<C: Call>(
    call: C,
    job: JobId,
    progress: impl FnMut(Progress) + 'static,
) -> impl Future<Output = Result<C::Reply, Fault>> {
    run_under(ticket(), call, job, progress)
}

async fn run_under<C: Call>(
    ticket: String,
    call: C,
    job: JobId,
    progress: impl FnMut(Progress) + 'static,
) -> Result<C::Reply, Fault> {
    let payload = serde_json::to_string(&call).map_err(|_| Fault::internal())?;
    drop(call);
    let way = if C::WAY == Way::Job { Some((job, Box::new(progress) as Box<dyn FnMut(Progress)>)) } else { None };
    let text = exchange(C::NAME, ticket, payload, way).await?;
    let reply = serde_json::from_str(&text).map_err(|_| Fault::internal())?;
    for tag in C::TOUCHES {
        touch(*tag);
    }
    Ok(reply)
}

type Listener = Box<dyn FnMut(Progress)>;

fn set(object: &js_sys::Object, key: &str, value: JsValue) {
    // Setting a property of a plain object cannot fail.
    let _ = js_sys::Reflect::set(object, &key.into(), &value);
}

async fn exchange(
    name: &'static str,
    ticket: String,
    payload: String,
    job: Option<(JobId, Listener)>,
) -> Result<String, Fault> {
    let internals = js_sys::Reflect::get(&window(), &"__TAURI_INTERNALS__".into()).unwrap_or(JsValue::UNDEFINED);
    if !internals.is_object() {
        return Err(Fault::new(FaultKind::Internal, t!("part.no_shell"), t!("part.no_shell_next")));
    }
    let arguments = js_sys::Object::new();
    set(&arguments, "name", name.into());
    set(&arguments, "ticket", ticket.into());
    set(&arguments, "payload", payload.into());
    let reply = match job {
        None => invoke("call", arguments.into()).await,
        Some((id, listener)) => {
            let channel = listen(listener);
            let number = transform_callback(&channel, false).ok().and_then(|n| n.as_f64()).unwrap_or(0.0);
            set(&arguments, "job", id.0.into());
            set(&arguments, "progress", format!("__CHANNEL__:{number}").into());
            let reply = invoke("job", arguments.into()).await;
            // Late messages may still arrive; the closure is small and lives on.
            channel.forget();
            reply
        }
    };
    match reply {
        Ok(text) => Ok(text.as_string().unwrap_or_default()),
        Err(refused) => {
            let fault = refused.as_string().and_then(|text| serde_json::from_str::<Fault>(&text).ok());
            let fault = fault.unwrap_or_else(Fault::internal);
            // The window does not know yet where the session stands: it asks, unless that was the question.
            if matches!(fault.kind, FaultKind::Locked | FaultKind::Stale) && name != GetStatus::NAME {
                touch(Tag::Session);
            }
            Err(fault)
        }
    }
}

/// The page's end of a channel: messages come as `{ index, message }` with the progress as JSON text.
fn listen(mut listener: Listener) -> Closure<dyn FnMut(JsValue)> {
    let mut last = -1.0;
    Closure::new(move |event: JsValue| {
        let Ok(event) = event.dyn_into::<js_sys::Object>() else { return };
        let field = |key: &str| js_sys::Reflect::get(&event, &key.into()).unwrap_or(JsValue::UNDEFINED);
        // Only the newest counts: a progress that arrives late is no news.
        let index = field("index").as_f64().unwrap_or(0.0);
        if index > last
            && let Some(text) = field("message").as_string()
            && let Ok(progress) = serde_json::from_str(&text)
        {
            last = index;
            listener(progress);
        }
    })
}

/// The reply to a question that a page shows: `None` until the first answer. It is asked again when the question changes or
/// a change touched anything of the vault; the old reply stays until the new one is there. A reply that says the same is no
/// news: what is built from it, perhaps a form that somebody is filling in, stays as it is; so does it when the question was
/// asked in an opening that ended meanwhile.
pub fn use_reply<C: Call>(ask: impl Fn() -> Option<C> + 'static) -> Signal<Option<Result<C::Reply, Fault>>>
where
    C::Reply: PartialEq,
{
    let reply = RwSignal::new(None);
    let turn = StoredValue::new(0_u32);
    Effect::new(move |_| {
        if !CONSTANT.contains(&C::NAME) {
            for tag in [Tag::Records, Tag::Answers, Tag::Charter, Tag::Members, Tag::Backups] {
                watch(tag);
            }
        }
        let Some(call) = ask() else { return };
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        let asked = send(call);
        spawn_local(async move {
            let answer = asked.await;
            // A newer question, or a page that is gone, makes this answer nobody's.
            if turn.try_get_value() == Some(mine) {
                let over = matches!(&answer, Err(fault) if fault.kind == FaultKind::Stale);
                let news = reply.try_with_untracked(|r| r.is_none() || (!over && r.as_ref() != Some(&answer)));
                if news == Some(true) {
                    let _ = reply.try_set(Some(answer));
                }
            }
        });
    });
    reply.into()
}
