//! Liveness: an idle server is pinged, and a connection without a reply is closed.

use yodel_protocol::frame::Ping;
use yodel_protocol::{CloseCode, Id, ServerFrame, Verb};

use super::handler::Yodel;
use crate::Effect;
use crate::connector::{Core, Failure};

/// Time after the server's last frame at which the server is pinged, in milliseconds. Proxies close connections that
/// are idle for a minute.
pub const PING_INTERVAL_MS: u64 = 20_000;

/// Longest wait for a pong in milliseconds.
pub const PONG_TIMEOUT_MS: u64 = 10_000;

/// Longest wait for a pong after the device woke up, in milliseconds. Shorter, because the user is looking at the page.
pub const PROBE_TIMEOUT_MS: u64 = 3_000;

/// The time of the server's last frame, and the last ping.
#[derive(Debug, Default)]
pub(super) struct Heartbeat {
    last_frame_ms: u64,
    /// The next check of `last_frame_ms`. Frames do not postpone it, so that the timer need not be set for each of
    /// them.
    check_ms: u64,
    /// The id of the unanswered ping, and the time at which it was sent.
    ping: Option<(Id, u64)>,
    /// The time at which the connection is dead unless a frame arrives.
    pong_due_ms: Option<u64>,
    /// `true` if the ping is a probe, so that the next late timer does not send another.
    is_probed: bool,
}

impl Heartbeat {
    pub(super) fn start(&mut self, now_ms: u64) {
        self.last_frame_ms = now_ms;
        self.check_ms = now_ms.saturating_add(PING_INTERVAL_MS);
    }

    /// Records a frame of the server.
    pub(super) fn mark_alive(&mut self, now_ms: u64) {
        self.last_frame_ms = now_ms;
        self.pong_due_ms = None;
        self.is_probed = false;
    }

    /// Returns when to check the connection.
    pub(super) fn due_ms(&self) -> u64 {
        self.pong_due_ms.unwrap_or(self.check_ms)
    }

    /// Returns whether the server was idle for a whole interval, and sets the time of the next check.
    fn is_idle(&mut self, now_ms: u64) -> bool {
        self.check_ms = self.last_frame_ms.saturating_add(PING_INTERVAL_MS);
        self.check_ms <= now_ms
    }

    /// Returns the round-trip time in milliseconds if this frame was the last ping.
    fn take_pong(&mut self, now_ms: u64, frame: Id) -> Option<u64> {
        let (_, sent_ms) = self.ping.take_if(|(ping, _)| *ping == frame)?;
        Some(now_ms.saturating_sub(sent_ms))
    }
}

impl Yodel {
    /// Checks the connection when it is due, or when the timer is late.
    ///
    /// # Errors
    /// Returns an error if the pong is overdue.
    pub(super) fn check_heartbeat(&mut self, core: &mut Core, is_late: bool) -> Result<(), Failure> {
        let now_ms = core.clock.now_ms();
        let Some(connection) = self.ready(core) else { return Ok(()) };
        let heartbeat = &mut connection.heartbeat;
        let (is_overdue, is_waiting) = (heartbeat.due_ms() <= now_ms, heartbeat.pong_due_ms.is_some());
        if is_late && !heartbeat.is_probed {
            self.probe(core);
        } else if is_overdue && is_waiting {
            return Err(Failure::new(CloseCode::NO_PONG, ""));
        } else if is_overdue && heartbeat.is_idle(now_ms) {
            self.ping(core, PONG_TIMEOUT_MS);
        }
        Ok(())
    }

    /// Pings a server that may be unreachable.
    pub(super) fn probe(&mut self, core: &mut Core) {
        let probe_due_ms = core.clock.after(PROBE_TIMEOUT_MS);
        if let Some(connection) = self.ready(core)
            && connection
                .heartbeat
                .pong_due_ms
                .is_none_or(|at_ms| at_ms > probe_due_ms || !connection.heartbeat.is_probed)
        {
            connection.heartbeat.is_probed = true;
            self.ping(core, PROBE_TIMEOUT_MS);
        }
    }

    /// Handles [`Event::MeasureLatency`](crate::Event::MeasureLatency).
    pub(super) fn measure_latency(&mut self, core: &mut Core) {
        if self.ready(core).is_some_and(|connection| connection.heartbeat.ping.is_none()) {
            self.ping(core, PONG_TIMEOUT_MS);
        }
    }

    /// Returns whether this frame is the reply to the last ping. An error counts as a reply, because the server
    /// responds.
    pub(super) fn is_pong(&mut self, core: &mut Core, reply: &ServerFrame, frame: Id) -> bool {
        let now_ms = core.clock.now_ms();
        let latency_ms = self.connection(core).and_then(|connection| connection.heartbeat.take_pong(now_ms, frame));
        core.effects.extend(latency_ms.map(Effect::Latency));
        latency_ms.is_some() || matches!(reply, ServerFrame::Pong(_))
    }

    fn ping(&mut self, core: &mut Core, deadline_ms: u64) {
        let now_ms = core.clock.now_ms();
        let frame = self.next_frame();
        if let Some(connection) = self.connection(core) {
            connection.heartbeat.ping = Some((frame, now_ms));
            connection.heartbeat.pong_due_ms = Some(now_ms.saturating_add(deadline_ms));
            connection.heartbeat.check_ms = now_ms.saturating_add(PING_INTERVAL_MS);
        }
        Self::send_frame(core, frame, Verb::Ping(Ping {}));
    }
}
