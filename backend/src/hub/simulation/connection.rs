//! Connections of the simulation.

use std::sync::Arc;

use parking_lot::Mutex;
use yodel_protocol::{ClientId, CloseCode, Position, UserId};

use super::name;
use super::view::RoomView;
use crate::backplane::history::HistoryPage;
use crate::backplane::recipients::Recipients;
use crate::hub::presence::{PresenceKey, PresenceSnapshot};
use crate::hub::testing::RecordedPayload;
use crate::hub::{Content, Hub, JoinRequest, Membership, RoomCreator, Subscriber};

/// Subscriber that records what is delivered.
#[derive(Default)]
struct ContentRecorder(Mutex<Vec<Content>>);

impl Subscriber<RecordedPayload> for ContentRecorder {
    fn deliver(&self, payload: &RecordedPayload) {
        self.0.lock().extend(payload.0.iter().cloned());
    }

    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}
}

/// Connection with its memberships, and its view of each room.
pub struct Connection {
    recorder: Arc<ContentRecorder>,
    presence: PresenceKey,
    watches: bool,
    memberships: Vec<Option<Membership<RecordedPayload>>>,
    views: Vec<RoomView>,
}

impl Connection {
    /// Creates a connection. Depending on `number`, it shares a user or has none, and may not receive presence.
    pub fn new(number: usize, rooms: usize) -> Self {
        let presence = match number % 3 {
            0 => PresenceKey::Client(ClientId::new(&format!("c_{number}")).unwrap()),
            _ => PresenceKey::User(UserId::new(&format!("u{}", number % 5)).unwrap()),
        };
        let memberships = (0..rooms).map(|_| None).collect();
        let views = (0..rooms).map(|_| RoomView::default()).collect();
        Self { recorder: Arc::default(), presence, watches: !number.is_multiple_of(4), memberships, views }
    }

    /// Joins a room, or resumes after the last received position, and returns the outcome for the trace. `history`
    /// is the whole history of the room.
    pub fn join(
        &mut self,
        hub: &Hub<RecordedPayload>,
        room: usize,
        history: Option<(Position, HistoryPage)>,
        recover_max: usize,
    ) -> String {
        let since = self.views[room].position.clone();
        let request =
            JoinRequest { presence_key: &self.presence, info: None, watches: self.watches, since: since.as_ref() };
        let subscriber: Arc<dyn Subscriber<RecordedPayload>> = Arc::<ContentRecorder>::clone(&self.recorder);
        let Ok(joining) =
            hub.join(&name(room), RoomCreator::Server, &subscriber, &request, self.memberships[room].take())
        else {
            return "limit".to_owned();
        };
        let (membership, reply) = joining.now();
        let recoverable = since.zip(history).is_some_and(|(since, (position, page))| {
            let missed = usize::try_from(position.offset.0.saturating_sub(since.offset.0)).unwrap();
            since.epoch == position.epoch && missed <= page.messages.len().min(recover_max)
        });
        assert_eq!(reply.recovered, recoverable);
        assert_eq!(reply.present.is_some(), self.watches);
        self.views[room].join(&reply);
        self.memberships[room] = Some(membership);
        format!("{:?}, {} missed", reply.position, reply.messages.len())
    }

    /// Leaves a room; returns whether the connection was a member.
    pub fn leave(&mut self, room: usize) -> bool {
        self.memberships[room].take().is_some()
    }

    /// Returns the recipients of a message to the other members; `None` if the connection is not a member.
    pub fn others(&self, room: usize) -> Option<Recipients> {
        self.memberships[room].as_ref().map(Membership::others)
    }

    /// Records that the connection published a message to the other members.
    pub fn published(&mut self, room: usize, position: &Position) {
        self.views[room].skip(position);
    }

    /// Checks what was delivered since the last call, and returns it for the trace.
    pub fn receive(&mut self) -> Vec<String> {
        let contents = std::mem::take(&mut *self.recorder.0.lock());
        contents.iter().map(|content| self.receive_one(content)).collect()
    }

    fn receive_one(&mut self, content: &Content) -> String {
        let room_name = match content {
            Content::Message(message) => &message.room,
            Content::Presence(diff) => &diff.room,
            other => panic!("unexpected content: {other:?}"),
        };
        let room = (0..self.views.len()).find(|room| name(*room) == *room_name).unwrap();
        assert!(self.memberships[room].is_some(), "nothing is delivered after a leave");
        match content {
            Content::Message(message) => {
                let position = message.position.as_ref().unwrap();
                self.views[room].receive(position);
                format!("{position:?}")
            }
            Content::Presence(diff) => {
                assert!(self.watches);
                self.views[room].apply(diff);
                format!("{diff:?}")
            }
            Content::Frame(_) | Content::Text(_) => unreachable!("handled above"),
        }
    }

    /// Checks that the connection, if it is a member, has the position of the room and the users in it.
    pub fn check_settled(&self, room: usize, position: &Position, presence: &PresenceSnapshot) {
        if self.memberships[room].is_some() {
            self.views[room].check_settled(position, self.watches.then_some(presence));
        }
    }
}
