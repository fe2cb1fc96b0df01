//! The lobby membership of a plain-mode connection.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::FutureExt;
use tracing::debug;
use yodel_protocol::RoomName;
use yodel_websocket::message::Kind;

use crate::backplane::answer::Answer;
use crate::backplane::message::{Body, NewMessage, Sender};
use crate::backplane::recipients::Recipients;
use crate::connection::close_reason::CloseReason;
use crate::connection::handle::ConnectionHandle;
use crate::connection::in_flight::InFlight;
use crate::encode::SharedPayload;
use crate::hooks::error::{Rejection, RequestError};
use crate::hooks::publication::Publication;
use crate::hooks::registry::HookFuture;
use crate::hub::{Hub, JoinRequest, Joining, LOBBY, Membership, PendingJoin};
use crate::identity_session::{Principal, SessionContext};

/// A running `on_publish` hook.
type RunningPublishHook = HookFuture<Result<Publication, RequestError>>;

/// The lobby membership of a plain-mode connection. Dropping it leaves the lobby and drops a running hook.
pub enum Lobby {
    /// Waits for the `on_connect` hook.
    NotJoined,
    /// Waits for the `on_join` hook.
    Approving(HookFuture<Result<(), RequestError>>),
    /// Waits for the backplane.
    Joining(Box<PendingJoin<SharedPayload>>),
    /// In the lobby.
    Joined(Membership<SharedPayload>),
    /// In the lobby; a message waits for the `on_publish` hook. Boxed: connections without the hook should
    /// not pay for it.
    Publishing(Box<(Membership<SharedPayload>, RunningPublishHook)>),
}

impl Lobby {
    /// Joins the lobby, or starts the `on_join` hook if one is registered.
    pub fn join(principal: &Principal, handle: &Arc<ConnectionHandle>, session: &SessionContext<'_>) -> Self {
        match session.hooks.start_on_join(|| principal.caller(session), &lobby_name()) {
            Some(hook) => Self::Approving(hook),
            None => Self::join_now(principal, handle, session),
        }
    }

    fn join_now(principal: &Principal, handle: &Arc<ConnectionHandle>, session: &SessionContext<'_>) -> Self {
        let info = principal.info();
        let request =
            JoinRequest { presence_key: &principal.presence_key, info: info.as_ref(), watches: false, since: None };
        match session.hub.join_lobby(handle, &request) {
            Joining::Done((membership, _)) => Self::Joined(membership),
            Joining::Pending(join) => Self::Joining(join),
        }
    }

    /// Returns the membership, if the connection is in the lobby.
    pub fn membership(&self) -> Option<&Membership<SharedPayload>> {
        match self {
            Self::NotJoined | Self::Approving(_) | Self::Joining(_) => None,
            Self::Joined(membership) => Some(membership),
            Self::Publishing(publishing) => Some(&publishing.0),
        }
    }

    /// Returns whether the connection is in the lobby and no hook is running.
    pub fn is_ready(&self) -> bool {
        matches!(self, Self::Joined(_))
    }

    /// Polls the join if it waits for the backplane.
    fn poll_joining(self, context: &mut Context<'_>) -> Result<Self, CloseReason> {
        let Self::Joining(mut join) = self else { return Ok(self) };
        Ok(match join.poll_unpin(context) {
            Poll::Ready(joined) => Self::Joined(joined.map_err(|_| CloseReason::unavailable())?.0),
            Poll::Pending => Self::Joining(join),
        })
    }

    /// Polls the running hook, and joins or publishes if it approves. A publish that the backplane has not answered is
    /// added to `in_flight`.
    ///
    /// # Errors
    /// Returns an error if the `on_join` hook rejects the connection, or the backplane cannot be reached.
    pub fn poll(
        &mut self,
        principal: &Principal,
        handle: &Arc<ConnectionHandle>,
        session: &SessionContext<'_>,
        context: &mut Context<'_>,
        in_flight: &mut InFlight<()>,
    ) -> Result<(), CloseReason> {
        // Taken out during the call: a hook that panics must not be polled again.
        *self = match std::mem::replace(self, Self::NotJoined) {
            Self::Approving(mut hook) => match hook.as_mut().poll(context) {
                Poll::Ready(allowed) => {
                    allowed.map_err(|error| Rejection::forbidden(error.message))?;
                    Self::join_now(principal, handle, session).poll_joining(context)?
                }
                Poll::Pending => Self::Approving(hook),
            },
            Self::Publishing(publishing) => {
                let (membership, hook) = *publishing;
                Self::poll_publish(membership, hook, principal, session, context, in_flight)
            }
            joining @ Self::Joining(_) => joining.poll_joining(context)?,
            other => other,
        };
        Ok(())
    }

    fn poll_publish(
        membership: Membership<SharedPayload>,
        mut hook: RunningPublishHook,
        principal: &Principal,
        session: &SessionContext<'_>,
        context: &mut Context<'_>,
        in_flight: &mut InFlight<()>,
    ) -> Self {
        match hook.as_mut().poll(context) {
            Poll::Ready(result) => {
                publish(session.hub, &principal.sender, result, in_flight);
                Self::Joined(membership)
            }
            Poll::Pending => Self::Publishing(Box::new((membership, hook))),
        }
    }

    /// Publishes a message, or starts the `on_publish` hook if one is registered. A publish that the backplane has not
    /// answered is added to `in_flight`.
    pub fn handle_message(
        &mut self,
        kind: Kind,
        payload: &[u8],
        principal: &Principal,
        session: &SessionContext<'_>,
        context: &mut Context<'_>,
        in_flight: &mut InFlight<()>,
    ) {
        *self = match std::mem::replace(self, Self::NotJoined) {
            Self::Joined(membership) => {
                let message = Publication::new(membership.room.name.clone(), body(kind, payload));
                match session.hooks.start_on_publish(|| principal.caller(session), message) {
                    Err(message) => {
                        publish(session.hub, &principal.sender, Ok(message), in_flight);
                        Self::Joined(membership)
                    }
                    Ok(hook) => Self::poll_publish(membership, hook, principal, session, context, in_flight),
                }
            }
            other => other,
        };
    }
}

fn lobby_name() -> RoomName {
    RoomName::new(LOBBY).expect("the name of the lobby is valid")
}

fn body(kind: Kind, payload: &[u8]) -> Body {
    match (kind, std::str::from_utf8(payload)) {
        (Kind::Text, Ok(text)) => Body::Text(text.into()),
        // The decoder has validated the UTF-8 of text messages.
        _ => Body::Binary(Bytes::copy_from_slice(payload)),
    }
}

/// Publishes an approved message. Plain mode has no error replies.
fn publish(
    hub: &Hub<SharedPayload>,
    sender: &Arc<Sender>,
    approved: Result<Publication, RequestError>,
    in_flight: &mut InFlight<()>,
) {
    let message = match approved {
        Ok(message) => message,
        Err(error) => return debug!(client = %sender.client, %error, "message rejected by on_publish"),
    };
    let new_message = NewMessage { body: message.body, from: Some(Arc::clone(sender)), key: None, order: None };
    match hub.publish_in_lobby(new_message, Recipients::All) {
        Ok(Answer::Ready(Some(Ok(_)))) => {}
        // A failure ends the connection, after the answers to earlier publishes.
        Ok(answer) => in_flight.push((), answer),
        Err(error) => debug!(client = %sender.client, %error, "message not published"),
    }
}
