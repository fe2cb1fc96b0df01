//! Member of a recorded room, which checks what it receives.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{ClientId, Position};

use super::simulated_store::Journal;
use crate::backplane::message::{Body, Message};
use crate::backplane::recipients::MemberKey;

/// Member of a room, on one node at a time.
#[derive(Debug)]
pub struct RecordedMember {
    number: usize,
    journal: Journal,
    state: Mutex<MemberState>,
    /// Notified when the member is disconnected.
    pub disconnected: Notify,
}

#[derive(Debug, Default)]
struct MemberState {
    /// Position of the last message that the member has; `None` before the first join.
    position: Option<Position>,
    received: usize,
    key: Option<MemberKey>,
}

impl RecordedMember {
    /// Creates a member that has not joined.
    pub fn new(number: usize, journal: &Journal) -> Arc<Self> {
        let state = Mutex::default();
        Arc::new(Self { number, journal: journal.clone(), state, disconnected: Notify::new() })
    }

    /// Returns the number of the member.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Returns the member in a presence list.
    pub fn entry(&self, clients: u32) -> PresenceEntry {
        let client = ClientId::new(&format!("m{}", self.number)).ok();
        PresenceEntry { user: None, client, clients, info: None }
    }

    /// Returns the position of the last message that the member has.
    pub fn position(&self) -> Option<Position> {
        self.state.lock().position.clone()
    }

    /// Returns the number of received messages.
    pub fn received(&self) -> usize {
        self.state.lock().received
    }

    /// Returns the key of the member in its room, while it is connected.
    pub fn key(&self) -> Option<MemberKey> {
        self.state.lock().key
    }

    /// Sets the key of the member in its room, or that it is not connected.
    pub fn set_key(&self, key: Option<MemberKey>) {
        self.state.lock().key = key;
    }

    /// Begins at the position of a room.
    pub fn begin(&self, position: Position) {
        self.state.lock().position = Some(position);
    }

    /// Receives a message, or one that excludes this member.
    pub fn receive(&self, message: &Message, excluded: bool) {
        let mut state = self.state.lock();
        let (Some(next), Some(last)) = (message.position.as_ref(), state.position.as_ref()) else {
            return self.violation(&format!("received {message:?} without a position"));
        };
        if next.epoch != last.epoch || next.offset != last.offset.next() {
            self.violation(&format!("received {next:?} after {last:?} in {}", message.room));
        }
        let Body::Text(text) = &message.body else { return self.violation(&format!("received {message:?}")) };
        let expected = self.journal.text(&message.room, &next.epoch, next.offset);
        if expected.as_deref() != Some(&**text) {
            self.violation(&format!("received {text} at {next:?} instead of {expected:?}"));
        }
        state.position = Some(next.clone());
        state.received += usize::from(!excluded);
    }

    fn violation(&self, text: &str) {
        self.journal.violation(format!("member {} {text}", self.number));
    }
}
