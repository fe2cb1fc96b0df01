//! Somebody who listens to a room: a task that hands on what comes, until something ends it. A reader
//! that stalls keeps nothing but its HTTP connection busy: the task gives up its seat all the same.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::timeout;
use tracing::info;
use yodel_protocol::frame::{self, Message, ServerFrame};
use yodel_protocol::{CloseCode, Json, Position, RoomName, UserId};

use super::joined;
use crate::auth::{Action, Identity};
use crate::connection::admission::Mode;
use crate::connection::envelope::goodbye::Goodbye;
use crate::connection::expiry::Expiry;
use crate::connection::line::Line;
use crate::connection::outbox::Outbox;
use crate::connection::registry::Place;
use crate::connection::signals::Signal;
use crate::connection::visit::Visit;
use crate::connection::{Ending, Surroundings};
use crate::encode::event_stream::{self, KEEP_ALIVE};
use crate::encode::{Language, Push};
use crate::hooks::events;
use crate::hooks::handle::{Handle, HandleError};
use crate::hub::presence::PresenceKey;
use crate::hub::{self, Client, Entry, JoinRequest, Membership, Subscriber};
use crate::runtime::{clock, random};

/// Who wants to listen, and to what.
pub struct Caller {
    pub identity: Identity,
    pub peer: SocketAddr,
    pub room: RoomName,
}

/// Somebody who listens.
pub struct Listener {
    line: Arc<Line>,
    /// One at a time: what waits is to wait in the outbox, which has a bound.
    chunks: Sender<Bytes>,
    stay: Stay,
    peer: SocketAddr,
    opened: Instant,
    shared: Arc<Surroundings>,
}

/// What somebody has who listens; dropping it leaves.
struct Stay {
    seat: Membership<Push>,
    expiry: Option<Expiry>,
    visit: Option<Visit>,
    leaving: Option<Goodbye>,
    _everyone: hub::Subscription<Push>,
    _entry: Entry<Push>,
    _place: Place,
}

impl Listener {
    /// Takes a seat in the room. What is to be said first is there already.
    ///
    /// # Errors
    /// When it would be one room too many.
    pub fn join(
        caller: Caller,
        since: Option<&Position>,
        shared: Arc<Surroundings>,
    ) -> Result<(Self, Receiver<Bytes>), HandleError> {
        let Caller { identity, peer, room } = caller;
        let line = Arc::new(Line::new(Outbox::new(Language::Events, None, shared.config.max_queue)));
        let (client, user) = (random::client_id(), identity.user().and_then(|user| UserId::new(user).ok()));
        let info = identity.info().and_then(|info| Json::parse(info.get()).ok());
        let who = user.clone().map_or_else(|| PresenceKey::Client(client.clone()), PresenceKey::User);
        let watches = identity.may(Action::Presence, room.as_str());
        let joining = JoinRequest { who: &who, info: info.as_ref(), watches, since };
        let member: Arc<dyn Subscriber<Push>> = line.clone();
        let (seat, joined) = shared.hub.join(&room, &member, &joining, None)?;
        line.outbox.fill(joined::events(&room, since, &joined, soon()));

        let server = Handle::new(shared.hub.clone());
        let visit = Visit::new(&shared, || events::Caller { client: client.clone(), user: user.clone(), info, server });
        let found = Client { id: client, user, peer, since: clock::now_ms(), hears: false, member };
        let stay = Stay {
            seat,
            expiry: identity.ends().map(Expiry::new),
            visit,
            leaving: None,
            _everyone: shared.hub.listen(line.clone()),
            _entry: shared.hub.enter(found),
            _place: shared.registry.enter(Arc::clone(&line)),
        };
        let (chunks, receiver) = mpsc::channel(1);
        Ok((Self { line, chunks, stay, peer, opened: Instant::now(), shared }, receiver))
    }

