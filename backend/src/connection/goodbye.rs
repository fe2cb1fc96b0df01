//! The server stops: what others were told before reaches this one too, and it is told when to come
//! back.

use std::sync::Arc;
use std::task::{Context, Poll};

use yodel_protocol::CloseCode;
use yodel_protocol::frame::{self, Message, ServerFrame};

use crate::encode::SharedPayload;
use crate::hub::Room;
use crate::runtime::random;

/// The earliest that somebody comes back, in milliseconds: a server that starts anew needs a moment.
const SOONEST: u64 = 1_000;

/// The least span over which they come back, in milliseconds.
const SPAN: u64 = 2_000;

/// What is still to be delivered before the close, and what is said then.
#[derive(Debug)]
pub struct Goodbye {
    pending: Vec<(Arc<Room<SharedPayload>>, u64)>,
    retry_ms: u64,
}

impl Goodbye {
    /// A goodbye to somebody in these rooms, who is one of so many.
    pub fn new(rooms: Vec<Arc<Room<SharedPayload>>>, leaving: usize) -> Self {
        let pending = rooms.into_iter().map(|room| (Arc::clone(&room), room.published())).collect();
        Self { pending, retry_ms: SOONEST + random::below(span(leaving)) }
    }

    /// Ready when everything is delivered that was published before.
    pub fn poll(&mut self, context: &Context<'_>) -> Poll<()> {
        self.pending.retain(|(room, published)| room.poll_delivered(*published, context).is_pending());
        if self.pending.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// When to come back, in milliseconds from now.
    pub fn retry_ms(&self) -> u64 {
        self.retry_ms
    }

    /// What is said.
    pub fn text(&self) -> String {
        let goodbye =
            frame::Goodbye { code: CloseCode::SHUTDOWN, reason: "shutdown".to_owned(), retry_ms: self.retry_ms };
        ServerFrame::<Message>::Goodbye(goodbye).encode()
    }
}

/// A thousand come back in a second, about.
fn span(leaving: usize) -> u64 {
    SPAN.max(leaving as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_come_back_over_a_longer_time() {
        assert_eq!((span(1), span(2_000), span(60_000)), (2_000, 2_000, 60_000));
        for _ in 0..100 {
            let retry_ms = Goodbye::new(Vec::new(), 10_000).retry_ms;
            assert!((1_000..11_000).contains(&retry_ms), "{retry_ms}");
        }
        let text = Goodbye { pending: Vec::new(), retry_ms: 7312 }.text();
        assert_eq!(text, r#"{"type":"goodbye","code":4001,"reason":"shutdown","retry_ms":7312}"#);
    }
}
