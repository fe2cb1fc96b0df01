//! The opening of an event stream: hooks decide, then the room is joined.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use tokio::sync::mpsc::{self, Receiver};
use tokio::sync::oneshot;
use yodel_protocol::{CloseCode, Position, RoomName};

use super::holds::Holds;
use super::joined;
use super::listener::{Listener, soon};
use crate::auth::{Action, Identity};
use crate::connection::context::ServerContext;
use crate::connection::line::Line;
use crate::connection::outbox::Outbox;
use crate::encode::{SharedPayload, WireFormat};
use crate::hooks::error::{Rejection, RequestError};
use crate::hooks::handle::HandleError;
use crate::hooks::panics;
use crate::hooks::request_head::RequestHead;
use crate::hub::{JoinRequest, Membership, RoomLimitReached, Subscriber};
use crate::identity_session::{IdentitySession, Receives, SessionContext, SessionMember};
use crate::runtime::random;

/// What an event stream receives besides the messages of its room.
const RECEIVES: Receives = Receives { direct: false, broadcasts: true };

/// A request for an event stream, authenticated and permitted.
#[derive(Debug)]
pub struct Request {
    pub identity: Identity,
    pub peer: SocketAddr,
    pub room: RoomName,
    /// Position of the last event that arrived.
    pub since: Option<Position>,
    /// For the `on_connect` hook, where one is registered.
    pub head: Option<RequestHead>,
}

/// Why an event stream is not opened.
#[derive(Debug)]
pub enum OpenError {
    /// The `on_connect` hook refuses the connection.
    Connect(Rejection),
    /// The `on_join` hook refuses the room.
    Join(RequestError),
    /// The room cannot be joined.
    Room(HandleError),
    /// A hook panicked.
    Internal,
}

impl From<RoomLimitReached> for OpenError {
    fn from(full: RoomLimitReached) -> Self {
        Self::Room(full.into())
    }
}

/// Opens an event stream in a task of its own, which serves it until something ends it. Returns its
/// chunks; dropping the future or the receiver ends the stream.
///
/// # Errors
/// When a hook refuses it, or it would be one room too many.
pub async fn open(request: Request, shared: Arc<ServerContext>) -> Result<Receiver<Bytes>, OpenError> {
    let (told, opened) = oneshot::channel();
    let tasks = shared.connections.clone();
    tasks.spawn(async move {
        match join(request, shared).await {
            Ok((listener, chunks)) => {
                // Where nobody waits any more the chunks are dropped, and that is the end of the listener.
                let _ = told.send(Ok(chunks));
                listener.run().await;
            }
            Err(error) => _ = told.send(Err(error)),
        }
    });
    opened.await.unwrap_or(Err(OpenError::Internal))
}

async fn join(request: Request, shared: Arc<ServerContext>) -> Result<(Listener, Receiver<Bytes>), OpenError> {
    let Request { identity, peer, room, since, head } = request;
    let line = Arc::new(Line::new(Outbox::new(WireFormat::Events, None, shared.config.max_queue)));
    let sender = IdentitySession::sender(&identity, random::client_id(), None);
    let context = shared.session(peer);
    let mut session = IdentitySession::new(identity, sender, line.clone(), RECEIVES, head, &context);
    connect(&mut session, &context).await?;
    let member = Arc::clone(session.member());
    let joined = match allow(&member, &room, &context).await {
        Ok(()) => enter(&session, &line, &room, since.as_ref(), &shared),
        Err(error) => Err(error),
    };
    let seat = match joined {
        Ok(seat) => seat,
        Err(error) => {
            session.disconnect(CloseCode(1008), "not joined", &context);
            return Err(error);
        }
    };
    let place = shared.registry.enter(Arc::clone(&line));
    let (chunks, receiver) = mpsc::channel(1);
    let holds = Holds::new(seat, session, place);
    Ok((Listener { line, chunks, holds, peer, opened: Instant::now(), shared }, receiver))
}

async fn connect(session: &mut IdentitySession, context: &SessionContext<'_>) -> Result<(), OpenError> {
    if session.is_connected() {
        return Ok(());
    }
    let connected = session.finish_connecting(context).await;
    connected.map_err(|_| OpenError::Internal)?.map_err(OpenError::Connect)
}

async fn allow(member: &SessionMember, room: &RoomName, context: &SessionContext<'_>) -> Result<(), OpenError> {
    let Some(hook) = context.hooks.join(|| member.caller(context), room) else { return Ok(()) };
    panics::caught("on_join", hook).await.map_err(|_| OpenError::Internal)?.map_err(OpenError::Join)
}

fn enter(
    session: &IdentitySession,
    line: &Arc<Line>,
    room: &RoomName,
    since: Option<&Position>,
    shared: &ServerContext,
) -> Result<Membership<SharedPayload>, OpenError> {
    let member = session.member();
    let info = member.info();
    let watches = member.identity.may(Action::Presence, room.as_str());
    let joining = JoinRequest { presence_key: &member.presence_key, info: info.as_ref(), watches, since };
    let subscriber: Arc<dyn Subscriber<SharedPayload>> = line.clone();
    let (seat, joined) = shared.hub.join(room, &subscriber, &joining, None)?;
    line.outbox.fill(joined::events(room, since, &joined, soon()));
    Ok(seat)
}
