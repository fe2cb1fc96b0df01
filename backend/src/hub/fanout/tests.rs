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
use crate::hub::testing::{Manual, TokioTasks};

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
struct Hub(Arc<Fanout<Numbers>>);

impl Hub {
    fn new(limit: usize) -> Self {
        let retention = RetentionConfig { in_flight_bytes: limit, ..ServerConfig::default().retention() };
        Self(Arc::new(Fanout::new(Arc::new(Services::new(retention, Manual::new(1).environment_with(TokioTasks))))))
    }

    fn join(&self, member: Arc<dyn Subscriber<Numbers>>) -> Seat {
        Seat { key: self.0.enter(member, false, false), hub: self.clone() }
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

struct Seat {
    hub: Hub,
    key: usize,
}

impl Seat {
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

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.0.leave(self.key);
    }
}

/// What was heard, batch by batch.
#[derive(Default)]
struct Ear(Mutex<Vec<Vec<usize>>>);

impl Subscriber<Numbers> for Ear {
    fn reserve(&self) {}

    fn dismiss(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, batch: &Numbers) {
        self.0.lock().push(batch.0.clone());
    }
}

impl Ear {
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

fn join(hub: &Hub) -> (Arc<Ear>, Seat) {
    let ear = Arc::new(Ear::default());
    (Arc::clone(&ear), hub.join(ear))
}

/// Waits until everything that was published so far is delivered.
async fn delivered(seat: &Seat) {
    let published = seat.published();
    std::future::poll_fn(|context| seat.poll_delivered(published, context)).await;
}

#[tokio::test]
async fn a_publisher_leaves_its_batch_and_goes_on() {
    let hub = Hub::new(LIMIT);
    let (ear, seat) = join(&hub);
    hub.publish(one(1));
    assert!(ear.batches().is_empty(), "it is another task's work");
    delivered(&seat).await;
    assert_eq!(ear.batches(), [[1]]);
}

#[tokio::test]
async fn what_gathers_goes_out_together_and_in_order() {
    let hub = Hub::new(LIMIT);
    let (ear, seat) = join(&hub);
    for number in 0..5 {
        hub.publish(one(number));
    }
    delivered(&seat).await;
    hub.publish(one(5));
    delivered(&seat).await;
    assert_eq!(ear.batches(), [vec![0, 1, 2, 3, 4], vec![5]]);
}

#[tokio::test]
async fn whoever_is_about_to_publish_does_so_first() {
    let hub = Hub::new(LIMIT);
    let (ear, seat) = join(&hub);
    hub.publish(one(0));
    let other = hub.clone();
    tokio::spawn(async move { other.publish(one(1)) }).await.unwrap();
    delivered(&seat).await;
    assert_eq!(ear.batches(), [[0, 1]]);
}

#[tokio::test]
async fn what_goes_out_together_is_bounded_and_what_is_larger_goes_out_alone() {
    let hub = Hub::new(LIMIT);
    let (ear, seat) = join(&hub);
    for (number, cost) in
        [(0, GROUP_BYTES / 2), (1, GROUP_BYTES / 2), (2, 1), (3, 2 * GROUP_BYTES), (4, GROUP_BYTES), (5, 1)]
    {
        hub.publish(Numbers(vec![number], cost));
    }
    delivered(&seat).await;
    assert_eq!(ear.batches(), [vec![0, 1], vec![2], vec![3], vec![4], vec![5]]);
}

#[tokio::test]
async fn a_member_hears_what_is_published_from_then_on_until_it_leaves() {
    let hub = Hub::new(LIMIT);
    let (stays, seat) = join(&hub);
    hub.publish(one(1));
    delivered(&seat).await;
    let (comes, second) = join(&hub);
    hub.publish(one(2));
    delivered(&seat).await;
    drop(second);
    hub.publish(one(3));
    delivered(&seat).await;
    assert_eq!(stays.numbers(), [1, 2, 3]);
    assert_eq!(comes.numbers(), [2]);
}

#[tokio::test]
async fn a_room_that_was_empty_goes_on() {
    let hub = Hub::new(LIMIT);
    hub.publish(one(1));
    tokio::task::yield_now().await;
    drop(join(&hub));
    let (ear, seat) = join(&hub);
    delivered(&seat).await;
    hub.publish(one(2));
    delivered(&seat).await;
    assert!(ear.numbers().ends_with(&[2]));
}

/// Counts how often it was woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_publisher_may_go_on_when_enough_was_handed_out() {
    let hub = Hub::new(10);
    let (_ear, seat) = join(&hub);
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let context = Context::from_waker(&waker);

