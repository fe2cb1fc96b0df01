//! The end of a connection during a graceful shutdown: waits for pending deliveries, then tells the client
//! when to reconnect.

use std::sync::Arc;
use std::task::{Context, Poll};

use yodel_protocol::CloseCode;
use yodel_protocol::frame::{self, Message, ServerFrame};

use crate::encode::SharedPayload;
use crate::environment::{Random, random_below};
use crate::hub::Room;

/// Minimum reconnect delay, in milliseconds: a restarting server needs a moment.
const MIN_RETRY_MS: u64 = 1_000;

/// Minimum range of the random part of the reconnect delay, in milliseconds.
const MIN_SPREAD_MS: u64 = 2_000;

/// Rooms with pending deliveries, and the reconnect delay of the client.
#[derive(Debug)]
pub struct ShutdownNotice {
    pending: Vec<(Arc<Room<SharedPayload>>, u64)>,
    retry_ms: u64,
}

impl ShutdownNotice {
    /// Creates the notice for a member of these rooms. `connections` is the number of connections that the
    /// shutdown closes.
    pub fn new(rooms: Vec<Arc<Room<SharedPayload>>>, connections: usize, random: &dyn Random) -> Self {
        let pending = rooms.into_iter().map(|room| (Arc::clone(&room), room.published())).collect();
        Self { pending, retry_ms: MIN_RETRY_MS + random_below(random, spread_ms(connections)) }
    }

    /// Polls until all messages that were published before the notice are delivered.
    pub fn poll_delivered(&mut self, context: &Context<'_>) -> Poll<()> {
        self.pending.retain(|(room, published)| room.poll_delivered(*published, context).is_pending());
        if self.pending.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Returns the reconnect delay, in milliseconds.
    pub fn retry_ms(&self) -> u64 {
        self.retry_ms
    }

    /// Returns the text of the `goodbye` frame.
    pub fn encode(&self) -> String {
        let goodbye =
            frame::Goodbye { code: CloseCode::SHUTDOWN, reason: "shutdown".to_owned(), retry_ms: self.retry_ms };
        ServerFrame::<Message>::Goodbye(goodbye).encode()
    }
}

/// Returns the range of the reconnect delays, in milliseconds: about a thousand reconnects per second.
fn spread_ms(connections: usize) -> u64 {
    MIN_SPREAD_MS.max(connections as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::random::SystemRandom;

    #[test]
    fn spreads_reconnects_by_the_number_of_connections() {
        assert_eq!((spread_ms(1), spread_ms(2_000), spread_ms(60_000)), (2_000, 2_000, 60_000));
        for _ in 0..100 {
            let retry_ms = ShutdownNotice::new(Vec::new(), 10_000, &SystemRandom).retry_ms;
            assert!((1_000..11_000).contains(&retry_ms), "{retry_ms}");
        }
        let text = ShutdownNotice { pending: Vec::new(), retry_ms: 7312 }.encode();
        assert_eq!(text, r#"{"type":"goodbye","code":4001,"reason":"shutdown","retry_ms":7312}"#);
    }
}
