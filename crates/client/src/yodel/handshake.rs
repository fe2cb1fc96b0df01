//! The handshake, from an open socket to a connection that is up.

use yodel_protocol::frame::Welcome;

use super::connection::Phase;
use super::handler::Yodel;
use crate::connector::{Core, Failure};
use crate::{Effect, Mode};

/// Longest wait for the welcome frame in milliseconds; the same as for a dial.
pub const WELCOME_TIMEOUT_MS: u64 = 10_000;

/// Number of client ids that are recognized as this client's: messages from earlier connections may still arrive.
const OWN_IDS: usize = 8;

impl Yodel {
    /// Handles the welcome frame.
    ///
    /// # Errors
    /// Returns an error if the server requires a token and there is none.
    pub(super) fn welcome(&mut self, core: &mut Core, welcome: Welcome) -> Result<(), Failure> {
        let Some(connection) = self.connection(core) else { return Ok(()) };
        connection.welcome(&core.clock, &welcome);
        let has_lobby = core.target.mode == (Mode::Envelope { lobby: true }) && connection.has_lobby;
        self.update_lobby(core, has_lobby);
        self.own_ids.truncate(OWN_IDS - 1);
        self.own_ids.push_front(welcome.client.clone());
        let is_known = welcome.user.is_some();
        core.effects.push(Effect::Welcome(Box::new(welcome)));
        if is_known {
            self.complete_handshake(core);
            return Ok(());
        }
        self.authenticate_client(core)
    }

    /// Completes the handshake, unless the server has sent a goodbye frame.
    pub(super) fn complete_handshake(&mut self, core: &mut Core) {
        let now_ms = core.clock.now_ms();
        let Some(connection) = self.connection(core) else { return };
        if connection.goodbye.is_some() {
            return;
        }
        connection.phase = Phase::Ready;
        connection.heartbeat.start(now_ms);
        self.rooms.connected(now_ms);
        core.up();
        self.send_due(core);
    }
}
