//! Somebody who listens to a room: a task that hands on what comes, until something ends it. A reader
//! that stalls keeps nothing but its HTTP connection busy: the task gives up its membership all the same.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc::Sender;
use tokio::time::timeout;
use tracing::info;
use yodel_protocol::CloseCode;
use yodel_protocol::frame::{self, Message, ServerFrame};

use super::session::StreamSession;
use crate::connection::admission::Mode;
use crate::connection::close_reason::CloseReason;
use crate::connection::context::ServerContext;
use crate::connection::handle::ConnectionHandle;
use crate::connection::shutdown_notice::ShutdownNotice;
use crate::encode::event_stream::{self, KEEP_ALIVE};

/// Somebody who listens.
pub struct EventStreamTask {
    pub(super) handle: Arc<ConnectionHandle>,
    /// One at a time: what waits is to wait in the outbox, which has a bound.
    pub(super) chunks: Sender<Bytes>,
    pub(super) session: StreamSession,
    pub(super) peer: SocketAddr,
    pub(super) opened: Instant,
    pub(super) server: Arc<ServerContext>,
}

impl EventStreamTask {
    /// Listens until it is over, and says why if somebody is still there.
    pub async fn run(mut self) {
        info!(peer = %self.peer, mode = %Mode::Sse.name(), "connection opened");
        let close_reason = self.serve().await;
        let Self { handle, chunks, session, peer, opened, server } = self;
        let (code, retry_ms) = (close_reason.code(), session.retry_ms());
        // Out of the room before the goodbye, which may take a while.
        session.end(code, &close_reason.reason(), &server.session_context(peer));
        let (out, duration) = (handle.outbox.sent(), opened.elapsed());
        server.metrics.closed(code);
        if let Some(rejection_label) = close_reason.rejection_label() {
            server.metrics.count(rejection_label);
        }
        info!(%peer, mode = %Mode::Sse.name(), code = code.0, %out, ?duration, "connection closed");
        if let CloseReason::Server(code, reason) = close_reason {
            let goodbye = goodbye_event(code, &reason, retry_ms.unwrap_or_else(default_retry_ms));
            let _ = timeout(server.config.pong, chunks.send(goodbye)).await;
        }
    }

    async fn serve(&mut self) -> CloseReason {
        let keep_alive = self.server.config.ping;
        loop {
            tokio::select! {
                biased;
                close_reason = poll_fn(|context| self.session.poll_ended(&self.handle, &self.server, context)) => return close_reason,
                () = self.chunks.closed() => return CloseReason::Peer(CloseCode::NO_CODE),
                () = send_next_chunk(&self.handle, &self.chunks, keep_alive) => {}
            }
        }
    }
}

/// Hands on the next of what waits, once there is room for it; a comment when nothing comes.
async fn send_next_chunk(handle: &ConnectionHandle, chunks: &Sender<Bytes>, keep_alive: Duration) {
    let Ok(permit) = chunks.reserve().await else {
        return std::future::pending().await; // Nobody reads any more, which ends it.
    };
    let next = poll_fn(|context| {
        handle.register(context);
        handle.outbox.pop().map_or(Poll::Pending, Poll::Ready)
    });
    permit.send(timeout(keep_alive, next).await.unwrap_or(Bytes::from_static(KEEP_ALIVE)));
}

/// When to come back, if nothing is known against it; not everybody at once.
pub fn default_retry_ms() -> u64 {
    ShutdownNotice::new(Vec::new(), 0).retry_ms()
}

fn goodbye_event(code: CloseCode, reason: &str, retry_ms: u64) -> Bytes {
    let said = frame::Goodbye { code, reason: reason.to_owned(), retry_ms };
    let said = ServerFrame::<Message>::Goodbye(said).encode();
    [format!("retry: {retry_ms}\n").as_bytes(), &event_stream::event(None, &[said.as_bytes()])].concat().into()
}
