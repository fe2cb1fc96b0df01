//! Signals to and from other nodes.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tracing::{debug, warn};
use yodel_protocol::{Json, RoomName};

use super::SharedBackplane;
use super::store::Store;
use super::stored_message::StoredMessage;
use crate::backplane::message::{Message, NewMessage};
use crate::backplane::shared::replica::FollowingReplica;
use crate::backplane::signal::{ClientSignal, Signal};

/// Version of the encoded form.
const VERSION: u32 = 1;

/// Maximum number of signals that are sent together.
const BATCH: usize = 128;

/// Maximum number of signals that wait to be sent. Further ones are dropped.
pub(super) const QUEUE: usize = 4096;

/// Signals that are sent together, as JSON.
#[derive(Serialize, Deserialize)]
struct Envelope {
    v: u32,
    /// Name of the node that has sent them.
    node: Arc<str>,
    signals: Vec<EncodedSignal>,
}

/// Encoded form of a signal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EncodedSignal {
    /// Message to all connections, in its stored form.
    Broadcast(Json),
    /// Signal to certain connections.
    Clients(ClientSignal),
}

impl<R: FollowingReplica, S: Store> SharedBackplane<R, S> {
    /// Queues a signal for the other nodes. Returns false if it was dropped, because too many wait.
    pub(super) fn queue_signal(&self, signal: Signal) -> bool {
        let encoded = match signal {
            Signal::Broadcast(message) => encode_broadcast(&message).map(EncodedSignal::Broadcast),
            Signal::Clients(signal) => Some(EncodedSignal::Clients(signal)),
        };
        let queued = encoded.is_some_and(|signal| self.signals.try_send(signal).is_ok());
        if !queued {
            self.metrics.dropped_signals.increment();
        }
        queued
    }

    /// Sends signals in their order, for ever.
    pub(super) async fn run_signals(self: Arc<Self>, mut queue: mpsc::Receiver<EncodedSignal>) {
        let mut signals = Vec::new();
        while queue.recv_many(&mut signals, BATCH).await > 0 {
            let count = signals.len();
            let node = Arc::clone(&self.config.node);
            let envelope = Envelope { v: VERSION, node, signals: std::mem::take(&mut signals) };
            let bytes = Bytes::from(serde_json::to_vec(&envelope).unwrap_or_default()); // Strings always serialize.
            if let Err(error) = self.store.signal(bytes).await {
                self.metrics.dropped_signals.add(count);
                debug!(%error, count, "cannot send signals to other nodes");
            }
        }
    }

    /// Handles signals that a node has sent, unless it was this one.
    pub(super) fn receive_signals(&self, bytes: &[u8]) {
        let envelope = match serde_json::from_slice::<Envelope>(bytes) {
            Ok(envelope) if envelope.v == VERSION => envelope,
            Ok(envelope) => return warn!(version = envelope.v, "ignored signals of another version"),
            Err(error) => return warn!(%error, "ignored damaged signals"),
        };
        if envelope.node == self.config.node {
            return;
        }
        for signal in envelope.signals {
            match signal {
                EncodedSignal::Clients(signal) => self.node.on_signal(Signal::Clients(signal)),
                EncodedSignal::Broadcast(message) => match decode_broadcast(&message) {
                    Some(message) => self.node.on_signal(Signal::Broadcast(message)),
                    None => self.metrics.damaged_messages.increment(),
                },
            }
        }
    }
}

/// Encodes a message to all connections; `None` for one that is not JSON, which no client sends.
fn encode_broadcast(message: &Message) -> Option<Json> {
    let new = NewMessage { body: message.body.clone(), from: message.from.clone(), key: None, order: None };
    let stored = StoredMessage { message: new, time: message.time, excluded: None }.encode();
    serde_json::from_slice(&stored).ok()
}

fn decode_broadcast(encoded: &Json) -> Option<Arc<Message>> {
    let stored = StoredMessage::decode(encoded.text().as_bytes()).ok()?;
    let everyone = RoomName::new(RoomName::EVERYONE).ok()?;
    Some(Arc::new(Message::new(everyone, None, stored.message, stored.time)))
}
