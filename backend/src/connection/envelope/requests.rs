//! What is asked for, and what is answered.

use std::sync::Arc;
use std::task::Context;

use yodel_protocol::frame::{
    Auth, Before, Broadcast, Call, Direct, Done, Echo, Echoed, InRoom, Join, Joined, Pong, Presence, Publish, Send,
    ServerFrame,
};
use yodel_protocol::{ClientFrame, ErrorCode, Id, Offset, Position, RoomName, Verb, frame};

use super::super::open::{Wire, gone};
use super::login::Me;
use super::{Answer, EnvelopeMode, Refused};
use crate::auth::Action;
use crate::connection::Ending;
use crate::encode::{self, Push};
use crate::hub::history::Page;
use crate::hub::message::{Body, NewMessage};
use crate::hub::{JoinRequest, Recipients, RoomLimitReached, Subscriber};
use crate::runtime::{clock, random};
use yodel_websocket::message::Kind;

/// How many messages a page of history has, unless something else is asked for.
const PAGE: u32 = 50;

type Answered = Result<Answer, Refused>;

impl EnvelopeMode {
    /// Does what a frame asks for.
    ///
    /// # Errors
    /// When the connection ends; what is only refused is within.
    pub(super) fn answer(
        &mut self,
        wire: &mut Wire,
        context: &mut Context<'_>,
        frame: ClientFrame,
        replies: &mut Vec<u8>,
    ) -> Result<Answered, Ending> {
        let ClientFrame { id, verb } = frame;
        Ok(match (verb, self.login.me()) {
            (Verb::Auth(Auth { token }), _) => self.authenticate(wire, id, &token),
            (Verb::Ping(_), _) => Ok(reply(&ServerFrame::Pong(Pong { id, time: clock::now_ms() }))),
            (_, None) => Err(Refused::new(ErrorCode::Unauthorized, "`auth` comes first")),
            (Verb::Echo(Echo { data }), _) => Ok(reply(&ServerFrame::Echo(Echoed { id, data, time: clock::now_ms() }))),
            (Verb::Join(join), Some(me)) => {
                // The reply's place is behind what was answered before.
                wire.socket.write(context, replies, &[]).map_err(gone)?;
                self.join(wire, &me, id, &join)
            }
            (Verb::Publish(publish), Some(me)) => self.publish(wire, &me, id, publish),
            (Verb::Broadcast(broadcast), Some(me)) => self.broadcast(wire, &me, id, broadcast),
            (Verb::Send(send), Some(me)) => me.send(wire, id, send),
            (Verb::Call(call), Some(me)) => self.call(wire, &me, id, call),
            (Verb::Leave(InRoom { room }), _) => self.leave_room(id, &room),
            (Verb::Presence(InRoom { room }), Some(me)) => me.presence(wire, id, room),
            (Verb::History(before), Some(me)) => me.history(wire, id, before),
        })
    }

    fn authenticate(&mut self, wire: &mut Wire, id: Id, token: &str) -> Answered {
        let line = Arc::clone(&wire.socket.line);
        let (user, expires) = self.login.renew(token, &self.client, &line, wire.admitted.peer, &wire.shared)?;
        if let Some(me) = self.login.me() {
            self.rooms.keep(|room| me.identity.may(Action::Join, room.as_str()));
        }
        Ok(reply(&ServerFrame::Ok(Done { user, expires, ..Done::new(id) })))
    }

    fn join(&mut self, wire: &mut Wire, me: &Me, id: Id, join: &Join) -> Answered {
        let Join { room, since } = join;
        me.allow(Action::Join, room)?;
        if room.is_everyone() {
            return Err(Refused::new(ErrorCode::BadRequest, "`*` stands for everybody and cannot be joined"));
        }
        let most = wire.shared.config.max_rooms;
        if self.rooms.is_full(room, most) {
            return Err(Refused::new(ErrorCode::Limit, format!("a connection may be in {most} rooms")));
        }
        let info = me.info();
        let joining = JoinRequest {
            who: &me.who,
            info: info.as_ref(),
            watches: me.identity.may(Action::Presence, room.as_str()),
            since: since.as_ref(),
        };
        let member: Arc<dyn Subscriber<Push>> = wire.socket.line.clone();
        let before = self.rooms.take(room);
        let (seat, joined) = wire.shared.hub.join(room, &member, &joining, before).map_err(too_many_rooms)?;
        self.rooms.enter(room.clone(), seat);
        let (users, more_users) = joined.present.map_or((None, false), |present| (Some(present.users), present.more));
        let frame = ServerFrame::Joined(Joined {
            id,
            room: room.clone(),
            epoch: joined.position.epoch,
            offset: joined.position.offset,
            recovered: joined.recovered,
            messages: joined.messages.iter().map(|message| encode::message::json(message)).collect(),
            users,
            more_users,
        });
        let frames = wire.socket.frames(Kind::Text, frame.encode().as_bytes());
        wire.socket.line.outbox.fill(frames);
        Ok(Answer::Apart)
    }

