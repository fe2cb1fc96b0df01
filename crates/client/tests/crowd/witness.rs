//! Watches what one client hears of one room: each message once, in its order, and no loss unseen.

use yodel_protocol::frame::Message;
use yodel_protocol::{Offset, Position, RoomName};

use crate::server::Server;

/// What a client has heard so far.
#[derive(Debug)]
pub struct Witness {
    room: RoomName,
    position: Position,
    told: Option<Gap>,
}

/// Messages that may be missing, for that was told.
#[derive(Debug)]
struct Gap {
    after: Position,
    upto: Position,
    /// So many of them came all the same.
    heard: u64,
}

impl Gap {
    fn is_of_one_life(&self) -> bool {
        self.after.epoch == self.upto.epoch
    }
}

impl Witness {
    pub fn new(room: RoomName, position: Position) -> Self {
        Self { room, position, told: None }
    }

    /// A gap is told.
    pub fn gap(&mut self, after: Position, upto: Position) {
        self.close_gap();
        self.position = after.clone();
        self.told = Some(Gap { after, upto, heard: 0 });
    }

    /// What was told to be a gap has been one.
    fn close_gap(&mut self) {
        let Some(gap) = self.told.take() else { return };
        if gap.is_of_one_life() {
            assert!(gap.after.offset.0 + gap.heard < gap.upto.offset.0, "all of it came: {gap:?}");
        }
        self.position = gap.upto;
    }

    /// A message is heard. `own` says which ones this client does not get.
    pub fn hear(&mut self, message: &Message, server: &Server, own: &dyn Fn(&Message) -> bool) {
        let offset = message.offset.expect("an offset");
        let in_gap = self.told.as_ref().is_some_and(|gap| {
            // What was held back of a life that is over is told before the next one begins.
            if gap.is_of_one_life() { offset <= gap.upto.offset } else { !server.knows(message) }
        });
        if let (true, Some(gap)) = (in_gap, &mut self.told) {
            gap.heard += 1;
        } else {
            self.close_gap();
            self.nothing_between(offset, server, own);
        }
        assert!(offset > self.position.offset, "twice or out of order: {message:?} after {:?}", self.position);
        self.position.offset = offset;
    }

    /// Everything that is said is heard.
    pub fn is_up_to_date(&mut self, server: &mut Server, own: &dyn Fn(&Message) -> bool) {
        self.close_gap();
        let end = server.end(&self.room);
        assert_eq!(end.epoch, self.position.epoch, "the room's life");
        self.nothing_between(end.offset.next(), server, own);
    }

    fn nothing_between(&self, offset: Offset, server: &Server, own: &dyn Fn(&Message) -> bool) {
        for between in self.position.offset.0 + 1..offset.0 {
            if let Some(message) = server.at(&self.room, Offset(between)) {
                assert!(own(message), "lost unseen: {message:?} before {offset:?}");
            }
        }
    }
}
