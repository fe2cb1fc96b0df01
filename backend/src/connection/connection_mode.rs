//! The mode of a connection.

use std::task::Context;

use yodel_protocol::CloseCode;
use yodel_websocket::message::Kind;

use super::close_reason::CloseReason;
use super::connection_io::ConnectionIo;
use super::stats::ConnectionStats;

/// The mode of a connection: what the server does with its messages.
pub trait ConnectionMode: Sized {
    /// Returns the name of the mode in the log.
    fn name(&self) -> &'static str;

    /// Handles a ping timeout while the connection is not read. Returns `Ok` to keep the connection, if the server
    /// itself paused reading.
    ///
    /// # Errors
    /// Returns an error if the connection is to be closed.
    fn on_ping_timeout(&self) -> Result<(), CloseReason> {
        Err(CloseReason::no_pong())
    }

    /// Begins a graceful shutdown of the connection.
    fn on_shutdown(&mut self, io: &mut ConnectionIo);

    /// Makes progress on everything that the mode waits for: deadlines, hooks, the shutdown.
    ///
    /// # Errors
    /// Returns an error if the connection is to be closed.
    fn poll_progress(&mut self, io: &mut ConnectionIo, context: &mut Context<'_>) -> Result<(), CloseReason>;

    /// Returns whether to read from the peer; if not, the task is woken when that changes. `flushed` is true if
    /// all queued frames are written.
    ///
    /// # Errors
    /// Returns an error if the connection is to be closed.
    fn may_read(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        flushed: bool,
    ) -> Result<bool, CloseReason>;

    /// Handles a message, and appends replies to `replies`. Returns false if reading has to pause.
    ///
    /// # Errors
    /// Returns an error if the connection is to be closed.
    fn on_message(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        kind: Kind,
        payload: &[u8],
        replies: &mut Vec<u8>,
    ) -> Result<bool, CloseReason>;

    /// Accounts for input: its bytes, or those of the reply to it if they are more, and its frames without the one that
    /// is counted for a message. Returns false if reading has to pause.
    fn on_input(&mut self, frames: u32, bytes: u32) -> bool;

    /// Leaves all rooms and starts the `on_disconnect` hook.
    fn on_close(self, code: CloseCode, reason: &str, io: &ConnectionIo);

    /// Returns the messages and bytes sent: by default, what was delivered through the outbox.
    fn sent(&self, io: &ConnectionIo) -> ConnectionStats {
        io.socket.handle.outbox.sent()
    }
}
