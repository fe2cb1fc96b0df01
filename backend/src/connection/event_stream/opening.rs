//! Opening of an event stream: runs the hooks, then joins the room.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use tokio::sync::mpsc::{self, Receiver};
use tokio::sync::oneshot;
use yodel_protocol::{CloseCode, Position, RoomName};

use super::first_event;
use super::session::StreamSession;
use super::task::{EventStreamTask, default_retry_ms};
use crate::auth::{Action, Identity};
use crate::connection::context::ServerContext;
use crate::connection::handle::ConnectionHandle;
use crate::connection::outbox::Outbox;
use crate::encode::{SharedPayload, WireFormat};
use crate::hooks::error::{Rejection, RequestError};
use crate::hooks::handle::HandleError;
use crate::hooks::panics;
use crate::hooks::request_head::RequestHead;
use crate::hub::{JoinError, JoinRequest, Joining, Subscriber};
use crate::identity_session::{IdentitySession, Principal, ReceiveOptions, SessionContext};
use crate::runtime::random;

/// Messages for an event stream in addition to those of its room.
const SUBSCRIPTIONS: ReceiveOptions = ReceiveOptions { direct: false, broadcasts: true };

/// An authenticated and permitted request for an event stream.
#[derive(Debug)]
pub struct StreamRequest {
    pub identity: Identity,
    pub peer: SocketAddr,
    pub room: RoomName,
    /// Position of the last event that the client received.
    pub since: Option<Position>,
    /// Request head for the `on_connect` hook, if one is registered.
    pub head: Option<RequestHead>,
}

/// The reason why an event stream could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The `on_connect` hook rejected the connection.
    Connect(Rejection),
    /// The `on_join` hook rejected the room.
    Join(RequestError),
    /// The room cannot be joined.
    Room(HandleError),
    /// A hook panicked.
    Internal,
}

impl From<JoinError> for OpenError {
    fn from(error: JoinError) -> Self {
        Self::Room(error.into())
    }
}

/// Opens an event stream. Its task runs until the stream ends. Returns the receiver of its chunks. Dropping
/// the future or the receiver ends the stream.
///
/// # Errors
/// Returns an error if a hook rejects the stream, or the server has reached its limit of rooms.
pub async fn open(request: StreamRequest, server: Arc<ServerContext>) -> Result<Receiver<Bytes>, OpenError> {
    let (sender, opened) = oneshot::channel();
    let tasks = server.connections.clone();
    tasks.spawn(async move {
        match join(request, server).await {
            Ok((stream, chunks)) => {
                // If the request was canceled, the receiver is dropped, which ends the stream.
                let _ = sender.send(Ok(chunks));
                stream.run().await;
            }
            Err(error) => _ = sender.send(Err(error)),
        }
    });
    opened.await.unwrap_or(Err(OpenError::Internal))
}

async fn join(
    request: StreamRequest,
    server: Arc<ServerContext>,
) -> Result<(EventStreamTask, Receiver<Bytes>), OpenError> {
    let StreamRequest { identity, peer, room, since, head } = request;
    let outbox = Outbox::new(WireFormat::Events, None, server.config.max_queue, server.budget.clone());
    let handle = Arc::new(ConnectionHandle::new(outbox));
    let sender = IdentitySession::sender(&identity, random::client_id(), None);
    let context = server.session_context(peer);
    let mut session = IdentitySession::new(identity, sender, handle.clone(), SUBSCRIPTIONS, head, &context);
    run_connect_hook(&mut session, &context).await?;
    let principal = Arc::clone(session.principal());
    let joined = match run_join_hook(&principal, &room, &context).await {
        Ok(()) => start_join(&session, peer, &handle, &room, since.as_ref(), &server),
        Err(error) => Err(error),
    };
    let joined = match joined {
        Ok(Joining::Pending(join)) => join.await.map_err(OpenError::from),
        Ok(Joining::Done(joined)) => Ok(joined),
        Err(error) => Err(error),
    };
    let membership = match joined {
        Ok((membership, reply)) => {
            handle.outbox.fill_reserved(first_event::events(&room, since.as_ref(), &reply, default_retry_ms()));
            membership
        }
        Err(error) => {
            session.disconnect(CloseCode(1008), "not joined", &context);
            return Err(error);
        }
    };
    let registration = server.registry.register(Arc::clone(&handle));
    let (chunks, receiver) = mpsc::channel(1);
    let stream_session = StreamSession::new(membership, session, registration);
    let (session, opened) = (stream_session, Instant::now());
    Ok((EventStreamTask { handle, chunks, in_chunk: false, session, peer, opened, server }, receiver))
}

async fn run_connect_hook(session: &mut IdentitySession, context: &SessionContext<'_>) -> Result<(), OpenError> {
    if session.is_connected() {
        return Ok(());
    }
    let connected = session.finish_connecting(context).await;
    connected.map_err(|_| OpenError::Internal)?.map_err(OpenError::Connect)
}

async fn run_join_hook(principal: &Principal, room: &RoomName, context: &SessionContext<'_>) -> Result<(), OpenError> {
    let Some(hook) = context.hooks.start_on_join(|| principal.caller(context), room) else { return Ok(()) };
    panics::catch_panic("on_join", hook).await.map_err(|_| OpenError::Internal)?.map_err(OpenError::Join)
}

fn start_join(
    session: &IdentitySession,
    peer: SocketAddr,
    handle: &Arc<ConnectionHandle>,
    room: &RoomName,
    since: Option<&Position>,
    server: &ServerContext,
) -> Result<Joining<SharedPayload>, OpenError> {
    let principal = session.principal();
    let (info, creator) = (principal.info(), principal.room_creator(&server.session_context(peer)));
    let watches = principal.identity.may(Action::Presence, room.as_str());
    let request = JoinRequest { presence_key: &principal.presence_key, info: info.as_ref(), watches, since };
    let subscriber: Arc<dyn Subscriber<SharedPayload>> = handle.clone();
    Ok(server.hub.join(room, creator, &subscriber, &request, None).map_err(JoinError::from)?)
}
