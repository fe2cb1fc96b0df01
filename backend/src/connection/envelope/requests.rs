//! What is asked for, and what is answered.

use std::task::Context;

use yodel_protocol::frame::{
    Ack, Auth, Broadcast, Call, Direct, Echo, EchoReply, HistoryRequest, Join, Pong, Presence, Publish, RoomRequest,
    Send, ServerFrame,
};
use yodel_protocol::{ClientFrame, ErrorCode, Id, Offset, Position, RoomName, Verb, frame};

use super::answer::{Answer, Answered};
use super::granted::Granted;
use super::mode::EnvelopeMode;
use super::pending::Pending;
use crate::auth::Action;
use crate::connection::close_reason::CloseReason;
use crate::connection::open::{Wire, gone};
use crate::encode;
use crate::hooks::error::RequestError;
use crate::hooks::publication::Publication;
use crate::hub::history::Page;
use crate::hub::message::Body;
use crate::identity_session::SessionMember;
use crate::runtime::{clock, random};

/// How many messages a page of history has, unless something else is asked for.
const PAGE: u32 = 50;

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
    ) -> Result<Answered, CloseReason> {
        let ClientFrame { id, verb } = frame;
        Ok(match (verb, self.login.member()) {
            (Verb::Auth(Auth { token }), _) => self.authenticate(wire, id, &token),
            (Verb::Ping(_), _) => Ok(Answer::of(&ServerFrame::Pong(Pong { id, time: clock::now_ms() }))),
            (_, None) => Err(RequestError::new(ErrorCode::Unauthorized, "`auth` comes first")),
            (Verb::Echo(Echo { data }), _) => {
                Ok(Answer::of(&ServerFrame::Echo(EchoReply { id, data, time: clock::now_ms() })))
            }
            (Verb::Join(join), Some(member)) => {
                // The reply's place is behind what was answered before.
                wire.socket.write(context, replies, &[]).map_err(gone)?;
                self.ask_to_join(wire, context, &member, id, join)
            }
            (Verb::Publish(publish), Some(member)) => self.ask_to_publish(wire, context, &member, id, publish),
            (Verb::Broadcast(broadcast), Some(member)) => self.ask_to_broadcast(wire, context, &member, id, broadcast),
            (Verb::Send(send), Some(member)) => direct(wire, &member, id, send),
            (Verb::Call(call), Some(member)) => self.call(wire, &member, id, call),
            (Verb::Leave(RoomRequest { room }), _) => self.leave_room(id, &room),
            (Verb::Presence(RoomRequest { room }), Some(member)) => presence(wire, &member, id, room),
            (Verb::History(before), Some(member)) => history(wire, &member, id, before),
        })
    }

    fn authenticate(&mut self, wire: &mut Wire, id: Id, token: &str) -> Answered {
        let (user, expires) = self.login.renew(token, &self.client, wire)?;
        if let Some(member) = self.login.member() {
            self.rooms.keep(|room| member.identity.may(Action::Join, room.as_str()));
        }
        Ok(Answer::of(&ServerFrame::Ok(Ack { user, expires, ..Ack::new(id) })))
    }

    fn ask_to_join(
        &mut self,
        wire: &mut Wire,
        context: &mut Context<'_>,
        member: &SessionMember,
        id: Id,
        join: Join,
    ) -> Answered {
        let room = &join.room;
        allow(member, Action::Join, room)?;
        if room.is_everyone() {
            return Err(RequestError::new(ErrorCode::BadRequest, "`*` stands for everybody and cannot be joined"));
        }
        let most = wire.shared.config.max_rooms;
        if self.rooms.is_full(room, most) {
            return Err(RequestError::new(ErrorCode::Limit, format!("a connection may be in {most} rooms")));
        }
        match wire.shared.hooks.join(|| member.caller(&wire.session()), room) {
            None => self.join(wire, member, id, &join),
            Some(hook) => {
                let granted = async move { hook.await.map(|()| Granted::Join(join)) };
                self.after(wire, context, Pending::new(id, granted))
            }
        }
    }

    fn ask_to_publish(
        &mut self,
        wire: &mut Wire,
        context: &mut Context<'_>,
        member: &SessionMember,
        id: Id,
        publish: Publish,
    ) -> Answered {
        let Publish { room, event, data, key, echo } = publish;
        allow(member, Action::Publish, &room)?;
        if room.is_everyone() {
            return Err(RequestError::new(ErrorCode::BadRequest, "`broadcast` tells everybody"));
        }
        let message = Publication::new(room.clone(), Body::Json(event, data));
        match wire.shared.hooks.publish(|| member.caller(&wire.session()), message) {
            Err(message) => self.carry_out(wire, id, Granted::Publish { room, body: message.body, key, echo }),
            Ok(hook) => {
                let granted = async move { Ok(Granted::Publish { room, body: hook.await?.body, key, echo }) };
                self.after(wire, context, Pending::new(id, granted))
            }
        }
    }

    fn ask_to_broadcast(
        &mut self,
        wire: &mut Wire,
        context: &mut Context<'_>,
        member: &SessionMember,
        id: Id,
        broadcast: Broadcast,
    ) -> Answered {
        let Broadcast { event, data } = broadcast;
        permit(member.identity.may_broadcast(), "broadcast")?;
        let everyone = wire.shared.hub.everyone().name.clone();
        let message = Publication::new(everyone, Body::Json(event, data));
        match wire.shared.hooks.publish(|| member.caller(&wire.session()), message) {
            Err(message) => self.carry_out(wire, id, Granted::Broadcast(message.body)),
            Ok(hook) => {
                let granted = async move { Ok(Granted::Broadcast(hook.await?.body)) };
                self.after(wire, context, Pending::new(id, granted))
            }
        }
    }

    fn call(&self, wire: &Wire, member: &SessionMember, id: Id, call: Call) -> Answered {
        let Call { event, data } = call;
        permit(member.identity.may_call(), "call")?;
        self.calls.begin(wire, id, &event, data, member)?;
        Ok(Answer::Apart)
    }

    fn leave_room(&mut self, id: Id, room: &RoomName) -> Answered {
        if self.rooms.leave(room) {
            return Ok(Answer::of(&ServerFrame::Ok(Ack::new(id))));
        }
        Err(RequestError::new(ErrorCode::NotJoined, format!("not in {room}")))
    }
}

