//! One room: its position, its history, who is in it, and what is on its way to them.

use std::sync::Arc;
use std::task::{Context, Poll};

use parking_lot::Mutex;
use tokio::time::Instant;
use yodel_protocol::frame::{self, ServerFrame};
use yodel_protocol::{Epoch, Json, Offset, Position, RoomName};

use super::clock;
use super::content::Content;
use super::fanout::{Audience, Fanout};
use super::history::{History, Page};
use super::keys::{self, Keys};
use super::message::{Draft, Message};
use super::meter::Meter;
use super::presence::{Diff, Presence, Snapshot, Who};
use super::seat::{Listener, Seat};
use super::{Batch, Member, Stirred};
use crate::config::RetentionConfig;

/// A room.
#[derive(Debug)]
pub struct Room<B> {
    pub name: RoomName,
    fanout: Fanout<B>,
    state: Mutex<State>,
    retention: Arc<RetentionConfig>,
    meter: Arc<Meter>,
    stirred: Stirred<B>,
}

#[derive(Debug)]
struct State {
    epoch: Epoch,
    offset: Offset,
    history: History,
    keys: Keys,
    presence: Presence,
    used: Instant,
    /// Nobody finds it any more: whoever still has it looks for the one that took its place.
    closed: bool,
    /// It is among those whose presence is to be told.
    stirred: bool,
}

/// Where a message was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub position: Position,
    /// It had been put there before.
    pub duplicate: bool,
}

/// What one is told who joins.
#[derive(Debug)]
pub struct Joined {
    pub position: Position,
    /// Whether `messages` is all that was missed.
    pub recovered: bool,
    pub messages: Vec<Arc<Message>>,
    /// Who is here, for those who may know.
    pub present: Option<Snapshot>,
}

/// Who joins, and what it may know.
#[derive(Clone, Copy, Debug)]
pub struct Joining<'a> {
    pub who: &'a Who,
    pub info: Option<&'a Json>,
    /// Whether it hears who is there.
    pub watches: bool,
    /// Where it left off.
    pub since: Option<&'a Position>,
}

/// The room is gone: look for it again.
#[derive(Debug)]
pub struct Gone;

impl<B: Batch> Room<B> {
    /// An empty room.
    pub fn new(name: RoomName, retention: Arc<RetentionConfig>, meter: Arc<Meter>, stirred: Stirred<B>) -> Self {
        let state = State {
            epoch: clock::epoch(),
            offset: Offset(0),
            history: History::new(retention.history),
            keys: Keys::default(),
            presence: Presence::default(),
            used: Instant::now(),
            closed: false,
            stirred: false,
        };
        let fanout = Fanout::new(retention.in_flight_bytes, Arc::clone(&meter));
        meter.room_opens();
        Self { name, fanout, state: Mutex::new(state), retention, meter, stirred }
    }

    /// Puts a message at the next place, keeps it, and has it handed out. All at once: whoever joins
    /// meanwhile finds it in the history or is handed it, never both or neither.
    pub fn publish(self: &Arc<Self>, draft: Draft, audience: Audience) -> Result<Published, Gone> {
        let (now, time) = (Instant::now(), clock::now_ms());
        let mut state = self.state.lock();
        if state.closed {
            return Err(Gone);
        }
        state.used = now;
        self.expire(&mut state, now);
        if let Some(offset) = draft.key.as_ref().and_then(|key| state.keys.find(key)) {
            self.meter.duplicate();
            return Ok(Published { position: state.at(offset), duplicate: true });
        }
        let before = state.cost();
        state.offset = state.offset.next();
        let offset = state.offset;
        if let Some(key) = draft.key.clone() {
            state.keys.insert(key, offset, now);
        }
        let position = state.at(offset);
        let message = Arc::new(Message::new(self.name.clone(), Some(position.clone()), draft, time));
        state.history.push(Arc::clone(&message), now);
        state.trim(before, &self.retention, &self.meter);
        // With the lock held: what is handed out is in the order of the places.
        self.push(Content::Message(message), audience);
        self.meter.accept();
        Ok(Published { position, duplicate: false })
    }

