//! Which message goes out when, and on which connection.

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

const SECOND: u128 = 1_000_000_000;

/// Messages at a fixed rate; connections take turns.
#[derive(Clone, Copy, Debug)]
pub struct SendPlan {
    begin: Instant,
    /// Messages in a second.
    rate: u32,
    connections: NonZeroU64,
    messages: u64,
}

impl SendPlan {
    /// So many messages from then on.
    pub fn new(begin: Instant, rate: u32, connections: NonZeroU64, messages: u64) -> Self {
        Self { begin, rate: rate.max(1), connections, messages }
    }

    /// How many messages there are in a time, at least one.
    pub fn messages_in(time: Duration, rate: u32) -> u64 {
        u64::try_from(time.as_nanos() * u128::from(rate) / SECOND).unwrap_or(u64::MAX).max(1)
    }

    /// How many messages.
    pub fn messages(&self) -> u64 {
        self.messages
    }

    /// When a message is to go out.
    pub fn time_of(&self, message: u64) -> Instant {
        let after = u128::from(message) * SECOND / u128::from(self.rate);
        self.begin + Duration::from_nanos(u64::try_from(after).unwrap_or(u64::MAX))
    }

    /// On which connection.
    pub fn connection_of(&self, message: u64) -> usize {
        usize::try_from(message % self.connections).unwrap_or(0)
    }

    /// Which message is a connection's first, second and so on, from 0.
    pub fn message(&self, connection: usize, number: u64) -> u64 {
        connection as u64 + number * self.connections.get()
    }

    /// How many messages a connection sends.
    pub fn share_of(&self, connection: usize) -> u64 {
        self.messages.saturating_sub(connection as u64).div_ceil(self.connections.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(rate: u32, connections: u64, messages: u64) -> SendPlan {
        SendPlan::new(Instant::now(), rate, NonZeroU64::new(connections).expect("some"), messages)
    }

    #[test]
    fn messages_go_out_at_the_rate_also_after_a_day() {
        let plan = plan(3, 1, 10);
        assert_eq!(plan.time_of(0), plan.begin);
        assert_eq!(plan.time_of(3), plan.begin + Duration::from_secs(1));
        assert_eq!(plan.time_of(3 * 86_400 + 1), plan.begin + Duration::new(86_400, 333_333_333));
    }

    #[test]
    fn a_time_has_its_messages() {
        assert_eq!(SendPlan::messages_in(Duration::from_secs(10), 20_000), 200_000);
        assert_eq!(SendPlan::messages_in(Duration::from_millis(1), 10), 1);
        assert_eq!(SendPlan::messages_in(Duration::from_secs(86_400), 10_000_000), 864_000_000_000);
    }

    #[test]
    fn connections_take_turns_and_share_all_messages() {
        for (connections, messages) in [(1, 7), (3, 7), (7, 7), (9, 7), (4, 0)] {
            let plan = plan(100, connections, messages);
            let mut planned: Vec<u64> = (0..usize::try_from(connections).expect("few"))
                .flat_map(|connection| {
                    (0..plan.share_of(connection)).map(move |number| plan.message(connection, number))
                })
                .inspect(|&message| assert!(message < messages))
                .collect();
            planned.sort_unstable();
            assert_eq!(planned, (0..messages).collect::<Vec<_>>());
        }
        assert_eq!(plan(1, 3, 9).connection_of(7), 1);
        assert_eq!(plan(1, 3, 9).message(1, 2), 7);
    }
}
