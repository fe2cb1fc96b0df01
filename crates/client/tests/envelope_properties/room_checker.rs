//! Checks the messages that one client receives of one room: each once, in order, and every loss reported.

use yodel_protocol::frame::Message;
use yodel_protocol::{Offset, Position, RoomName};

use crate::server::Server;

/// The messages that a client received so far.
#[derive(Debug)]
pub struct RoomChecker {
    room: RoomName,
    position: Position,
    gap: Option<Gap>,
}

/// A reported gap.
#[derive(Debug)]
struct Gap {
    after: Position,
    upto: Position,
    /// Number of messages in the gap that were received nevertheless.
    received: u64,
}

impl Gap {
    fn is_within_epoch(&self) -> bool {
        self.after.epoch == self.upto.epoch
    }
}

impl RoomChecker {
    pub fn new(room: RoomName, position: Position) -> Self {
        Self { room, position, gap: None }
    }

    /// Handles a reported gap.
    pub fn start_gap(&mut self, after: Position, upto: Position) {
        self.close_gap();
        self.position = after.clone();
        self.gap = Some(Gap { after, upto, received: 0 });
    }

    /// Checks that a message of the reported gap was lost.
    fn close_gap(&mut self) {
        let Some(gap) = self.gap.take() else { return };
        if gap.is_within_epoch() {
            assert!(gap.after.offset.0 + gap.received < gap.upto.offset.0, "no message of the gap was lost: {gap:?}");
        }
        self.position = gap.upto;
    }

    /// Handles a received message. `own` recognizes the messages that the server does not send to this client.
    pub fn receive(&mut self, message: &Message, server: &Server, own: &dyn Fn(&Message) -> bool) {
        let offset = message.offset.expect("offset");
        let in_gap = self.gap.as_ref().is_some_and(|gap| {
            // Messages held back in an ended epoch are delivered before the first of the next epoch.
            if gap.is_within_epoch() { offset <= gap.upto.offset } else { !server.knows(message) }
        });
        if let (true, Some(gap)) = (in_gap, &mut self.gap) {
            gap.received += 1;
        } else {
            self.close_gap();
            self.assert_no_loss_before(offset, server, own);
        }
        assert!(offset > self.position.offset, "duplicate or out of order: {message:?} after {:?}", self.position);
        self.position.offset = offset;
    }

    /// Checks that every message was received.
    pub fn assert_up_to_date(&mut self, server: &mut Server, own: &dyn Fn(&Message) -> bool) {
        self.close_gap();
        let end = server.end(&self.room);
        assert_eq!(end.epoch, self.position.epoch, "epoch of the room");
        self.assert_no_loss_before(end.offset.next(), server, own);
    }

    fn assert_no_loss_before(&self, offset: Offset, server: &Server, own: &dyn Fn(&Message) -> bool) {
        for between in self.position.offset.0 + 1..offset.0 {
            if let Some(message) = server.at(&self.room, Offset(between)) {
                assert!(own(message), "unreported loss: {message:?} before {offset:?}");
            }
        }
    }
}
