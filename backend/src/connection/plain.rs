//! Plain mode: raw messages, no JSON, no greeting.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::task::Context;

use bytes::Bytes;
use tracing::debug;
use yodel_protocol::CloseCode;

use super::expiry::Expiry;
use super::open::{Mode, Wire, gone};
use super::throttle::Throttle;
use super::traffic::Count;
use super::visit::Visit;
use super::{Ending, Surroundings};
use crate::config::Plain;
use crate::config::Rate;
use crate::encode::Push;
use crate::hub::message::{Body, NewMessage, Sender};
use crate::hub::{Entry, Membership, Recipients, Subscription};
use crate::limits::token_bucket::Bucket;
use yodel_websocket::message::Kind;

/// An echo, or a member of the lobby.
pub struct PlainMode {
    /// None for an echo.
    member: Option<Box<LobbyMember>>,
    /// None where nobody asks who it is.
    person: Option<Box<Person>>,
    throttle: Option<Box<Throttle>>,
    /// The server stops, and so much, less one, is to be delivered before the close. (An idle connection
    /// has no byte to spare.)
    leaving: Option<NonZeroU64>,
}

/// A member of the lobby.
#[derive(Debug)]
pub struct LobbyMember {
    pub seat: Membership<Push>,
    /// It hears what is for everybody, too.
    _listener: Subscription<Push>,
    sender: Arc<Sender>,
}

/// Who it is, and what comes of that.
pub struct Person {
    /// Where it can be found.
    _entry: Entry<Push>,
    /// When its token ends.
    expiry: Option<Expiry>,
    visit: Option<Visit>,
}

impl PlainMode {
    /// A connection with a seat in the lobby broadcasts, others echo.
    pub fn new(member: Option<Box<LobbyMember>>, person: Option<Box<Person>>, rate: Option<Rate>) -> Self {
        let throttle = rate.map(|rate| Box::new(Throttle::new(Bucket::new(rate))));
        Self { member, person, throttle, leaving: None }
    }

    fn rested(&mut self) -> bool {
        self.throttle.as_mut().is_none_or(|throttle| throttle.take())
    }
}

impl Mode for PlainMode {
    fn name(&self) -> &'static str {
        if self.member.is_some() { Plain::Broadcast.name() } else { Plain::Echo.name() }
    }

    fn silent(&self) -> Result<(), Ending> {
        // Perhaps it was not listened to.
        let waiting = self.throttle.as_ref().is_some_and(|throttle| throttle.is_waiting());
        if waiting { Ok(()) } else { Err(Ending::Ours(CloseCode::NO_PONG, "no pong".into())) }
    }

    fn leave(&mut self, _wire: &mut Wire) {
        let published = self.member.as_ref().map_or(0, |member| member.seat.room.published());
        self.leaving = Some(NonZeroU64::MIN.saturating_add(published));
    }

    fn poll(&mut self, _wire: &mut Wire, context: &mut Context<'_>) -> Result<(), Ending> {
        let expiry = self.person.as_mut().and_then(|person| person.expiry.as_mut());
        if expiry.is_some_and(|expiry| expiry.poll(context).is_ready()) {
            return Err(Ending::Ours(CloseCode::TOKEN_EXPIRED, "token expired".into()));
        }
        match (self.leaving, &self.member) {
            // What others were told before reaches this one too.
            (Some(after), Some(member)) if member.seat.room.poll_delivered(after.get() - 1, context).is_pending() => {
                Ok(())
            }
            (Some(_), _) => Err(Ending::Ours(CloseCode::GOING_AWAY, "shutdown".into())),
            _ => Ok(()),
        }
    }

    /// An echo reads on only when its answers are out, so that TCP slows down a peer that does not
    /// read. A member of the lobby is read as long as the lobby takes more: its outbox bounds what
    /// waits for it.
    fn may_read(&mut self, wire: &mut Wire, context: &mut Context<'_>, flushed: bool) -> Result<bool, Ending> {
        let ready = match &self.member {
            None => flushed,
            Some(member) => {
                let overflowed = |_| Ending::Ours(CloseCode::TRY_AGAIN_LATER, "too slow".into());
                wire.socket.line.outbox.check().map_err(overflowed)?;
                member.seat.room.poll_room(context).is_ready()
            }
        };
        let rested = self.throttle.as_mut().is_none_or(|throttle| throttle.poll_ready(context).is_ready());
        let visit = self.person.as_mut().and_then(|person| person.visit.as_mut());
        let opened = visit.is_none_or(|visit| visit.poll_opened(context).is_ready());
        Ok(ready && rested && opened)
    }

    fn take(
        &mut self,
        wire: &mut Wire,
        context: &mut Context<'_>,
        kind: Kind,
        payload: &[u8],
        replies: &mut Vec<u8>,
    ) -> Result<bool, Ending> {
        debug!(peer = %wire.admitted.peer, ?kind, text = ?String::from_utf8_lossy(payload), "message");
        let room = match &self.member {
            None => wire.socket.reply(context, kind, payload, replies).map_err(gone)?,
            Some(member) => {
                member.say(kind, payload);
                !member.seat.room.is_full()
            }
        };
        Ok(self.rested() && room)
    }

    fn pinged(&mut self) -> bool {
        self.rested()
    }

    fn closed(&mut self, code: CloseCode, reason: &str, shared: &Arc<Surroundings>) {
        if let Some(visit) = self.person.take().and_then(|person| person.visit) {
            visit.closed(code, reason, shared);
        }
    }

    fn sent(&self, wire: &Wire) -> Count {
        // An echo sends what it received.
        if self.member.is_some() { wire.socket.line.outbox.sent() } else { wire.received }
    }
}

impl Person {
    /// Somebody who can be found here, until a token ends.
    pub fn new(entry: Entry<Push>, expiry: Option<Expiry>, visit: Option<Visit>) -> Self {
        Self { _entry: entry, expiry, visit }
    }
}

impl LobbyMember {
    /// Somebody in this seat, who also hears what is for everybody.
    pub fn new(seat: Membership<Push>, listener: Subscription<Push>, sender: Arc<Sender>) -> Self {
        Self { seat, _listener: listener, sender }
    }

    fn say(&self, kind: Kind, payload: &[u8]) {
        let body = match (kind, std::str::from_utf8(payload)) {
            (Kind::Text, Ok(text)) => Body::Text(text.into()),
            // The decoder has seen to it that a text is one.
            _ => Body::Binary(Bytes::copy_from_slice(payload)),
        };
        let draft = NewMessage { body, from: Some(Arc::clone(&self.sender)), key: None };
        // The lobby is never gone.
        let _ = self.seat.room.publish(draft, Recipients::All);
    }
}

#[cfg(test)]
mod tests;
