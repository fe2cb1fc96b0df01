//! The task of one open WebSocket.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use yodel_protocol::CloseCode;

use super::admission::Admitted;
use super::close_reason::CloseReason;
use super::closing::CloseFuture;
use super::connection_loop::ConnectionLoop;
use super::context::ServerContext;
use super::envelope::mode::EnvelopeMode;
use super::plain::mode::PlainMode;
use super::registry::Registration;
use super::socket::Socket;

/// The task of an open WebSocket, until it is closed. This hand-written future has a third of the size of the
/// equivalent `async fn`, which matters for many idle connections.
pub struct ConnectionTask(TaskState);

// A connection is open nearly all of its time: boxing the plain loop would cost memory.
#[allow(clippy::large_enum_variant)]
enum TaskState {
    Plain(ConnectionLoop<PlainMode>, Registration),
    // Boxed: much larger than a plain connection, which should not pay for it.
    Envelope(Box<ConnectionLoop<EnvelopeMode>>, Registration),
    /// Registered, so that load shedding finds what is still queued.
    Closing(CloseFuture, #[expect(dead_code, reason = "unregisters the connection when it is dropped")] Registration),
    Closed,
}

impl ConnectionTask {
    /// Starts an open WebSocket in plain mode, and registers it.
    pub fn plain(socket: Socket, mode: PlainMode, server: Arc<ServerContext>, admitted: Admitted) -> Self {
        let registration = server.registry.register(Arc::clone(&socket.handle));
        Self(TaskState::Plain(ConnectionLoop::new(socket, server, admitted, mode), registration))
    }

    /// Starts an open WebSocket with the subprotocol `yodel.v1`, and registers it.
    pub fn envelope(socket: Socket, mode: EnvelopeMode, server: Arc<ServerContext>, admitted: Admitted) -> Self {
        let registration = server.registry.register(Arc::clone(&socket.handle));
        Self(TaskState::Envelope(Box::new(ConnectionLoop::new(socket, server, admitted, mode)), registration))
    }

    /// Runs the connection until it has to be closed; `None` if it is closing or closed.
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<Option<CloseReason>> {
        let Err(close_reason) = ready!(match &mut self.0 {
            TaskState::Plain(connection, _) => catch_panic(|| connection.poll_run(context)),
            TaskState::Envelope(connection, _) => catch_panic(|| connection.poll_run(context)),
            TaskState::Closing(..) | TaskState::Closed => return Poll::Ready(None),
        });
        Poll::Ready(Some(close_reason))
    }
}

impl Future for ConnectionTask {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let Some(close_reason) = ready!(self.poll_open(context)) {
            self.0 = match std::mem::replace(&mut self.0, TaskState::Closed) {
                TaskState::Plain(connection, registration) => {
                    TaskState::Closing(connection.close(close_reason), registration)
                }
                TaskState::Envelope(connection, registration) => {
                    TaskState::Closing(connection.close(close_reason), registration)
                }
                other => other,
            };
        }
        match &mut self.0 {
            TaskState::Closing(closing, _) => closing.as_mut().poll(context),
            _ => Poll::Ready(()),
        }
    }
}

/// Runs a function. A panic closes only this connection, with 1011.
fn catch_panic<T>(run: impl FnOnce() -> Poll<Result<T, CloseReason>>) -> Poll<Result<T, CloseReason>> {
    // A panic can leave only this connection in an inconsistent state, and from here on it only closes.
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or(Poll::Ready(Err(CloseReason::Server(CloseCode::INTERNAL_ERROR, "internal error".into()))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::handle::ConnectionHandle;

    /// The memory of each idle connection; an increase needs a reason.
    #[test]
    fn modes_stay_within_their_memory_budget() {
        assert_eq!(size_of::<PlainMode>(), 24);
        assert!(size_of::<EnvelopeMode>() <= 336, "{}", size_of::<EnvelopeMode>());
        // With both counts of its `Arc` 256 bytes; the allocator's next size is 320.
        assert!(size_of::<ConnectionHandle>() <= 240, "{}", size_of::<ConnectionHandle>());
    }

    #[test]
    fn closes_with_1011_after_a_panic() {
        let defect = || -> Poll<Result<(), CloseReason>> { panic!("a defect, for this test") };
        let Poll::Ready(Err(close_reason)) = catch_panic(defect) else { panic!("the connection has to close") };
        assert_eq!((close_reason.code(), close_reason.reason().as_str()), (CloseCode(1011), "internal error"));
        assert!(matches!(catch_panic(|| Poll::<Result<(), CloseReason>>::Pending), Poll::Pending));
    }
}
