//! What a connection's task shares with those who write to it or tell it something.

use std::task::Context;

use super::outbox::Outbox;
use super::signals::{Signal, Signals};
use crate::hub::{self, Member};
use crate::websocket::batch::Batch;

/// The outside of a connection.
#[derive(Debug)]
pub struct Line {
    pub outbox: Outbox,
    signals: Signals,
}

impl Line {
    /// A line with this outbox.
    pub fn new(outbox: Outbox) -> Self {
        Self { outbox, signals: Signals::default() }
    }

    /// Tells the task something.
    pub fn raise(&self, signal: Signal) {
        self.signals.raise(signal);
        self.outbox.wake();
    }

    /// The task is to be woken when it is told something or has something to write. To be called
    /// before it looks, or what comes in between would wake nobody.
    pub fn register(&self, context: &Context<'_>) {
        self.outbox.register(context);
    }

    /// What the task was told.
    pub fn signal(&self) -> Option<Signal> {
        self.signals.take()
    }

    /// Something came from the peer.
    pub fn hear(&self) {
        self.signals.hear();
    }

    /// Whether anything came since the last time.
    pub fn was_heard(&self) -> bool {
        self.signals.was_heard()
    }
}

impl Member<Batch> for Line {
    fn deliver(&self, batch: &Batch) {
        self.outbox.deliver(batch);
    }
}

impl hub::Batch for Batch {
    fn cost(&self) -> usize {
        self.size()
    }

    fn join(batches: &[Self]) -> Self {
        Self::join(batches)
    }
}