    /// Takes a seat, and says what was missed. The member keeps a place for the reply: what is
    /// published from now on comes after it. A seat that it has here already is given for the new one:
    /// it is there once.
    pub fn join(
        self: &Arc<Self>,
        member: Arc<dyn Member<B>>,
        joining: &Joining<'_>,
        reserves: bool,
        mut before: Option<Seat<B>>,
    ) -> Result<(Seat<B>, Joined), Gone> {
        let now = Instant::now();
        let mut state = self.state.lock();
        if state.closed {
            return Err(Gone);
        }
        state.used = now;
        self.expire(&mut state, now);
        let missed = state.missed(joining.since, self.retention.recover_max);
        if before.as_mut().is_some_and(|seat| std::mem::take(&mut seat.counts)) {
            state.presence.leave(joining.who, now);
        }
        state.presence.enter(joining.who, joining.info);
        let joined = Joined {
            position: state.at(state.offset),
            recovered: missed.is_some(),
            messages: missed.unwrap_or_default(),
            present: joining.watches.then(|| state.presence.snapshot(self.retention.presence_max)),
        };
        self.stir(&mut state);
        let key = self.fanout.enter(member, joining.watches, reserves);
        Ok((Seat { room: Arc::clone(self), key, who: joining.who.clone(), counts: true }, joined))
    }

    /// Takes a seat where nobody asks who is there.
    pub fn listen(self: &Arc<Self>, member: Arc<dyn Member<B>>) -> Listener<B> {
        Listener { room: Arc::clone(self), key: self.fanout.enter(member, false, false) }
    }

    /// Has something handed out that has no place in the room. Says how many are there.
    pub fn tell(self: &Arc<Self>, content: Content, audience: Audience) -> usize {
        self.push(content, audience);
        self.fanout.len()
    }

    fn push(self: &Arc<Self>, content: Content, audience: Audience) {
        if self.fanout.push(content, audience) {
            let serving = Serving { room: Arc::clone(self), ended: false };
            tokio::spawn(async move {
                serving.room.fanout.serve().await;
                serving.end();
            });
        }
    }

    /// Some of what was said: the latest before a place, or the latest of all.
    pub fn history(&self, before: Option<Offset>, most: usize) -> (Position, Page) {
        let mut state = self.state.lock();
        self.expire(&mut state, Instant::now());
        (state.at(state.offset), state.history.before(before, most))
    }

    /// Who is here.
    pub fn presence(&self) -> Snapshot {
        self.state.lock().presence.snapshot(self.retention.presence_max)
    }

    /// How many connections and users are here, and how far the room is.
    pub fn figures(&self) -> Figures {
        let state = self.state.lock();
        Figures {
            clients: state.presence.clients(),
            users: state.presence.users(),
            position: state.at(state.offset),
            kept: state.history.len(),
        }
    }

    /// Tells who came and who left; true when there will be more to tell.
    pub fn tell_presence(self: &Arc<Self>, now: Instant) -> bool {
        let mut state = self.state.lock();
        let Diff { joined, left } = state.presence.diff(now, self.retention.presence_max.max(1));
        state.stirred = state.presence.is_changing();
        if !joined.is_empty() || !left.is_empty() {
            let diff = frame::PresenceDiff { room: self.name.clone(), joined, left };
            let text = ServerFrame::<frame::Message>::PresenceDiff(diff).encode();
            self.push(Content::Frame(text.into()), Audience::Watchers);
        }
        state.stirred
    }

    /// Closes the room if nobody is here, and nothing that is still of use is kept.
    pub fn close_if_idle(&self, now: Instant) -> bool {
        let mut state = self.state.lock();
        self.expire(&mut state, now);
        let forgotten = now.duration_since(state.used) >= self.retention.history.age.max(keys::LIFE);
        let idle = forgotten && state.presence.is_empty() && self.fanout.len() == 0;
        if idle {
            state.closed = true;
            self.meter.room_closes();
            self.meter.keep(state.cost(), 0);
        }
        idle
    }

