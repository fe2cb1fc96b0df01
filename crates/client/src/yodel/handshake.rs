//! From an open socket to a connection that is up.

use yodel_protocol::RoomName;
use yodel_protocol::frame::Welcome;

use super::half::Yodel;
use super::link::Phase;
use super::requests::LOBBY;
use crate::connector::Core;
use crate::{Effect, Mode};

/// Longest time that the server may take to send its welcome, in milliseconds: no longer than a dial.
pub const WELCOME_TIMEOUT_MS: u64 = 10_000;

/// Number of connections whose messages may still be on the way.
const OWN_IDS: usize = 8;

impl Yodel {
    /// Handles the server's first frame.
    pub(super) fn welcome(&mut self, core: &mut Core, welcome: Welcome) {
        let Some(link) = self.link(core) else { return };
        link.welcome(&core.clock, &welcome);
        if core.mode == (Mode::Envelope { lobby: true }) && link.has_lobby {
            self.rooms.add(RoomName::new(LOBBY).expect("a room's name"));
        }
        self.own_ids.truncate(OWN_IDS - 1);
        self.own_ids.push_front(welcome.client.clone());
        let is_known = welcome.user.is_some();
        core.effects.push(Effect::Welcome(Box::new(welcome)));
        if is_known {
            self.begin(core);
        } else {
            self.log_in(core);
        }
    }

    /// Completes the handshake, unless the server has said goodbye before.
    pub(super) fn begin(&mut self, core: &mut Core) {
        let now_ms = core.clock.now_ms();
        let Some(link) = self.link(core) else { return };
        if link.goodbye.is_some() {
            return;
        }
        link.phase = Phase::Ready;
        link.heartbeat.begin(now_ms);
        self.rooms.connected(now_ms);
        core.up();
        self.send_due(core);
    }
}
