//! Rooms that follow a backplane whose answers come later.

use std::task::{Poll, Waker};

use futures_util::FutureExt;
use parking_lot::Mutex;
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Epoch, Json, Offset, UserId};

use super::*;
use crate::backplane::Backplane;
use crate::backplane::answer::Answer;
use crate::backplane::history::HistoryPage;
use crate::backplane::message::{Body, NewMessage};
use crate::backplane::publish::{PublishError, PublishOutcome, RoomRejection};
use crate::backplane::replica::Replica;
use crate::backplane::signal::Signal;
use crate::backplane::unavailable::Unavailable;
use crate::config::{HistoryConfig, RetentionConfig, ServerConfig};
use crate::hub::presence::PresenceKey;
use crate::hub::testing::ManualEnvironment;
use crate::hub::{
    Hub, JoinError, JoinReply, JoinRequest, Joining, Membership, PendingJoin, RoomCreator, Subscriber, TICK,
};

/// Offsets and bodies of one delivery.
#[derive(Clone, Debug)]
struct Contents(Vec<Content>);

impl Payload for Contents {
    fn of(contents: Vec<Content>) -> Self {
        Self(contents)
    }
}

/// Subscriber that records offsets and the code with which it was disconnected.
#[derive(Default)]
struct Recorder {
    offsets: Mutex<Vec<u64>>,
    closed: Mutex<Option<CloseCode>>,
}

impl Subscriber<Contents> for Recorder {
    fn deliver(&self, payload: &Contents) {
        let offset = |content: &Content| match content {
            Content::Message(message) => message.offset().map(|offset| offset.0),
            _ => None,
        };
        self.offsets.lock().extend(payload.0.iter().filter_map(offset));
    }

    fn reserve(&self) {}

    fn disconnect(&self, code: CloseCode, _: &str) {
        *self.closed.lock() = Some(code);
    }
}

/// A follow that the test answers.
type Follow = (Arc<Room<Contents>>, tokio::sync::oneshot::Sender<Result<Vec<Arc<Message>>, Unavailable>>);

/// Backplane that answers when the test says so.
#[derive(Default)]
struct SlowBackplane {
    follows: Mutex<Vec<Follow>>,
    presence: Mutex<Vec<Vec<PresenceEntry>>>,
}

impl Backplane<Room<Contents>> for SlowBackplane {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn is_available(&self) -> bool {
        true
    }

    fn keeps_histories_here(&self) -> bool {
        false
    }

    fn publish(
        &self,
        _: &Arc<Room<Contents>>,
        _: NewMessage,
        _: Recipients,
        _: bool,
    ) -> Result<Answer<PublishOutcome, PublishError>, RoomRejection> {
        Ok(Answer::ready(Err(Unavailable.into())))
    }

    fn follow(&self, room: &Arc<Room<Contents>>, _: Option<&Position>) -> Answer<Vec<Arc<Message>>, Unavailable> {
        let (sender, answer) = Answer::later();
        self.follows.lock().push((Arc::clone(room), sender));
        answer
    }

    fn history(
        &self,
        _: &RoomName,
        _: Option<&Arc<Room<Contents>>>,
        _: Option<Offset>,
        _: usize,
    ) -> Answer<Option<(Position, HistoryPage)>, Unavailable> {
        Answer::ready(Ok(None))
    }

    fn signal(&self, _: Signal) -> bool {
        true
    }

    fn set_presence(&self, _: &Arc<Room<Contents>>, entries: Vec<PresenceEntry>) {
        self.presence.lock().push(entries);
    }
}

/// Hub whose rooms follow a [`SlowBackplane`].
struct TestNode {
    hub: Hub<Contents>,
    backplane: Arc<SlowBackplane>,
    manual: ManualEnvironment,
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

impl TestNode {
    fn new(history: usize) -> Self {
        let defaults = ServerConfig::default().retention();
        let history = HistoryConfig { messages: history, ..defaults.history };
        let (backplane, manual) = (Arc::new(SlowBackplane::default()), ManualEnvironment::new(1));
        let retention = RetentionConfig { history, ..defaults };
        Self { hub: Hub::with_backplane(retention, manual.environment(), backplane.clone()), backplane, manual }
    }

    fn start_join(&self, since: Option<&Position>) -> (Arc<Recorder>, Box<PendingJoin<Contents>>) {
        let (recorder, presence_key) = (Arc::new(Recorder::default()), ada());
        let subscriber: Arc<dyn Subscriber<Contents>> = recorder.clone();
        let request = JoinRequest { presence_key: &presence_key, info: None, watches: false, since };
        let joining = self.hub.join(&name(), RoomCreator::Server, &subscriber, &request, None);
        match joining.expect("below the limit of rooms") {
            Joining::Pending(join) => (recorder, join),
            Joining::Done(_) => panic!("joined before the backplane has answered"),
        }
    }

    /// Answers the oldest follow; with a position, the room begins there before.
    fn answer(&self, position: Option<Position>, fetched: Vec<Arc<Message>>) -> Arc<Room<Contents>> {
        let (room, sender) = self.backplane.follows.lock().remove(0);
        if let Some(position) = position {
            assert!(room.begin(position));
        }
        sender.send(Ok(fetched)).expect("the join waits");
        room
    }

