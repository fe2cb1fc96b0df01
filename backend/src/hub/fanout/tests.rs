//! Fan-out with numbers as contents, and subscribers that record them.

use std::sync::Weak;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::{Wake, Waker};

use yodel_protocol::CloseCode;

use super::delivery::TURN;
use super::queue::GROUP_BYTES;
use super::*;
use crate::backplane::recipients::MemberKey;
use crate::config::{RetentionConfig, ServerConfig};
use crate::environment::SimulatedRandom;
use crate::hub::testing::{ManualEnvironment, TokioTasks};

/// Numbers that are delivered together, and the cost of each in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Numbers(Vec<usize>, usize);

impl Payload for Numbers {
    fn of(contents: Vec<Content>) -> Self {
        let numbers = contents.iter().map(|content| match content {
            Content::Text(text) => text.trim_end().parse().unwrap(),
            other => panic!("expected a text, not {other:?}"),
        });
        Self(numbers.collect(), 0)
    }
}

/// Fan-out without a room.
#[derive(Clone)]
struct TestRoom(Arc<Fanout<Numbers>>);

impl TestRoom {
    fn new(limit: usize) -> Self {
        let retention = RetentionConfig { in_flight_bytes: limit, ..ServerConfig::default().retention() };
        Self(Arc::new(Fanout::new(Arc::new(HubServices::new(
            retention,
            ManualEnvironment::new(1).environment_with(TokioTasks),
            false,
        )))))
    }

    fn join(&self, subscriber: Arc<dyn Subscriber<Numbers>>) -> TestMembership {
        TestMembership { key: self.0.enter(subscriber, false, false), room: self.clone() }
    }

    fn publish(&self, numbers: Numbers) {
        self.publish_to(numbers, Recipients::All);
    }

    fn publish_to(&self, Numbers(numbers, cost): Numbers, recipients: Recipients) {
        for number in numbers {
            self.0.publish(Content::Text(padded(number, cost)), recipients, Timestamp::default());
        }
    }
}

/// Returns a number as a text of `cost` bytes.
fn padded(number: usize, cost: usize) -> Arc<str> {
    let digits = number.to_string();
    let padding = " ".repeat(cost.saturating_sub(digits.len()));
    (digits + &padding).into()
}

struct TestMembership {
    room: TestRoom,
    key: MemberKey,
}

impl TestMembership {
    fn published(&self) -> u64 {
        self.room.0.published()
    }

    fn poll_capacity(&self, context: &Context<'_>) -> Poll<()> {
        self.room.0.poll_capacity(context)
    }

    fn poll_delivered(&self, published: u64, context: &Context<'_>) -> Poll<()> {
        self.room.0.poll_delivered(published, context)
    }
}

impl Drop for TestMembership {
    fn drop(&mut self) {
        self.room.0.leave(self.key);
    }
}

/// Subscriber that records each delivery.
#[derive(Default)]
struct BatchRecorder(Mutex<Vec<Vec<usize>>>);

impl Subscriber<Numbers> for BatchRecorder {
    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, batch: &Numbers) {
        self.0.lock().push(batch.0.clone());
    }
}

impl BatchRecorder {
    fn batches(&self) -> Vec<Vec<usize>> {
        self.0.lock().clone()
    }

    fn numbers(&self) -> Vec<usize> {
        self.0.lock().concat()
    }
}

const LIMIT: usize = 1000;

fn one(number: usize) -> Numbers {
    Numbers(vec![number], 1)
}

fn join(room: &TestRoom) -> (Arc<BatchRecorder>, TestMembership) {
    let recorder = Arc::new(BatchRecorder::default());
    (Arc::clone(&recorder), room.join(recorder))
}

/// Waits until everything that was published so far is delivered.
async fn delivered(membership: &TestMembership) {
    let published = membership.published();
    std::future::poll_fn(|context| membership.poll_delivered(published, context)).await;
}

#[tokio::test]
async fn publish_does_not_deliver_itself() {
    let room = TestRoom::new(LIMIT);
    let (recorder, membership) = join(&room);
    room.publish(one(1));
    assert!(recorder.batches().is_empty(), "a task delivers");
    delivered(&membership).await;
    assert_eq!(recorder.batches(), [[1]]);
}

#[tokio::test]
async fn queued_contents_are_delivered_together_and_in_order() {
    let room = TestRoom::new(LIMIT);
    let (recorder, membership) = join(&room);
    for number in 0..5 {
        room.publish(one(number));
    }
    delivered(&membership).await;
    room.publish(one(5));
    delivered(&membership).await;
    assert_eq!(recorder.batches(), [vec![0, 1, 2, 3, 4], vec![5]]);
}

