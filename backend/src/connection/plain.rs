//! Plain mode: raw messages, no JSON, no greeting.

use std::net::SocketAddr;

use futures_util::FutureExt;
use protocol::CloseCode;
use tracing::debug;

use super::heartbeat::{Beat, Heartbeat};
use super::{Ending, Surroundings, Traffic};
use crate::config::PlainFormat;
use crate::hub::{Overflow, Seat};
use crate::message::{Kind, Message};
use crate::websocket::{Turn, WebSocket};

/// How much is moved from the queue to the socket at once, in bytes.
const BATCH: usize = 64 * 1024;

/// Carries messages until one side closes.
pub async fn run(
    socket: &mut WebSocket,
    peer: SocketAddr,
    seat: Option<Seat>,
    shared: &Surroundings,
    traffic: &mut Traffic,
) -> Ending {
    let config = &shared.config;
    let mut connection = Connection {
        socket,
        peer,
        shared,
        traffic,
        seat,
        heartbeat: Heartbeat::new(config.ping, config.pong),
        batch: Vec::new(),
    };
    loop {
        if let Err(ending) = connection.turn().await {
            return ending;
        }
    }
}

struct Connection<'a> {
    socket: &'a mut WebSocket,
    peer: SocketAddr,
    shared: &'a Surroundings,
    traffic: &'a mut Traffic,
    /// The seat in the lobby; none for an echo.
    seat: Option<Seat>,
    heartbeat: Heartbeat,
    batch: Vec<Message>,
}

impl Connection<'_> {
    async fn turn(&mut self) -> Result<(), Ending> {
        // An echo reads on only when its answer is out, so TCP slows down a peer that does not
        // read. A member of the lobby is always read: its queue bounds what waits for it.
        let flushed = self.socket.is_flushed();
        let reading = flushed || self.seat.is_some();
        let room = if flushed { BATCH } else { 0 };
        tokio::select! {
            () = self.shared.stop.cancelled() => self.stop(),
            outgoing = outgoing(self.seat.as_ref(), &mut self.batch, room) => self.send_batch(outgoing),
            beat = self.heartbeat.next() => self.beat(&beat),
            turn = self.socket.turn(reading) => self.take(turn),
        }
    }

    /// What others were told is in this member's queue goes out before the close frame.
    fn stop(&mut self) -> Result<(), Ending> {
        if let Some(taken) = outgoing(self.seat.as_ref(), &mut self.batch, usize::MAX).now_or_never() {
            self.send_batch(taken)?;
        }
        Err(Ending::Ours(CloseCode::GOING_AWAY, "shutdown"))
    }

    fn send_batch(&mut self, outgoing: Result<(), Overflow>) -> Result<(), Ending> {
        outgoing.map_err(|Overflow| Ending::Ours(CloseCode::TRY_AGAIN_LATER, "too slow"))?;
        for message in std::mem::take(&mut self.batch) {
            self.send(message)?;
        }
        Ok(())
    }

    fn send(&mut self, message: Message) -> Result<(), Ending> {
        self.traffic.sent(&message);
        self.socket.feed(message).map_err(Ending::Theirs)
    }

    fn beat(&mut self, beat: &Beat) -> Result<(), Ending> {
        match beat {
            Beat::Ping => self.socket.ping().map_err(Ending::Theirs),
            Beat::Dead => Err(Ending::Ours(CloseCode::NO_PONG, "no pong")),
        }
    }

    fn take(&mut self, turn: Turn) -> Result<(), Ending> {
        match turn {
            Turn::Flushed => return Ok(()),
            Turn::Control => {}
            Turn::Message(message) => self.take_message(message)?,
            Turn::Closed(code) => return Err(Ending::Theirs(code)),
            Turn::Broken(code) => return Err(Ending::Ours(code, code.name().unwrap_or_default())),
        }
        self.heartbeat.heard();
        Ok(())
    }

    fn take_message(&mut self, message: Message) -> Result<(), Ending> {
        self.traffic.received(&message);
        debug!(peer = %self.peer, kind = ?message.kind, text = ?String::from_utf8_lossy(&message.payload), "message");
        if self.seat.is_none() {
            return self.send(message);
        }
        self.shared.hub.publish(&self.formatted(message));
        Ok(())
    }

    fn formatted(&self, message: Message) -> Message {
        match (self.shared.config.plain_format, message.kind) {
            (PlainFormat::Seed, Kind::Text) => {
                Message::text(format!("{} echo: {}", self.peer, String::from_utf8_lossy(&message.payload)))
            }
            _ => message,
        }
    }
}

/// Waits for messages of the lobby; with room for none, only for an overflow.
async fn outgoing(seat: Option<&Seat>, batch: &mut Vec<Message>, room: usize) -> Result<(), Overflow> {
    match seat {
        Some(seat) => seat.queue().take(batch, room).await,
        None => std::future::pending().await,
    }
}