    /// Joins at a position of the room.
    fn join_at(&self, position: Position) -> (Arc<Recorder>, Arc<Room<Contents>>, Membership<Contents>, JoinReply) {
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

/// Polls a join that must be ready.
fn now(mut join: Box<PendingJoin<Contents>>) -> Result<(Membership<Contents>, JoinReply), JoinError> {
    match join.poll_unpin(&mut std::task::Context::from_waker(Waker::noop())) {
        Poll::Ready(joined) => joined,
        Poll::Pending => panic!("{join:?} waits"),
    }
}

#[test]
fn a_join_waits_until_the_room_is_current() {
    let node = TestNode::new(100);
    let (recorder, mut join) = node.start_join(None);
    let mut context = std::task::Context::from_waker(Waker::noop());
    assert!(join.poll_unpin(&mut context).is_pending());
    let room = node.answer(Some(at("e", 7)), Vec::new());
    let (_membership, reply) = now(join).expect("joined");
    assert_eq!((reply.position, reply.recovered), (at("e", 7), false));
    room.append(message("e", 8), Recipients::All);
    node.manual.run();
    assert_eq!(*recorder.offsets.lock(), [8]);
}

#[test]
fn a_join_follows_again_if_the_room_was_given_up_meanwhile() {
    let node = TestNode::new(100);
    let (_, mut join) = node.start_join(None);
    assert!(node.answer(Some(at("e", 7)), Vec::new()).end());
    let mut context = std::task::Context::from_waker(Waker::noop());
    assert!(join.poll_unpin(&mut context).is_pending(), "the room is not current");
    node.answer(Some(at("e", 9)), Vec::new());
    assert_eq!(now(join).expect("joined").1.position, at("e", 9));
}

#[test]
fn a_join_fails_if_the_backplane_does_not_answer() {
    let node = TestNode::new(100);
    let (_, join) = node.start_join(None);
    node.backplane.follows.lock().clear();
    assert_eq!(now(join).expect_err("no answer"), JoinError::Unavailable(Unavailable));
}

#[test]
fn delivers_only_the_next_message_of_its_epoch() {
    let node = TestNode::new(100);
    let (recorder, room, _membership, _) = node.join_at(at("e", 7));
    for other in [message("e", 7), message("e", 9), message("f", 8)] {
        room.append(other, Recipients::All);
    }
    room.append(message("e", 8), Recipients::All);
    node.manual.run();
    assert_eq!(*recorder.offsets.lock(), [8]);
    assert_eq!(room.page(None, 9).0, at("e", 8));
}

#[test]
fn combines_fetched_messages_with_those_of_the_room() {
    let node = TestNode::new(3);
    let (_recorder, room, _membership, _) = node.join_at(at("e", 4));
    for offset in 5..=8 {
        room.append(message("e", offset), Recipients::All);
    }
    let fetched = |offsets: &[u64]| offsets.iter().map(|offset| message("e", *offset)).collect();
    assert_eq!(node.resume(&at("e", 5), Vec::new()), Some(vec![6, 7, 8]), "the room has all");
    assert_eq!(node.resume(&at("e", 3), fetched(&[4, 5, 6])), Some(vec![4, 5, 6, 7, 8]));
    assert_eq!(node.resume(&at("e", 3), fetched(&[4, 5, 6, 7, 8, 9])), Some(vec![4, 5, 6, 7, 8]), "9 follows later");
    assert_eq!(node.resume(&at("e", 3), fetched(&[5, 6, 7, 8])), None, "4 is not there");
    assert_eq!(node.resume(&at("e", 3), fetched(&[4])), None, "5 is not there");
    assert_eq!(node.resume(&at("e", 9), Vec::new()), None, "an offset in the future");
    assert_eq!(node.resume(&at("f", 7), Vec::new()), None, "another epoch");
    assert_eq!(node.resume(&at("e", 3), vec![message("f", 4)]), None, "another epoch");
    assert!(room.has_since(&at("e", 5)) && !room.has_since(&at("e", 4)) && !room.has_since(&at("f", 5)));
}

#[test]
fn members_that_missed_something_are_disconnected() {
    let node = TestNode::new(100);
    let (recorder, room, membership, _) = node.join_at(at("e", 7));
    assert!(room.begin(at("e", 7)), "nothing was missed");
    assert_eq!(*recorder.closed.lock(), None);
    assert!(room.begin(at("e", 9)));
    assert_eq!(*recorder.closed.lock(), Some(CloseCode::RESYNC));
    room.append(message("e", 10), Recipients::All);
    node.manual.run();
    assert_eq!(*recorder.offsets.lock(), [0; 0], "no message after the gap");
    let (late, _, _late_membership, _) = node.join_at(at("e", 10));
    drop(membership);
    room.append(message("e", 11), Recipients::All);
    node.manual.run();
    assert_eq!(*late.offsets.lock(), [11], "the end of the first membership leaves the second one");
}

#[test]
fn is_given_up_only_without_members() {
    let node = TestNode::new(100);
    let (_recorder, room, membership, _) = node.join_at(at("e", 7));
    assert!(!room.end());
    assert!(room.has_since(&at("e", 7)));
    drop(membership);
    assert!(room.end());
    assert!(!room.has_since(&at("e", 7)));
    room.append(message("e", 8), Recipients::All);
    assert_eq!(room.page(None, 9).0.offset, Offset(7), "it follows no longer");
}

#[test]
fn tells_other_nodes_about_its_users_once_per_tick() {
    let node = TestNode::new(100);
    let (_recorder, room, membership, _) = node.join_at(at("e", 7));
    let told = || std::mem::take(&mut *node.backplane.presence.lock());
    assert!(told().is_empty());
    node.manual.advance(TICK);
    node.hub.tick();
    assert_eq!(told(), [[ada().present(1, None)]]);
    node.hub.tick();
    assert!(told().is_empty(), "nothing has changed");
    room.set_remote_presence("b", &[ada().present(2, Some(Json::string("Ada")))], false);
    assert_eq!(room.presence().clients, 3);
    drop(membership);
    node.hub.tick();
    assert_eq!(told(), [[ada().present(0, None)]]);
}
