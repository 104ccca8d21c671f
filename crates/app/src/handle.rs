//! How a call becomes its reply: one place for permission, transaction and journal, one dispatcher made from
//! `domain`'s list. A call without a handler does not compile.

use crate::{app::App, job::Job, rules::RULES, ticket::Ticket};
use conclave_domain::{
    all_calls,
    call::{Call, member::SwitchMember, session::ChangePassphrase},
    fault::{Fault, FaultKind},
    permission::{OF_THE_BOARD, Permission, Standing},
    t,
};
use conclave_vault::{Audited, Vault, Writer};
use std::future::Future;

/// The largest request, in bytes, checked before anything is parsed: room for several fields of 1 MB.
pub const PAYLOAD_LIMIT: usize = 16 * 1024 * 1024;

/// What a member may do before the first passphrase, which somebody else chose, is replaced.
const BEFORE_OWN_PASSPHRASE: [&str; 2] = [ChangePassphrase::NAME, SwitchMember::NAME];

/// A handler that reads the open vault.
pub(crate) trait Reads: Call {
    fn read(self, vault: &mut Vault) -> impl Future<Output = Result<Self::Reply, Fault>> + Send;
}

/// A handler that changes the open vault. It cannot finish without an event for the journal.
pub(crate) trait Changes: Call {
    fn change(self, writer: &mut Writer<'_>) -> impl Future<Output = Result<Audited<Self::Reply>, Fault>> + Send;
    /// Tells the reply under which journal entry the change was committed.
    fn entered(_: &mut Self::Reply, _: u64) {}
}

/// A handler that takes long.
pub(crate) trait Runs: Call {
    fn run(self, app: &App, job: &Job) -> impl Future<Output = Result<Self::Reply, Fault>> + Send;
}

/// A handler about the session itself.
pub(crate) trait Serves: Call {
    fn serve(self, app: &App, job: &Job) -> impl Future<Output = Result<Self::Reply, Fault>> + Send;
}

/// The part of a job that writes.
pub(crate) trait Work: Send {
    type Reply: Send;
    fn work(self, writer: &mut Writer<'_>) -> impl Future<Output = Result<Audited<Self::Reply>, Fault>> + Send;
}

/// Any call, handled.
pub trait Handle: Call {
    /// Checks the permission, does what is asked, and leaves the journal entry.
    fn handle(self, app: &App, job: &Job) -> impl Future<Output = Result<Self::Reply, Fault>> + Send;
}

struct Changing<C>(C);

impl<C: Changes> Work for Changing<C> {
    type Reply = C::Reply;
    fn work(self, writer: &mut Writer<'_>) -> impl Future<Output = Result<Audited<C::Reply>, Fault>> + Send {
        self.0.change(writer)
    }
}

impl App {
    /// Sends one call and waits for its reply; it belongs to whatever is open now.
    ///
    /// # Errors
    /// Whatever the call's handler refuses.
    pub async fn send<C: Handle>(&self, call: C) -> Result<C::Reply, Fault> {
        self.work(call, &Job::default()).await
    }

    /// The same for a call that takes long.
    ///
    /// # Errors
    /// Whatever the call's handler refuses.
    pub async fn work<C: Handle>(&self, call: C, job: &Job) -> Result<C::Reply, Fault> {
        let ticket = self.ticket();
        call.handle(self, &job.taken(self.now(), ticket)).await
    }

    async fn read<C: Reads>(&self, call: C, job: &Job) -> Result<C::Reply, Fault> {
        let mut vault = self.vault(job).await?;
        permit(&mut vault, C::NAME, call.permission()).await?;
        call.read(&mut vault).await
    }

    async fn change<C: Changes>(&self, call: C, job: &Job) -> Result<C::Reply, Fault> {
        let permission = call.permission();
        let (mut reply, entry) = self.transact(job, C::NAME, permission, Changing(call)).await?;
        C::entered(&mut reply, entry);
        Ok(reply)
    }

    /// The one place where the vault changes: ticket, permission, transaction, handler, journal entry, commit. A refusal of a
    /// permission is journalled, whether the call is refused or a rule further in.
    pub(crate) async fn transact<W: Work>(
        &self,
        job: &Job,
        name: &str,
        permission: Permission,
        work: W,
    ) -> Result<(W::Reply, u64), Fault> {
        let mut vault = self.vault(job).await?;
        permit(&mut vault, name, permission).await?;
        let mut transaction = vault.begin(&RULES).await?;
        let mut writer = transaction.writer();
        let result = work.work(&mut writer).await;
        drop(writer);
        match result {
            Ok(audited) => Ok(transaction.commit(name, audited).await?),
            Err(fault) => {
                transaction.roll_back().await?;
                if fault.kind == FaultKind::NotAllowed {
                    vault.note_refusal(name).await?;
                }
                Err(fault)
            }
        }
    }

