//! Member of a room that records what it receives.

use std::sync::Arc;

use parking_lot::Mutex;
use yodel_protocol::frame::PresenceDiff;
use yodel_protocol::{CloseCode, RoomName};

use crate::hub::testing::RecordedPayload;
use crate::hub::{Content, Hub, JoinReply, JoinRequest, Membership, RoomCreator, Subscriber};

/// Subscriber that records offsets, presence changes, and the code with which it was disconnected.
#[derive(Default)]
pub struct TestSubscriber {
    pub offsets: Mutex<Vec<u64>>,
    pub diffs: Mutex<Vec<PresenceDiff>>,
    pub closed: Mutex<Option<CloseCode>>,
}

/// Subscriber, its membership, and the reply to its join.
pub type TestJoin = (Arc<TestSubscriber>, Membership<RecordedPayload>, JoinReply);

impl TestSubscriber {
    /// Joins a room of a hub whose backplane answers at once.
    pub fn join(
        hub: &Hub<RecordedPayload>,
        room: &str,
        request: &JoinRequest<'_>,
        previous: Option<Membership<RecordedPayload>>,
    ) -> TestJoin {
        let (recorder, room) = (Arc::<Self>::default(), RoomName::new(room).unwrap());
        let subscriber: Arc<dyn Subscriber<RecordedPayload>> = recorder.clone();
        let joined = hub.join(&room, RoomCreator::Server, &subscriber, request, previous);
        let (membership, reply) = joined.unwrap().now();
        (recorder, membership, reply)
    }
}

impl Subscriber<RecordedPayload> for TestSubscriber {
    fn deliver(&self, payload: &RecordedPayload) {
        for content in &payload.0 {
            match content {
                Content::Message(message) => self.offsets.lock().extend(message.offset().map(|offset| offset.0)),
                Content::Presence(diff) => self.diffs.lock().push(PresenceDiff::clone(diff)),
                Content::Frame(_) | Content::Text(_) => {}
            }
        }
    }

    fn reserve(&self) {}

    fn disconnect(&self, code: CloseCode, _: &str) {
        *self.closed.lock() = Some(code);
    }
}