fn direct(wire: &Wire, member: &SessionMember, id: Id, send: Send) -> Answered {
    let Send { to, event, data } = send;
    permit(member.identity.may_send(), "send")?;
    let direct = Direct { from: Some(member.sender.frame()), event, data, time: clock::now_ms() };
    let delivered = wire.shared.hub.send(&to, &ServerFrame::<frame::Message>::Direct(direct).encode());
    Ok(Answer::of(&ServerFrame::Ok(Ack { delivered: Some(delivered as u64), ..Ack::new(id) })))
}

fn presence(wire: &Wire, member: &SessionMember, id: Id, room: RoomName) -> Answered {
    allow(member, Action::Presence, &room)?;
    let present = wire.shared.hub.find_room(&room).map(|room| room.presence()).unwrap_or_default();
    let (clients, users, more_users) = (present.clients, present.users, present.more);
    Ok(Answer::of(&ServerFrame::Presence(Presence { id, room, clients, users, more_users })))
}

fn history(wire: &Wire, member: &SessionMember, id: Id, asked: HistoryRequest) -> Answered {
    let HistoryRequest { room, before, limit } = asked;
    allow(member, Action::History, &room)?;
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

fn allow(member: &SessionMember, action: Action, room: &RoomName) -> Result<(), RequestError> {
    permit(member.identity.may(action, room.as_str()), &format!("{} in {room}", action.word()))
}

fn permit(may: bool, what: &str) -> Result<(), RequestError> {
    if may { Ok(()) } else { Err(RequestError::new(ErrorCode::Forbidden, format!("this user may not {what}"))) }
}
