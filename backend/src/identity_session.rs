//! An identity on one connection: from authentication to the disconnect hook, for plain mode, `yodel.v1`
//! and event streams alike.
//!
//! | idea | file |
//! |---|---|
//! | identity -> user, presence key, directory entry, hooks | here |
//! | authentication: hook, then settings | `authentication` |
//! | what is constant between two tokens | `member` |
//! | the `on_connect` hook while it runs | `connecting` |
//! | end of a token | `expiry` |

pub mod authentication;
mod connecting;
mod context;
mod expiry;
mod member;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use yodel_protocol::{ClientId, CloseCode};

use crate::auth::Identity;
use crate::encode::SharedPayload;
use crate::hooks::error::Rejection;
use crate::hooks::panics::{self, Panicked};
use crate::hooks::request_head::RequestHead;
use crate::hub::message::Sender;
use crate::hub::{Client, DirectoryEntry, Subscription};
use crate::runtime::clock;

use connecting::Connecting;
use expiry::Expiry;

pub use context::{SessionContext, SessionLine};
pub use member::SessionMember;

/// What a connection receives besides the messages of its rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receives {
    /// Direct messages to its user or client.
    pub direct: bool,
    /// Broadcasts to all connections.
    pub broadcasts: bool,
}

/// An identity on one connection. Dropping it removes the connection from the directory and from the
/// receivers of broadcasts.
#[derive(Debug)]
pub struct IdentitySession {
    member: Arc<SessionMember>,
    expiry: Option<Expiry>,
    stage: Stage,
    _entry: DirectoryEntry<SharedPayload>,
    broadcasts: Option<Subscription<SharedPayload>>,
}

#[derive(Debug)]
enum Stage {
    Connecting(Box<Connecting>),
    Connected,
    Rejected,
}

impl IdentitySession {
    /// Enters a connection into the directory, and starts its `on_connect` hook if one is registered and
    /// `request` is given. Broadcasts are received from now on, or once the hook has accepted the
    /// connection.
    pub fn new(
        identity: Identity,
        sender: Sender,
        line: SessionLine,
        receives: Receives,
        request: Option<RequestHead>,
        context: &SessionContext<'_>,
    ) -> Self {
        let expiry = identity.rejected_from().map(Expiry::new);
        let (id, user) = (sender.client.clone(), sender.user.clone());
        let (peer, since, receives_direct) = (context.peer, clock::now_ms(), receives.direct);
        let entry =
            context.hub.register(Client { id, user, peer, since, receives_direct, subscriber: Arc::clone(&line) });
        let member = Arc::new(SessionMember::new(identity, sender));
        let hook = request.and_then(|request| context.hooks.connect(|| member.caller(context), request));
        let later = receives.broadcasts.then_some(line);
        let (stage, broadcasts) = match hook {
            Some(hook) => (Stage::Connecting(Box::new(Connecting::new(hook, later))), None),
            None => (Stage::Connected, later.map(|line| context.hub.subscribe(line))),
        };
        Self { member, expiry, stage, _entry: entry, broadcasts }
    }

    /// Returns the sender of the connection's messages, as a given identity has it.
    pub fn sender(identity: &Identity, client: ClientId, prefix: Option<Box<str>>) -> Sender {
        Sender { client, user: authentication::user(identity), prefix }
    }

    /// Returns what is constant until the next token.
    pub fn member(&self) -> &Arc<SessionMember> {
        &self.member
    }

    /// Replaces the identity by one of the same user.
    pub fn renew(&mut self, identity: Identity) {
        self.expiry = identity.rejected_from().map(Expiry::new);
        self.member = Arc::new(self.member.renewed(identity));
    }

    /// Ready once the identity has expired.
    pub fn poll_expired(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.expiry.as_mut().map_or(Poll::Pending, |expiry| expiry.poll(context))
    }

    /// Returns whether `on_connect` has accepted the connection, or is not registered.
    pub fn is_connected(&self) -> bool {
        matches!(self.stage, Stage::Connected)
    }

    /// Ready once `on_connect` has finished; at once without one.
    ///
    /// # Errors
    /// When it refused the connection, or has refused it before.
    pub fn poll_connected(
        &mut self,
        session: &SessionContext<'_>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Rejection>> {
        if self.is_connected() {
            return Poll::Ready(Ok(()));
        }
        // Taken out meanwhile: a hook that panics is not polled again, and has not accepted.
        let Stage::Connecting(mut connecting) = std::mem::replace(&mut self.stage, Stage::Rejected) else {
            return Poll::Ready(Err(Rejection::internal()));
        };
        match connecting.poll(context) {
            Poll::Pending => {
                self.stage = Stage::Connecting(connecting);
                Poll::Pending
            }
            Poll::Ready(Ok(())) => {
                self.stage = Stage::Connected;
                self.broadcasts = connecting.receiver().map(|line| session.hub.subscribe(line));
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(rejection)) => Poll::Ready(Err(rejection)),
        }
    }

    /// Waits until `on_connect` has finished, in a task that a panic of it must not end.
    ///
    /// # Errors
    /// When the hook refused the connection; outside of that when it panicked.
    pub async fn finish_connecting(&mut self, session: &SessionContext<'_>) -> Result<Result<(), Rejection>, Panicked> {
        panics::caught("on_connect", poll_fn(|context| self.poll_connected(session, context))).await
    }

    /// Ends the session: `on_disconnect` runs in a task of its own, after `on_connect` has finished, and
    /// not if that refused the connection.
    pub fn disconnect(self, code: CloseCode, reason: &str, context: &SessionContext<'_>) {
        let connecting = match self.stage {
            Stage::Connecting(connecting) => Some(connecting),
            Stage::Connected => None,
            Stage::Rejected => return,
        };
        let disconnected = context.hooks.disconnect(|| self.member.caller(context), code, reason);
        if connecting.is_none() && disconnected.is_none() {
            return;
        }
        context.tasks.spawn(async move {
            let accepted = match connecting {
                Some(connecting) => connecting.finish().await.is_ok(),
                None => true,
            };
            if let Some(disconnected) = disconnected.filter(|_| accepted) {
                disconnected.await;
            }
        });
    }
}

#[cfg(test)]
mod tests;
