//! One connection: one task, one loop.
//!
//! | idea | file |
//! |---|---|
//! | what becomes of a message | `plain` |
//! | one WebSocket: reading, writing | `socket`, over a `transport`, with a thread's `buffers` |
//! | what waits to be written, and by whom | `outbox`; with what others tell the task: `line`, `signals` |
//! | all connections: pings, leaving | `registry`, `heartbeat` |
//! | who may come, how much may be sent | `admission`, `throttle`, `rate` |
//! | the end | `closing`; what is logged then: `traffic` |

pub mod admission;
mod buffers;
mod closing;
mod heartbeat;
pub mod line;
pub mod outbox;
mod plain;
pub mod rate;
pub mod registry;
mod signals;
pub mod socket;
mod throttle;
mod traffic;
pub mod transport;

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use protocol::CloseCode;
use tracing::info;

use crate::config::{Config, Plain};
use crate::hub::{Hub, Seat};
use crate::websocket::batch::Batch;
use crate::websocket::violation::Violation;

use plain::PlainConnection;
use registry::Registry;
use socket::Socket;

/// What every connection shares.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The flags.
    pub config: Arc<Config>,
    /// The lobby.
    pub hub: Hub<Batch>,
    /// All open connections.
    pub registry: Registry,
}

/// Whose connection it is, and what it is for.
#[derive(Debug)]
pub struct Caller {
    /// Where it comes from.
    pub peer: SocketAddr,
    /// What it does with a message.
    pub mode: Plain,
    /// The seat in the lobby; none for an echo.
    pub seat: Option<Seat<Batch>>,
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

    fn reason(&self) -> String {
        match self {
            Self::Theirs(_) => String::new(),
            Self::Ours(_, reason) => (*reason).to_owned(),
            Self::Broken(violation) => violation.to_string(),
        }
    }
}

/// Serves one open WebSocket until it closes, and logs both.
pub async fn serve(socket: Socket, caller: Caller, shared: Surroundings) {
    let Caller { peer, mode, seat } = caller;
    let opened = Instant::now();
    info!(%peer, %mode, "connection opened");
    let place = shared.registry.enter(Arc::clone(&socket.line));
    let config = Arc::clone(&shared.config);
    let mut connection = PlainConnection::new(socket, peer, seat, shared);
    let Err(ending) = poll_fn(|context| connection.poll_run(context)).await;
    drop(place);
    let (received, sent) = connection.traffic();
    let patience = if ending.code() == CloseCode::GOING_AWAY { config.drain } else { config.pong };
    // In a box: idle connections, which are many, need not have room for it.
    Box::pin(closing::close(connection.into_socket(), &ending, patience)).await;
    info!(%peer, %mode, code = ending.code().0, in = %received, out = %sent, duration = ?opened.elapsed(), "connection closed");
}