    fn publish(&mut self, wire: &mut Wire, me: &Me, id: Id, publish: Publish) -> Answered {
        let Publish { room, event, data, key, echo } = publish;
        me.allow(Action::Publish, &room)?;
        if room.is_everyone() {
            return Err(Refused::new(ErrorCode::BadRequest, "`broadcast` tells everybody"));
        }
        let draft = NewMessage { body: Body::Json(event, data), from: Some(Arc::clone(&me.sender)), key };
        let audience = if echo { Recipients::All } else { self.rooms.others(&room) };
        let (published, room) = wire.shared.hub.publish(&room, draft, audience).map_err(too_many_rooms)?;
        if room.is_full() {
            self.full = Some(room);
        }
        let (epoch, offset) = (Some(published.position.epoch), Some(published.position.offset));
        Ok(reply(&ServerFrame::Ok(Done { epoch, offset, duplicate: published.duplicate, ..Done::new(id) })))
    }

    fn broadcast(&mut self, wire: &mut Wire, me: &Me, id: Id, broadcast: Broadcast) -> Answered {
        let Broadcast { event, data } = broadcast;
        permit(me.identity.may_broadcast(), "broadcast")?;
        let draft = NewMessage { body: Body::Json(event, data), from: Some(Arc::clone(&me.sender)), key: None };
        let delivered = wire.shared.hub.broadcast(draft);
        if wire.shared.hub.everyone().is_full() {
            self.full = Some(Arc::clone(wire.shared.hub.everyone()));
        }
        Ok(reply(&ServerFrame::Ok(Done { delivered: Some(delivered as u64), ..Done::new(id) })))
    }

    fn call(&self, wire: &Wire, me: &Me, id: Id, call: Call) -> Answered {
        let Call { event, data } = call;
        permit(me.identity.may_call(), "call")?;
        self.calls.begin(wire, id, &event, data, me.caller(&wire.shared))?;
        Ok(Answer::Apart)
    }

    fn leave_room(&mut self, id: Id, room: &RoomName) -> Answered {
        if self.rooms.leave(room) {
            return Ok(reply(&ServerFrame::Ok(Done::new(id))));
        }
        Err(Refused::new(ErrorCode::NotJoined, format!("not in {room}")))
    }
}

impl Me {
    fn send(&self, wire: &Wire, id: Id, send: Send) -> Answered {
        let Send { to, event, data } = send;
        permit(self.identity.may_send(), "send")?;
        let direct = Direct { from: Some(self.sender.frame()), event, data, time: clock::now_ms() };
        let delivered = wire.shared.hub.send(&to, &ServerFrame::<frame::Message>::Direct(direct).encode());
        Ok(reply(&ServerFrame::Ok(Done { delivered: Some(delivered as u64), ..Done::new(id) })))
    }

    fn presence(&self, wire: &Wire, id: Id, room: RoomName) -> Answered {
        self.allow(Action::Presence, &room)?;
        let present = wire.shared.hub.find_room(&room).map(|room| room.presence()).unwrap_or_default();
        let (clients, users, more_users) = (present.clients, present.users, present.more);
        Ok(reply(&ServerFrame::Presence(Presence { id, room, clients, users, more_users })))
    }

    fn history(&self, wire: &Wire, id: Id, asked: Before) -> Answered {
        let Before { room, before, limit } = asked;
        self.allow(Action::History, &room)?;
        let most = usize::try_from(limit.unwrap_or(PAGE)).unwrap_or(usize::MAX).min(wire.shared.config.recover_max);
        // A room that nobody uses has a position all the same: the first of a life that has not begun.
        let nothing = || (Position { epoch: random::epoch(), offset: Offset(0) }, Page::default());
        let (position, page) = wire.shared.hub.find_room(&room).map_or_else(nothing, |room| room.history(before, most));
        let messages = page.messages.iter().map(|message| encode::message::json(message));
        let frame = ServerFrame::History(frame::History {
            id,
            room,
            epoch: position.epoch,
            offset: position.offset,
            messages: messages.collect(),
            more: page.more,
        });
        Ok(Answer::Reply(frame.encode()))
    }

    fn allow(&self, action: Action, room: &RoomName) -> Result<(), Refused> {
        permit(self.identity.may(action, room.as_str()), &format!("{} in {room}", action.word()))
    }
}

fn permit(may: bool, what: &str) -> Result<(), Refused> {
    if may { Ok(()) } else { Err(Refused::new(ErrorCode::Forbidden, format!("this user may not {what}"))) }
}

fn reply(frame: &ServerFrame) -> Answer {
    Answer::Reply(frame.encode())
}

fn too_many_rooms(_: RoomLimitReached) -> Refused {
    Refused::new(ErrorCode::Unavailable, "the server has as many rooms as it may have")
}