#[tokio::test]
async fn ready_publishers_run_before_the_delivery() {
    let room = TestRoom::new(LIMIT);
    let (recorder, membership) = join(&room);
    room.publish(one(0));
    let other = room.clone();
    tokio::spawn(async move { other.publish(one(1)) }).await.unwrap();
    delivered(&membership).await;
    assert_eq!(recorder.batches(), [[0, 1]]);
}

#[tokio::test]
async fn groups_are_limited_in_bytes() {
    let room = TestRoom::new(LIMIT);
    let (recorder, membership) = join(&room);
    for (number, cost) in
        [(0, GROUP_BYTES / 2), (1, GROUP_BYTES / 2), (2, 1), (3, 2 * GROUP_BYTES), (4, GROUP_BYTES), (5, 1)]
    {
        room.publish(Numbers(vec![number], cost));
    }
    delivered(&membership).await;
    assert_eq!(recorder.batches(), [vec![0, 1], vec![2], vec![3], vec![4], vec![5]]);
}

#[tokio::test]
async fn a_member_receives_what_is_published_between_join_and_leave() {
    let room = TestRoom::new(LIMIT);
    let (earlier, membership) = join(&room);
    room.publish(one(1));
    delivered(&membership).await;
    let (later, second) = join(&room);
    room.publish(one(2));
    delivered(&membership).await;
    drop(second);
    room.publish(one(3));
    delivered(&membership).await;
    assert_eq!(earlier.numbers(), [1, 2, 3]);
    assert_eq!(later.numbers(), [2]);
}

#[tokio::test]
async fn delivers_after_the_room_was_empty() {
    let room = TestRoom::new(LIMIT);
    room.publish(one(1));
    tokio::task::yield_now().await;
    drop(join(&room));
    let (recorder, membership) = join(&room);
    delivered(&membership).await;
    room.publish(one(2));
    delivered(&membership).await;
    assert!(recorder.numbers().ends_with(&[2]));
}

/// Waker that counts its wakes.
#[derive(Default)]
struct CountingWaker(AtomicUsize);

impl Wake for CountingWaker {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_waiting_publisher_is_woken_after_a_delivery() {
    let room = TestRoom::new(10);
    let (_recorder, membership) = join(&room);
    let wakes = Arc::new(CountingWaker::default());
    let waker = Waker::from(Arc::clone(&wakes));
    let context = Context::from_waker(&waker);

