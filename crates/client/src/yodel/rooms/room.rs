//! One room: its position, and what came too early.

use std::collections::VecDeque;

use yodel_protocol::frame::{Join, Joined, Message};
use yodel_protocol::{Id, Offset, Position, RoomName, Verb};

use crate::{Effect, Effects};

/// Delay in milliseconds before a message that later ones overtook is requested from the server. The acknowledgement of
/// an own message and the messages of others arrive by different ways.
pub const HOLE_MS: u64 = 2_000;

/// Number of messages held back while an earlier one is missing.
pub const HELD_MESSAGES: usize = 256;

/// A room that is heard, or shall be.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) name: RoomName,
    /// Everything up to here has come, or is known to be lost. `None` before the first `joined`.
    pub(super) position: Option<Position>,
    /// What the last join asked for: everything after here.
    since: Option<Position>,
    /// The join that is not answered yet.
    pub(super) joining: Option<Id>,
    /// When to join, for the first time or once more.
    pub(super) join_ms: Option<u64>,
    /// Whether the join of this connection was answered.
    pub(super) here: bool,
    /// What came while one before it was missing, by offset; `None` is one's own, which does not come.
    early: VecDeque<(Offset, Option<Message>)>,
}

impl Room {
    pub(super) fn new(name: RoomName) -> Self {
        Self { name, position: None, since: None, joining: None, join_ms: Some(0), here: false, early: VecDeque::new() }
    }

    /// The frame that joins it, with this number.
    pub(crate) fn join(&mut self, frame: Id) -> Verb {
        self.join_ms = None;
        self.joining = Some(frame);
        self.since.clone_from(&self.position);
        Verb::Join(Join { room: self.name.clone(), since: self.position.clone() })
    }

    /// Asks the server to join, at this time.
    pub(crate) fn join_at(&mut self, at_ms: u64) {
        self.joining = None;
        self.join_ms = Some(at_ms);
    }

    /// A message was pushed. Before the first `joined` it is one of an earlier stay.
    pub(crate) fn pushed(&mut self, now_ms: u64, message: Message, effects: &mut Effects) {
        // What finds no room here is missing later, and asked for.
        if let Some(offset) = message.offset
            && (self.early.len() < 2 * HELD_MESSAGES || offset == self.offset().next())
        {
            self.came(now_ms, offset, Some(message), effects);
        }
    }

    /// A message of one's own got its place; it does not come.
    pub(crate) fn published(&mut self, now_ms: u64, place: &Position, effects: &mut Effects) {
        match &self.position {
            Some(position) if position.epoch == place.epoch => self.came(now_ms, place.offset, None, effects),
            // The room began a new life and nobody said so: the answer to a join will.
            Some(_) if self.here && self.joining.is_none() => self.join_ms = Some(now_ms),
            _ => {}
        }
    }

    /// The join is answered. `is_own` finds messages of one's own that shall not come.
    pub(crate) fn joined(
        &mut self,
        now_ms: u64,
        joined: Joined,
        is_own: &dyn Fn(&Message) -> bool,
        effects: &mut Effects,
    ) {
        self.here = true;
        self.joining = None;
        self.join_ms = None;
        let upto = Position { epoch: joined.epoch, offset: joined.offset };
        let goes_on = |since: Position| since.epoch == upto.epoch && since.offset <= upto.offset;
        let goes_on = self.since.take().is_some_and(goes_on);
        if !goes_on {
            self.end_life(&upto, effects);
        }
        effects.push(Effect::Joined {
            room: joined.room,
            position: upto.clone(),
            users: joined.users,
            more_users: joined.more_users,
        });
        if goes_on {
            for message in joined.messages {
                let own = is_own(&message);
                if let Some(offset) = message.offset {
                    self.hold(offset, (!own).then_some(message));
                }
            }
            self.deliver_upto(&upto, effects);
        }
        self.deliver(now_ms, effects);
    }

    /// Goes on in the same life of the room.
    fn deliver_upto(&mut self, upto: &Position, effects: &mut Effects) {
        let mut told = false;
        while self.offset() < upto.offset {
            self.deliver_next(effects);
            if self.offset() >= upto.offset {
                return;
            }
            if !told {
                told = true;
                let after = Position { epoch: upto.epoch.clone(), offset: self.offset() };
                effects.push(Effect::Gap { room: self.name.clone(), after, upto: upto.clone() });
            }
            self.skip(upto.offset);
        }
    }

    /// The room begins another life, or this is the first. What was held of the last one has come, so
    /// it is told, after the gap before it and before anything of the next one.
    fn end_life(&mut self, upto: &Position, effects: &mut Effects) {
        let after = self.position.replace(upto.clone());
        effects.extend(after.map(|after| Effect::Gap { room: self.name.clone(), after, upto: upto.clone() }));
        for (_, message) in self.early.drain(..) {
            effects.extend(message.map(|message| Effect::Message(Box::new(message))));
        }
    }

    fn came(&mut self, now_ms: u64, offset: Offset, message: Option<Message>, effects: &mut Effects) {
        if self.position.is_some() {
            self.hold(offset, message);
            self.deliver(now_ms, effects);
        }
    }

    /// Keeps what is new.
    fn hold(&mut self, offset: Offset, message: Option<Message>) {
        if offset > self.offset()
            && let Err(index) = self.early.binary_search_by_key(&offset, |(early, _)| *early)
        {
            self.early.insert(index, (offset, message));
        }
    }

    /// Delivers what follows, and sees to what is missing.
    fn deliver(&mut self, now_ms: u64, effects: &mut Effects) {
        self.deliver_next(effects);
        if self.joining.is_some() || !self.here {
            return;
        }
        if self.early.is_empty() {
            self.join_ms = None;
        } else if self.early.len() >= HELD_MESSAGES {
            self.join_ms = Some(now_ms);
        } else if self.join_ms.is_none() {
            self.join_ms = Some(now_ms.saturating_add(HOLE_MS));
        }
    }

    fn deliver_next(&mut self, effects: &mut Effects) {
        while self.early.front().is_some_and(|(offset, _)| *offset == self.offset().next())
            && let Some((offset, message)) = self.early.pop_front()
        {
            self.move_to(offset);
            effects.extend(message.map(|message| Effect::Message(Box::new(message))));
        }
    }

    /// Gives up what is missing: up to the first message that is there, or to `upto`.
    fn skip(&mut self, upto: Offset) {
        if let Some((first, _)) = self.early.front() {
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
