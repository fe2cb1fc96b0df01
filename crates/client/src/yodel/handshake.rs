//! The handshake, from an open socket to a connection that is up.

use yodel_protocol::RoomName;
use yodel_protocol::frame::Welcome;

use super::connection::Phase;
use super::handler::Yodel;
use super::requests::LOBBY;
use crate::connector::Core;
use crate::{Effect, Mode};

/// Longest wait for the welcome frame in milliseconds; the same as for a dial.
pub const WELCOME_TIMEOUT_MS: u64 = 10_000;

/// Number of client ids that are recognized as this client's: messages from earlier connections may still arrive.
const OWN_IDS: usize = 8;

impl Yodel {
    /// Handles the welcome frame.
    pub(super) fn welcome(&mut self, core: &mut Core, welcome: Welcome) {
        let Some(connection) = self.connection(core) else { return };
        connection.welcome(&core.clock, &welcome);
        if core.mode == (Mode::Envelope { lobby: true }) && connection.has_lobby {
            self.rooms.add(RoomName::new(LOBBY).expect("valid room name"));
        }
        self.own_ids.truncate(OWN_IDS - 1);
        self.own_ids.push_front(welcome.client.clone());
        let is_known = welcome.user.is_some();
        core.effects.push(Effect::Welcome(Box::new(welcome)));
        if is_known {
            self.complete_handshake(core);
        } else {
            self.authenticate_client(core);
        }
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