    /// Forgets what is too old.
    pub fn expire_now(&self, now: Instant) {
        self.expire(&mut self.state.lock(), now);
    }

    fn expire(&self, state: &mut State, now: Instant) {
        let before = state.cost();
        state.history.expire(now);
        state.keys.expire(now);
        self.meter.keep(before, state.cost());
    }

    /// Its presence changed: others are to be told.
    fn stir(self: &Arc<Self>, state: &mut State) {
        if state.presence.is_changing() && !std::mem::replace(&mut state.stirred, true) {
            self.stirred.lock().push(Arc::clone(self));
        }
    }

    /// A seat is given up; by somebody, if that was counted.
    pub(super) fn leave(self: &Arc<Self>, key: usize, who: Option<&Who>) {
        self.fanout.leave(key);
        let Some(who) = who else { return };
        let now = Instant::now();
        let mut state = self.state.lock();
        state.used = now;
        state.presence.leave(who, now);
        self.stir(&mut state);
    }
}

impl<B> Room<B> {
    /// A listener's place is given up.
    pub(super) fn stop_listening(&self, key: usize) {
        self.fanout.leave(key);
    }

    /// Ready when a publisher may go on.
    pub fn poll_room(&self, context: &Context<'_>) -> Poll<()> {
        self.fanout.poll_room(context)
    }

    /// Whether publishers have to wait.
    pub fn is_full(&self) -> bool {
        self.fanout.is_full()
    }

    /// How many bytes wait to be handed out.
    pub fn waiting(&self) -> usize {
        self.fanout.bytes()
    }

    /// How much was handed to the room so far.
    pub fn published(&self) -> u64 {
        self.fanout.pushed()
    }

    /// Ready when so much was delivered.
    pub fn poll_delivered(&self, published: u64, context: &Context<'_>) -> Poll<()> {
        self.fanout.poll_delivered(published, context)
    }
}

/// A room, in figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    pub clients: u64,
    pub users: usize,
    pub position: Position,
    /// How many messages are in its history.
    pub kept: usize,
}

impl State {
    fn at(&self, offset: Offset) -> Position {
        Position { epoch: self.epoch.clone(), offset }
    }

    fn cost(&self) -> usize {
        self.history.bytes() + self.keys.len() * keys::COST
    }

    /// What was missed since then: all of it, or nothing.
    fn missed(&self, since: Option<&Position>, most: usize) -> Option<Vec<Arc<Message>>> {
        let since = since.filter(|since| since.epoch == self.epoch)?;
        self.history.since(since.offset, self.offset, most)
    }

    /// When all rooms together keep too much, one that has more than its share and adds to it gives up
    /// its own oldest: messages first, since a key is what makes it safe to send again.
    fn trim(&mut self, before: usize, retention: &RetentionConfig, meter: &Meter) {
        let others = meter.kept().saturating_sub(before);
        let share = retention.total_bytes / meter.rooms().max(1);
        while self.cost() > share && others + self.cost() > retention.total_bytes {
            if self.history.len() > 0 {
                self.history.forget_oldest();
            } else {
                self.keys.forget_oldest();
            }
        }
        meter.keep(before, self.cost());
    }
}

/// The task that hands out; whatever ends it, the next message begins another one.
struct Serving<B: Batch> {
    room: Arc<Room<B>>,
    ended: bool,
}

impl<B: Batch> Serving<B> {
    /// Nothing was left.
    fn end(mut self) {
        self.ended = true;
    }
}

impl<B: Batch> Drop for Serving<B> {
    fn drop(&mut self) {
        if !self.ended {
            self.room.fanout.abandon();
        }
    }
}

#[cfg(test)]
mod tests;
