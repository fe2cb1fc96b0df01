//! The part of a plain-mode connection in the lobby.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tracing::debug;
use yodel_protocol::RoomName;
use yodel_websocket::message::Kind;

use crate::connection::close_reason::CloseReason;
use crate::connection::handle::ConnectionHandle;
use crate::encode::Push;
use crate::hooks::error::{Rejection, RequestError};
use crate::hooks::publication::Publication;
use crate::hooks::registry::HookFuture;
use crate::hub::message::{Body, NewMessage, Sender};
use crate::hub::{JoinRequest, LOBBY, Membership, Recipients};
use crate::identity_session::{Principal, SessionContext};

/// A running `on_publish` hook.
type PublishHook = HookFuture<Result<Publication, RequestError>>;

/// The part of a plain-mode connection in the lobby; dropping it leaves, and drops a running hook.
pub enum Lobby {
    /// The `on_connect` hook has not accepted the connection yet.
    NotJoined,
    /// The `on_join` hook runs.
    Joining(HookFuture<Result<(), RequestError>>),
    /// A principal.
    Joined(Membership<Push>),
    /// A principal, whose last message the `on_publish` hook decides on. In a box: those without a hook need
    /// no room for it.
    Publishing(Box<(Membership<Push>, PublishHook)>),
}

impl Lobby {
    /// Joins the lobby, once the `on_join` hook has allowed it.
    pub fn join(principal: &Principal, handle: &Arc<ConnectionHandle>, session: &SessionContext<'_>) -> Self {
        match session.hooks.start_on_join(|| principal.caller(session), &lobby_name()) {
            Some(hook) => Self::Joining(hook),
            None => Self::join_now(principal, handle, session),
        }
    }

    fn join_now(principal: &Principal, handle: &Arc<ConnectionHandle>, session: &SessionContext<'_>) -> Self {
        let info = principal.info();
        let request = JoinRequest { who: &principal.presence_key, info: info.as_ref(), watches: false, since: None };
        Self::Joined(session.hub.join_lobby(handle, &request))
    }

    /// Returns the membership, if there is one.
    pub fn membership(&self) -> Option<&Membership<Push>> {
        match self {
            Self::NotJoined | Self::Joining(_) => None,
            Self::Joined(membership) => Some(membership),
            Self::Publishing(publishing) => Some(&publishing.0),
        }
    }

    /// Returns whether no hook runs, so that messages may be taken.
    pub fn is_ready(&self) -> bool {
        matches!(self, Self::Joined(_))
    }

    /// Goes on where a hook has result.
    ///
    /// # Errors
    /// When it does not let the connection into the lobby.
    pub fn poll(
        &mut self,
        principal: &Principal,
        handle: &Arc<ConnectionHandle>,
        session: &SessionContext<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), CloseReason> {
        // Taken out meanwhile: a hook that panics is not polled again.
        *self = match std::mem::replace(self, Self::NotJoined) {
            Self::Joining(mut hook) => match hook.as_mut().poll(context) {
                Poll::Ready(allowed) => {
                    allowed.map_err(|error| Rejection::forbidden(error.message))?;
                    Self::join_now(principal, handle, session)
                }
                Poll::Pending => Self::Joining(hook),
            },
            Self::Publishing(publishing) => {
                let (membership, hook) = *publishing;
                Self::poll_publish(membership, hook, principal, context)
            }
            other => other,
        };
        Ok(())
    }

    fn poll_publish(
        membership: Membership<Push>,
        mut hook: PublishHook,
        principal: &Principal,
        context: &mut Context<'_>,
    ) -> Self {
        match hook.as_mut().poll(context) {
            Poll::Ready(result) => {
                publish(&membership, &principal.sender, result);
                Self::Joined(membership)
            }
            Poll::Pending => Self::Publishing(Box::new((membership, hook))),
        }
    }

    /// Publishes a message, once the `on_publish` hook has allowed it.
    pub fn handle_message(
        &mut self,
        kind: Kind,
        payload: &[u8],
        principal: &Principal,
        session: &SessionContext<'_>,
        context: &mut Context<'_>,
    ) {
        *self = match std::mem::replace(self, Self::NotJoined) {
            Self::Joined(membership) => {
                let message = Publication::new(membership.room.name.clone(), body(kind, payload));
                match session.hooks.start_on_publish(|| principal.caller(session), message) {
                    Err(message) => {
                        publish(&membership, &principal.sender, Ok(message));
                        Self::Joined(membership)
                    }
                    Ok(hook) => Self::poll_publish(membership, hook, principal, context),
                }
            }
            other => other,
        };
    }
}

fn lobby_name() -> RoomName {
    RoomName::new(LOBBY).expect("a name of ours")
}

fn body(kind: Kind, payload: &[u8]) -> Body {
    match (kind, std::str::from_utf8(payload)) {
        (Kind::Text, Ok(text)) => Body::Text(text.into()),
        // The decoder has seen to it that a text is one.
        _ => Body::Binary(Bytes::copy_from_slice(payload)),
    }
}

fn publish(membership: &Membership<Push>, sender: &Arc<Sender>, result: Result<Publication, RequestError>) {
    match result {
        Ok(message) => {
            let new_message = NewMessage { body: message.body, from: Some(Arc::clone(sender)), key: None };
            // The lobby is never connection_lost.
            let _ = membership.room.publish(new_message, Recipients::All);
        }
        // Plain mode has no replies.
        Err(error) => debug!(client = %sender.client, %error, "message refused by a hook"),
    }
}
