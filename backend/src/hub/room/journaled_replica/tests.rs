//! Rooms with a journal whose receipts a test gives.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use parking_lot::Mutex;
use yodel_protocol::{ClientId, CloseCode, Epoch, IdempotencyKey, Offset, Position, RoomName, UserId};

use super::*;
use crate::backplane::disk::backplane::DiskBackplane;
use crate::backplane::journal::{Excess, Kept, Receipt, StoredKey, StoredRoom};
use crate::backplane::message::{Body, Message, MessageKey, Sender};
use crate::config::{Durability, HistoryConfig, RetentionConfig, ServerConfig};
use crate::hub::content::Content;
use crate::hub::metrics::RoomEnd;
use crate::hub::presence::PresenceKey;
use crate::hub::testing::ManualEnvironment;
use crate::hub::{Hub, JoinReply, JoinRequest, LOBBY, Membership, RoomCreator, Subscriber};

/// Journal that records its calls, and keeps receipts until the test gives them.
#[derive(Default)]
struct ScriptedJournal {
    calls: Mutex<Vec<String>>,
    receipts: Mutex<VecDeque<Receipt>>,
    refuses: AtomicBool,
    excess: AtomicU64,
    measured: AtomicU64,
}

impl Journal for ScriptedJournal {
    fn is_available(&self) -> bool {
        !self.refuses.load(Ordering::Relaxed)
    }

    fn excess(&self) -> Excess {
        let (bytes, measured) = (self.excess.load(Ordering::Relaxed), self.measured.load(Ordering::Relaxed));
        // Another write is in progress.
        Excess { bytes, measured, begun: measured + 1 }
    }

    fn append(
        &self,
        message: &Arc<Message>,
        key: Option<&MessageKey>,
        receipt: Option<Receipt>,
    ) -> Result<(), Unavailable> {
        if !self.is_available() {
            return Err(Unavailable);
        }
        let key = key.map_or(String::new(), |key| format!(" {}", key.key.as_str()));
        self.calls.lock().push(format!("append {} {}{key}", message.room, message.offset().unwrap().0));
        self.receipts.lock().extend(receipt);
        Ok(())
    }

    fn trim(&self, room: &RoomName, kept: Kept) {
        self.calls.lock().push(format!("trim {room} {} {}", kept.messages.0, kept.keys.0));
    }

    fn begin(&self, room: &RoomName, position: &Position) {
        self.calls.lock().push(format!("begin {room} {}", position.offset.0));
    }

    fn end(&self, room: &RoomName) {
        self.calls.lock().push(format!("end {room}"));
    }
}

#[derive(Clone, Debug)]
struct Contents(Vec<Content>);

impl Payload for Contents {
    fn of(contents: Vec<Content>) -> Self {
        Self(contents)
    }
}

/// Member that records the offsets of messages.
#[derive(Default)]
struct Recorder(Mutex<Vec<u64>>);

impl Subscriber<Contents> for Recorder {
    fn deliver(&self, batch: &Contents) {
        let offsets = batch.0.iter().filter_map(|content| match content {
            Content::Message(message) => message.offset(),
            _ => None,
        });
        self.0.lock().extend(offsets.map(|offset| offset.0));
    }

    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}
}

/// Hub with a scripted journal.
struct Rig {
    hub: Hub<Contents>,
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