    /// Listens until it is over, and says why if somebody is still there.
    pub async fn run(mut self) {
        info!(peer = %self.peer, mode = %Mode::Sse.name(), "connection opened");
        let ending = self.carry().await;
        let Self { line, chunks, mut stay, peer, opened, shared } = self;
        let (visit, retry_ms) = (stay.visit.take(), stay.leaving.take().map(|goodbye| goodbye.retry_ms()));
        // Out of the room before the goodbye, which may take a while.
        drop(stay);
        let (code, out, duration) = (ending.code(), line.outbox.sent(), opened.elapsed());
        if let Some(visit) = visit {
            visit.closed(code, &ending.reason(), &shared);
        }
        shared.tally.closed(code);
        if let Some(refusal) = ending.refusal() {
            shared.tally.count(refusal);
        }
        info!(%peer, mode = %Mode::Sse.name(), code = code.0, %out, ?duration, "connection closed");
        if let Ending::Ours(code, reason) = ending {
            let goodbye = goodbye(code, &reason, retry_ms.unwrap_or_else(soon));
            let _ = timeout(shared.config.pong, chunks.send(goodbye)).await;
        }
    }

    async fn carry(&mut self) -> Ending {
        if let Some(visit) = &mut self.stay.visit {
            poll_fn(|context| visit.poll_opened(context)).await;
        }
        let keep_alive = self.shared.config.ping;
        loop {
            tokio::select! {
                biased;
                ending = poll_fn(|context| self.stay.poll_ended(&self.line, &self.shared, context)) => return ending,
                () = self.chunks.closed() => return Ending::Theirs(CloseCode::NO_CODE),
                () = hand_on(&self.line, &self.chunks, keep_alive) => {}
            }
        }
    }
}

/// Hands on the next of what waits, once there is room for it; a comment when nothing comes.
async fn hand_on(line: &Line, chunks: &Sender<Bytes>, keep_alive: Duration) {
    let Ok(room) = chunks.reserve().await else {
        return std::future::pending().await; // Nobody reads any more, which ends it.
    };
    let next = poll_fn(|context| {
        line.register(context);
        line.outbox.take().map_or(Poll::Pending, Poll::Ready)
    });
    room.send(timeout(keep_alive, next).await.unwrap_or(Bytes::from_static(KEEP_ALIVE)));
}

impl Stay {
    /// Ready when something ends it.
    fn poll_ended(&mut self, line: &Line, shared: &Surroundings, context: &mut Context<'_>) -> Poll<Ending> {
        line.register(context);
        while let Some(signal) = line.signal() {
            match signal {
                // Nobody can answer here: whether the peer is there is for TCP to say.
                Signal::Ping | Signal::Silent => {}
                Signal::Leave => {
                    let rooms = vec![Arc::clone(&self.seat.room)];
                    self.leaving = Some(Goodbye::new(rooms, shared.registry.leaving()));
                }
                Signal::Dismissed => {
                    let (code, reason) = line.dismissal().unwrap_or((CloseCode::KICKED, String::new()));
                    return Poll::Ready(Ending::Ours(code, reason.into()));
                }
            }
        }
        if line.outbox.check().is_err() {
            return Poll::Ready(Ending::Ours(CloseCode::TOO_SLOW, "too slow".into()));
        }
        if self.expiry.as_mut().is_some_and(|expiry| expiry.poll(context).is_ready()) {
            return Poll::Ready(Ending::Ours(CloseCode::TOKEN_EXPIRED, "token expired".into()));
        }
        // What others were told before reaches this one too.
        let told = self.leaving.as_mut().is_some_and(|goodbye| goodbye.poll(context).is_ready());
        if told && line.outbox.is_empty() {
            return Poll::Ready(Ending::Ours(CloseCode::SHUTDOWN, "shutdown".into()));
        }
        Poll::Pending
    }
}

/// When to come back, if nothing is known against it; not everybody at once.
fn soon() -> u64 {
    Goodbye::new(Vec::new(), 0).retry_ms()
}

fn goodbye(code: CloseCode, reason: &str, retry_ms: u64) -> Bytes {
    let said = frame::Goodbye { code, reason: reason.to_owned(), retry_ms };
    let said = ServerFrame::<Message>::Goodbye(said).encode();
    [format!("retry: {retry_ms}\n").as_bytes(), &event_stream::event(None, &[said.as_bytes()])].concat().into()
}
