//! One connection: one task, one loop.

mod heartbeat;
mod plain;
mod traffic;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use protocol::CloseCode;
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::config::{Config, Plain};
use crate::hub::{Hub, Seat};
use crate::websocket::WebSocket;

use traffic::Traffic;

/// What every connection shares.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The flags.
    pub config: Arc<Config>,
    /// The lobby.
    pub hub: Hub,
    /// The server stops.
    pub stop: CancellationToken,
}

/// Whose connection it is, and what it is for.
#[derive(Debug)]
pub struct Caller {
    /// Where it comes from.
    pub peer: SocketAddr,
    /// What it does with a message.
    pub mode: Plain,
    /// The seat in the lobby; none for an echo.
    pub seat: Option<Seat>,
}

/// How a connection ended.
#[derive(Debug)]
enum Ending {
    /// The peer closed, or is gone.
    Theirs(CloseCode),
    /// We close, with a reason for people.
    Ours(CloseCode, &'static str),
}

/// Serves one open WebSocket until it closes, and logs both.
pub async fn serve(mut socket: WebSocket, caller: Caller, shared: Surroundings) {
    let Caller { peer, mode, seat } = caller;
    let opened = Instant::now();
    let patience = shared.config.pong;
    let drain = shared.config.drain;
    let mut traffic = Traffic::default();
    info!(%peer, %mode, "connection opened");

    let ending = plain::run(&mut socket, peer, seat, &shared, &mut traffic).await;
    let code = match ending {
        Ending::Theirs(code) => {
            socket.finish(patience).await;
            code
        }
        Ending::Ours(code, reason) => {
            let patience = if code == CloseCode::GOING_AWAY { drain } else { patience };
            socket.close(code, reason, patience).await;
            code
        }
    };
    info!(%peer, %mode, code = code.0, %traffic, duration = ?opened.elapsed(), "connection closed");
}
