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

/// The task of one open WebSocket, until it is closed. A future written by hand: there are many of
/// them, and this one is a third of what the compiler would make of the same as an `async fn`.
pub struct ConnectionTask(TaskState);

// Most are open nearly all the time: a box would cost them memory, not save it.
#[allow(clippy::large_enum_variant)]
enum TaskState {
    Plain(ConnectionLoop<PlainMode>, Registration),
    // Much larger: a box, so that it costs the others nothing.
    Envelope(Box<ConnectionLoop<EnvelopeMode>>, Registration),
    Closing(CloseFuture),
    Closed,
}

impl ConnectionTask {
    /// Begins to serve an open WebSocket in plain mode.
    pub fn plain(socket: Socket, mode: PlainMode, server: Arc<ServerContext>, admitted: Admitted) -> Self {
        let registration = server.registry.register(Arc::clone(&socket.handle));
        Self(TaskState::Plain(ConnectionLoop::new(socket, server, admitted, mode), registration))
    }

    /// Begins to serve an open WebSocket that speaks `yodel.v1`.
    pub fn envelope(socket: Socket, mode: EnvelopeMode, server: Arc<ServerContext>, admitted: Admitted) -> Self {
        let registration = server.registry.register(Arc::clone(&socket.handle));
        Self(TaskState::Envelope(Box::new(ConnectionLoop::new(socket, server, admitted, mode)), registration))
    }

    /// Carries messages until one side closes.
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<Option<CloseReason>> {
        let Err(close_reason) = ready!(match &mut self.0 {
            TaskState::Plain(connection, _) => catch_panic(|| connection.poll_run(context)),
            TaskState::Envelope(connection, _) => catch_panic(|| connection.poll_run(context)),
            TaskState::Closing(_) | TaskState::Closed => return Poll::Ready(None),
        });
        Poll::Ready(Some(close_reason))
    }
}

impl Future for ConnectionTask {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let Some(close_reason) = ready!(self.poll_open(context)) {
            self.0 = match std::mem::replace(&mut self.0, TaskState::Closed) {
                TaskState::Plain(connection, _registration) => TaskState::Closing(connection.close(close_reason)),
                TaskState::Envelope(connection, _registration) => TaskState::Closing(connection.close(close_reason)),
                other => other,
            };
        }
        match &mut self.0 {
            TaskState::Closing(closing) => closing.as_mut().poll(context),
            _ => Poll::Ready(()),
        }
    }
}

/// A defect of ours that shows in one connection ends that one, and says whose fault it was.
fn catch_panic<T>(run: impl FnOnce() -> Poll<Result<T, CloseReason>>) -> Poll<Result<T, CloseReason>> {
    // What the panic left half done belongs to this connection, which only closes from here on.
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or(Poll::Ready(Err(CloseReason::Server(CloseCode::INTERNAL_ERROR, "internal error".into()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each idle connection costs: more than this has to be worth it.
    #[test]
    fn modes_stay_within_their_memory_budget() {
        assert_eq!(size_of::<PlainMode>(), 24);
        assert!(size_of::<EnvelopeMode>() <= 336, "{}", size_of::<EnvelopeMode>());
    }

    #[test]
    fn closes_with_1011_after_a_panic() {
        let defect = || -> Poll<Result<(), CloseReason>> { panic!("a defect, for this test") };
        let Poll::Ready(Err(close_reason)) = catch_panic(defect) else { panic!("it is the end") };
        assert_eq!((close_reason.code(), close_reason.reason().as_str()), (CloseCode(1011), "internal error"));
        assert!(matches!(catch_panic(|| Poll::<Result<(), CloseReason>>::Pending), Poll::Pending));
    }
}
