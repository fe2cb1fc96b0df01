//! Somebody who listens to a room: a task that hands on what comes, until something ends it. A reader
//! that stalls keeps nothing but its HTTP connection busy: the task gives up its seat all the same.

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

use super::holds::Holds;
use crate::connection::admission::Mode;
use crate::connection::close_reason::CloseReason;
use crate::connection::context::ServerContext;
use crate::connection::goodbye::Goodbye;
use crate::connection::line::Line;
use crate::encode::event_stream::{self, KEEP_ALIVE};

/// Somebody who listens.
pub struct Listener {
    pub(super) line: Arc<Line>,
    /// One at a time: what waits is to wait in the outbox, which has a bound.
    pub(super) chunks: Sender<Bytes>,
    pub(super) holds: Holds,
    pub(super) peer: SocketAddr,
    pub(super) opened: Instant,
    pub(super) shared: Arc<ServerContext>,
}

impl Listener {
    /// Listens until it is over, and says why if somebody is still there.
    pub async fn run(mut self) {
        info!(peer = %self.peer, mode = %Mode::Sse.name(), "connection opened");
        let ending = self.carry().await;
        let Self { line, chunks, holds, peer, opened, shared } = self;
        let (code, retry_ms) = (ending.code(), holds.retry_ms());
        // Out of the room before the goodbye, which may take a while.
        holds.leave(code, &ending.reason(), &shared.session(peer));
        let (out, duration) = (line.outbox.sent(), opened.elapsed());
        shared.metrics.add_close(code);
        if let Some(refusal) = ending.refusal() {
            shared.metrics.add_rejection(refusal);
        }
        info!(%peer, mode = %Mode::Sse.name(), code = code.0, %out, ?duration, "connection closed");
        if let CloseReason::Ours(code, reason) = ending {
            let goodbye = goodbye(code, &reason, retry_ms.unwrap_or_else(soon));
            let _ = timeout(shared.config.pong, chunks.send(goodbye)).await;
        }
    }

    async fn carry(&mut self) -> CloseReason {
        let keep_alive = self.shared.config.ping;
        loop {
            tokio::select! {
                biased;
                ending = poll_fn(|context| self.holds.poll_ended(&self.line, &self.shared, context)) => return ending,
                () = self.chunks.closed() => return CloseReason::Theirs(CloseCode::NO_CODE),
                () = hand_on(&self.line, &self.chunks, keep_alive) => {}
            }
        }
    }
}

/// Hands on the next of what waits, once there is room for it; a comment when nothing comes.
async fn hand_on(line: &Line, chunks: &Sender<Bytes>, keep_alive: Duration) {
    let Ok(room) = chunks.reserve().await else {
        return std::future::pending().await; // Nobody reads any more, which ends it.
    };
    let next = poll_fn(|context| {
        line.register(context);
        line.outbox.take().map_or(Poll::Pending, Poll::Ready)
    });
    room.send(timeout(keep_alive, next).await.unwrap_or(Bytes::from_static(KEEP_ALIVE)));
}

/// When to come back, if nothing is known against it; not everybody at once.
pub fn soon() -> u64 {
    Goodbye::new(Vec::new(), 0).retry_ms()
}

fn goodbye(code: CloseCode, reason: &str, retry_ms: u64) -> Bytes {
    let said = frame::Goodbye { code, reason: reason.to_owned(), retry_ms };
    let said = ServerFrame::<Message>::Goodbye(said).encode();
    [format!("retry: {retry_ms}\n").as_bytes(), &event_stream::event(None, &[said.as_bytes()])].concat().into()
}
