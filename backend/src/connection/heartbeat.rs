//! Pings, and the patience for their answers, in ticks of the registry's clock. Any frame is an
//! answer: a peer that talks is alive.

use super::signals::Signal;

/// A point in time: ticks since the server started. At the coarsest there are
/// enough for a century, at the finest for a year.
pub type Tick = u32;

/// How often to ping, and how long to wait, in ticks.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub ping: Tick,
    pub pong: Tick,
}

/// When one connection was pinged and is to be pinged again.
#[derive(Debug)]
pub struct Heartbeat {
    next_ping: Tick,
    /// When the first ping went out that nothing has come after.
    unanswered: Option<Tick>,
}

impl Heartbeat {
    /// The first ping is due at `next_ping`.
    pub fn new(next_ping: Tick) -> Self {
        Self { next_ping, unanswered: None }
    }

    /// What is due now; `heard` says whether anything came since the last time.
    pub fn beat(&mut self, now: Tick, heard: bool, pace: Pace) -> Option<Signal> {
        if heard {
            self.unanswered = None;
        }
        if self.unanswered.is_some_and(|since| since.saturating_add(pace.pong) <= now) {
            return Some(Signal::Silent);
        }
        if now < self.next_ping {
            return None;
        }
        self.next_ping = now.saturating_add(pace.ping);
        self.unanswered.get_or_insert(now);
        Some(Signal::Ping)
    }

    /// When to ask again.
    pub fn due(&self, pace: Pace) -> Tick {
        self.unanswered.map_or(self.next_ping, |since| (since.saturating_add(pace.pong)).min(self.next_ping))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What happens in the first ticks to a peer that is heard at some of them.
    fn beats(pace: Pace, heard: impl Fn(Tick) -> bool) -> Vec<(Tick, Signal)> {
        let mut heartbeat = Heartbeat::new(pace.ping);
        let (mut beats, mut before) = (Vec::new(), 0);
        while beats.len() < 5 && !matches!(beats.last(), Some((_, Signal::Silent))) {
            let now = heartbeat.due(pace);
            let signal = heartbeat.beat(now, (before + 1..=now).any(&heard), pace);
            beats.extend(signal.map(|signal| (now, signal)));
            before = now;
        }
        beats
    }

    const USUAL: Pace = Pace { ping: 25, pong: 10 };

    #[test]
    fn a_peer_that_answers_is_pinged_again_and_again() {
        let expected = [25, 50, 75, 100, 125].map(|tick| (tick, Signal::Ping));
        assert_eq!(beats(USUAL, |tick| tick % 25 == 1), expected);
    }

    #[test]
    fn a_silent_peer_is_given_up_after_the_first_ping_it_ignores() {
        let expected = [(25, Signal::Ping), (35, Signal::Silent)];
        assert_eq!(beats(USUAL, |_| false), expected);
        assert_eq!(beats(USUAL, |tick| tick < 25), expected, "what came before the ping is no answer");
    }

    #[test]
    fn patience_may_be_longer_than_the_pause_between_pings() {
        let pace = Pace { ping: 10, pong: 25 };
        let pinged = |tick| (tick, Signal::Ping);
        let expected = [pinged(10), pinged(20), pinged(30), (35, Signal::Silent)];
        assert_eq!(beats(pace, |_| false), expected);
    }
}