    hub.publish(Numbers(vec![1], 10));
    assert!(seat.poll_capacity(&context).is_ready(), "the limit itself may wait");
    hub.publish(one(2));
    assert!(seat.poll_capacity(&context).is_pending());
    assert_eq!(woken.0.load(Ordering::Relaxed), 0);
    delivered(&seat).await;
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    assert!(seat.poll_capacity(&context).is_ready());
}

#[tokio::test]
async fn what_is_left_after_a_part_was_handed_out_still_counts() {
    let hub = Hub::new(10);
    let (_ear, seat) = join(&hub);
    for number in 0..4 {
        hub.publish(Numbers(vec![number], GROUP_BYTES));
    }
    std::future::poll_fn(|context| seat.poll_delivered(1, context)).await;
    let context = Context::from_waker(Waker::noop());
    assert!(seat.poll_capacity(&context).is_pending());
    delivered(&seat).await;
    assert!(seat.poll_capacity(&context).is_ready());
}

#[tokio::test]
async fn delivered_means_to_all_members_and_all_that_was_published_before() {
    let hub = Hub::new(LIMIT);
    let members: Vec<_> = (0..2 * TURN).map(|_| join(&hub)).collect();
    let (_, seat) = &members[0];
    for number in 0..3 {
        hub.publish(one(number));
    }
    assert_eq!(seat.published(), 3, "messages, however they go out");
    delivered(seat).await;
    assert!(members.iter().all(|(ear, _)| ear.numbers() == [0, 1, 2]));
    drop(members);
}

/// A member that is busy until it is let go.
struct Busy {
    begun: mpsc::SyncSender<()>,
    end: Mutex<mpsc::Receiver<()>>,
}

impl Subscriber<Numbers> for Busy {
    fn reserve(&self) {}

