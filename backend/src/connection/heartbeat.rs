//! Pings, and the patience for their answers, in ticks of the registry's clock. Any frame is an
//! answer: a peer that talks is alive.

use super::commands::Command;

/// A point in time: ticks since the server started. At the coarsest there are
/// enough for a century, at the finest for a year.
pub type Tick = u32;

/// How often to ping, and how long to wait, in ticks.
#[derive(Clone, Copy, Debug)]
pub struct HeartbeatTimes {
    pub ping_interval: Tick,
    pub pong_timeout: Tick,
}

/// When one connection was pinged and is to be pinged again.
#[derive(Debug)]
pub struct Heartbeat {
    next_ping: Tick,
    /// When the first ping went out that nothing has come after.
    unanswered_since: Option<Tick>,
}

impl Heartbeat {
    /// The first ping is due at `next_ping`.
    pub fn new(next_ping: Tick) -> Self {
        Self { next_ping, unanswered_since: None }
    }

    /// What is due now; `alive` says whether anything came since the last time.
    pub fn check(&mut self, now: Tick, alive: bool, times: HeartbeatTimes) -> Option<Command> {
        if alive {
            self.unanswered_since = None;
        }
        if self.unanswered_since.is_some_and(|since| since.saturating_add(times.pong_timeout) <= now) {
            return Some(Command::PingTimeout);
        }
        if now < self.next_ping {
            return None;
        }
        self.next_ping = now.saturating_add(times.ping_interval);
        self.unanswered_since.get_or_insert(now);
        Some(Command::Ping)
    }

    /// When to ask again.
    pub fn next_check(&self, times: HeartbeatTimes) -> Tick {
        self.unanswered_since
            .map_or(self.next_ping, |since| (since.saturating_add(times.pong_timeout)).min(self.next_ping))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What happens in the first ticks to a peer that is alive at some of them.
    fn commands(times: HeartbeatTimes, alive: impl Fn(Tick) -> bool) -> Vec<(Tick, Command)> {
        let mut heartbeat = Heartbeat::new(times.ping_interval);
        let (mut commands, mut before) = (Vec::new(), 0);
        while commands.len() < 5 && !matches!(commands.last(), Some((_, Command::PingTimeout))) {
            let now = heartbeat.next_check(times);
            let command = heartbeat.check(now, (before + 1..=now).any(&alive), times);
            commands.extend(command.map(|command| (now, command)));
            before = now;
        }
        commands
    }

    const DEFAULT_TIMES: HeartbeatTimes = HeartbeatTimes { ping_interval: 25, pong_timeout: 10 };

    #[test]
    fn pings_a_responsive_peer_at_each_interval() {
        let expected = [25, 50, 75, 100, 125].map(|tick| (tick, Command::Ping));
        assert_eq!(commands(DEFAULT_TIMES, |tick| tick % 25 == 1), expected);
    }

    #[test]
    fn reports_a_timeout_after_one_unanswered_ping() {
        let expected = [(25, Command::Ping), (35, Command::PingTimeout)];
        assert_eq!(commands(DEFAULT_TIMES, |_| false), expected);
        assert_eq!(commands(DEFAULT_TIMES, |tick| tick < 25), expected, "what came before the ping is no answer");
    }

    #[test]
    fn accepts_a_timeout_longer_than_the_interval() {
        let times = HeartbeatTimes { ping_interval: 10, pong_timeout: 25 };
        let pinged = |tick| (tick, Command::Ping);
        let expected = [pinged(10), pinged(20), pinged(30), (35, Command::PingTimeout)];
        assert_eq!(commands(times, |_| false), expected);
    }
}