    async fn run<C: Runs>(&self, call: C, job: &Job) -> Result<C::Reply, Fault> {
        self.first(&call, job).await?;
        let reply = call.run(self, job).await;
        self.touch();
        reply
    }

    async fn serve<C: Serves>(&self, call: C, job: &Job) -> Result<C::Reply, Fault> {
        self.first(&call, job).await?;
        call.serve(self, job).await
    }

    /// What needs an open vault is asked for its ticket and its permission before anything else.
    async fn first<C: Call>(&self, call: &C, job: &Job) -> Result<(), Fault> {
        if call.permission() == Permission::Anyone {
            return Ok(());
        }
        permit(&mut *self.vault(job).await?, C::NAME, call.permission()).await
    }
}

/// Refuses a member who may not do this, and journals the attempt.
async fn permit(vault: &mut Vault, name: &str, permission: Permission) -> Result<(), Fault> {
    if vault.must_change() && permission != Permission::Anyone && !BEFORE_OWN_PASSPHRASE.contains(&name) {
        return Err(Fault::new(FaultKind::NotAllowed, t!("app.must_change"), t!("app.must_change_next")));
    }
    let role = vault.role();
    let refused = if OF_THE_BOARD.contains(&permission) {
        let mut reader = vault.read().await?;
        let (charter, members) = (reader.charter().await?, reader.active_members().await?);
        Standing { role, charter: &charter, members }.may(permission)
    } else {
        permission.check(role)
    };
    let Err(fault) = refused else { return Ok(()) };
    vault.note_refusal(name).await?;
    Err(fault)
}

macro_rules! dispatcher {
    (reads: [$($read:path),* $(,)?] changes: [$($change:path),* $(,)?] jobs: [$($job:path),* $(,)?] sessions: [$($session:path),* $(,)?]) => {
        $(impl Handle for $read {
            async fn handle(self, app: &App, job: &Job) -> Result<Self::Reply, Fault> {
                app.read(self, job).await
            }
        })*
        $(impl Handle for $change {
            async fn handle(self, app: &App, job: &Job) -> Result<Self::Reply, Fault> {
                app.change(self, job).await
            }
        })*
        $(impl Handle for $job {
            async fn handle(self, app: &App, job: &Job) -> Result<Self::Reply, Fault> {
                app.run(self, job).await
            }
        })*
        $(impl Handle for $session {
            async fn handle(self, app: &App, job: &Job) -> Result<Self::Reply, Fault> {
                app.serve(self, job).await
            }
        })*

        impl App {
            /// Handles a call by its name on the wire. Request and reply are JSON text; `ticket` is that of the opening which
            /// the call belongs to, "" where no vault was open.
            ///
            /// # Errors
            /// An unknown name, a malformed or too large request, or what the call's handler refuses.
            pub async fn dispatch(&self, name: &str, payload: &str, ticket: &str, job: &Job) -> Result<String, Fault> {
                if payload.len() > PAYLOAD_LIMIT {
                    let limit = PAYLOAD_LIMIT / (1024 * 1024);
                    return Err(Fault::new(FaultKind::BadRequest, t!("fault.too_large", limit = limit), t!("fault.too_large_next")));
                }
                let job = &job.taken(self.now(), Ticket::named(ticket));
                match name {
                    $(<$read as Call>::NAME => self.wire::<$read>(payload, job).await,)*
                    $(<$change as Call>::NAME => self.wire::<$change>(payload, job).await,)*
                    $(<$job as Call>::NAME => self.wire::<$job>(payload, job).await,)*
                    $(<$session as Call>::NAME => self.wire::<$session>(payload, job).await,)*
                    _ => Err(Fault::bad_request(t!("app.unknown_call"))),
                }
            }
        }

        /// The names of all calls.
        pub fn call_names() -> Vec<&'static str> {
            vec![
                $(<$read as Call>::NAME,)* $(<$change as Call>::NAME,)* $(<$job as Call>::NAME,)* $(<$session as Call>::NAME,)*
            ]
        }
    };
}

impl App {
    async fn wire<C: Handle>(&self, payload: &str, job: &Job) -> Result<String, Fault> {
        // The parser's message names the place and the field, and may quote what was sent; only the place goes further.
        let call: C = serde_json::from_str(payload)
            .map_err(|e| Fault::bad_request(t!("app.malformed", line = e.line(), column = e.column())))?;
        // Boxed: the handlers' futures are large, and one match over all of them would be the sum of the largest.
        let reply = Box::pin(call.handle(self, job)).await?;
        serde_json::to_string(&reply).map_err(|e| {
            tracing::error!(error = %e, "a reply could not be written");
            Fault::internal()
        })
    }
}

all_calls!(dispatcher);
