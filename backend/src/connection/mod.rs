//! One connection: one task, one loop.
//!
//! | idea | file |
//! |---|---|
//! | what becomes of a message | `plain` |
//! | one WebSocket: reading, writing | `socket`, with what it has `held` back, over a `transport` (`tcp`), with a thread's `buffers` |
//! | what waits to be written, and by whom | `outbox`; with what others tell the task: `line`, `signals` |
//! | all connections: pings, leaving | `registry`, `heartbeat` |
//! | who may come, how much may be sent | `admission`, `throttle` |
//! | the end | `closing`; what is logged then: `traffic` |

pub mod admission;
mod buffers;
mod closing;
mod heartbeat;
mod held;
pub mod line;
pub mod outbox;
mod plain;
pub mod registry;
mod signals;
pub mod socket;
pub mod tcp;
mod throttle;
mod traffic;
pub mod transport;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use protocol::CloseCode;

use crate::config::Config;
use crate::hub::{Hub, Seat};
use crate::tally::Tally;
use crate::websocket::batch::Batch;
use crate::websocket::violation::Violation;

use admission::Admitted;
use closing::Closing;
use plain::PlainConnection;
use registry::{Place, Registry};
use socket::Socket;

/// What every connection shares.
#[derive(Debug)]
pub struct Surroundings {
    /// The flags.
    pub config: Arc<Config>,
    /// The lobby.
    pub hub: Hub<Batch>,
    /// All open connections.
    pub registry: Registry,
    /// What was refused.
    pub tally: Tally,
}

/// The task of one open WebSocket, until it is closed. A future written by hand: there are many of
/// them, and this one is a third of what the compiler would make of the same as an `async fn`.
pub struct Connection(State);

// Most are open nearly all the time: a box would cost them memory, not save it.
#[allow(clippy::large_enum_variant)]
enum State {
    Open(PlainConnection, Place),
    Closing(Closing),
    Closed,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug)]
enum Ending {
    /// The peer closed, or is gone.
    Theirs(CloseCode),
    /// We close, with a reason for people.
    Ours(CloseCode, &'static str),
    /// The peer broke the protocol: nothing it sends can be understood any more.
    Broken(Violation),
}

impl Ending {
    fn code(&self) -> CloseCode {
        match self {
            Self::Theirs(code) | Self::Ours(code, _) => *code,
            Self::Broken(violation) => violation.close_code(),
        }
    }

    /// What is counted as refused: everything but a goodbye.
    fn refusal(&self) -> Option<&'static str> {
        let ours = !matches!(self, Self::Theirs(_)) && self.code() != CloseCode::GOING_AWAY;
        ours.then(|| self.code().name()).flatten()
    }

    fn reason(&self) -> String {
        match self {
            Self::Theirs(_) => String::new(),
            Self::Ours(_, reason) => (*reason).to_owned(),
            Self::Broken(violation) => violation.to_string(),
        }
    }
}

impl Connection {
    /// Begins to serve an open WebSocket; one with a seat in the lobby broadcasts, others echo.
    pub fn new(socket: Socket, seat: Option<Seat<Batch>>, shared: Arc<Surroundings>, admitted: Admitted) -> Self {
        let place = shared.registry.enter(Arc::clone(&socket.line));
        Self(State::Open(PlainConnection::open(socket, seat, shared, admitted), place))
    }
}

impl Future for Connection {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let State::Open(connection, _) = &mut self.0 {
            let Err(ending) = ready!(guarded(|| connection.poll_run(context)));
            if let State::Open(connection, _place) = std::mem::replace(&mut self.0, State::Closed) {
                self.0 = State::Closing(connection.close(ending));
            }
        }
        match &mut self.0 {
            State::Open(..) => Poll::Pending,
            State::Closing(closing) => closing.as_mut().poll(context),
            State::Closed => Poll::Ready(()),
        }
    }
}

/// A defect of ours that shows in one connection ends that one, and says whose fault it was.
fn guarded<T>(run: impl FnOnce() -> Poll<Result<T, Ending>>) -> Poll<Result<T, Ending>> {
    // What the panic left half done belongs to this connection, which only closes from here on.
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or(Poll::Ready(Err(Ending::Ours(CloseCode::INTERNAL_ERROR, "internal error"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_1011() {
        let defect = || -> Poll<Result<(), Ending>> { panic!("a defect, for this test") };
        let Poll::Ready(Err(ending)) = guarded(defect) else { panic!("it is the end") };
        assert_eq!((ending.code(), ending.reason().as_str()), (CloseCode(1011), "internal error"));
        assert!(matches!(guarded(|| Poll::<Result<(), Ending>>::Pending), Poll::Pending));
    }
}
