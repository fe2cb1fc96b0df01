//! One connection: one task, one loop.
//!
//! | idea | file |
//! |---|---|
//! | the loop | `open` |
//! | what becomes of a message | `plain`; in `yodel.v1` `envelope` |
//! | one WebSocket: reading, writing | `socket`, with what it has `held` back, over a `transport` (`tcp`), with a thread's `buffers` |
//! | what waits to be written, and by whom | `outbox`; with what others tell the task: `line`, `signals` |
//! | all connections: pings, leaving | `registry`, `heartbeat` |
//! | until when it may stay, and who hears of it | `expiry`, `visit` |
//! | who may come, how much may be sent | `admission`, `throttle` |
//! | the end | `closing`; what is logged then: `traffic` |

pub mod admission;
mod buffers;
mod closing;
pub mod envelope;
pub mod expiry;
mod heartbeat;
mod held;
pub mod line;
mod open;
pub mod outbox;
pub mod plain;
pub mod refusal_log;
pub mod registry;
pub mod signals;
pub mod socket;
pub mod tcp;
mod throttle;
pub mod tick;
mod traffic;
pub mod transport;
pub mod visit;

use std::borrow::Cow;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use yodel_protocol::CloseCode;

use crate::auth::Auth;
use crate::config::ServerConfig;
use crate::hooks::events::Events;
use crate::hub::Hub;
use crate::limits::refusals::Tally;
use crate::net::tasks::Tasks;
use yodel_websocket::violation::Violation;

use crate::encode::Push;
use admission::Admitted;
use closing::Closing;
use envelope::EnvelopeMode;
use open::Open;
use plain::PlainMode;
use registry::{Place, Registry};
use socket::Socket;

/// What every connection shares.
#[derive(Debug)]
pub struct Surroundings {
    /// The flags.
    pub config: Arc<ServerConfig>,
    /// Rooms, and who is in them.
    pub hub: Hub<Push>,
    /// All open connections.
    pub registry: Registry,
    /// What was refused.
    pub tally: Tally,
    /// Who somebody is.
    pub auth: Auth,
    /// What handlers do.
    pub events: Events,
    /// What must end before the server does: connections, and what is done for them.
    pub connections: Tasks,
    /// The name of this server among several.
    pub node: String,
}

/// The task of one open WebSocket, until it is closed. A future written by hand: there are many of
/// them, and this one is a third of what the compiler would make of the same as an `async fn`.
pub struct Connection(State);

// Most are open nearly all the time: a box would cost them memory, not save it.
#[allow(clippy::large_enum_variant)]
enum State {
    Plain(Open<PlainMode>, Place),
    // Much larger: a box, so that it costs the others nothing.
    Envelope(Box<Open<EnvelopeMode>>, Place),
    Closing(Closing),
    Closed,
}

/// How a connection ended.
#[derive(Clone, Debug)]
pub enum Ending {
    /// The peer closed, or is gone.
    Theirs(CloseCode),
    /// We close, with a reason for people.
    Ours(CloseCode, Cow<'static, str>),
    /// The peer broke the protocol: nothing it sends can be understood any more.
    Broken(Violation),
}

impl Ending {
    /// With which code.
    pub fn code(&self) -> CloseCode {
        match self {
            Self::Theirs(code) | Self::Ours(code, _) => *code,
            Self::Broken(violation) => violation.close_code(),
        }
    }

    /// What is counted as refused: everything but a goodbye.
    pub fn refusal(&self) -> Option<&'static str> {
        let stops = matches!(self.code(), CloseCode::GOING_AWAY | CloseCode::SHUTDOWN);
        let ours = !matches!(self, Self::Theirs(_)) && !stops;
        ours.then(|| self.code().name()).flatten()
    }

    /// Why, for people.
    pub fn reason(&self) -> String {
        match self {
            Self::Theirs(_) => String::new(),
            Self::Ours(_, reason) => reason.clone().into_owned(),
            Self::Broken(violation) => violation.to_string(),
        }
    }
}

impl Connection {
    /// Begins to serve an open WebSocket in plain mode.
    pub fn plain(socket: Socket, mode: PlainMode, shared: Arc<Surroundings>, admitted: Admitted) -> Self {
        let place = shared.registry.enter(Arc::clone(&socket.line));
        Self(State::Plain(Open::new(socket, shared, admitted, mode), place))
    }

    /// Begins to serve an open WebSocket that speaks `yodel.v1`.
    pub fn envelope(socket: Socket, mode: EnvelopeMode, shared: Arc<Surroundings>, admitted: Admitted) -> Self {
        let place = shared.registry.enter(Arc::clone(&socket.line));
        Self(State::Envelope(Box::new(Open::new(socket, shared, admitted, mode)), place))
    }

    /// Carries messages until one side closes.
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<Option<Ending>> {
        let Err(ending) = ready!(match &mut self.0 {
            State::Plain(connection, _) => guarded(|| connection.poll_run(context)),
            State::Envelope(connection, _) => guarded(|| connection.poll_run(context)),
            State::Closing(_) | State::Closed => return Poll::Ready(None),
        });
        Poll::Ready(Some(ending))
    }
}

impl Future for Connection {
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
fn guarded<T>(run: impl FnOnce() -> Poll<Result<T, Ending>>) -> Poll<Result<T, Ending>> {
    // What the panic left half done belongs to this connection, which only closes from here on.
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or(Poll::Ready(Err(Ending::Ours(CloseCode::INTERNAL_ERROR, "internal error".into()))))
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
