//! What a connection's task is told from outside: a few bits, so that neither the heartbeat nor the
//! stop of the server costs an idle connection a timer or a future of its own.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// Something to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Send a ping.
    Ping = 1,
    /// The peer did not answer the last one: close.
    Silent = 2,
    /// The server stops: close.
    Leave = 4,
    /// Somebody who may do that wants it closed.
    Dismissed = 8,
}

/// Signals that were raised and not yet taken; and whether the peer was heard.
#[derive(Debug, Default)]
pub struct Signals {
    raised: AtomicU8,
    heard: AtomicBool,
}

impl Signals {
    /// Raises a signal; the task has to be woken then.
    pub fn raise(&self, signal: Signal) {
        self.raised.fetch_or(signal as u8, Ordering::Release);
    }

    /// Takes the most urgent signal.
    pub fn take(&self) -> Option<Signal> {
        let raised = self.raised.load(Ordering::Acquire);
        if raised == 0 {
            return None; // Nearly always, and much cheaper than the exchange below.
        }
        let urgent = [Signal::Dismissed, Signal::Leave, Signal::Silent, Signal::Ping];
        let signal = urgent.into_iter().find(|signal| raised & *signal as u8 != 0)?;
        self.raised.fetch_and(!(signal as u8), Ordering::AcqRel);
        Some(signal)
    }

    /// Something came from the peer.
    pub fn hear(&self) {
        self.heard.store(true, Ordering::Relaxed);
    }

    /// Whether anything came since the last time.
    pub fn was_heard(&self) -> bool {
        self.heard.swap(false, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_urgent_comes_first_and_each_comes_once() {
        let signals = Signals::default();
        assert_eq!(signals.take(), None);
        for signal in [Signal::Ping, Signal::Leave, Signal::Dismissed, Signal::Silent, Signal::Ping] {
            signals.raise(signal);
        }
        let taken: Vec<_> = std::iter::from_fn(|| signals.take()).collect();
        assert_eq!(taken, [Signal::Dismissed, Signal::Leave, Signal::Silent, Signal::Ping]);
    }

    #[test]
    fn who_was_heard_is_asked_again() {
        let signals = Signals::default();
        assert!(!signals.was_heard());
        signals.hear();
        assert!(signals.was_heard());
        assert!(!signals.was_heard());
    }
}
