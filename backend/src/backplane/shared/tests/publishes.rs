use std::collections::BTreeSet;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::scripted_store::{ScriptedBatch, ScriptedStore, published};
use super::*;
use crate::backplane::Backplane;
use crate::backplane::PublishAnswer;
use crate::backplane::message::NewMessage;
use crate::backplane::publish::PublishOutcome;
use crate::backplane::publish_order::FailedPublishes;
use crate::backplane::shared::SharedBackplane;
use crate::backplane::shared::config::SharedConfig;
use crate::backplane::shared::metrics::SharedMetrics;
use crate::backplane::shared::simulated_store::{Journal, SimulatedClock};
use crate::backplane::shared::simulation::recorded_node::RecordedNode;
use crate::backplane::shared::store::{Event, Refusal};

/// A node whose batches the test answers.
struct Fixture {
    store: Arc<ScriptedStore>,
    batches: mpsc::UnboundedReceiver<ScriptedBatch>,
    backplane: Arc<SharedBackplane<RecordedReplica, ScriptedStore>>,
    replica: Arc<RecordedReplica>,
    _events: mpsc::Sender<Event>,
}

fn outcome(offset: u64, duplicate: bool) -> PublishOutcome {
    PublishOutcome { position: published(offset, duplicate).position, duplicate }
}

impl Fixture {
    fn new() -> Self {
        Self::with(SharedConfig::new("n"))
    }

    fn with(config: SharedConfig) -> Self {
        let (store, batches) = ScriptedStore::new(4);
        let (clock, random) = (Box::new(SimulatedClock::new()), Box::new(SimulatedRandom::new(1)));
        let backplane = SharedBackplane::new(Arc::clone(&store), config, clock, random, Arc::<RecordedNode>::default());
        let (events, receiver) = mpsc::channel(1);
        tokio::spawn(Arc::clone(&backplane).run(receiver));
        let replica = RecordedReplica::new(room(), &Journal::default());
        Self { store, batches, backplane, replica, _events: events }
    }

    fn publish(&self, text: &str, keyed: bool) -> PublishAnswer {
        self.backplane.publish(&self.replica, message(text, keyed), Recipients::All, false).unwrap()
    }

    fn publish_all(&self, texts: &[&str]) -> Vec<PublishAnswer> {
        texts.iter().map(|text| self.publish(text, true)).collect()
    }

    /// Returns the next batch, which has these texts.
    async fn batch(&mut self, texts: &[&str]) -> ScriptedBatch {
        let batch = timeout(Duration::from_secs(2), self.batches.recv()).await.expect("a batch is sent").unwrap();
        assert_eq!(batch.texts, texts);
        batch
    }

    async fn check_no_batch(&mut self) {
        short_wait().await;
        assert!(self.batches.try_recv().is_err());
    }

    fn metrics(&self) -> &SharedMetrics {
        self.backplane.metrics()
    }
}

