//! What one connection has asked and not heard the answer to yet.

use std::collections::VecDeque;
use std::iter;
use std::time::{Duration, Instant};

/// How many messages may be on their way, and since when those that are were asked for.
#[derive(Debug)]
pub struct Window {
    /// How many may be on their way at once.
    size: u64,
    /// How many are still to be asked.
    left: u64,
    /// How many are on their way.
    waiting: u64,
    /// When they were asked, those that were asked together in one entry; the oldest first.
    asked: VecDeque<(Instant, u64)>,
}

impl Window {
    /// A window of this size over so many messages.
    pub fn new(size: u64, total: u64) -> Self {
        Self { size, left: total, waiting: 0, asked: VecDeque::new() }
    }

    /// Whether every answer is there.
    pub fn is_done(&self) -> bool {
        self.left == 0 && self.waiting == 0
    }

    /// How many may be asked now; they count as asked.
    pub fn ask(&mut self, now: Instant) -> u64 {
        let asked = (self.size - self.waiting).min(self.left);
        if asked > 0 {
            self.asked.push_back((now, asked));
            self.waiting += asked;
            self.left -= asked;
        }
        asked
    }

    /// How many answers are due.
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Takes so many answers, in the order of the questions: how long they took, and how many took
    /// that long. No more than are due.
    pub fn answer(&mut self, answers: u64, now: Instant) -> impl Iterator<Item = (Duration, u64)> {
        let mut answers = answers.min(self.waiting);
        self.waiting -= answers;
        iter::from_fn(move || {
            let (asked, waiting) = self.asked.front_mut().filter(|_| answers > 0)?;
            let (took, taken) = (now.saturating_duration_since(*asked), answers.min(*waiting));
            answers -= taken;
            *waiting -= taken;
            if *waiting == 0 {
                self.asked.pop_front();
            }
            Some((took, taken))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn no_more_are_on_their_way_than_the_window_holds_and_none_too_many_are_asked() {
        let now = Instant::now();
        let mut window = Window::new(4, 10);
        assert_eq!(window.ask(now), 4);
        assert_eq!(window.ask(now), 0);
        assert_eq!(window.answer(3, now).count(), 1);
        assert_eq!(window.ask(now), 3);
        window.answer(4, now).for_each(drop);
        assert_eq!(window.ask(now), 3, "the rest");
        assert!(!window.is_done());
        window.answer(3, now).for_each(drop);
        assert!(window.is_done());
    }

    #[test]
    fn an_answer_took_as_long_as_its_question_is_old() {
        let begin = Instant::now();
        let mut window = Window::new(3, 100);
        window.ask(begin);
        let first: Vec<_> = window.answer(2, begin + SECOND).collect();
        assert_eq!(first, [(SECOND, 2)]);
        window.ask(begin + SECOND);
        let second: Vec<_> = window.answer(3, begin + 3 * SECOND).collect();
        assert_eq!(second, [(3 * SECOND, 1), (2 * SECOND, 2)]);
        assert_eq!(window.waiting(), 0);
    }

    #[test]
    fn nothing_to_ask_is_done() {
        assert!(Window::new(1, 0).is_done());
    }
}
