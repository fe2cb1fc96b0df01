//! The part of a plain-mode connection in the lobby.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tracing::debug;
use yodel_protocol::RoomName;
use yodel_websocket::message::Kind;

use crate::connection::close_reason::CloseReason;
use crate::connection::line::Line;
use crate::encode::SharedPayload;
use crate::hooks::error::{Rejection, RequestError};
use crate::hooks::publication::Publication;
use crate::hooks::registry::HookFuture;
use crate::hub::message::{Body, NewMessage, Sender};
use crate::hub::{JoinRequest, LOBBY, Membership, Recipients};
use crate::identity_session::{SessionContext, SessionMember};

/// A running `on_publish` hook.
type Deciding = HookFuture<Result<Publication, RequestError>>;

/// The part of a plain-mode connection in the lobby; dropping it leaves, and drops a running hook.
pub enum Lobby {
    /// The `on_connect` hook has not accepted the connection yet.
    Outside,
    /// The `on_join` hook runs.
    Joining(HookFuture<Result<(), RequestError>>),
    /// A member.
    Inside(Membership<SharedPayload>),
    /// A member, whose last message the `on_publish` hook decides on. In a box: those without a hook need
    /// no room for it.
    Publishing(Box<(Membership<SharedPayload>, Deciding)>),
}

impl Lobby {
    /// Joins the lobby, once the `on_join` hook has allowed it.
    pub fn join(member: &SessionMember, line: &Arc<Line>, session: &SessionContext<'_>) -> Self {
        match session.hooks.join(|| member.caller(session), &room()) {
            Some(hook) => Self::Joining(hook),
            None => Self::enter(member, line, session),
        }
    }

    fn enter(member: &SessionMember, line: &Arc<Line>, session: &SessionContext<'_>) -> Self {
        let info = member.info();
        let joining =
            JoinRequest { presence_key: &member.presence_key, info: info.as_ref(), watches: false, since: None };
        Self::Inside(session.hub.join_lobby(line, &joining))
    }

    /// Returns the membership, if there is one.
    pub fn seat(&self) -> Option<&Membership<SharedPayload>> {
        match self {
            Self::Outside | Self::Joining(_) => None,
            Self::Inside(seat) => Some(seat),
            Self::Publishing(publishing) => Some(&publishing.0),
        }
    }

    /// Returns whether no hook runs, so that messages may be taken.
    pub fn is_free(&self) -> bool {
        matches!(self, Self::Inside(_))
    }

    /// Goes on where a hook has decided.
    ///
    /// # Errors
    /// When it does not let the connection into the lobby.
    pub fn poll(
        &mut self,
        member: &SessionMember,
        line: &Arc<Line>,
        session: &SessionContext<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), CloseReason> {
        // Taken out meanwhile: a hook that panics is not polled again.
        *self = match std::mem::replace(self, Self::Outside) {
            Self::Joining(mut hook) => match hook.as_mut().poll(context) {
                Poll::Ready(allowed) => {
                    allowed.map_err(|error| Rejection::forbidden(error.message))?;
                    Self::enter(member, line, session)
                }
                Poll::Pending => Self::Joining(hook),
            },
            Self::Publishing(publishing) => {
                let (seat, hook) = *publishing;
                Self::decided(seat, hook, member, context)
            }
            other => other,
        };
        Ok(())
    }

    fn decided(
        seat: Membership<SharedPayload>,
        mut hook: Deciding,
        member: &SessionMember,
        context: &mut Context<'_>,
    ) -> Self {
        match hook.as_mut().poll(context) {
            Poll::Ready(decided) => {
                publish(&seat, &member.sender, decided);
                Self::Inside(seat)
            }
            Poll::Pending => Self::Publishing(Box::new((seat, hook))),
        }
    }

    /// Publishes a message, once the `on_publish` hook has allowed it.
    pub fn take(
        &mut self,
        kind: Kind,
        payload: &[u8],
        member: &SessionMember,
        session: &SessionContext<'_>,
        context: &mut Context<'_>,
    ) {
        *self = match std::mem::replace(self, Self::Outside) {
            Self::Inside(seat) => {
                let message = Publication::new(seat.room.name.clone(), body(kind, payload));
                match session.hooks.publish(|| member.caller(session), message) {
                    Err(message) => {
                        publish(&seat, &member.sender, Ok(message));
                        Self::Inside(seat)
                    }
                    Ok(hook) => Self::decided(seat, hook, member, context),
                }
            }
            other => other,
        };
    }
}

fn room() -> RoomName {
    RoomName::new(LOBBY).expect("a name of ours")
}

fn body(kind: Kind, payload: &[u8]) -> Body {
    match (kind, std::str::from_utf8(payload)) {
        (Kind::Text, Ok(text)) => Body::Text(text.into()),
        // The decoder has seen to it that a text is one.
        _ => Body::Binary(Bytes::copy_from_slice(payload)),
    }
}

fn publish(seat: &Membership<SharedPayload>, sender: &Arc<Sender>, decided: Result<Publication, RequestError>) {
    match decided {
        Ok(message) => {
            let draft = NewMessage { body: message.body, from: Some(Arc::clone(sender)), key: None };
            // The lobby is never gone.
            let _ = seat.room.publish(draft, Recipients::All);
        }
        // Plain mode has no replies.
        Err(error) => debug!(client = %sender.client, %error, "message refused by a hook"),
    }
}
