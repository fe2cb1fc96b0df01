//! Who hears what: rooms, who is in them, and what was said there. Knows no sockets, no WebSocket
//! frames and no HTTP.
//!
//! | idea | file |
//! |---|---|
//! | which rooms there are | `rooms` |
//! | one room: publish, join, resume | `room`, and the places in it: `seat` |
//! | what is on its way to its members | `fanout`, and what that is: `content` |
//! | what was said: one message, the latest ones, their keys | `message`, `history`, `keys` |
//! | who is in a room | `presence` |
//! | who is connected | `directory` |
//! | many locks instead of one | `shards` |
//! | figures | `meter` |
//! | time and chance | `clock` |

pub mod clock;
mod content;
mod directory;
mod fanout;
pub mod history;
mod keys;
pub mod message;
pub mod meter;
pub mod presence;
mod room;
mod rooms;
mod seat;
mod shards;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, MissedTickBehavior, interval};
use yodel_protocol::frame::Target;
use yodel_protocol::{CloseCode, RoomName};

pub use content::Content;
pub use directory::{Client, Entry};
pub use fanout::Audience;
pub use room::{Joined, Joining, Published, Room};
pub use seat::{Listener, Seat};

use crate::config::RetentionConfig;

use directory::Directory;
use message::{Draft, Message};
use meter::Meter;
use shards::Shards;

/// The room of all who broadcast in plain mode.
pub const LOBBY: &str = "lobby";

/// How often who came and who left is told.
const DIFFS: Duration = Duration::from_secs(1);

/// How often rooms that nobody needs are looked for, in rounds of [`DIFFS`].
const SWEEPS: u32 = 30;

/// Contents in a row, as they are handed to members.
pub trait Batch: Clone + Send + Sync + 'static {
    /// These, in order; there is at least one.
    fn of(contents: Vec<Content>) -> Self;
}

/// Somebody who hears.
pub trait Member<B>: Send + Sync {
    /// Takes a batch, at once: nobody waits for a member that cannot.
    fn deliver(&self, batch: &B);

    /// Keeps a place for a reply: what is delivered from now on comes after it.
    fn reserve(&self);

    /// Is to leave, for this reason.
    fn dismiss(&self, code: CloseCode, reason: &str);
}

/// Rooms whose presence is to be told.
type Stirred<B> = Arc<Mutex<Vec<Arc<Room<B>>>>>;

/// There are as many rooms as there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// All rooms and all who are in them; a handle that is cheap to clone.
pub struct Hub<B>(Arc<Shared<B>>);

struct Shared<B> {
    rooms: Shards<RoomName, Arc<Room<B>>>,
    directory: Arc<Directory<B>>,
    lobby: Arc<Room<B>>,
    everyone: Arc<Room<B>>,
    stirred: Stirred<B>,
    retention: Arc<RetentionConfig>,
    meter: Arc<Meter>,
}

impl<B> Clone for Hub<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<B: Batch> Hub<B> {
    /// Creates an empty hub with these retention limits.
    pub fn new(retention: RetentionConfig) -> Self {
        let (retention, meter, stirred) = (Arc::new(retention), Arc::<Meter>::default(), Stirred::default());
        let room = |name| {
            let name = RoomName::new(name).expect("a name of ours");
            Arc::new(Room::new(name, Arc::clone(&retention), Arc::clone(&meter), Arc::clone(&stirred)))
        };
        let (lobby, everyone) = (room(LOBBY), room(RoomName::EVERYONE));
        let (rooms, directory) = (Shards::default(), Arc::new(Directory::default()));
        Self(Arc::new(Shared { rooms, directory, lobby, everyone, stirred, retention, meter }))
    }

    /// Tells who came and who left, and forgets rooms that nobody needs; for ever.
    pub async fn run(self) {
        let mut ticks = interval(DIFFS);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut round = 0_u32;
        loop {
            ticks.tick().await;
            self.tell_presence();
            round = round.wrapping_add(1);
            if round.is_multiple_of(SWEEPS) {
                self.sweep();
            }
        }
    }

