//! A fan-out without sockets: messages are numbers, members write down what they hear.

use std::sync::Weak;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::{Wake, Waker};

use yodel_protocol::CloseCode;

use super::delivery::TURN;
use super::queue::GROUP_BYTES;
use super::*;
use crate::config::{RetentionConfig, ServerConfig};
use crate::hub::testing::{ManualEnvironment, TokioTasks};

/// Numbers in a row, each of which costs so much.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Numbers(Vec<usize>, usize);

impl Payload for Numbers {
    fn of(contents: Vec<Content>) -> Self {
        let numbers = contents.iter().map(|content| match content {
            Content::Text(text) => text.trim_end().parse().unwrap(),
            other => panic!("a number is a text, not {other:?}"),
        });
        Self(numbers.collect(), 0)
    }
}

/// A room that is nothing but its members.
#[derive(Clone)]
struct TestRoom(Arc<Fanout<Numbers>>);

impl TestRoom {
    fn new(limit: usize) -> Self {
        let retention = RetentionConfig { in_flight_bytes: limit, ..ServerConfig::default().retention() };
        Self(Arc::new(Fanout::new(Arc::new(HubServices::new(
            retention,
            ManualEnvironment::new(1).environment_with(TokioTasks),
        )))))
    }

    fn join(&self, member: Arc<dyn Subscriber<Numbers>>) -> TestMembership {
        TestMembership { key: self.0.enter(member, false, false), hub: self.clone() }
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

/// A number that costs so much.
fn padded(number: usize, cost: usize) -> Arc<str> {
    let digits = number.to_string();
    let padding = " ".repeat(cost.saturating_sub(digits.len()));
    (digits + &padding).into()
}

struct TestMembership {
    hub: TestRoom,
    key: usize,
}

impl TestMembership {
    fn published(&self) -> u64 {
        self.hub.0.published()
    }

    fn poll_capacity(&self, context: &Context<'_>) -> Poll<()> {
        self.hub.0.poll_capacity(context)
    }

    fn poll_delivered(&self, pushed: u64, context: &Context<'_>) -> Poll<()> {
        self.hub.0.poll_delivered(pushed, context)
    }
}

impl Drop for TestMembership {
    fn drop(&mut self) {
        self.hub.0.leave(self.key);
    }
}

/// What was heard, batch by batch.
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

fn join(hub: &TestRoom) -> (Arc<BatchRecorder>, TestMembership) {
    let recorder = Arc::new(BatchRecorder::default());
    (Arc::clone(&recorder), hub.join(recorder))
}

/// Waits until everything that was published so far is delivered.
async fn delivered(membership: &TestMembership) {
    let published = membership.published();
    std::future::poll_fn(|context| membership.poll_delivered(published, context)).await;
}

#[tokio::test]
async fn a_publisher_leaves_its_batch_and_goes_on() {
    let hub = TestRoom::new(LIMIT);
    let (recorder, membership) = join(&hub);
    hub.publish(one(1));
    assert!(recorder.batches().is_empty(), "it is another task's work");
    delivered(&membership).await;
    assert_eq!(recorder.batches(), [[1]]);
}

#[tokio::test]
async fn what_gathers_goes_out_together_and_in_order() {
    let hub = TestRoom::new(LIMIT);
    let (recorder, membership) = join(&hub);
    for number in 0..5 {
        hub.publish(one(number));
    }
    delivered(&membership).await;
    hub.publish(one(5));
    delivered(&membership).await;
    assert_eq!(recorder.batches(), [vec![0, 1, 2, 3, 4], vec![5]]);
}

#[tokio::test]
async fn whoever_is_about_to_publish_does_so_first() {
    let hub = TestRoom::new(LIMIT);
    let (recorder, membership) = join(&hub);
    hub.publish(one(0));
    let other = hub.clone();
    tokio::spawn(async move { other.publish(one(1)) }).await.unwrap();
    delivered(&membership).await;
    assert_eq!(recorder.batches(), [[0, 1]]);
}

#[tokio::test]
async fn what_goes_out_together_is_bounded_and_what_is_larger_goes_out_alone() {
    let hub = TestRoom::new(LIMIT);
    let (recorder, membership) = join(&hub);
    for (number, cost) in
        [(0, GROUP_BYTES / 2), (1, GROUP_BYTES / 2), (2, 1), (3, 2 * GROUP_BYTES), (4, GROUP_BYTES), (5, 1)]
    {
        hub.publish(Numbers(vec![number], cost));
    }
    delivered(&membership).await;
    assert_eq!(recorder.batches(), [vec![0, 1], vec![2], vec![3], vec![4], vec![5]]);
}

#[tokio::test]
async fn a_member_hears_what_is_published_from_then_on_until_it_leaves() {
    let hub = TestRoom::new(LIMIT);
    let (stays, membership) = join(&hub);
    hub.publish(one(1));
    delivered(&membership).await;
    let (comes, second) = join(&hub);
    hub.publish(one(2));
    delivered(&membership).await;
    drop(second);
    hub.publish(one(3));
    delivered(&membership).await;
    assert_eq!(stays.numbers(), [1, 2, 3]);
    assert_eq!(comes.numbers(), [2]);
}

#[tokio::test]
async fn a_room_that_was_empty_goes_on() {
    let hub = TestRoom::new(LIMIT);
    hub.publish(one(1));
    tokio::task::yield_now().await;
    drop(join(&hub));
    let (recorder, membership) = join(&hub);
    delivered(&membership).await;
    hub.publish(one(2));
    delivered(&membership).await;
    assert!(recorder.numbers().ends_with(&[2]));
}

/// Counts how often it was wakes.
#[derive(Default)]
struct CountingWaker(AtomicUsize);

impl Wake for CountingWaker {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_publisher_may_go_on_when_enough_was_handed_out() {
    let hub = TestRoom::new(10);
    let (_ear, membership) = join(&hub);
    let wakes = Arc::new(CountingWaker::default());
    let waker = Waker::from(Arc::clone(&wakes));
    let context = Context::from_waker(&waker);

    hub.publish(Numbers(vec![1], 10));
    assert!(membership.poll_capacity(&context).is_ready(), "the limit itself may wait");
    hub.publish(one(2));
    assert!(membership.poll_capacity(&context).is_pending());
    assert_eq!(wakes.0.load(Ordering::Relaxed), 0);
    delivered(&membership).await;
    assert_eq!(wakes.0.load(Ordering::Relaxed), 1);
    assert!(membership.poll_capacity(&context).is_ready());
}

#[tokio::test]
async fn what_is_left_after_a_part_was_handed_out_still_counts() {
    let hub = TestRoom::new(10);
    let (_ear, membership) = join(&hub);
    for number in 0..4 {
        hub.publish(Numbers(vec![number], GROUP_BYTES));
    }
    std::future::poll_fn(|context| membership.poll_delivered(1, context)).await;
    let context = Context::from_waker(Waker::noop());
    assert!(membership.poll_capacity(&context).is_pending());
    delivered(&membership).await;
    assert!(membership.poll_capacity(&context).is_ready());
}

#[tokio::test]
async fn delivered_means_to_all_members_and_all_that_was_published_before() {
    let hub = TestRoom::new(LIMIT);
    let members: Vec<_> = (0..2 * TURN).map(|_| join(&hub)).collect();
    let (_, membership) = &members[0];
    for number in 0..3 {
        hub.publish(one(number));
    }
    assert_eq!(membership.published(), 3, "messages, however they go out");
    delivered(membership).await;
    assert!(members.iter().all(|(recorder, _)| recorder.numbers() == [0, 1, 2]));
    drop(members);
}

/// A member that is busy until it is let go.
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
async fn nobody_waits_for_a_member_that_is_being_served() {
    let hub = TestRoom::new(LIMIT);
    let (begun, has_begun) = mpsc::sync_channel(1);
    let (end, ends) = mpsc::channel();
    let busy = hub.join(Arc::new(BlockingSubscriber { begun, end: Mutex::new(ends) }));
    hub.publish(one(1));
    tokio::task::block_in_place(|| has_begun.recv()).unwrap();

    // Each of these would hang if the member were served under a lock that it needs.
    hub.publish(one(2));
    let (leaves, membership) = join(&hub);
    drop(membership);
    let (stays, membership) = join(&hub);
    hub.publish(one(3));
    drop(busy);
    drop(end);
    delivered(&membership).await;
    assert_eq!(stays.numbers(), [3], "what was published since it came");
    assert!(leaves.numbers().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_hear_the_same_in_the_same_order_whoever_publishes() {
    const EACH: usize = 2000;
    let hub = TestRoom::new(LIMIT);
    let members: Vec<_> = (0..50).map(|_| join(&hub)).collect();
    let publishers = (0..4).map(|publisher| {
        let hub = hub.clone();
        tokio::spawn(async move {
            for number in 0..EACH {
                hub.publish(one(publisher * EACH + number));
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

    let heard = members[0].0.numbers();
    assert!(members.iter().all(|(recorder, _)| recorder.numbers() == heard), "the same for all");
    for publisher in 0..4 {
        let own: Vec<usize> = heard.iter().copied().filter(|number| number / EACH == publisher).collect();
        assert!(own.into_iter().eq(publisher * EACH..(publisher + 1) * EACH), "each one's in its order");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_that_come_and_go_cost_those_who_stay_nothing() {
    let hub = TestRoom::new(LIMIT);
    let stay: Vec<_> = (0..300).map(|_| join(&hub)).collect();
    let coming_and_going = tokio::spawn({
        let hub = hub.clone();
        async move {
            let mut recorders = Vec::new();
            for _ in 0..100 {
                let (heard, memberships): (Vec<_>, Vec<_>) = (0..100).map(|_| join(&hub)).unzip();
                tokio::task::yield_now().await;
                drop(memberships);
                recorders.extend(heard);
            }
            recorders
        }
    });
    let mut published = 0;
    while !coming_and_going.is_finished() || published < 1000 {
        hub.publish(one(published));
        published += 1;
        tokio::task::yield_now().await;
    }
    delivered(&stay[0].1).await;

    assert!(
        stay.iter().all(|(recorder, _)| recorder.numbers().into_iter().eq(0..published)),
        "none lost, none doubled"
    );
    for recorder in coming_and_going.await.unwrap() {
        let heard = recorder.numbers();
        assert!(heard.windows(2).all(|pair| pair[1] == pair[0] + 1), "no gap while it was there: {heard:?}");
    }
}

/// A member that, when it receives_direct something, gives up memberships: its own, or another's.
struct LeavingSubscriber {
    memberships: Arc<Mutex<Vec<TestMembership>>>,
    heard: BatchRecorder,
}

impl Subscriber<Numbers> for LeavingSubscriber {
    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, batch: &Numbers) {
        self.heard.deliver(batch);
        let memberships = std::mem::take(&mut *self.memberships.lock());
        drop(memberships);
    }
}

#[tokio::test]
async fn a_member_may_leave_while_all_are_being_served() {
    let hub = TestRoom::new(LIMIT);
    let memberships = Arc::new(Mutex::new(Vec::new()));
    let leaver = Arc::new(LeavingSubscriber { memberships: Arc::clone(&memberships), heard: BatchRecorder::default() });
    let own = hub.join(Arc::clone(&leaver) as Arc<dyn Subscriber<Numbers>>);
    let before: Vec<_> = (0..TURN).map(|_| join(&hub)).collect();
    let (gone, others) = join(&hub);
    let after: Vec<_> = (0..TURN).map(|_| join(&hub)).collect();
    memberships.lock().extend([own, others]);

    for number in [1, 2] {
        hub.publish(one(number));
        delivered(&after[0].1).await;
    }
    assert_eq!(leaver.heard.numbers(), [1], "it left at once");
    assert!(gone.numbers().is_empty(), "its turn would have come later");
    assert!(before.iter().chain(&after).all(|(recorder, _)| recorder.numbers() == [1, 2]));
}

#[tokio::test]
async fn nothing_is_kept_of_a_member_that_has_left() {
    let hub = TestRoom::new(LIMIT);
    let (recorder, membership) = join(&hub);
    let kept: Weak<BatchRecorder> = Arc::downgrade(&recorder);
    hub.publish(one(1));
    delivered(&membership).await;
    drop((recorder, membership));
    // The task that handed out has ended, too.
    tokio::task::yield_now().await;
    assert!(kept.upgrade().is_none());
}

/// A member with a defect.
struct PanickingSubscriber;

impl Subscriber<Numbers> for PanickingSubscriber {
    fn reserve(&self) {}

    fn disconnect(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, _: &Numbers) {
        panic!("a defect, for this test");
    }
}

#[tokio::test]
async fn a_member_that_panics_keeps_nobody_from_hearing() {
    let hub = TestRoom::new(LIMIT);
    let _panicking = hub.join(Arc::new(PanickingSubscriber));
    let (recorder, membership) = join(&hub);
    for number in 0..2 {
        hub.publish(one(number));
        delivered(&membership).await;
    }
    assert_eq!(recorder.numbers(), [0, 1]);
}

#[tokio::test]
async fn who_comes_between_two_messages_hears_the_second_alone() {
    let hub = TestRoom::new(LIMIT);
    let (first, membership) = join(&hub);
    hub.publish(one(1));
    let (second, _seat) = join(&hub);
    hub.publish(one(2));
    let (third, _also) = join(&hub);
    let (fourth, _too) = join(&hub);
    hub.publish(one(3));
    hub.publish(one(4));
    delivered(&membership).await;
    assert_eq!(first.batches(), [vec![1], vec![2], vec![3, 4]], "parted where somebody came");
    assert_eq!((second.numbers(), third.numbers(), fourth.numbers()), (vec![2, 3, 4], vec![3, 4], vec![3, 4]));
    hub.publish(one(5));
    delivered(&membership).await;
    assert!(first.numbers() == [1, 2, 3, 4, 5] && third.numbers() == [3, 4, 5]);
}

#[tokio::test]
async fn some_messages_are_not_for_all() {
    let hub = TestRoom::new(LIMIT);
    let (publisher, membership) = join(&hub);
    let (other, _other) = join(&hub);
    let watcher = Arc::new(BatchRecorder::default());
    let _watches = hub.0.enter(watcher.clone(), true, false);
    hub.publish(one(1));
    hub.publish_to(one(2), Recipients::AllBut(membership.key));
    hub.publish_to(one(3), Recipients::Watchers);
    hub.publish(one(4));
    delivered(&membership).await;
    assert_eq!(publisher.numbers(), [1, 4]);
    assert_eq!(other.numbers(), [1, 2, 4]);
    assert_eq!(watcher.numbers(), [1, 2, 3, 4]);
}

/// Keeps places for replies.
#[derive(Default)]
struct OrderRecorder(Mutex<Vec<&'static str>>);

impl Subscriber<Numbers> for OrderRecorder {
    fn reserve(&self) {
        self.0.lock().push("reply");
    }

    fn disconnect(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, _: &Numbers) {
        self.0.lock().push("push");
    }
}

#[tokio::test]
async fn the_place_of_a_reply_is_before_everything_that_is_delivered() {
    let hub = TestRoom::new(LIMIT);
    let (_, membership) = join(&hub);
    hub.publish(one(1));
    let recorder = Arc::new(OrderRecorder::default());
    hub.0.enter(recorder.clone(), false, true);
    hub.publish(one(2));
    delivered(&membership).await;
    assert_eq!(*recorder.0.lock(), ["reply", "push"]);
}
