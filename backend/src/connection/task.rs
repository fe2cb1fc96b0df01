//! The task of one open WebSocket.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use yodel_protocol::CloseCode;

use super::admission::Admitted;
use super::close_reason::CloseReason;
use super::closing::Closing;
use super::context::ServerContext;
use super::envelope::mode::EnvelopeMode;
use super::open::Open;
use super::plain::mode::PlainMode;
use super::registry::Place;
use super::socket::Socket;

/// The task of one open WebSocket, until it is closed. A future written by hand: there are many of
/// them, and this one is a third of what the compiler would make of the same as an `async fn`.
pub struct ConnectionTask(State);

// Most are open nearly all the time: a box would cost them memory, not save it.
#[allow(clippy::large_enum_variant)]
enum State {
    Plain(Open<PlainMode>, Place),
    // Much larger: a box, so that it costs the others nothing.
    Envelope(Box<Open<EnvelopeMode>>, Place),
    Closing(Closing),
    Closed,
}

impl ConnectionTask {
    /// Begins to serve an open WebSocket in plain mode.
    pub fn plain(socket: Socket, mode: PlainMode, shared: Arc<ServerContext>, admitted: Admitted) -> Self {
        let place = shared.registry.enter(Arc::clone(&socket.line));
        Self(State::Plain(Open::new(socket, shared, admitted, mode), place))
    }

    /// Begins to serve an open WebSocket that speaks `yodel.v1`.
    pub fn envelope(socket: Socket, mode: EnvelopeMode, shared: Arc<ServerContext>, admitted: Admitted) -> Self {
        let place = shared.registry.enter(Arc::clone(&socket.line));
        Self(State::Envelope(Box::new(Open::new(socket, shared, admitted, mode)), place))
    }

    /// Carries messages until one side closes.
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<Option<CloseReason>> {
        let Err(ending) = ready!(match &mut self.0 {
            State::Plain(connection, _) => guarded(|| connection.poll_run(context)),
            State::Envelope(connection, _) => guarded(|| connection.poll_run(context)),
            State::Closing(_) | State::Closed => return Poll::Ready(None),
        });
        Poll::Ready(Some(ending))
    }
}

impl Future for ConnectionTask {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let Some(ending) = ready!(self.poll_open(context)) {
            self.0 = match std::mem::replace(&mut self.0, State::Closed) {
                State::Plain(connection, _place) => State::Closing(connection.close(ending)),
                State::Envelope(connection, _place) => State::Closing(connection.close(ending)),
                other => other,
            };
        }
        match &mut self.0 {
            State::Closing(closing) => closing.as_mut().poll(context),
            _ => Poll::Ready(()),
        }
    }
}

/// A defect of ours that shows in one connection ends that one, and says whose fault it was.
fn guarded<T>(run: impl FnOnce() -> Poll<Result<T, CloseReason>>) -> Poll<Result<T, CloseReason>> {
    // What the panic left half done belongs to this connection, which only closes from here on.
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or(Poll::Ready(Err(CloseReason::Ours(CloseCode::INTERNAL_ERROR, "internal error".into()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each idle connection costs: more than this has to be worth it.
    #[test]
    fn modes_stay_small() {
        assert_eq!(size_of::<PlainMode>(), 24);
        assert!(size_of::<EnvelopeMode>() <= 336, "{}", size_of::<EnvelopeMode>());
    }

    #[test]
    fn a_panic_is_1011() {
        let defect = || -> Poll<Result<(), CloseReason>> { panic!("a defect, for this test") };
        let Poll::Ready(Err(ending)) = guarded(defect) else { panic!("it is the end") };
        assert_eq!((ending.code(), ending.reason().as_str()), (CloseCode(1011), "internal error"));
        assert!(matches!(guarded(|| Poll::<Result<(), CloseReason>>::Pending), Poll::Pending));
    }
}
