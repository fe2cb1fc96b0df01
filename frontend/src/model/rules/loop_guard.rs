//! Limits for rules that answer themselves: a server that echoes returns what a rule sent, and the rule may answer
//! again, without end.

use std::collections::VecDeque;

/// Largest number of times in a second that a rule which sends may fire.
pub const MAX_PER_SECOND: usize = 20;
/// Largest number of answers to echoes in a row.
pub const MAX_CHAIN: u32 = 20;
/// Time after which a message equal to a sent one no longer counts as its echo, in milliseconds.
pub const ECHO_MS: u64 = 1_000;
/// Number of sent messages whose echo is recognized.
const REMEMBERED: usize = 64;
const SECOND_MS: u64 = 1_000;

/// The limit that a rule reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopLimit {
    /// [`MAX_PER_SECOND`].
    Rate,
    /// [`MAX_CHAIN`].
    Chain,
}

/// A message that a rule sent.
#[derive(Debug)]
struct Sent {
    text: String,
    at_ms: u64,
    depth: u32,
}

/// Firings and messages of the rules that send.
#[derive(Debug, Default)]
pub struct LoopGuard {
    /// Times of the last firings of each rule.
    firings: Vec<(u32, VecDeque<u64>)>,
    sent: VecDeque<Sent>,
}

impl LoopGuard {
    /// Returns how many answers to echoes led to a message that arrived at this time; 0 if no rule sent it. Each sent
    /// message has one echo.
    pub fn depth(&mut self, text: &str, at_ms: u64) -> u32 {
        let is_echo = |sent: &Sent| sent.text == text && at_ms.saturating_sub(sent.at_ms) <= ECHO_MS;
        let found = self.sent.iter().position(is_echo);
        found.and_then(|at| self.sent.remove(at)).map_or(0, |sent| sent.depth)
    }

    /// Counts a firing of a rule that sends.
    ///
    /// # Errors
    /// Returns the limit that the rule reached. Its firings are forgotten.
    pub fn permit(&mut self, rule: u32, now_ms: u64, depth: u32) -> Result<(), LoopLimit> {
        if !self.firings.iter().any(|(known, _)| *known == rule) {
            self.firings.push((rule, VecDeque::new()));
        }
        let Some((_, times)) = self.firings.iter_mut().find(|(known, _)| *known == rule) else { return Ok(()) };
        times.retain(|at_ms| now_ms.saturating_sub(*at_ms) < SECOND_MS);
        let limit = if depth >= MAX_CHAIN {
            LoopLimit::Chain
        } else if times.len() >= MAX_PER_SECOND {
            LoopLimit::Rate
        } else {
            times.push_back(now_ms);
            return Ok(());
        };
        self.firings.retain(|(known, _)| *known != rule);
        Err(limit)
    }

    /// Remembers a message that a rule sent as an answer to one of this depth.
    pub fn record(&mut self, text: &str, now_ms: u64, depth: u32) {
        if self.sent.len() == REMEMBERED {
            self.sent.pop_front();
        }
        self.sent.push_back(Sent { text: text.to_owned(), at_ms: now_ms, depth: depth + 1 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_the_rate_of_each_rule() {
        let mut guard = LoopGuard::default();
        for n in 0..MAX_PER_SECOND as u64 {
            assert_eq!(guard.permit(1, n, 0), Ok(()));
        }
        assert_eq!(guard.permit(2, 999, 0), Ok(()), "another rule");
        assert_eq!(guard.permit(1, 999, 0), Err(LoopLimit::Rate));
        assert_eq!(guard.permit(1, 999, 0), Ok(()), "switched on again");
    }

    #[test]
    fn permits_a_steady_rate() {
        let mut guard = LoopGuard::default();
        for n in 0..1_000 {
            assert_eq!(guard.permit(1, n * 50, 0), Ok(()));
        }
    }

    #[test]
    fn limits_answers_to_echoes_in_a_row() {
        let mut guard = LoopGuard::default();
        let mut answers = 0;
        for round in 0_u64.. {
            let now_ms = round * 200;
            let depth = guard.depth("ping", now_ms);
            if guard.permit(1, now_ms, depth) == Err(LoopLimit::Chain) {
                break;
            }
            guard.record("ping", now_ms, depth);
            answers += 1;
        }
        assert_eq!(answers, MAX_CHAIN);
    }

    #[test]
    fn recognizes_an_echo_once_and_in_time() {
        let mut guard = LoopGuard::default();
        guard.record("pong", 0, 3);
        assert_eq!(guard.depth("ping", 10), 0);
        assert_eq!(guard.depth("pong", ECHO_MS), 4);
        assert_eq!(guard.depth("pong", ECHO_MS), 0, "one echo");
        guard.record("pong", 0, 0);
        assert_eq!(guard.depth("pong", ECHO_MS + 1), 0, "too late");
    }

    #[test]
    fn remembers_a_bounded_number_of_messages() {
        let mut guard = LoopGuard::default();
        (0..10_000).for_each(|n| guard.record(&n.to_string(), 0, 0));
        assert_eq!((guard.sent.len(), guard.depth("0", 0), guard.depth("9999", 0)), (REMEMBERED, 0, 1));
    }
}
