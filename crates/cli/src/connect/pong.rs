//! The pong that is to be sent.

use std::sync::Arc;

use parking_lot::Mutex;

/// The payload of the latest unanswered ping. A pong for it answers all earlier pings (RFC 6455, section 5.5.3), so a
/// server that sends pings and does not read cannot fill the queue.
#[derive(Clone, Debug, Default)]
pub struct PendingPong(Arc<Mutex<Option<Vec<u8>>>>);

impl PendingPong {
    /// Stores the payload of a ping; returns whether no earlier one was pending.
    pub fn replace(&self, payload: &[u8]) -> bool {
        self.0.lock().replace(payload.to_vec()).is_none()
    }

    /// Takes the payload.
    pub fn take(&self) -> Option<Vec<u8>> {
        self.0.lock().take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_latest_ping() {
        let pong = PendingPong::default();
        assert_eq!([&b"1"[..], b"2", b"3"].map(|payload| pong.replace(payload)), [true, false, false]);
        assert_eq!((pong.take(), pong.take()), (Some(b"3".to_vec()), None));
        assert!(pong.replace(b"4"));
    }
}
