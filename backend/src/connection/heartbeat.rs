//! The heartbeat of a connection, in ticks of the registry's clock: when to ping, and when a ping has timed
//! out. Any input counts as a response.

use super::commands::Command;

/// A point in time, in ticks since the start of the server. The type lasts for a century of the longest ticks
/// and a year of the shortest.
pub type Tick = u32;

/// Ping interval and pong timeout, in ticks.
#[derive(Clone, Copy, Debug)]
pub struct HeartbeatTimes {
    pub ping_interval: Tick,
    pub pong_timeout: Tick,
}

/// The heartbeat state of one connection.
#[derive(Debug)]
pub struct Heartbeat {
    next_ping: Tick,
    /// Time of the first ping without a response.
    unanswered_since: Option<Tick>,
}

impl Heartbeat {
    /// Creates a heartbeat whose first ping is due at `next_ping`.
    pub fn new(next_ping: Tick) -> Self {
        Self { next_ping, unanswered_since: None }
    }

    /// Returns the command that is due at `now`. `alive` tells whether the peer was alive since the last
    /// check.
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

    /// Returns the time of the next check.
    pub fn next_check(&self, times: HeartbeatTimes) -> Tick {
        self.unanswered_since
            .map_or(self.next_ping, |since| (since.saturating_add(times.pong_timeout)).min(self.next_ping))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the first commands for a peer that is alive in some ticks.
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
        assert_eq!(commands(DEFAULT_TIMES, |tick| tick < 25), expected, "input before the ping is not a response");
    }

    #[test]
    fn accepts_a_timeout_longer_than_the_interval() {
        let times = HeartbeatTimes { ping_interval: 10, pong_timeout: 25 };
        let pinged = |tick| (tick, Command::Ping);
        let expected = [pinged(10), pinged(20), pinged(30), (35, Command::PingTimeout)];
        assert_eq!(commands(times, |_| false), expected);
    }
}
