//! Rooms with a journal whose receipts a test gives.

mod durability;
mod idempotency;
mod limits;
mod restart;
mod scripted_journal;

use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use yodel_protocol::{ClientId, IdempotencyKey, Offset, Position, RoomName};

use super::*;
use crate::backplane::disk::backplane::DiskBackplane;
use crate::backplane::journal::StoredRoom;
use crate::backplane::message::{Body, MessageKey};
use crate::config::{Durability, RetentionConfig, ServerConfig};
use crate::hub::presence::PresenceKey;
use crate::hub::room::test_subscriber::{TestJoin, TestSubscriber};
use crate::hub::testing::{ManualEnvironment, RecordedPayload};
use crate::hub::{Hub, JoinRequest, RoomCreator};
use scripted_journal::ScriptedJournal;

/// Hub with a scripted journal.
struct Rig {
    hub: Hub<RecordedPayload>,
    journal: Arc<ScriptedJournal>,
    manual: ManualEnvironment,
}

/// Answer of a publish: `None` while it is not there.
type Answered = Option<Result<(u64, bool), PublishError>>;

impl Rig {
    fn new(durability: Durability) -> Self {
        Self::with(durability, |_| {})
    }

    fn with(durability: Durability, change: impl FnOnce(&mut RetentionConfig)) -> Self {
        Self::with_rooms(durability, change, Vec::new()).0
    }

    /// Creates a hub with restored rooms, and returns the number of those that ended.
    fn with_rooms(
        durability: Durability,
        change: impl FnOnce(&mut RetentionConfig),
        rooms: Vec<StoredRoom>,
    ) -> (Self, usize) {
        let mut retention = ServerConfig::default().retention();
        change(&mut retention);
        let (manual, journal) = (ManualEnvironment::new(1), Arc::<ScriptedJournal>::default());
        let backplane = DiskBackplane::new(Arc::clone(&journal) as _, durability);
        let hub = Hub::with_backplane(retention, manual.environment(), Arc::new(backplane));
        let ended = hub.restore(rooms);
        (Self { hub, journal, manual }, ended)
    }

    fn publish(&self, room: &str, key: Option<&str>) -> PublishAnswer {
        self.try_publish(room, key, "x").unwrap()
    }

    fn try_publish(&self, room: &str, key: Option<&str>, text: &str) -> Result<PublishAnswer, PublishError> {
        let message = message(key, text);
        self.hub.publish(&name(room), RoomCreator::Server, message, Recipients::All).map(|(answer, _)| answer)
    }

    fn join(&self, room: &str, since: Option<&Position>) -> TestJoin {
        let presence_key = PresenceKey::Client(ClientId::new("c").unwrap());
        let request = JoinRequest { presence_key: &presence_key, info: None, watches: false, since };
        TestSubscriber::join(&self.hub, room, &request, None)
    }

    /// Gives the oldest receipt.
    fn confirm(&self, result: Result<(), Unavailable>) {
        let receipt = self.journal.receipts.lock().pop_front().unwrap();
        receipt(result);
        self.manual.run();
    }

    fn calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.journal.calls.lock())
    }

    fn kept(&self, room: &str) -> Vec<u64> {
        let (_, page) = self.hub.find_room(&name(room)).unwrap().history(None, 1000);
        page.messages.iter().map(|message| message.offset().unwrap().0).collect()
    }
}

fn name(name: &str) -> RoomName {
    RoomName::new(name).unwrap()
}

fn message(key: Option<&str>, text: &str) -> NewMessage {
    let body = Body::Text(text.into());
    let key = key.map(|key| MessageKey::new(IdempotencyKey::new(key).unwrap(), &body));
    NewMessage { body, from: None, key, order: None }
}

/// Returns the offset and whether it is a duplicate, if the answer is there.
fn answered(answer: &mut PublishAnswer) -> Answered {
    match std::pin::Pin::new(answer).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result.map(|outcome| (outcome.position.offset.0, outcome.duplicate))),
        Poll::Pending => None,
    }
}
