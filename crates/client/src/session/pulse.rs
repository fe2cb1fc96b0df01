//! Whether the server is still there: whoever says nothing is asked, and whoever does not answer is left.

use yodel_protocol::frame::Nothing;
use yodel_protocol::{CloseCode, Id, ServerFrame, Verb};

use super::Session;
use crate::{Effect, Rng};

/// So long after the last word of the server it is asked, in milliseconds. Proxies drop connections
/// that are quiet for a minute.
pub const PING_EVERY_MS: u64 = 20_000;

/// So long it may take to answer, in milliseconds.
pub const PONG_DEADLINE_MS: u64 = 10_000;

/// So long when there is reason to doubt the connection: somebody woke up and looks at it.
pub const PROBE_MS: u64 = 3_000;

/// A timer that fires so much too late, in milliseconds, was asleep, and the network may have been too.
pub const LATE_MS: u64 = 5_000;

/// When the server was heard last, and what it was asked since.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    heard_ms: u64,
    /// When to look whether it was long ago. Stays as it is while the server talks, and with it the timer.
    look_ms: u64,
    /// The last ping, until it is answered, and when it was sent.
    ping: Option<(Id, u64)>,
    /// When to give up, unless anything is heard.
    dead_ms: Option<u64>,
    /// It was asked on waking up, so that the next late timer does not ask again.
    doubted: bool,
}

impl Pulse {
    pub(super) fn begin(&mut self, now_ms: u64) {
        self.heard_ms = now_ms;
        self.look_ms = now_ms.saturating_add(PING_EVERY_MS);
    }

    /// The server said something.
    pub(super) fn hear(&mut self, now_ms: u64) {
        self.heard_ms = now_ms;
        self.dead_ms = None;
        self.doubted = false;
    }

    /// When to look.
    pub(super) fn due_ms(&self) -> u64 {
        self.dead_ms.unwrap_or(self.look_ms)
    }

    /// Whether nothing was heard for long; otherwise it will be time later.
    fn is_quiet(&mut self, now_ms: u64) -> bool {
        self.look_ms = self.heard_ms.saturating_add(PING_EVERY_MS);
        self.look_ms <= now_ms
    }

    /// How long the answer to this ping took, if it was the last one.
    pub(super) fn answered(&mut self, now_ms: u64, frame: Id) -> Option<u64> {
        let (_, sent_ms) = self.ping.take_if(|(ping, _)| *ping == frame)?;
        Some(now_ms.saturating_sub(sent_ms))
    }
}

impl Session {
    /// Looks after the connection, at a time that may be later than planned.
    pub(super) fn beat(&mut self, late: bool, rng: &mut dyn Rng) {
        let now_ms = self.clock.now_ms();
        let Some(link) = self.ready() else { return };
        let (overdue, waiting) = (link.pulse.due_ms() <= now_ms, link.pulse.dead_ms.is_some());
        if late && !link.pulse.doubted {
            self.probe();
        } else if overdue && waiting {
            self.fail(CloseCode::NO_PONG, "", rng);
        } else if overdue && link.pulse.is_quiet(now_ms) {
            self.ping(PONG_DEADLINE_MS);
        }
    }

    /// There is reason to doubt the connection.
    pub(super) fn probe(&mut self) {
        let soon_ms = self.clock.after(PROBE_MS);
        if let Some(link) = self.ready()
            && link.pulse.dead_ms.is_none_or(|at_ms| at_ms > soon_ms || !link.pulse.doubted)
        {
            link.pulse.doubted = true;
            self.ping(PROBE_MS);
        }
    }

    /// Somebody wants to know how long an answer takes.
    pub(super) fn take_pulse(&mut self) {
        if self.ready().is_some_and(|link| link.pulse.ping.is_none()) {
            self.ping(PONG_DEADLINE_MS);
        }
    }

    /// Whether this is the answer to a ping. An error is one too: somebody is there.
    pub(super) fn pong(&mut self, reply: &ServerFrame, frame: Id) -> bool {
        let now_ms = self.clock.now_ms();
        let latency_ms = self.link().and_then(|link| link.pulse.answered(now_ms, frame));
        self.effects.extend(latency_ms.map(Effect::Latency));
        latency_ms.is_some() || matches!(reply, ServerFrame::Pong(_))
    }

    fn ping(&mut self, patience_ms: u64) {
        let now_ms = self.clock.now_ms();
        let frame = self.next_frame();
        if let Some(link) = self.link() {
            link.pulse.ping = Some((frame, now_ms));
            link.pulse.dead_ms = Some(now_ms.saturating_add(patience_ms));
            link.pulse.look_ms = now_ms.saturating_add(PING_EVERY_MS);
        }
        self.say(frame, Verb::Ping(Nothing {}));
    }
}
