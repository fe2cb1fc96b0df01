//! The task of an event stream: moves frames from the outbox to HTTP. A client that stops reading blocks only
//! its HTTP connection; the task ends, and its membership with it, when the outbox overflows.

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
use crate::runtime::random::SystemRandom;

/// Maximum number of bytes that HTTP takes at once. Only as many are outside the outbox, where they cannot be
/// discarded.
const MAX_PIECE: usize = 16 * 1024;

/// The task of an event stream.
pub struct EventStreamTask {
    pub(super) handle: Arc<ConnectionHandle>,
    /// Has a capacity of one: further chunks wait in the outbox, which is bounded.
    pub(super) chunks: Sender<Bytes>,
    /// `true` if HTTP has taken only a part of a chunk, which may end within an event.
    pub(super) in_chunk: bool,
    pub(super) session: StreamSession,
    pub(super) peer: SocketAddr,
    pub(super) opened: Instant,
    pub(super) server: Arc<ServerContext>,
}

impl EventStreamTask {
    /// Runs until the stream ends. If the server ends it, sends the `goodbye` event.
    pub async fn run(mut self) {
        info!(peer = %self.peer, mode = %Mode::Sse.name(), "connection opened");
        let close_reason = self.serve().await;
        let Self { handle, chunks, in_chunk, session, peer, opened, server } = self;
        // After the drain: an `EventSource` that returned earlier would be turned away.
        let drain_ms = u64::try_from(server.config.drain.as_millis()).unwrap_or(u64::MAX);
        let (code, retry_ms) = (close_reason.code(), session.retry_ms().map(|delay| delay.saturating_add(drain_ms)));
        // Leave the room first: sending the `goodbye` event can take long.
        let registration = session.end(code, &close_reason.reason(), &server.session_context(peer));
        let (out, duration) = (handle.outbox.sent(), opened.elapsed());
        server.metrics.add_close(code);
        if let Some(rejection_label) = close_reason.rejection_label() {
            server.metrics.add_rejection(rejection_label);
        }
        info!(%peer, mode = %Mode::Sse.name(), code = code.0, %out, ?duration, "connection closed");
        if let CloseReason::Server(code, reason) = close_reason {
            let goodbye = goodbye_event(code, &reason, retry_ms.unwrap_or_else(default_retry_ms));
            let _ = timeout(server.config.pong, send_last(&handle, &chunks, in_chunk, goodbye)).await;
        }
        drop(registration);
    }

    async fn serve(&mut self) -> CloseReason {
        let keep_alive = self.server.config.ping;
        loop {
            tokio::select! {
                biased;
                close_reason = poll_fn(|context| self.session.poll_ended(&self.handle, &self.server, context)) => return close_reason,
                () = self.chunks.closed() => return CloseReason::Peer(CloseCode::NO_CODE),
                () = send_next_piece(&self.handle, &self.chunks, &mut self.in_chunk, keep_alive) => {}
            }
        }
    }
}

/// Sends the next queued bytes when HTTP accepts some; a comment after the keepalive interval without any.
async fn send_next_piece(handle: &ConnectionHandle, chunks: &Sender<Bytes>, in_chunk: &mut bool, keep_alive: Duration) {
    let Ok(permit) = chunks.reserve().await else {
        return std::future::pending().await; // The receiver is dropped; `serve` ends the stream.
    };
    let next = poll_fn(|context| {
        handle.register(context);
        handle.outbox.take(MAX_PIECE).map_or(Poll::Pending, Poll::Ready)
    });
    let Ok(piece) = timeout(keep_alive, next).await else { return permit.send(Bytes::from_static(KEEP_ALIVE)) };
    *in_chunk = !piece.is_last;
    permit.send(piece.bytes);
}

/// Sends the rest of a chunk and then the last event. Sends nothing if the rest was discarded.
async fn send_last(handle: &ConnectionHandle, chunks: &Sender<Bytes>, mut in_chunk: bool, event: Bytes) {
    while in_chunk {
        let Some(piece) = handle.outbox.take(MAX_PIECE) else { return };
        in_chunk = !piece.is_last;
        if chunks.send(piece.bytes).await.is_err() {
            return;
        }
    }
    let _ = chunks.send(event).await;
}

/// Returns the reconnect delay in milliseconds outside of a shutdown; random, so that clients do not
/// reconnect all at once.
pub fn default_retry_ms() -> u64 {
    ShutdownNotice::new(Vec::new(), 0, &SystemRandom).retry_ms()
}

fn goodbye_event(code: CloseCode, reason: &str, retry_ms: u64) -> Bytes {
    let goodbye = frame::Goodbye { code, reason: reason.to_owned(), retry_ms };
    let text = ServerFrame::<Message>::Goodbye(goodbye).encode();
    [format!("retry: {retry_ms}\n").as_bytes(), &event_stream::event(None, &[text.as_bytes()])].concat().into()
}