    fn join(&self, room: &str, since: Option<&Position>) -> (Arc<Recorder>, Membership<Contents>, JoinReply) {
        let recorder = Arc::new(Recorder::default());
        let subscriber: Arc<dyn Subscriber<Contents>> = Arc::clone(&recorder) as _;
        let presence_key = PresenceKey::Client(ClientId::new("c").unwrap());
        let request = JoinRequest { presence_key: &presence_key, info: None, watches: false, since };
        let joined = self.hub.join(&name(room), RoomCreator::Server, &subscriber, &request, None);
        let (membership, reply) = joined.unwrap().now();
        (recorder, membership, reply)
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

fn stored(room: &str, offsets: std::ops::RangeInclusive<u64>, age: Duration, key: Option<(u64, &str)>) -> StoredRoom {
    let epoch = Epoch::new("before").unwrap();
    let at = |offset| Position { epoch: epoch.clone(), offset: Offset(offset) };
    let stored = |offset| (Arc::new(Message::new(name(room), Some(at(offset)), message(None, "x"), 0)), age);
    let keys = key.map(|(offset, key)| StoredKey {
        key: message(Some(key), "x").key.unwrap(),
        from: None,
        offset: Offset(offset),
        age,
    });
    StoredRoom {
        name: name(room),
        position: at(*offsets.end()),
        messages: offsets.map(stored).collect(),
        keys: keys.into_iter().collect(),
    }
}

#[test]
fn a_message_is_seen_when_it_is_durable() {
    let rig = Rig::new(Durability::Commit);
    let (member, _membership, _) = rig.join("r", None);
    let mut first = rig.publish("r", None);
    let mut second = rig.publish("r", None);
    rig.manual.run();
    assert_eq!((answered(&mut first), rig.kept("r"), &*member.0.lock()), (None, vec![], &vec![]));
    rig.confirm(Ok(()));
    assert_eq!(answered(&mut first), Some(Ok((1, false))));
    assert_eq!((answered(&mut second), rig.kept("r"), &*member.0.lock()), (None, vec![1], &vec![1]));
    rig.confirm(Ok(()));
    assert_eq!(answered(&mut second), Some(Ok((2, false))));
    assert_eq!((rig.kept("r"), &*member.0.lock()), (vec![1, 2], &vec![1, 2]));
    assert_eq!(rig.hub.metrics().message_counts()[..2], [2, 0]);
    assert_eq!(rig.calls(), ["begin lobby 0", "begin r 0", "append r 1", "append r 2"]);
}

#[test]
fn a_join_before_the_receipt_receives_the_message_after_its_reply() {
    let rig = Rig::new(Durability::Commit);
    let _first = rig.publish("r", None);
    let _second = rig.publish("r", None);
    rig.confirm(Ok(()));
    let begin = Position { offset: Offset(0), ..rig.join("r", None).2.position };
    let (member, _membership, reply) = rig.join("r", Some(&begin));
    assert_eq!((reply.position.offset, reply.recovered, reply.messages.len()), (Offset(1), true, 1));
    rig.confirm(Ok(()));
    assert_eq!(*member.0.lock(), [2]);
}

#[test]
fn offsets_are_used_again_after_a_failure() {
    let rig = Rig::new(Durability::Commit);
    let mut answers: Vec<_> = (0..3).map(|_| rig.publish("r", Some("k"))).collect();
    let mut other = rig.publish("r", None);
    rig.confirm(Ok(()));
    assert_eq!(
        answers.iter_mut().map(answered).collect::<Vec<_>>(),
        [Some(Ok((1, false))), Some(Ok((1, true))), Some(Ok((1, true)))]
    );
    rig.confirm(Err(Unavailable));
    assert_eq!(answered(&mut other), Some(Err(Unavailable.into())));
    let mut next = rig.publish("r", None);
    rig.confirm(Ok(()));
    assert_eq!((answered(&mut next), rig.kept("r")), (Some(Ok((2, false))), vec![1, 2]));
    assert_eq!(rig.hub.metrics().message_counts()[..2], [2, 2]);
}

#[test]
fn a_repetition_of_a_failed_message_fails_and_its_key_is_free_again() {
    let rig = Rig::new(Durability::Commit);
    let (mut first, mut second) = (rig.publish("r", Some("k")), rig.publish("r", Some("k")));
    assert_eq!(rig.try_publish("r", Some("k"), "other").unwrap_err(), PublishError::KeyConflict);
    rig.confirm(Err(Unavailable));
    assert_eq!(
        [answered(&mut first), answered(&mut second)],
        [Some(Err(Unavailable.into())), Some(Err(Unavailable.into()))]
    );
    let mut again = rig.publish("r", Some("k"));
    rig.confirm(Ok(()));
    assert_eq!(answered(&mut again), Some(Ok((1, false))));
    assert_eq!(answered(&mut rig.publish("r", Some("k"))), Some(Ok((1, true))));
    assert_eq!(rig.hub.metrics().message_counts()[..2], [1, 1]);
    rig.manual.advance(Duration::from_secs(5 * 60));
    let mut other = rig.try_publish("r", Some("k"), "other").unwrap();
    rig.confirm(Ok(()));
    assert_eq!(answered(&mut other), Some(Ok((2, false))), "the key has expired");
}

#[test]
fn the_key_of_one_sender_does_not_answer_another() {
    let rig = Rig::new(Durability::Commit);
    let mut first = rig.publish("r", Some("k"));
    let client = ClientId::new("c").unwrap();
    let sender = Sender { client, user: UserId::new("ada").ok(), prefix: None };
    let of_ada = NewMessage { from: Some(Arc::new(sender)), ..message(Some("k"), "x") };
    let (mut second, _) = rig.hub.publish(&name("r"), RoomCreator::Server, of_ada, Recipients::All).unwrap();
    rig.confirm(Ok(()));
    rig.confirm(Ok(()));
    assert_eq!([answered(&mut first), answered(&mut second)], [Some(Ok((1, false))), Some(Ok((2, false)))]);
}

#[test]
fn nothing_is_published_if_the_journal_refuses() {
    for durability in [Durability::Commit, Durability::Relaxed] {
        let rig = Rig::new(durability);
        let (member, _membership, _) = rig.join("r", None);
        rig.journal.refuses.store(true, Ordering::Relaxed);
        assert_eq!(answered(&mut rig.publish("r", Some("k"))), Some(Err(Unavailable.into())));
        rig.manual.run();
        assert_eq!((rig.kept("r"), &*member.0.lock(), rig.hub.metrics().retained_bytes()), (vec![], &vec![], 0));
        rig.journal.refuses.store(false, Ordering::Relaxed);
        let mut next = rig.publish("r", Some("k"));
        if durability == Durability::Commit {
            rig.confirm(Ok(()));
        }
        assert_eq!(answered(&mut next), Some(Ok((1, false))), "{durability}");
    }
}

#[test]
fn a_relaxed_message_is_seen_at_once_and_was_appended_before() {
    let rig = Rig::new(Durability::Relaxed);
    assert_eq!(answered(&mut rig.publish("r", Some("k"))), Some(Ok((1, false))));
    assert_eq!(answered(&mut rig.publish("r", Some("k"))), Some(Ok((1, true))));
    assert_eq!(rig.kept("r"), [1]);
    assert_eq!(rig.calls(), ["begin lobby 0", "begin r 0", "append r 1 k"]);
}

#[test]
fn a_room_with_prepared_messages_is_in_use() {
    let rig = Rig::with(Durability::Commit, |retention| retention.rooms = 1);
    let mut answer = rig.publish("r", None);
    assert_eq!(rig.try_publish("other", None, "x").unwrap_err(), PublishError::RoomLimit);
    rig.manual.advance(Duration::from_secs(24 * 60 * 60));
    (0..30).for_each(|_| rig.hub.tick());
    assert!(rig.hub.find_room(&name("r")).is_some());
    rig.confirm(Ok(()));
    assert_eq!(answered(&mut answer), Some(Ok((1, false))));
    assert!(rig.try_publish("other", None, "x").is_ok());
    assert_eq!(rig.calls(), ["begin lobby 0", "begin r 0", "append r 1", "end r", "begin other 0", "append other 1"]);
}

#[test]
fn prepared_messages_hold_their_memory() {
    let cost = message(None, "x").cost(&name("r"));
    let rig = Rig::with(Durability::Commit, |retention| retention.total_bytes = 2 * cost);
    let _answers = [rig.publish("r", None), rig.publish("r", None)];
    assert_eq!(rig.hub.metrics().retained_bytes(), 2 * cost);
    assert_eq!(rig.try_publish("r", None, "x").unwrap_err(), PublishError::HistoryLimit);
    rig.confirm(Ok(()));
    assert_eq!(rig.hub.metrics().retained_bytes(), 2 * cost);
    let _third = rig.publish("r", None);
    assert_eq!((rig.hub.metrics().retained_bytes(), rig.kept("r")), (2 * cost, vec![]), "the first made space");
    rig.confirm(Err(Unavailable));
    rig.confirm(Err(Unavailable));
    assert_eq!(rig.hub.metrics().retained_bytes(), 0);
}

#[test]
fn the_journal_is_told_what_is_removed_and_nothing_else() {
    let rig = Rig::with(Durability::Relaxed, |retention| retention.history.messages = 2);
    for key in [None, Some("a"), None, Some("b"), None] {
        rig.publish("r", key);
    }
    assert_eq!(
        rig.calls()[1..],
        [
            "begin r 0",
            "append r 1",
            "append r 2 a",
            "append r 3",
            "trim r 2 2",
            "append r 4 b",
            "trim r 3 2",
            "append r 5",
            "trim r 4 2"
        ]
    );
    rig.manual.advance(Duration::from_secs(5 * 60));
    rig.kept("r");
    assert_eq!(rig.calls(), ["trim r 6 6"], "messages and keys expired together");
    rig.kept("r");
    rig.publish("r", None);
    assert_eq!(rig.calls(), ["append r 6"]);
}

#[test]
fn restored_rooms_go_on() {
    let age = Duration::from_secs(60);
    let rooms = vec![stored("r", 4..=6, age, Some((5, "k"))), stored(LOBBY, 8..=8, age, None)];
    let (rig, ended) = Rig::with_rooms(Durability::Relaxed, |_| {}, rooms);
    assert_eq!((ended, rig.kept("r"), rig.kept(LOBBY), rig.calls()), (0, vec![4, 5, 6], vec![8], vec![]));
    let since = Position { epoch: Epoch::new("before").unwrap(), offset: Offset(4) };
    let (_, _membership, reply) = rig.join("r", Some(&since));
    assert_eq!((reply.recovered, reply.messages.len(), reply.position.offset), (true, 2, Offset(6)));
    assert_eq!(answered(&mut rig.publish("r", Some("k"))), Some(Ok((5, true))));
    assert_eq!(answered(&mut rig.publish("r", None)), Some(Ok((7, false))));
    // Messages and keys are kept for 5 minutes from their publish, not from the restart.
    rig.manual.advance(Duration::from_secs(4 * 60));
    assert_eq!((rig.kept("r"), rig.calls()), (vec![7], vec!["append r 7".to_owned(), "trim r 7 8".to_owned()]));
}

#[test]
fn the_limits_apply_to_restored_rooms() {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let rooms = vec![
        stored("old", 1..=3, minutes(4), None),
        stored("new", 1..=3, minutes(1), None),
        stored("middle", 1..=3, minutes(3), None),
    ];
    let (rig, ended) = Rig::with_rooms(
        Durability::Relaxed,
        |retention| {
            retention.rooms = 2;
            retention.history = HistoryConfig { messages: 2, ..retention.history };
        },
        rooms,
    );
    assert_eq!((ended, rig.kept("new"), rig.kept("middle")), (1, vec![2, 3], vec![2, 3]));
    assert_eq!(rig.calls(), ["trim new 2 4", "trim middle 2 4", "end old", "begin lobby 0"]);
    // The least recently used one ends first.
    rig.publish("another", None);
    assert_eq!(rig.calls(), ["end middle", "begin another 0", "append another 1"]);
}

#[test]
fn the_memory_limit_applies_to_restored_rooms() {
    let cost = message(None, "x").cost(&name("new"));
    let rooms = vec![stored("old", 1..=1, Duration::from_secs(9), None), stored("new", 1..=4, Duration::ZERO, None)];
    let (rig, _) = Rig::with_rooms(Durability::Relaxed, |retention| retention.total_bytes = cost, rooms);
    assert_eq!((rig.kept("new"), rig.hub.find_room(&name("old")).is_none()), (vec![4], true));
    assert_eq!(rig.calls(), ["begin lobby 0", "trim new 2 5", "trim new 3 5", "trim new 4 5", "end old"]);
}

#[test]
fn a_folder_above_its_bound_loses_the_oldest_messages_then_rooms() {
    let rig = Rig::new(Durability::Relaxed);
    for _ in 0..4 {
        rig.publish("large", None);
    }
    rig.publish("small", None);
    let (_, _membership, _) = rig.join("small", None);
    rig.calls();
    let check = |rig: &Rig| {
        // A check every second time, after the write that follows the one in progress.
        rig.journal.measured.fetch_add(2, Ordering::Relaxed);
        (0..2).for_each(|_| rig.hub.tick());
        rig.calls()
    };
    assert_eq!(check(&rig), [""; 0]);
    rig.journal.excess.store(1, Ordering::Relaxed);
    assert_eq!(check(&rig), ["trim large 2 5"]);
    for measured in 0..=1 {
        rig.journal.measured.fetch_add(measured, Ordering::Relaxed);
        (0..2).for_each(|_| rig.hub.tick());
        assert_eq!(rig.calls(), [""; 0], "it is not measured yet");
    }
    assert_eq!([check(&rig), check(&rig)], [["trim large 3 5"], ["trim large 4 5"]]);
    assert_eq!(check(&rig), ["end large"]);
    assert!(rig.try_publish("small", None, "x").is_ok());
    assert_eq!([check(&rig), check(&rig)].concat(), ["append small 2", "trim small 2 3"]);
    assert_eq!(rig.kept("small"), [2], "a room with members keeps its newest message");
    assert_eq!(rig.try_publish("small", None, "x").unwrap_err(), PublishError::HistoryLimit);
    rig.journal.excess.store(0, Ordering::Relaxed);
    assert_eq!(check(&rig), [""; 0]);
    assert!(rig.try_publish("small", None, "x").is_ok());
    assert!(rig.hub.metrics().ended_rooms().contains(&(RoomEnd::Disk, 1)));
}
