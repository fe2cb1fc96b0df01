//! Publishes of a node whose batches the test answers.

mod batches;
mod generations;
mod order;
mod queue;

use tokio::sync::mpsc;
use tokio::time::timeout;

use super::scripted_store::{ScriptedBatch, ScriptedStore, published};
use super::*;
use crate::backplane::Backplane;
use crate::backplane::PublishAnswer;
use crate::backplane::message::NewMessage;
use crate::backplane::publish::PublishOutcome;
use crate::backplane::publish_order::PublishOrder;
use crate::backplane::shared::SharedBackplane;
use crate::backplane::shared::config::SharedConfig;
use crate::backplane::shared::metrics::SharedMetrics;
use crate::backplane::shared::simulated_store::{Journal, SimulatedClock};
use crate::backplane::shared::simulation::recorded_node::RecordedNode;
use crate::backplane::shared::store::Event;

/// A node whose batches the test answers.
struct Fixture {
    store: Arc<ScriptedStore>,
    batches: mpsc::UnboundedReceiver<ScriptedBatch>,
    backplane: Arc<SharedBackplane<RecordedReplica, ScriptedStore>>,
    replica: Arc<RecordedReplica>,
    _events: mpsc::Sender<Event>,
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
        self.publish_message(message(text, keyed))
    }

    /// Publishes a message with a key that a connection began at `order`.
    fn publish_in_order(&self, text: &str, order: PublishOrder) -> PublishAnswer {
        self.publish_message(NewMessage { order: Some(order), ..message(text, true) })
    }

    fn publish_message(&self, message: NewMessage) -> PublishAnswer {
        self.backplane.publish(&self.replica, message, Recipients::All, false).unwrap()
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

fn outcome(offset: u64, duplicate: bool) -> PublishOutcome {
    PublishOutcome { position: published(offset, duplicate).position, duplicate }
}
