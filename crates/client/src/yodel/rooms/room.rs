//! One room: its position, and messages that arrived out of order.

use std::collections::VecDeque;

use yodel_protocol::frame::{Join, Joined, Message};
use yodel_protocol::{Id, Offset, Position, RoomName, Verb};

use crate::{Effect, Effects};

mod epoch_change;

/// Wait for a missing message, in milliseconds, before it is requested from the server. The acknowledgment of an own
/// message and the messages of others travel separately, so a short gap is normal.
pub const GAP_TIMEOUT_MS: u64 = 2_000;

/// Pause in milliseconds before a room is joined again because it was reset twice in a row.
const EPOCH_PAUSE_MS: u64 = 2_000;

/// Number of messages that are held back for a missing one before it is requested immediately.
pub const MAX_HELD_MESSAGES: usize = 256;

/// A room that is joined, or will be.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) name: RoomName,
    /// `true` for the lobby that the session joined on its own.
    pub(super) is_automatic: bool,
    /// The position up to which all messages are delivered or reported as lost. `None` before the first `joined` reply.
    pub(super) position: Option<Position>,
    /// The `since` position of the last join.
    since: Option<Position>,
    /// The id of the unanswered join.
    pub(super) joining: Option<Id>,
    /// The time at which to join, for the first time or again.
    pub(super) join_ms: Option<u64>,
    /// `true` after the join on this connection was answered.
    pub(super) is_joined: bool,
    /// `true` if a temporary error of the join was reported. Further ones are not, until the room is joined.
    pub(crate) is_error_reported: bool,
    /// The position in an earlier epoch whose loss is not reported yet, because the messages of the current epoch are
    /// still requested.
    ended: Option<Position>,
    /// The last position in the epoch before the current one: a node that still reads from a replaced server sends the
    /// client back to an epoch that it has left, and the next node sends it forward again.
    left: Option<Position>,
    /// Own messages in another epoch than that of `position`, which a reply to a join must not deliver.
    own_elsewhere: Vec<Position>,
    /// Messages after a missing one, by offset. `None` stands for an own message, which the server does not send back.
    held: VecDeque<(Offset, Option<Message>)>,
}

impl Room {
    pub(super) fn new(name: RoomName) -> Self {
        Self {
            name,
            is_automatic: false,
            position: None,
            since: None,
            joining: None,
            join_ms: Some(0),
            is_joined: false,
            is_error_reported: false,
            ended: None,
            left: None,
            own_elsewhere: Vec::new(),
            held: VecDeque::new(),
        }
    }

    /// Returns the join frame with this id.
    pub(crate) fn join(&mut self, frame: Id) -> Verb {
        self.join_ms = None;
        self.joining = Some(frame);
        self.since.clone_from(&self.position);
        Verb::Join(Join { room: self.name.clone(), since: self.position.clone() })
    }

    /// Schedules a join.
    pub(crate) fn join_at(&mut self, at_ms: u64) {
        self.joining = None;
        self.join_ms = Some(at_ms);
    }

    /// Handles a message of the room. Before the first `joined` it belongs to an earlier membership and is ignored.
    pub(crate) fn receive(&mut self, now_ms: u64, message: Message, effects: &mut Effects) {
        // A message that exceeds the limit is missing later, and is requested from the server then.
        if let Some(offset) = message.offset
            && (self.held.len() < 2 * MAX_HELD_MESSAGES || offset == self.offset().next())
        {
            self.accept(now_ms, offset, Some(message), effects);
        }
    }

    /// Handles the position of an own message that the server does not send back.
    pub(crate) fn published(&mut self, now_ms: u64, published: &Position, effects: &mut Effects) {
        match &self.position {
            Some(position) if position.epoch == published.epoch => self.accept(now_ms, published.offset, None, effects),
            // The epoch of the room has changed. The reply to a join contains the new position.
            Some(_) => {
                if self.own_elsewhere.len() < MAX_HELD_MESSAGES {
                    self.own_elsewhere.push(published.clone());
                }
                if self.is_joined && self.joining.is_none() {
                    self.join_ms = Some(now_ms);
                }
            }
            None => {}
        }
    }

