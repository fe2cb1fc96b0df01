//! Joining and leaving rooms.

use yodel_protocol::frame::{Failed, Joined, Message, Publish};
use yodel_protocol::{CloseCode, RoomName, ServerFrame, Verb};

use super::Session;
use super::link::frame_id;
use crate::{Effect, Rng};

impl Session {
    /// A person wants to hear a room.
    pub(super) fn join(&mut self, room: RoomName) {
        if self.rooms.add(room) {
            self.join_due();
        }
    }

    /// A person does not want to hear a room any more.
    pub(super) fn leave(&mut self, room: &RoomName) {
        if self.rooms.get(room).is_none() {
            return;
        }
        let is_ready = self.ready().is_some();
        let frame = self.next_frame();
        match self.rooms.remove(room, frame) {
            Some(verb) if is_ready => self.say(frame, verb),
            _ => self.effects.push(Effect::Left { room: room.clone(), why: None }),
        }
    }

    /// Joins the rooms for which it is time.
    pub(super) fn join_due(&mut self) {
        let now_ms = self.clock.now_ms();
        while self.ready().is_some()
            && let Some(room) = self.rooms.next_join(now_ms)
        {
            self.frame += 1;
            let frame = frame_id(self.frame);
            let verb = room.join(frame);
            self.say(frame, verb);
        }
    }

    /// The server's answer to a join.
    pub(super) fn joined(&mut self, reply: ServerFrame, room: &RoomName, rng: &mut dyn Rng) {
        match reply {
            ServerFrame::Joined(joined) => self.catch_up(room, joined),
            ServerFrame::Error(error) if error.retry => {
                let at_ms = self.pace.pause(self.clock.now_ms(), rng);
                if let Some(room) = self.rooms.get(room) {
                    room.join_at(at_ms);
                }
            }
            ServerFrame::Error(error) => self.not_joined(room, Some(error)),
            _ => self.fail(CloseCode::BAD_PROTOCOL, "no answer to a join", rng),
        }
    }

    fn catch_up(&mut self, name: &RoomName, joined: Joined) {
        let Some(room) = self.rooms.get(name) else { return };
        let (own, outbox) = (&self.own, &self.outbox);
        let is_own = |message: &Message| {
            let same = |publish: &Publish| {
                !publish.echo && publish.room == *name && publish.event == message.event && publish.data == message.data
            };
            message.from.as_ref().is_some_and(|from| own.contains(&from.client))
                && outbox.any_sent(|verb| matches!(verb, Verb::Publish(publish) if same(publish)))
        };
        room.joined(self.clock.now_ms(), joined, &is_own, &mut self.effects);
    }

    fn not_joined(&mut self, room: &RoomName, why: Option<Failed>) {
        self.rooms.forget(room);
        self.effects.push(Effect::Left { room: room.clone(), why });
    }
}