    fn tell_presence(&self) {
        let (now, stirred) = (Instant::now(), std::mem::take(&mut *self.0.stirred.lock()));
        let still: Vec<_> = stirred.into_iter().filter(|room| room.tell_presence(now)).collect();
        self.0.stirred.lock().extend(still);
    }

    fn sweep(&self) {
        let now = Instant::now();
        self.0.rooms.each(|rooms| rooms.retain(|_, room| !room.close_if_idle(now)));
        // These stay; what they keep does not.
        for room in [&self.0.lobby, &self.0.everyone] {
            room.expire_now(now);
        }
    }

    /// Adds a connection to those that can be found by their name.
    pub fn enter(&self, client: Client<B>) -> Entry<B> {
        self.0.directory.enter(client)
    }

    /// Takes a seat among those who are told what is for everybody.
    pub fn listen(&self, member: Arc<dyn Member<B>>) -> Listener<B> {
        self.0.everyone.listen(member)
    }

    /// Takes a seat in the lobby, without a reply.
    pub fn join_lobby<M: Member<B> + 'static>(&self, member: &Arc<M>, joining: &Joining<'_>) -> Seat<B> {
        loop {
            let member: Arc<dyn Member<B>> = Arc::<M>::clone(member);
            if let Ok((seat, _)) = self.0.lobby.join(member, joining, false, None) {
                return seat;
            }
        }
    }

    /// Takes a seat in a room, for one that it has there already, and says what was missed. The member
    /// keeps a place for the reply.
    ///
    /// # Errors
    /// When it would be one room too many.
    pub fn join(
        &self,
        room: &RoomName,
        member: &Arc<dyn Member<B>>,
        joining: &Joining<'_>,
        mut before: Option<Seat<B>>,
    ) -> Result<(Seat<B>, Joined), Full> {
        loop {
            if let Ok(joined) = self.room(room)?.join(Arc::clone(member), joining, true, before.take()) {
                return Ok(joined);
            }
        }
    }

    /// Publishes into a room.
    ///
    /// # Errors
    /// When it would be one room too many.
    pub fn publish(
        &self,
        room: &RoomName,
        draft: &Draft,
        audience: Audience,
    ) -> Result<(Published, Arc<Room<B>>), Full> {
        loop {
            let room = self.room(room)?;
            if let Ok(published) = room.publish(draft.clone(), audience) {
                return Ok((published, room));
            }
        }
    }

    /// Tells everybody. Says how many connections that is.
    pub fn broadcast(&self, draft: Draft) -> usize {
        self.0.meter.accept();
        let message = Message::new(self.0.everyone.name.clone(), None, draft, clock::now_ms());
        self.0.everyone.tell(Content::Message(Arc::new(message)), Audience::All)
    }

    /// The room of everybody, in which nothing is kept.
    pub fn everyone(&self) -> &Arc<Room<B>> {
        &self.0.everyone
    }

    /// Tells all who broadcast in plain mode.
    pub fn tell_plain(&self, text: &str) {
        self.0.lobby.tell(Content::Text(text.into()), Audience::All);
    }

    /// Tells one client or one user something, as a frame. Says how many connections that is.
    pub fn send(&self, to: &Target, frame: &str) -> usize {
        let mut clients = self.find(to);
        clients.retain(|client| client.hears);
        if !clients.is_empty() {
            let batch = B::of(vec![Content::Frame(frame.into())]);
            for client in &clients {
                client.member.deliver(&batch);
            }
        }
        clients.len()
    }

    /// The connections of one client or one user.
    pub fn find(&self, target: &Target) -> Vec<Arc<Client<B>>> {
        self.0.directory.find(target)
    }

    /// How many connections can be found by their name.
    pub fn clients(&self) -> usize {
        self.0.directory.len()
    }

    /// How many users are connected.
    pub fn users(&self) -> usize {
        self.0.directory.users()
    }

    /// What went through here.
    pub fn meter(&self) -> &Meter {
        &self.0.meter
    }
}

impl<B> fmt::Debug for Hub<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("lobby", &self.0.lobby.name).finish_non_exhaustive()
    }
}
