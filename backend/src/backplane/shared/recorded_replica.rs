//! Local side of a room that records its members and delivers to them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Offset, Position, RoomName};

use super::recorded_member::RecordedMember;
use super::simulated_store::Journal;
use crate::backplane::history::HistoryPage;
use crate::backplane::message::{Message, NewMessage};
use crate::backplane::publish::{PublishOutcome, RoomRejection};
use crate::backplane::recipients::{MemberKey, Recipients};
use crate::backplane::replica::Replica;
use crate::backplane::shared::replica::FollowingReplica;

/// Number of messages that a replica keeps.
const KEPT: usize = 5;

/// Local side of a room.
#[derive(Debug)]
pub struct RecordedReplica {
    name: RoomName,
    journal: Journal,
    state: Mutex<RecordedState>,
}

#[derive(Debug, Default)]
struct RecordedState {
    /// Position; `None` while the room is not followed.
    position: Option<Position>,
    kept: VecDeque<Arc<Message>>,
    members: BTreeMap<usize, (MemberKey, Arc<RecordedMember>)>,
    joins: u32,
    full: bool,
    closed: bool,
}

/// Result of a join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinOutcome {
    /// The member has all messages since its last position.
    Recovered,
    /// The member begins at the position of the room.
    Fresh,
    /// The room is closed or not followed.
    Rejected,
}

impl RecordedReplica {
    /// Creates a room that is not followed.
    pub fn new(name: RoomName, journal: &Journal) -> Arc<Self> {
        Arc::new(Self { name, journal: journal.clone(), state: Mutex::default() })
    }

    /// Adds a member, which gets the messages that it has missed: those that were `fetched` and those that are kept.
    pub fn join(&self, member: &Arc<RecordedMember>, fetched: &[Arc<Message>], recover_max: usize) -> JoinOutcome {
        let mut state = self.state.lock();
        let Some(position) = state.position.clone().filter(|_| !state.closed) else { return JoinOutcome::Rejected };
        state.joins += 1;
        let key = MemberKey { place: member.number(), serial: state.joins };
        member.set_key(Some(key));
        state.members.insert(member.number(), (key, Arc::clone(member)));
        let since = member.position();
        let missed = since.and_then(|since| missed(&since, &position, fetched, &state.kept));
        if let Some(missed) = missed.filter(|missed| missed.len() <= recover_max) {
            for message in missed {
                member.receive(&message, false);
            }
            return JoinOutcome::Recovered;
        }
        member.begin(position);
        JoinOutcome::Fresh
    }

    /// Removes a member.
    pub fn leave(&self, member: &RecordedMember) {
        self.state.lock().members.remove(&member.number());
        member.set_key(None);
    }

    /// Makes the room wait for slow members, or no longer.
    pub fn set_full(&self, full: bool) {
        self.state.lock().full = full;
    }

    /// Closes the room if it has no members.
    pub fn close(&self) -> bool {
        let mut state = self.state.lock();
        state.closed |= state.members.is_empty();
        state.closed
    }

    /// Disconnects all members, as the end of the process does.
    pub fn disconnect_all(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        state.disconnect_all();
    }

    /// Returns the position, while the room is followed.
    pub fn position(&self) -> Option<Position> {
        self.state.lock().position.clone()
    }

    /// Returns the presence list.
    pub fn presence(&self) -> Vec<PresenceEntry> {
        self.state.lock().members.values().map(|(_, member)| member.entry(1)).collect()
    }

    /// Returns the number of members.
    pub fn members(&self) -> usize {
        self.state.lock().members.len()
    }
}

impl RecordedState {
    fn disconnect_all(&mut self) {
        for (_, member) in std::mem::take(&mut self.members).into_values() {
            member.set_key(None);
            member.disconnected.notify_one();
        }
    }
}

/// Returns the messages after `since` up to a position, unless one is missing.
fn missed(
    since: &Position,
    position: &Position,
    fetched: &[Arc<Message>],
    kept: &VecDeque<Arc<Message>>,
) -> Option<Vec<Arc<Message>>> {
    if since.epoch != position.epoch || since.offset > position.offset {
        return None;
    }
    let known: BTreeMap<Offset, &Arc<Message>> = fetched
        .iter()
        .chain(kept)
        .filter_map(|message| message.position.as_ref().map(|at| (at, message)))
        .filter(|(at, _)| at.epoch == position.epoch)
        .map(|(at, message)| (at.offset, message))
        .collect();
    (since.offset.0 + 1..=position.offset.0).map(|offset| known.get(&Offset(offset)).map(|m| Arc::clone(m))).collect()
}

impl Replica for RecordedReplica {
    fn publish(&self, message: NewMessage, _: Recipients, _: bool) -> Result<PublishOutcome, RoomRejection> {
        Err(RoomRejection::Closed(message))
    }

    fn page(&self, _: Option<Offset>, _: usize) -> (Position, HistoryPage) {
        (self.position().expect("the room is followed"), HistoryPage::default())
    }
}

impl FollowingReplica for RecordedReplica {
    fn name(&self) -> &RoomName {
        &self.name
    }

    fn begin(&self, position: Position) -> bool {
        let mut state = self.state.lock();
        if state.closed {
            return false;
        }
        if state.position.as_ref() != Some(&position) {
            state.kept.clear();
            state.disconnect_all();
        }
        state.position = Some(position);
        true
    }

    fn append(&self, message: Arc<Message>, recipients: Recipients) {
        let mut state = self.state.lock();
        let next = message.position.clone().expect("a published message has a position");
        let is_next =
            state.position.as_ref().is_some_and(|last| last.epoch == next.epoch && last.offset.next() == next.offset);
        if state.closed {
            return;
        }
        if !is_next || state.full {
            let (position, full) = (&state.position, state.full);
            return self.journal.violation(format!("{next:?} was appended to {position:?}, full: {full}"));
        }
        state.position = Some(next);
        for (key, member) in state.members.values() {
            member.receive(&message, recipients == Recipients::AllBut(*key));
        }
        state.kept.push_back(message);
        while state.kept.len() > KEPT {
            state.kept.pop_front();
        }
    }

    fn end(&self) -> bool {
        let mut state = self.state.lock();
        let unused = state.members.is_empty();
        if unused {
            state.position = None;
            state.kept.clear();
        }
        unused
    }

    fn is_full(&self) -> bool {
        self.state.lock().full
    }

    fn has_since(&self, since: &Position) -> bool {
        let state = self.state.lock();
        state.position.as_ref().is_some_and(|position| missed(since, position, &[], &state.kept).is_some())
    }
}