#[tokio::test(start_paused = true)]
async fn one_batch_is_under_way_at_a_time() {
    let mut node = Fixture::new();
    let first = node.publish("a", true);
    let batch = node.batch(&["a"]).await;
    let others = node.publish_all(&["b", "c"]);
    node.check_no_batch().await;
    assert_eq!((node.metrics().queued.get(), node.metrics().in_flight.get()), (3, 1));
    batch.publish(1);
    assert_eq!(first.await, Ok(outcome(1, false)));
    node.batch(&["b", "c"]).await.publish(2);
    for (answer, offset) in others.into_iter().zip(2..) {
        assert_eq!(answer.await, Ok(outcome(offset, false)));
    }
    assert_eq!((node.metrics().queued.get(), node.metrics().in_flight.get()), (0, 0));
    assert_eq!((node.metrics().queued_bytes.get(), node.metrics().published.get()), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn a_batch_has_at_most_128_messages_and_about_a_megabyte() {
    let mut node = Fixture::new();
    let texts: Vec<String> = (0..300).map(|number| number.to_string()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let answers = node.publish_all(&texts);
    for batch in texts.chunks(128) {
        node.batch(batch).await.publish(1);
    }
    drop(answers);
    let large = "x".repeat(700_000);
    let _answers = [(); 3].map(|()| node.publish(&large, false));
    node.batch(&[&large, &large]).await.publish(1);
    node.batch(&[&large]).await.publish(3);
}

#[tokio::test(start_paused = true)]
async fn repeats_messages_with_a_key_in_order() {
    let mut node = Fixture::new();
    let keyed = node.publish_all(&["a", "b"]);
    let unkeyed = node.publish("u", false);
    let last = node.publish("c", true);
    node.batch(&["a", "b", "u", "c"]).await.fail();
    assert_eq!(unkeyed.await, Err(UNAVAILABLE), "a repetition could publish it twice");
    let behind = node.publish("d", true);
    node.batch(&["a", "b", "c"]).await.fail();
    let results = vec![Ok(published(7, true)), Err(Refusal::KeyConflict), Ok(published(9, false))];
    node.batch(&["a", "b", "c"]).await.answer(results);
    let mut answers = Vec::new();
    for answer in keyed.into_iter().chain([last]) {
        answers.push(answer.await);
    }
    assert_eq!(answers, [Ok(outcome(7, true)), Err(PublishError::KeyConflict), Ok(outcome(9, false))]);
    node.batch(&["d"]).await.publish(10);
    assert_eq!(behind.await, Ok(outcome(10, false)));
    let metrics = node.metrics();
    assert_eq!((metrics.repeated.get(), metrics.unavailable.get(), metrics.published.get()), (6, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn an_epoch_is_proposed_once() {
    let mut node = Fixture::new();
    let answers = node.publish_all(&["a", "b"]);
    let mut proposed = BTreeSet::new();
    for _ in 0..3 {
        let batch = node.batch(&["a", "b"]).await;
        proposed.extend(batch.epochs.iter().cloned());
        batch.fail();
    }
    assert_eq!(proposed.len(), 6);
    drop(answers);
}

#[tokio::test(start_paused = true)]
async fn an_incomplete_answer_is_no_answer() {
    let mut node = Fixture::new();
    let answers = node.publish_all(&["a", "b"]);
    node.batch(&["a", "b"]).await.answer(vec![Ok(published(1, false))]);
    node.batch(&["a", "b"]).await.publish(1);
    for answer in answers {
        assert!(answer.await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_queued_when_a_generation_ends_is_unavailable() {
    let mut node = Fixture::new();
    let (keyed, unkeyed) = (node.publish("a", true), node.publish("u", false));
    let batch = node.batch(&["a", "u"]).await;
    assert_eq!(batch.generation, 4);
    let behind = node.publish("b", true);
    let refused = Instant::now();
    batch.refuse(6);
    assert_eq!((keyed.await, unkeyed.await, behind.await), (Err(UNAVAILABLE), Err(UNAVAILABLE), Err(UNAVAILABLE)));
    assert_eq!(refused.elapsed(), Duration::ZERO);
    assert_eq!(node.metrics().stale_generations.get(), 1);
    let repeated = node.publish("a", true);
    let batch = node.batch(&["a"]).await;
    assert_eq!(batch.generation, 6);
    batch.publish(1);
    assert_eq!(repeated.await, Ok(outcome(1, false)));
}

#[tokio::test(start_paused = true)]
async fn does_not_publish_in_an_earlier_generation_until_the_timeout() {
    let mut node = Fixture::new();
    let start = Instant::now();
    let answer = node.publish("a", true);
    node.batch(&["a"]).await.refuse(3);
    node.store.set_generation(3);
    while start.elapsed() < Duration::from_secs(4) {
        let batch = node.batch(&["a"]).await;
        assert_eq!(batch.generation, 4);
        batch.refuse(3);
    }
    while let Ok(Some(batch)) = timeout(Duration::from_secs(2), node.batches.recv()).await {
        batch.refuse(3);
    }
    assert_eq!(answer.await, Err(UNAVAILABLE));
    assert_eq!(node.publish("b", true).await, Err(UNAVAILABLE), "queued before the generation was known");
    let answer = node.publish("b", true);
    let batch = node.batch(&["b"]).await;
    assert_eq!(batch.generation, 3, "no server has a later generation");
    batch.publish(1);
    assert!(answer.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_publish_that_began_before_a_failure_does_not_overtake_its_repetition() {
    let mut node = Fixture::new();
    let connection = FailedPublishes::default();
    let publish = |node: &Fixture, text: &str, order| {
        let message = NewMessage { order: Some(order), ..message(text, true) };
        node.backplane.publish(&node.replica, message, Recipients::All, false).unwrap()
    };
    let failed = publish(&node, "a", connection.begin());
    let _unanswered = node.batch(&["a"]).await;
    let (behind, later) = (connection.begin(), connection.begin());
    assert_eq!(failed.await, Err(UNAVAILABLE));
    let other = node.publish("of another connection", true);
    let behind = publish(&node, "b", behind);
    node.batch(&["of another connection"]).await.publish(1);
    assert_eq!((other.await, behind.await), (Ok(outcome(1, false)), Err(UNAVAILABLE)));
    assert_eq!(publish(&node, "c", later).await, Err(UNAVAILABLE), "it began before, too");
    let repeated = publish(&node, "a", connection.begin());
    node.batch(&["a"]).await.publish(2);
    assert_eq!(repeated.await, Ok(outcome(2, false)));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_a_failure_before_what_follows_it() {
    let mut node = Fixture::new();
    let connection = FailedPublishes::default();
    let publish = |node: &Fixture, text: &str, order| {
        let message = NewMessage { order: Some(order), ..message(text, true) };
        node.backplane.publish(&node.replica, message, Recipients::All, false).unwrap()
    };
    let (elsewhere, old) = (connection.begin(), connection.begin());
    let _other = node.publish("of another connection", true);
    let batch = node.batch(&["of another connection"]).await;
    let old = publish(&node, "a", old);
    // A publish in another room has failed.
    elsewhere.note_failure();
    let new = publish(&node, "b", connection.begin());
    batch.publish(1);
    assert_eq!((old.await, new.await), (Err(UNAVAILABLE), Err(UNAVAILABLE)), "the second would overtake the first");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_alone_does_not_end_a_generation() {
    let mut node = Fixture::new();
    let unanswered = node.publish("a", true);
    let _batch = node.batch(&["a"]).await;
    assert_eq!(unanswered.await, Err(UNAVAILABLE));
    let answer = node.publish("b", true);
    node.batch(&["b"]).await.publish(2);
    assert_eq!(answer.await, Ok(outcome(2, false)));
}

#[tokio::test(start_paused = true)]
async fn what_is_queued_behind_a_timeout_is_unavailable() {
    let mut node = Fixture::new();
    let start = Instant::now();
    let first = node.publish("a", true);
    let _unanswered = node.batch(&["a"]).await;
    sleep(Duration::from_secs(3)).await;
    let behind = node.publish("b", true);
    assert_eq!((first.await, behind.await), (Err(UNAVAILABLE), Err(UNAVAILABLE)));
    assert_eq!(start.elapsed(), Duration::from_secs(5));
    assert_eq!((node.metrics().queued.get(), node.metrics().in_flight.get()), (0, 0));
    let next = node.publish("c", true);
    node.batch(&["c"]).await.publish(1);
    assert!(next.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_answers_at_once() {
    let config = SharedConfig { queue_messages: 2, ..SharedConfig::new("n") };
    let mut node = Fixture::with(config);
    let first = node.publish("a", true);
    let batch = node.batch(&["a"]).await;
    let queued = node.publish_all(&["b", "c"]);
    assert_eq!(node.publish("d", true).now(), Err(UNAVAILABLE));
    batch.publish(1);
    assert!(first.await.is_ok());
    node.batch(&["b", "c"]).await.publish(2);
    drop(queued);
    let config = SharedConfig { queue_bytes: 1000, ..SharedConfig::new("n") };
    let mut node = Fixture::with(config);
    assert_eq!(node.publish(&"x".repeat(2000), false).now(), Err(UNAVAILABLE), "too large");
    let first = node.publish("a", true);
    node.batch(&["a"]).await.publish(1);
    assert!(first.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_publish_is_carried_out_without_its_answer() {
    let mut node = Fixture::new();
    drop(node.publish("a", true));
    node.batch(&["a"]).await.publish(1);
    short_wait().await;
    assert_eq!(node.metrics().published.get(), 1);
}