    room.publish(Numbers(vec![1], 10));
    assert!(membership.poll_capacity(&context).is_ready(), "the queue may reach the limit");
    room.publish(one(2));
    assert!(membership.poll_capacity(&context).is_pending());
    assert_eq!(wakes.0.load(Ordering::Relaxed), 0);
    delivered(&membership).await;
    assert_eq!(wakes.0.load(Ordering::Relaxed), 1);
    assert!(membership.poll_capacity(&context).is_ready());
}

#[tokio::test]
async fn undelivered_contents_still_count_for_the_limit() {
    let room = TestRoom::new(10);
    let (_recorder, membership) = join(&room);
    for number in 0..4 {
        room.publish(Numbers(vec![number], GROUP_BYTES));
    }
    std::future::poll_fn(|context| membership.poll_delivered(1, context)).await;
    let context = Context::from_waker(Waker::noop());
    assert!(membership.poll_capacity(&context).is_pending());
    delivered(&membership).await;
    assert!(membership.poll_capacity(&context).is_ready());
}

#[tokio::test]
async fn poll_delivered_waits_for_all_earlier_contents_and_members() {
    let room = TestRoom::new(LIMIT);
    let members: Vec<_> = (0..2 * TURN).map(|_| join(&room)).collect();
    let (_, membership) = &members[0];
    for number in 0..3 {
        room.publish(one(number));
    }
    assert_eq!(membership.published(), 3, "contents, not groups");
    delivered(membership).await;
    assert!(members.iter().all(|(recorder, _)| recorder.numbers() == [0, 1, 2]));
    drop(members);
}

/// Subscriber that blocks during a delivery until the test releases it.
struct BlockingSubscriber {
    begun: mpsc::SyncSender<()>,
    end: Mutex<mpsc::Receiver<()>>,
}

impl Subscriber<Numbers> for BlockingSubscriber {
    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, _: &Numbers) {
        self.begun.send(()).unwrap();
        let _ = self.end.lock().recv();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_operation_waits_for_a_running_delivery() {
    let room = TestRoom::new(LIMIT);
    let (begun, has_begun) = mpsc::sync_channel(1);
    let (end, ends) = mpsc::channel();
    let busy = room.join(Arc::new(BlockingSubscriber { begun, end: Mutex::new(ends) }));
    room.publish(one(1));
    tokio::task::block_in_place(|| has_begun.recv()).unwrap();

    // Each of these would block if the delivery held a lock that it needs.
    room.publish(one(2));
    let (departed, membership) = join(&room);
    drop(membership);
    let (earlier, membership) = join(&room);
    room.publish(one(3));
    drop(busy);
    drop(end);
    delivered(&membership).await;
    assert_eq!(earlier.numbers(), [3], "only what was published after the join");
    assert!(departed.numbers().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_members_receive_the_same_order_from_concurrent_publishers() {
    const EACH: usize = 2000;
    let room = TestRoom::new(LIMIT);
    let members: Vec<_> = (0..50).map(|_| join(&room)).collect();
    let publishers = (0..4).map(|publisher| {
        let room = room.clone();
        tokio::spawn(async move {
            for number in 0..EACH {
                room.publish(one(publisher * EACH + number));
                if number % 7 == 0 {
                    tokio::task::yield_now().await;
                }
            }
        })
    });
    for publisher in publishers.collect::<Vec<_>>() {
        publisher.await.unwrap();
    }
    delivered(&members[0].1).await;

    let received = members[0].0.numbers();
    assert!(members.iter().all(|(recorder, _)| recorder.numbers() == received), "the same for all members");
    for publisher in 0..4 {
        let own: Vec<usize> = received.iter().copied().filter(|number| number / EACH == publisher).collect();
        assert!(own.into_iter().eq(publisher * EACH..(publisher + 1) * EACH), "in the order of each publisher");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joins_and_leaves_do_not_affect_other_members() {
    let room = TestRoom::new(LIMIT);
    let permanent: Vec<_> = (0..300).map(|_| join(&room)).collect();
    let churn = tokio::spawn({
        let room = room.clone();
        async move {
            let mut recorders = Vec::new();
            for _ in 0..100 {
                let (received, memberships): (Vec<_>, Vec<_>) = (0..100).map(|_| join(&room)).unzip();
                tokio::task::yield_now().await;
                drop(memberships);
                recorders.extend(received);
            }
            recorders
        }
    });
    let mut published = 0;
    while !churn.is_finished() || published < 1000 {
        room.publish(one(published));
        published += 1;
        tokio::task::yield_now().await;
    }
    delivered(&permanent[0].1).await;

    assert!(
        permanent.iter().all(|(recorder, _)| recorder.numbers().into_iter().eq(0..published)),
        "no loss, no duplicates"
    );
    for recorder in churn.await.unwrap() {
        let received = recorder.numbers();
        assert!(received.windows(2).all(|pair| pair[1] == pair[0] + 1), "gap during a membership: {received:?}");
    }
}

/// Subscriber that drops memberships during a delivery: its own, or that of another.
struct LeavingSubscriber {
    memberships: Arc<Mutex<Vec<TestMembership>>>,
    received: BatchRecorder,
}

impl Subscriber<Numbers> for LeavingSubscriber {
    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, batch: &Numbers) {
        self.received.deliver(batch);
        let memberships = std::mem::take(&mut *self.memberships.lock());
        drop(memberships);
    }
}

#[tokio::test]
async fn members_may_leave_during_a_delivery() {
    let room = TestRoom::new(LIMIT);
    let memberships = Arc::new(Mutex::new(Vec::new()));
    let leaver =
        Arc::new(LeavingSubscriber { memberships: Arc::clone(&memberships), received: BatchRecorder::default() });
    let own = room.join(Arc::clone(&leaver) as Arc<dyn Subscriber<Numbers>>);
    let before: Vec<_> = (0..TURN).map(|_| join(&room)).collect();
    let (removed, others) = join(&room);
    let after: Vec<_> = (0..TURN).map(|_| join(&room)).collect();
    memberships.lock().extend([own, others]);

    for number in [1, 2] {
        room.publish(one(number));
        delivered(&after[0].1).await;
    }
    assert_eq!(leaver.received.numbers(), [1], "it left during the first delivery");
    assert!(removed.numbers().is_empty(), "it left before its turn");
    assert!(before.iter().chain(&after).all(|(recorder, _)| recorder.numbers() == [1, 2]));
}

#[tokio::test]
async fn frees_a_member_after_it_left() {
    let room = TestRoom::new(LIMIT);
    let (recorder, membership) = join(&room);
    let kept: Weak<BatchRecorder> = Arc::downgrade(&recorder);
    room.publish(one(1));
    delivered(&membership).await;
    drop((recorder, membership));
    // Lets the delivery task end.
    tokio::task::yield_now().await;
    assert!(kept.upgrade().is_none());
}

/// Subscriber that panics during a delivery.
struct PanickingSubscriber;

impl Subscriber<Numbers> for PanickingSubscriber {
    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, _: &Numbers) {
        panic!("a panic for this test");
    }
}

#[tokio::test]
async fn a_panicking_member_does_not_affect_others() {
    let room = TestRoom::new(LIMIT);
    let _panicking = room.join(Arc::new(PanickingSubscriber));
    let (recorder, membership) = join(&room);
    for number in 0..2 {
        room.publish(one(number));
        delivered(&membership).await;
    }
    assert_eq!(recorder.numbers(), [0, 1]);
}

#[tokio::test]
async fn a_join_between_two_messages_splits_their_delivery() {
    let room = TestRoom::new(LIMIT);
    let (first, membership) = join(&room);
    room.publish(one(1));
    let (second, _membership) = join(&room);
    room.publish(one(2));
    let (third, _also) = join(&room);
    let (fourth, _too) = join(&room);
    room.publish(one(3));
    room.publish(one(4));
    delivered(&membership).await;
    assert_eq!(first.batches(), [vec![1], vec![2], vec![3, 4]], "split at each join");
    assert_eq!((second.numbers(), third.numbers(), fourth.numbers()), (vec![2, 3, 4], vec![3, 4], vec![3, 4]));
    room.publish(one(5));
    delivered(&membership).await;
    assert!(first.numbers() == [1, 2, 3, 4, 5] && third.numbers() == [3, 4, 5]);
}

#[tokio::test]
async fn delivers_only_to_the_recipients() {
    let room = TestRoom::new(LIMIT);
    let (publisher, membership) = join(&room);
    let (other, _other) = join(&room);
    let watcher = Arc::new(BatchRecorder::default());
    let _watches = room.0.enter(watcher.clone(), true, false);
    room.publish(one(1));
    room.publish_to(one(2), Recipients::AllBut(membership.key));
    room.publish_to(one(3), Recipients::Watchers);
    room.publish(one(4));
    delivered(&membership).await;
    assert_eq!(publisher.numbers(), [1, 4]);
    assert_eq!(other.numbers(), [1, 2, 4]);
    assert_eq!(watcher.numbers(), [1, 2, 3, 4]);
}

/// Subscriber that records the order of reservations and deliveries.
#[derive(Default)]
struct SequenceRecorder(Mutex<Vec<&'static str>>);

impl Subscriber<Numbers> for SequenceRecorder {
    fn reserve(&self) {
        self.0.lock().push("reply");
    }

    fn disconnect(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, _: &Numbers) {
        self.0.lock().push("delivery");
    }
}

#[tokio::test]
async fn a_reserved_reply_precedes_all_deliveries() {
    let room = TestRoom::new(LIMIT);
    let (_, membership) = join(&room);
    room.publish(one(1));
    let recorder = Arc::new(SequenceRecorder::default());
    room.0.enter(recorder.clone(), false, true);
    room.publish(one(2));
    delivered(&membership).await;
    assert_eq!(*recorder.0.lock(), ["reply", "delivery"]);
}

#[tokio::test]
async fn a_room_costs_no_more_after_a_peak() {
    let room = TestRoom::new(LIMIT);
    let mut members: Vec<_> = (0..15_000).map(|_| join(&room)).collect();
    let full = room.0.members.lock().capacity();
    assert!((15_000..=16_000).contains(&full), "{full}");
    let kept: Vec<_> = [14_999, 7_000, 3].map(|index| members.swap_remove(index)).into();
    drop(members);
    let left = room.0.members.lock().capacity();
    assert!(left <= 600, "a delivery looks at {left} places for three members");
    room.publish(one(1));
    delivered(&kept[0].1).await;
    assert!(kept.iter().all(|(recorder, _)| recorder.numbers() == [1]));
    let more: Vec<_> = (0..64).map(|_| join(&room)).collect();
    assert!(room.0.members.lock().capacity() <= left + 64, "new members take the free places");
    room.publish(one(2));
    delivered(&kept[0].1).await;
    assert!(more.iter().all(|(recorder, _)| recorder.numbers() == [2]));
    drop((kept, more));
    assert_eq!(room.0.members.lock().capacity(), 0);
}

#[tokio::test]
async fn members_that_come_and_go_receive_what_they_should() {
    let (room, random) = (TestRoom::new(LIMIT), SimulatedRandom::new(1));
    let mut members = Vec::new();
    for number in 0..300 {
        for _ in 0..random.index(200) {
            members.push((join(&room), Vec::new()));
        }
        for _ in 0..random.index(200).min(members.len()) {
            members.swap_remove(random.index(members.len()));
        }
        room.publish(one(number));
        for (_, expected) in &mut members {
            expected.push(number);
        }
        if let Some(((_, membership), _)) = members.first() {
            delivered(membership).await;
        }
        assert_eq!(room.0.len(), members.len());
    }
    assert!(members.iter().all(|((recorder, _), expected)| recorder.numbers() == *expected));
}