    /// Handles the reply to a join. `is_own` recognizes own messages, which must not be delivered.
    pub(crate) fn joined(
        &mut self,
        now_ms: u64,
        joined: Joined,
        is_own: &dyn Fn(&Message) -> bool,
        effects: &mut Effects,
    ) {
        self.is_joined = true;
        self.is_error_reported = false;
        self.joining = None;
        self.join_ms = None;
        let upto = Position { epoch: joined.epoch, offset: joined.offset };
        let is_continuous = |since: Position| since.epoch == upto.epoch && since.offset <= upto.offset;
        let is_continuous = self.since.take().is_some_and(is_continuous);
        // A server whose epoch changes with every join must not be asked without a pause.
        let pause_ms = if self.ended.is_some() { EPOCH_PAUSE_MS } else { 0 };
        if !is_continuous && self.start_epoch(&upto, effects) {
            self.join_ms = Some(now_ms.saturating_add(pause_ms));
            return;
        }
        effects.push(Effect::Joined {
            room: joined.room,
            position: upto.clone(),
            users: joined.users,
            more_users: joined.more_users,
        });
        if is_continuous {
            for message in joined.messages {
                let own = is_own(&message);
                if let Some(offset) = message.offset {
                    self.hold(offset, (!own).then_some(message));
                }
            }
            self.deliver_upto(&upto, effects);
        }
        self.report_ended(upto, effects);
        self.deliver(now_ms, effects);
    }

    /// Delivers messages up to a position in the same epoch, and reports what is missing.
    fn deliver_upto(&mut self, upto: &Position, effects: &mut Effects) {
        let mut is_reported = false;
        while self.offset() < upto.offset {
            self.deliver_next(effects);
            if self.offset() >= upto.offset {
                return;
            }
            if !is_reported {
                is_reported = true;
                let after = Position { epoch: upto.epoch.clone(), offset: self.offset() };
                effects.push(Effect::Gap { room: self.name.clone(), after, upto: upto.clone() });
            }
            self.skip(upto.offset);
        }
    }

    fn accept(&mut self, now_ms: u64, offset: Offset, message: Option<Message>, effects: &mut Effects) {
        if self.position.is_some() {
            self.hold(offset, message);
            self.deliver(now_ms, effects);
        }
    }

    /// Holds a message back unless it is a duplicate.
    fn hold(&mut self, offset: Offset, message: Option<Message>) {
        if offset > self.offset()
            && let Err(index) = self.held.binary_search_by_key(&offset, |(held, _)| *held)
        {
            self.held.insert(index, (offset, message));
        }
    }

    /// Delivers the messages that are next, and schedules a join for missing ones.
    fn deliver(&mut self, now_ms: u64, effects: &mut Effects) {
        self.deliver_next(effects);
        if self.joining.is_some() || !self.is_joined || self.ended.is_some() {
            return;
        }
        if self.held.is_empty() {
            self.join_ms = None;
        } else if self.held.len() >= MAX_HELD_MESSAGES {
            self.join_ms = Some(now_ms);
        } else if self.join_ms.is_none() {
            self.join_ms = Some(now_ms.saturating_add(GAP_TIMEOUT_MS));
        }
    }

    fn deliver_next(&mut self, effects: &mut Effects) {
        while self.held.front().is_some_and(|(offset, _)| *offset == self.offset().next())
            && let Some((offset, message)) = self.held.pop_front()
        {
            self.move_to(offset);
            effects.extend(message.map(|message| Effect::Message(Box::new(message))));
        }
    }

    /// Skips missing messages, up to the first held one or to `upto`.
    fn skip(&mut self, upto: Offset) {
        if let Some((first, _)) = self.held.front() {
            let before_first = Offset(first.0.saturating_sub(1));
            self.move_to(before_first.min(upto));
        } else {
            self.move_to(upto);
        }
    }

    fn offset(&self) -> Offset {
        self.position.as_ref().map_or(Offset(0), |position| position.offset)
    }

    fn move_to(&mut self, offset: Offset) {
        if let Some(position) = &mut self.position {
            position.offset = offset;
        }
    }
}
