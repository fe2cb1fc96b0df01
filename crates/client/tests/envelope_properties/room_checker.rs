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
    /// The position in the epoch before that of `position`, until the loss is reported.
    ended: Option<Position>,
}

/// A reported gap within an epoch.
#[derive(Debug)]
struct Gap {
    after: Position,
    upto: Position,
    /// Number of messages in the gap that were received nevertheless.
    received: u64,
}

impl RoomChecker {
    pub fn new(room: RoomName, position: Position) -> Self {
        Self { room, position, gap: None, ended: None }
    }

    /// Handles a reported gap. A gap between two epochs is reported after the messages of the new epoch.
    pub fn start_gap(&mut self, after: Position, upto: Position, server: &Server, own: &dyn Fn(&Message) -> bool) {
        self.close_gap();
        if after.epoch == upto.epoch {
            self.start_epoch(&after);
            self.position = after.clone();
            self.gap = Some(Gap { after, upto, received: 0 });
        } else {
            self.start_epoch(&upto);
            self.assert_no_loss_before(upto.offset.next(), server, own);
            let ended = self.ended.take().expect("an earlier epoch");
            assert_eq!(ended.epoch, after.epoch, "the gap begins in the epoch that was received before");
            self.position.offset = self.position.offset.max(upto.offset);
        }
    }

    /// Moves to the beginning of the epoch of a position, unless it is the current one.
    fn start_epoch(&mut self, at: &Position) {
        if self.position.epoch != at.epoch {
            let start = Position { epoch: at.epoch.clone(), offset: Offset(0) };
            let ended = std::mem::replace(&mut self.position, start);
            self.ended.get_or_insert(ended);
        }
    }

    /// Checks that a message of the reported gap was lost.
    fn close_gap(&mut self) {
        let Some(gap) = self.gap.take() else { return };
        assert!(gap.after.offset.0 + gap.received < gap.upto.offset.0, "no message of the gap was lost: {gap:?}");
        self.position = gap.upto;
    }

    /// Handles a received message. `own` recognizes the messages that the server does not send to this client.
    pub fn receive(&mut self, message: &Message, server: &Server, own: &dyn Fn(&Message) -> bool) {
        let offset = message.offset.expect("offset");
        // Messages that were held back in an ended epoch are delivered before the first of the next epoch.
        let epoch = server.epoch_of(message);
        if let Some(epoch) = epoch.filter(|epoch| *epoch != self.position.epoch) {
            self.close_gap();
            self.start_epoch(&Position { epoch, offset });
        }
        if let Some(gap) = self.gap.as_mut().filter(|gap| offset <= gap.upto.offset) {
            gap.received += 1;
        } else {
            self.close_gap();
            if server.epoch_of(message).is_some() {
                self.assert_no_loss_before(offset, server, own);
            }
        }
        assert!(offset > self.position.offset, "duplicate or out of order: {message:?} after {:?}", self.position);
        self.position.offset = offset;
    }

    /// Checks that every message was received, and that the end of an epoch was reported.
    pub fn assert_up_to_date(&mut self, server: &mut Server, own: &dyn Fn(&Message) -> bool) {
        self.close_gap();
        let end = server.end(&self.room);
        assert_eq!(self.ended, None, "the loss with an earlier epoch is reported");
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
