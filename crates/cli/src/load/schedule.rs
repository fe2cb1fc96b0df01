//! Schedule of messages at a fixed rate.

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

const SECOND: u128 = 1_000_000_000;

/// Schedule of messages at a fixed rate; connections send in turn.
#[derive(Clone, Copy, Debug)]
pub struct SendSchedule {
    start: Instant,
    /// Messages per second.
    rate: u32,
    connections: NonZeroU64,
    messages: u64,
}

impl SendSchedule {
    /// Creates a schedule of `messages` messages that starts at `start`. A rate of 0 counts as 1.
    pub fn new(start: Instant, rate: u32, connections: NonZeroU64, messages: u64) -> Self {
        Self { start, rate: rate.max(1), connections, messages }
    }

    /// Returns the number of messages in this time, at least one.
    pub fn messages_in(time: Duration, rate: u32) -> u64 {
        u64::try_from(time.as_nanos() * u128::from(rate) / SECOND).unwrap_or(u64::MAX).max(1)
    }

    /// Returns the number of messages.
    pub fn messages(&self) -> u64 {
        self.messages
    }

    /// Returns the time at which a message is due.
    pub fn time_of(&self, message: u64) -> Instant {
        let after = u128::from(message) * SECOND / u128::from(self.rate);
        self.start + Duration::from_nanos(u64::try_from(after).unwrap_or(u64::MAX))
    }

    /// Returns the index of the connection that sends a message.
    pub fn connection_of(&self, message: u64) -> usize {
        usize::try_from(message % self.connections).unwrap_or(0)
    }

    /// Returns the message that a connection sends as its `number`-th, counted from 0.
    pub fn message(&self, connection: usize, number: u64) -> u64 {
        connection as u64 + number * self.connections.get()
    }

    /// Returns the number of messages that a connection sends.
    pub fn share_of(&self, connection: usize) -> u64 {
        self.messages.saturating_sub(connection as u64).div_ceil(self.connections.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(rate: u32, connections: u64, messages: u64) -> SendSchedule {
        SendSchedule::new(Instant::now(), rate, NonZeroU64::new(connections).expect("at least one"), messages)
    }

    #[test]
    fn keeps_the_rate_after_a_day() {
        let schedule = schedule(3, 1, 10);
        assert_eq!(schedule.time_of(0), schedule.start);
        assert_eq!(schedule.time_of(3), schedule.start + Duration::from_secs(1));
        assert_eq!(schedule.time_of(3 * 86_400 + 1), schedule.start + Duration::new(86_400, 333_333_333));
    }

    #[test]
    fn counts_the_messages_in_a_duration() {
        assert_eq!(SendSchedule::messages_in(Duration::from_secs(10), 20_000), 200_000);
        assert_eq!(SendSchedule::messages_in(Duration::from_millis(1), 10), 1);
        assert_eq!(SendSchedule::messages_in(Duration::from_secs(86_400), 10_000_000), 864_000_000_000);
    }

    #[test]
    fn distributes_messages_over_connections() {
        for (connections, messages) in [(1, 7), (3, 7), (7, 7), (9, 7), (4, 0)] {
            let schedule = schedule(100, connections, messages);
            let mut scheduled: Vec<u64> = (0..usize::try_from(connections).expect("a small number"))
                .flat_map(|connection| {
                    (0..schedule.share_of(connection)).map(move |number| schedule.message(connection, number))
                })
                .inspect(|&message| assert!(message < messages))
                .collect();
            scheduled.sort_unstable();
            assert_eq!(scheduled, (0..messages).collect::<Vec<_>>());
        }
        assert_eq!(schedule(1, 3, 9).connection_of(7), 1);
        assert_eq!(schedule(1, 3, 9).message(1, 2), 7);
    }
}
