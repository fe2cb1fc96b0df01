//! Joining and leaving rooms.

use std::mem;

use yodel_protocol::frame::{ErrorReply, Joined, Message, Publish};
use yodel_protocol::{CloseCode, ErrorCode, RoomName, ServerFrame, Verb};

use super::connection::frame_id;
use super::handler::Yodel;
use super::requests::LOBBY;
use crate::connector::{Core, Failure};
use crate::{Effect, Rng};

impl Yodel {
    /// Handles [`Event::Join`](crate::Event::Join).
    pub(super) fn join(&mut self, core: &mut Core, room: RoomName) {
        if self.rooms.add(room) {
            self.join_due(core);
        }
    }

    /// Adds the lobby, or removes it on a path without one unless the caller has joined it.
    pub(super) fn update_lobby(&mut self, core: &mut Core, has_lobby: bool) {
        let lobby = RoomName::new(LOBBY).expect("valid room name");
        if has_lobby {
            self.rooms.add_lobby(lobby);
        } else if self.rooms.forget_lobby(&lobby) {
            core.effects.push(Effect::Left { room: lobby, error: None });
        }
    }

    /// Handles [`Event::Leave`](crate::Event::Leave).
    pub(super) fn leave(&mut self, core: &mut Core, room: &RoomName) {
        if self.rooms.get(room).is_none() {
            return;
        }
        let is_ready = self.ready(core).is_some();
        let frame = self.next_frame();
        match self.rooms.remove(room, frame) {
            Some(verb) if is_ready => Self::send_frame(core, frame, verb),
            _ => core.effects.push(Effect::Left { room: room.clone(), error: None }),
        }
    }

    /// Joins the rooms whose join is due.
    pub(super) fn join_due(&mut self, core: &mut Core) {
        let now_ms = core.clock.now_ms();
        while self.ready(core).is_some()
            && let Some(room) = self.rooms.next_join(now_ms)
        {
            self.frame += 1;
            let frame = frame_id(self.frame);
            let verb = room.join(frame);
            Self::send_frame(core, frame, verb);
        }
    }

    /// Handles the reply to a join.
    ///
    /// # Errors
    /// Returns an error if the frame is not a reply to a join.
    pub(super) fn joined(
        &mut self,
        core: &mut Core,
        reply: ServerFrame,
        room: &RoomName,
        rng: &mut dyn Rng,
    ) -> Result<(), Failure> {
        match reply {
            ServerFrame::Joined(joined) => self.catch_up(core, room, joined),
            ServerFrame::Error(error) if error.retry => self.join_later(core, room, &error, rng),
            ServerFrame::Error(error) => self.not_joined(core, room, error),
            _ => return Err(Failure::new(CloseCode::BAD_PROTOCOL, "unexpected reply to join")),
        }
        Ok(())
    }

    /// Joins a room again after a pause. Reports the error once, except a rate limit, which the pause ends.
    fn join_later(&mut self, core: &mut Core, name: &RoomName, error: &ErrorReply, rng: &mut dyn Rng) {
        let at_ms = self.rate_limiter.pause(core.clock.now_ms(), rng);
        let Some(room) = self.rooms.get(name) else { return };
        room.join_at(at_ms);
        if error.code != ErrorCode::RateLimited && !mem::replace(&mut room.is_error_reported, true) {
            core.effects.push(Effect::JoinDelayed { room: name.clone(), error: error.clone() });
        }
    }

    fn catch_up(&mut self, core: &mut Core, name: &RoomName, joined: Joined) {
        let Some(room) = self.rooms.get(name) else { return };
        let (own_ids, queue) = (&self.own_ids, &core.queue);
        let is_own = |message: &Message| {
            let is_same = |publish: &Publish| {
                !publish.echo && publish.room == *name && publish.event == message.event && publish.data == message.data
            };
            message.from.as_ref().is_some_and(|from| own_ids.contains(&from.client))
                && queue.has_sent(|verb| matches!(verb, Verb::Publish(publish) if is_same(publish)))
        };
        room.joined(core.clock.now_ms(), joined, &is_own, &mut core.effects);
    }

    fn not_joined(&mut self, core: &mut Core, room: &RoomName, error: ErrorReply) {
        self.rooms.forget(room);
        core.effects.push(Effect::Left { room: room.clone(), error: Some(error) });
    }
}
