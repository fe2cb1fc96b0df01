//! View that a connection has of a room.

use std::collections::BTreeSet;

use yodel_protocol::frame::{PresenceDiff, PresenceEntry};
use yodel_protocol::{Offset, Position};

use crate::hub::JoinReply;
use crate::hub::presence::PresenceSnapshot;

/// Last position and users of a room, as a connection has received them.
#[derive(Default)]
pub struct RoomView {
    /// Last received position.
    pub position: Option<Position>,
    /// Offsets of messages that the connection published to the other members, so does not receive.
    skipped: BTreeSet<Offset>,
    users: BTreeSet<String>,
}

impl RoomView {
    /// Checks the reply to a join: it either continues after the last position, or recovers nothing.
    pub fn join(&mut self, reply: &JoinReply) {
        let offsets = reply.messages.iter().map(|message| message.offset().unwrap().0);
        if reply.recovered {
            let since = self.position.as_ref().unwrap();
            assert!(offsets.eq(since.offset.0 + 1..=reply.position.offset.0));
        } else {
            assert_eq!(offsets.count(), 0);
        }
        self.position = Some(reply.position.clone());
        self.skipped.clear();
        self.users = reply.present.iter().flat_map(|present| present.users.iter().map(user)).collect();
    }

    /// Records a message that is not delivered to the connection.
    pub fn skip(&mut self, position: &Position) {
        self.skipped.insert(position.offset);
    }

    /// Checks that a message is the next one.
    pub fn receive(&mut self, position: &Position) {
        let last = self.position.as_ref().unwrap();
        assert_eq!(last.epoch, position.epoch);
        assert!(position.offset > last.offset, "each message once, and in order");
        assert!(!self.skipped.contains(&position.offset), "not delivered to the sender");
        self.check_skipped(position.offset.0);
        self.position = Some(position.clone());
    }

    /// Applies presence changes.
    pub fn apply(&mut self, diff: &PresenceDiff) {
        self.users.extend(diff.joined.iter().map(user));
        for left in &diff.left {
            // The user may be absent here, if only another member's snapshot contained it.
            self.users.remove(&user(left));
        }
    }

    /// Checks that the connection is up to date.
    pub fn check_settled(&self, position: &Position, presence: Option<&PresenceSnapshot>) {
        self.check_skipped(position.offset.0 + 1);
        if let Some(presence) = presence {
            assert_eq!(self.users, presence.users.iter().map(user).collect());
        }
    }

    /// Checks that all messages between the last position and `end` were not for this connection.
    fn check_skipped(&self, end: u64) {
        let last = self.position.as_ref().unwrap().offset.0;
        assert!((last + 1..end).all(|offset| self.skipped.contains(&Offset(offset))), "no gap after {last}");
    }
}

fn user(present: &PresenceEntry) -> String {
    format!("{:?} {:?}", present.user, present.client)
}
