//! Whether the server still responds: a quiet one is pinged, and one that does not answer is left.

use yodel_protocol::frame::Ping;
use yodel_protocol::{CloseCode, Id, ServerFrame, Verb};

use super::half::Yodel;
use crate::Effect;
use crate::connector::{Core, Failure};

/// Time after the last frame of the server at which it is pinged, in milliseconds. Proxies drop connections
/// that are quiet for a minute.
pub const PING_EVERY_MS: u64 = 20_000;

/// Longest time for an answer, in milliseconds.
pub const PONG_DEADLINE_MS: u64 = 10_000;

/// The same after the device woke up, in milliseconds: somebody looks at the connection.
pub const PROBE_MS: u64 = 3_000;

/// When the server sent something last, and the pings since.
#[derive(Debug, Default)]
pub(super) struct Heartbeat {
    alive_ms: u64,
    /// When to check `alive_ms`. Stays as it is while the server sends, and with it the timer.
    check_ms: u64,
    /// The last ping, until it is answered, and when it was sent.
    ping: Option<(Id, u64)>,
    /// When to give up, unless anything is received.
    dead_ms: Option<u64>,
    /// Whether the ping is a probe, so that the next late timer does not send another.
    is_probed: bool,
}

impl Heartbeat {
    pub(super) fn begin(&mut self, now_ms: u64) {
        self.alive_ms = now_ms;
        self.check_ms = now_ms.saturating_add(PING_EVERY_MS);
    }

    /// Notes that the server sent something.
    pub(super) fn mark_alive(&mut self, now_ms: u64) {
        self.alive_ms = now_ms;
        self.dead_ms = None;
        self.is_probed = false;
    }

    /// Returns when to check the connection.
    pub(super) fn due_ms(&self) -> u64 {
        self.dead_ms.unwrap_or(self.check_ms)
    }

    /// Returns whether the server was quiet for long; plans the next check if not.
    fn is_quiet(&mut self, now_ms: u64) -> bool {
        self.check_ms = self.alive_ms.saturating_add(PING_EVERY_MS);
        self.check_ms <= now_ms
    }

    /// Returns how long the answer to this ping took, if it was the last one.
    fn answered(&mut self, now_ms: u64, frame: Id) -> Option<u64> {
        let (_, sent_ms) = self.ping.take_if(|(ping, _)| *ping == frame)?;
        Some(now_ms.saturating_sub(sent_ms))
    }
}

impl Yodel {
    /// Checks the connection when it is time, or when the timer is late.
    pub(super) fn beat(&mut self, core: &mut Core, is_late: bool) -> Result<(), Failure> {
        let now_ms = core.clock.now_ms();
        let Some(link) = self.ready(core) else { return Ok(()) };
        let heartbeat = &mut link.heartbeat;
        let (is_overdue, is_waiting) = (heartbeat.due_ms() <= now_ms, heartbeat.dead_ms.is_some());
        if is_late && !heartbeat.is_probed {
            self.probe(core);
        } else if is_overdue && is_waiting {
            return Err(Failure::new(CloseCode::NO_PONG, ""));
        } else if is_overdue && heartbeat.is_quiet(now_ms) {
            self.ping(core, PONG_DEADLINE_MS);
        }
        Ok(())
    }

    /// Pings a server that may be gone.
    pub(super) fn probe(&mut self, core: &mut Core) {
        let soon_ms = core.clock.after(PROBE_MS);
        if let Some(link) = self.ready(core)
            && link.heartbeat.dead_ms.is_none_or(|at_ms| at_ms > soon_ms || !link.heartbeat.is_probed)
        {
            link.heartbeat.is_probed = true;
            self.ping(core, PROBE_MS);
        }
    }

    /// Handles [`Event::TakePulse`](crate::Event::TakePulse).
    pub(super) fn measure_latency(&mut self, core: &mut Core) {
        if self.ready(core).is_some_and(|link| link.heartbeat.ping.is_none()) {
            self.ping(core, PONG_DEADLINE_MS);
        }
    }

    /// Returns whether this answers a ping. An error does too: the server responds.
    pub(super) fn is_pong(&mut self, core: &mut Core, reply: &ServerFrame, frame: Id) -> bool {
        let now_ms = core.clock.now_ms();
        let latency_ms = self.link(core).and_then(|link| link.heartbeat.answered(now_ms, frame));
        core.effects.extend(latency_ms.map(Effect::Latency));
        latency_ms.is_some() || matches!(reply, ServerFrame::Pong(_))
    }

    fn ping(&mut self, core: &mut Core, deadline_ms: u64) {
        let now_ms = core.clock.now_ms();
        let frame = self.next_frame();
        if let Some(link) = self.link(core) {
            link.heartbeat.ping = Some((frame, now_ms));
            link.heartbeat.dead_ms = Some(now_ms.saturating_add(deadline_ms));
            link.heartbeat.check_ms = now_ms.saturating_add(PING_EVERY_MS);
        }
        Self::send_frame(core, frame, Verb::Ping(Ping {}));
    }
}
