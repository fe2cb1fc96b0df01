//! Joins, which may have to wait for the backplane.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use yodel_protocol::{Json, Position, RoomName};

use super::creator::{RoomAccount, RoomCreator};
use super::handle::Hub;
use super::membership::Membership;
use super::payload::Payload;
use super::presence::PresenceKey;
use super::room::{JoinReply, JoinRequest, Room};
use super::room_limit::RoomLimitReached;
use super::subscriber::Subscriber;
use crate::backplane::FollowAnswer;
use crate::backplane::answer::Answer;
use crate::backplane::unavailable::Unavailable;

/// A membership and the reply to the join.
pub type Joined<P> = (Membership<P>, JoinReply);

/// Join of a room.
#[derive(Debug)]
pub enum Joining<P: Payload> {
    /// The room is joined.
    Done(Joined<P>),
    /// The room has to become current first.
    Pending(Box<PendingJoin<P>>),
}

/// Reason why a room was not joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// The room does not exist, the server has reached its limit of rooms, and every room has members.
    #[error("the server has reached its limit of rooms")]
    RoomLimit,
    /// The backplane cannot be reached.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Join that waits until the room is current. Dropping it gives up the join, and the membership that it replaces.
pub struct PendingJoin<P: Payload> {
    hub: Hub<P>,
    name: RoomName,
    account: RoomAccount,
    subscriber: Arc<dyn Subscriber<P>>,
    request: OwnedJoinRequest,
    options: JoinOptions<P>,
    room: Arc<Room<P>>,
    follow: FollowAnswer,
}

/// Options of a join.
#[derive(Debug)]
struct JoinOptions<P: Payload> {
    /// True if the subscriber reserves the place of the reply in its outgoing order.
    reserve_reply: bool,
    /// Membership of the same connection that is replaced.
    previous: Option<Membership<P>>,
}

/// A [`JoinRequest`] that outlives the call.
#[derive(Debug)]
struct OwnedJoinRequest {
    presence_key: PresenceKey,
    info: Option<Json>,
    watches: bool,
    since: Option<Position>,
}

impl From<RoomLimitReached> for JoinError {
    fn from(_: RoomLimitReached) -> Self {
        Self::RoomLimit
    }
}

impl<P: Payload> Hub<P> {
    /// Joins the lobby, without a reply.
    pub fn join_lobby<S: Subscriber<P> + 'static>(&self, subscriber: &Arc<S>, request: &JoinRequest<'_>) -> Joining<P> {
        let subscriber: Arc<dyn Subscriber<P>> = Arc::<S>::clone(subscriber);
        let mut options = JoinOptions { reserve_reply: false, previous: None };
        loop {
            match self.join_room(self.0.rooms.lobby(), RoomCreator::Server, &subscriber, request, options) {
                Ok(joining) => return joining,
                Err(returned) => options = returned,
            }
        }
    }

    /// Joins a room, which is created if it does not exist, and returns the reply with the missed messages. The
    /// subscriber reserves the place of the reply in its outgoing order. A `previous` membership in the room is
    /// replaced.
    ///
    /// # Errors
    /// Returns an error if the limit of rooms is reached, and every room has members.
    pub fn join(
        &self,
        room: &RoomName,
        creator: RoomCreator<'_>,
        subscriber: &Arc<dyn Subscriber<P>>,
        request: &JoinRequest<'_>,
        previous: Option<Membership<P>>,
    ) -> Result<Joining<P>, RoomLimitReached> {
        let mut options = JoinOptions { reserve_reply: true, previous };
        loop {
            let room = self.0.rooms.get_or_create(room, creator)?;
            match self.join_room(&room, creator, subscriber, request, options) {
                Ok(joining) => return Ok(joining),
                Err(returned) => options = returned,
            }
        }
    }

    /// Joins a room; returns the options if it is closed or not current.
    fn join_room(
        &self,
        room: &Arc<Room<P>>,
        creator: RoomCreator<'_>,
        subscriber: &Arc<dyn Subscriber<P>>,
        request: &JoinRequest<'_>,
        mut options: JoinOptions<P>,
    ) -> Result<Joining<P>, JoinOptions<P>> {
        let follow = self.0.backplane.follow(room, request.since);
        let Answer::Ready(Some(Ok(fetched))) = follow else {
            let (account, subscriber) = (RoomAccount::of(creator), Arc::clone(subscriber));
            let pending = PendingJoin::new(self, (Arc::clone(room), follow), account, subscriber, request, options);
            return Ok(Joining::Pending(Box::new(pending)));
        };
        let (reserve, previous) = (options.reserve_reply, &mut options.previous);
        match Membership::join(room, Arc::clone(subscriber), request, &fetched, reserve, previous) {
            Ok(joined) => Ok(Joining::Done(joined)),
            Err(_) => Err(options),
        }
    }
}

#[cfg(test)]
impl<P: Payload> Joining<P> {
    /// Returns the membership and the reply.
    ///
    /// # Panics
    /// If the join waits.
    pub fn now(self) -> Joined<P> {
        match self {
            Self::Done(joined) => joined,
            Self::Pending(join) => panic!("{join:?} waits"),
        }
    }
}

impl OwnedJoinRequest {
    fn as_ref(&self) -> JoinRequest<'_> {
        JoinRequest {
            presence_key: &self.presence_key,
            info: self.info.as_ref(),
            watches: self.watches,
            since: self.since.as_ref(),
        }
    }
}

impl<P: Payload> PendingJoin<P> {
    /// Creates the join of a room that the backplane makes current.
    fn new(
        hub: &Hub<P>,
        (room, follow): (Arc<Room<P>>, FollowAnswer),
        account: RoomAccount,
        subscriber: Arc<dyn Subscriber<P>>,
        request: &JoinRequest<'_>,
        options: JoinOptions<P>,
    ) -> Self {
        let request = OwnedJoinRequest {
            presence_key: request.presence_key.clone(),
            info: request.info.cloned(),
            watches: request.watches,
            since: request.since.cloned(),
        };
        Self { hub: hub.clone(), name: room.name.clone(), account, subscriber, request, options, room, follow }
    }

    /// Returns the name of the room.
    pub fn room(&self) -> &RoomName {
        &self.name
    }
}

impl<P: Payload> Future for PendingJoin<P> {
    type Output = Result<Joined<P>, JoinError>;

    /// # Panics
    /// If it is polled again after it was ready.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        loop {
            let fetched = ready!(Pin::new(&mut this.follow).poll(context))?;
            let (request, subscriber) = (this.request.as_ref(), Arc::clone(&this.subscriber));
            let JoinOptions { reserve_reply, previous } = &mut this.options;
            let joined = Membership::join(&this.room, subscriber, &request, &fetched, *reserve_reply, previous);
            if let Ok(joined) = joined {
                return Poll::Ready(Ok(joined));
            }
            // The room was closed or unused meanwhile.
            this.room = this.hub.0.rooms.get_or_create_for(&this.name, || this.account.clone())?;
            this.follow = this.hub.0.backplane.follow(&this.room, this.request.since.as_ref());
        }
    }
}

impl<P: Payload> fmt::Debug for PendingJoin<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingJoin").field("room", &self.name).finish_non_exhaustive()
    }
}
