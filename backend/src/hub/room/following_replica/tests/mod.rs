//! Rooms that follow a backplane whose answers come later.

mod joins;
mod members;
mod slow_backplane;

use std::task::{Context, Poll, Waker};

use futures_util::FutureExt;
use yodel_protocol::{Epoch, Offset, UserId};

use super::*;
use crate::backplane::message::{Body, NewMessage};
use crate::config::{HistoryConfig, RetentionConfig, ServerConfig};
use crate::hub::presence::PresenceKey;
use crate::hub::room::test_subscriber::TestSubscriber;
use crate::hub::testing::{ManualEnvironment, RecordedPayload};
use crate::hub::{Hub, JoinError, JoinReply, JoinRequest, Joining, Membership, PendingJoin, RoomCreator, Subscriber};
use slow_backplane::SlowBackplane;

/// Outcome of a join.
type JoinResult = Result<(Membership<RecordedPayload>, JoinReply), JoinError>;

/// Hub whose rooms follow a [`SlowBackplane`].
struct TestNode {
    hub: Hub<RecordedPayload>,
    backplane: Arc<SlowBackplane>,
    manual: ManualEnvironment,
}

impl TestNode {
    fn new(history: usize) -> Self {
        let defaults = ServerConfig::default().retention();
        let history = HistoryConfig { messages: history, ..defaults.history };
        let (backplane, manual) = (Arc::new(SlowBackplane::default()), ManualEnvironment::new(1));
        let retention = RetentionConfig { history, ..defaults };
        Self { hub: Hub::with_backplane(retention, manual.environment(), backplane.clone()), backplane, manual }
    }

    fn start_join(&self, since: Option<&Position>) -> (Arc<TestSubscriber>, Box<PendingJoin<RecordedPayload>>) {
        let (recorder, presence_key) = (Arc::new(TestSubscriber::default()), ada());
        let subscriber: Arc<dyn Subscriber<RecordedPayload>> = recorder.clone();
        let request = JoinRequest { presence_key: &presence_key, info: None, watches: false, since };
        let joining = self.hub.join(&name(), RoomCreator::Server, &subscriber, &request, None);
        match joining.expect("below the limit of rooms") {
            Joining::Pending(join) => (recorder, join),
            Joining::Done(_) => panic!("joined before the backplane has answered"),
        }
    }

    /// Answers the oldest follow; with a position, the room begins there before.
    fn answer(&self, position: Option<Position>, fetched: Vec<Arc<Message>>) -> Arc<Room<RecordedPayload>> {
        let (room, sender) = self.backplane.follows.lock().remove(0);
        if let Some(position) = position {
            assert!(room.begin(position));
        }
        sender.send(Ok(fetched)).expect("the join waits");
        room
    }

    /// Joins at a position of the room.
    fn join_at(
        &self,
        position: Position,
    ) -> (Arc<TestSubscriber>, Arc<Room<RecordedPayload>>, Membership<RecordedPayload>, JoinReply) {
        let (recorder, join) = self.start_join(None);
        let room = self.answer(Some(position), Vec::new());
        let (membership, reply) = now(join).expect("joined");
        (recorder, room, membership, reply)
    }

    /// Joins a room that is current already, from a position of the client. Returns the offsets of the missed messages.
    fn resume(&self, since: &Position, fetched: Vec<Arc<Message>>) -> Option<Vec<u64>> {
        let (_recorder, join) = self.start_join(Some(since));
        self.answer(None, fetched);
        let (_membership, reply) = now(join).expect("joined");
        let offsets = reply.messages.iter().map(|message| message.offset().unwrap().0);
        reply.recovered.then(|| offsets.collect())
    }
}

fn name() -> RoomName {
    RoomName::new("chat").unwrap()
}

fn at(epoch: &str, offset: u64) -> Position {
    Position { epoch: Epoch::new(epoch).unwrap(), offset: Offset(offset) }
}

fn message(epoch: &str, offset: u64) -> Arc<Message> {
    let new = NewMessage { body: Body::Text("x".into()), from: None, key: None, order: None };
    Arc::new(Message::new(name(), Some(at(epoch, offset)), new, 0))
}

fn ada() -> PresenceKey {
    PresenceKey::User(UserId::new("ada").unwrap())
}

fn poll(join: &mut PendingJoin<RecordedPayload>) -> Poll<JoinResult> {
    join.poll_unpin(&mut Context::from_waker(Waker::noop()))
}

/// Polls a join that must be ready.
fn now(mut join: Box<PendingJoin<RecordedPayload>>) -> JoinResult {
    match poll(&mut join) {
        Poll::Ready(joined) => joined,
        Poll::Pending => panic!("{join:?} waits"),
    }
}
