//! Pings, and the patience for their answers.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Says when to ping and when a peer has been silent for too long. Any frame is an answer: a peer
/// that talks is alive.
#[derive(Debug)]
pub struct Heartbeat {
    every: Duration,
    patience: Duration,
    next_ping: Instant,
    /// When the first ping went out that nothing has come after.
    unanswered: Option<Instant>,
    due: Pin<Box<Sleep>>,
}

/// What is due.
#[derive(Debug, PartialEq, Eq)]
pub enum Beat {
    /// Send a ping.
    Ping,
    /// The peer did not answer the last one.
    Dead,
}

impl Heartbeat {
    /// Pings every so often and waits for the answer as long as `patience` lasts.
    pub fn new(every: Duration, patience: Duration) -> Self {
        let next_ping = Instant::now() + every;
        Self { every, patience, next_ping, unanswered: None, due: Box::pin(sleep_until(next_ping)) }
    }

    /// A frame came. The timer stays as it is: it fires for nothing once, which costs less than
    /// setting it at every frame.
    pub fn heard(&mut self) {
        self.unanswered = None;
    }

    /// Waits for what is due next.
    pub async fn next(&mut self) -> Beat {
        loop {
            self.due.as_mut().await;
            let beat = self.fire(Instant::now());
            let dead = self.unanswered.map(|since| since + self.patience);
            self.due.as_mut().reset(dead.map_or(self.next_ping, |dead| dead.min(self.next_ping)));
            if let Some(beat) = beat {
                return beat;
            }
        }
    }

    fn fire(&mut self, now: Instant) -> Option<Beat> {
        if self.unanswered.is_some_and(|since| since + self.patience <= now) {
            return Some(Beat::Dead);
        }
        if now < self.next_ping {
            return None;
        }
        self.next_ping = now + self.every;
        self.unanswered.get_or_insert(now);
        Some(Beat::Ping)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PING: Duration = Duration::from_secs(25);
    const PONG: Duration = Duration::from_secs(10);

    async fn next(heartbeat: &mut Heartbeat, since: Instant) -> (u64, Beat) {
        let beat = heartbeat.next().await;
        (since.elapsed().as_secs(), beat)
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_answers_is_pinged_again_and_again() {
        let (start, mut heartbeat) = (Instant::now(), Heartbeat::new(PING, PONG));
        for expected in [25, 50, 75] {
            assert_eq!(next(&mut heartbeat, start).await, (expected, Beat::Ping));
            heartbeat.heard();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_peer_is_dead_after_the_first_ping_it_ignores() {
        let (start, mut heartbeat) = (Instant::now(), Heartbeat::new(PING, PONG));
        heartbeat.heard();
        assert_eq!(next(&mut heartbeat, start).await, (25, Beat::Ping));
        assert_eq!(next(&mut heartbeat, start).await, (35, Beat::Dead));
    }

    #[tokio::test(start_paused = true)]
    async fn patience_may_be_longer_than_the_pause_between_pings() {
        let (start, mut heartbeat) = (Instant::now(), Heartbeat::new(PONG, PING));
        assert_eq!(next(&mut heartbeat, start).await, (10, Beat::Ping));
        heartbeat.heard();
        for expected in [(20, Beat::Ping), (30, Beat::Ping), (40, Beat::Ping), (45, Beat::Dead)] {
            assert_eq!(next(&mut heartbeat, start).await, expected);
        }
    }
}