    fn dismiss(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, _: &Numbers) {
        self.begun.send(()).unwrap();
        let _ = self.end.lock().recv();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_a_member_that_is_being_served() {
    let hub = Hub::new(LIMIT);
    let (begun, has_begun) = mpsc::sync_channel(1);
    let (end, ends) = mpsc::channel();
    let busy = hub.join(Arc::new(Busy { begun, end: Mutex::new(ends) }));
    hub.publish(one(1));
    tokio::task::block_in_place(|| has_begun.recv()).unwrap();

    // Each of these would hang if the member were served under a lock that it needs.
    hub.publish(one(2));
    let (leaves, seat) = join(&hub);
    drop(seat);
    let (stays, seat) = join(&hub);
    hub.publish(one(3));
    drop(busy);
    drop(end);
    delivered(&seat).await;
    assert_eq!(stays.numbers(), [3], "what was published since it came");
    assert!(leaves.numbers().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_hear_the_same_in_the_same_order_whoever_publishes() {
    const EACH: usize = 2000;
    let hub = Hub::new(LIMIT);
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
    assert!(members.iter().all(|(ear, _)| ear.numbers() == heard), "the same for all");
    for publisher in 0..4 {
        let own: Vec<usize> = heard.iter().copied().filter(|number| number / EACH == publisher).collect();
        assert!(own.into_iter().eq(publisher * EACH..(publisher + 1) * EACH), "each one's in its order");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_that_come_and_go_cost_those_who_stay_nothing() {
    let hub = Hub::new(LIMIT);
    let stay: Vec<_> = (0..300).map(|_| join(&hub)).collect();
    let coming_and_going = tokio::spawn({
        let hub = hub.clone();
        async move {
            let mut ears = Vec::new();
            for _ in 0..100 {
                let (heard, seats): (Vec<_>, Vec<_>) = (0..100).map(|_| join(&hub)).unzip();
                tokio::task::yield_now().await;
                drop(seats);
                ears.extend(heard);
            }
            ears
        }
    });
    let mut published = 0;
    while !coming_and_going.is_finished() || published < 1000 {
        hub.publish(one(published));
        published += 1;
        tokio::task::yield_now().await;
    }
    delivered(&stay[0].1).await;

    assert!(stay.iter().all(|(ear, _)| ear.numbers().into_iter().eq(0..published)), "none lost, none doubled");
    for ear in coming_and_going.await.unwrap() {
        let heard = ear.numbers();
        assert!(heard.windows(2).all(|pair| pair[1] == pair[0] + 1), "no gap while it was there: {heard:?}");
    }
}

/// A member that, when it hears something, gives up seats: its own, or another's.
struct Leaver {
    seats: Arc<Mutex<Vec<Seat>>>,
    heard: Ear,
}

impl Subscriber<Numbers> for Leaver {
    fn reserve(&self) {}

    fn dismiss(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, batch: &Numbers) {
        self.heard.deliver(batch);
        let seats = std::mem::take(&mut *self.seats.lock());
        drop(seats);
    }
}

#[tokio::test]
async fn a_member_may_leave_while_all_are_being_served() {
    let hub = Hub::new(LIMIT);
    let seats = Arc::new(Mutex::new(Vec::new()));
    let leaver = Arc::new(Leaver { seats: Arc::clone(&seats), heard: Ear::default() });
    let own = hub.join(Arc::clone(&leaver) as Arc<dyn Subscriber<Numbers>>);
    let before: Vec<_> = (0..TURN).map(|_| join(&hub)).collect();
    let (gone, others) = join(&hub);
    let after: Vec<_> = (0..TURN).map(|_| join(&hub)).collect();
    seats.lock().extend([own, others]);

    for number in [1, 2] {
        hub.publish(one(number));
        delivered(&after[0].1).await;
    }
    assert_eq!(leaver.heard.numbers(), [1], "it left at once");
    assert!(gone.numbers().is_empty(), "its turn would have come later");
    assert!(before.iter().chain(&after).all(|(ear, _)| ear.numbers() == [1, 2]));
}

#[tokio::test]
async fn nothing_is_kept_of_a_member_that_has_left() {
    let hub = Hub::new(LIMIT);
    let (ear, seat) = join(&hub);
    let kept: Weak<Ear> = Arc::downgrade(&ear);
    hub.publish(one(1));
    delivered(&seat).await;
    drop((ear, seat));
    // The task that handed out has ended, too.
    tokio::task::yield_now().await;
    assert!(kept.upgrade().is_none());
}

/// A member with a defect.
struct Broken;

impl Subscriber<Numbers> for Broken {
    fn reserve(&self) {}

    fn dismiss(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, _: &Numbers) {
        panic!("a defect, for this test");
    }
}

#[tokio::test]
async fn a_member_that_panics_keeps_nobody_from_hearing() {
    let hub = Hub::new(LIMIT);
    let _broken = hub.join(Arc::new(Broken));
    let (ear, seat) = join(&hub);
    for number in 0..2 {
        hub.publish(one(number));
        delivered(&seat).await;
    }
    assert_eq!(ear.numbers(), [0, 1]);
}

#[tokio::test]
async fn who_comes_between_two_messages_hears_the_second_alone() {
    let hub = Hub::new(LIMIT);
    let (first, seat) = join(&hub);
    hub.publish(one(1));
    let (second, _seat) = join(&hub);
    hub.publish(one(2));
    let (third, _also) = join(&hub);
    let (fourth, _too) = join(&hub);
    hub.publish(one(3));
    hub.publish(one(4));
    delivered(&seat).await;
    assert_eq!(first.batches(), [vec![1], vec![2], vec![3, 4]], "parted where somebody came");
    assert_eq!((second.numbers(), third.numbers(), fourth.numbers()), (vec![2, 3, 4], vec![3, 4], vec![3, 4]));
    hub.publish(one(5));
    delivered(&seat).await;
    assert!(first.numbers() == [1, 2, 3, 4, 5] && third.numbers() == [3, 4, 5]);
}

#[tokio::test]
async fn some_messages_are_not_for_all() {
    let hub = Hub::new(LIMIT);
    let (publisher, seat) = join(&hub);
    let (other, _other) = join(&hub);
    let watcher = Arc::new(Ear::default());
    let _watches = hub.0.enter(watcher.clone(), true, false);
    hub.publish(one(1));
    hub.publish_to(one(2), Recipients::AllBut(seat.key));
    hub.publish_to(one(3), Recipients::Watchers);
    hub.publish(one(4));
    delivered(&seat).await;
    assert_eq!(publisher.numbers(), [1, 4]);
    assert_eq!(other.numbers(), [1, 2, 4]);
    assert_eq!(watcher.numbers(), [1, 2, 3, 4]);
}

/// Keeps places for replies.
#[derive(Default)]
struct Clerk(Mutex<Vec<&'static str>>);

impl Subscriber<Numbers> for Clerk {
    fn reserve(&self) {
        self.0.lock().push("reply");
    }

    fn dismiss(&self, _: CloseCode, _: &str) {}

    fn deliver(&self, _: &Numbers) {
        self.0.lock().push("push");
    }
}

#[tokio::test]
async fn the_place_of_a_reply_is_before_everything_that_is_delivered() {
    let hub = Hub::new(LIMIT);
    let (_, seat) = join(&hub);
    hub.publish(one(1));
    let clerk = Arc::new(Clerk::default());
    hub.0.enter(clerk.clone(), false, true);
    hub.publish(one(2));
    delivered(&seat).await;
    assert_eq!(*clerk.0.lock(), ["reply", "push"]);
}
