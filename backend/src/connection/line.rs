//! What a connection's task shares with those who write to it or tell it something.

use std::sync::OnceLock;
use std::task::Context;

use yodel_protocol::CloseCode;

use super::outbox::Outbox;
use super::signals::{Signal, Signals};
use crate::encode::SharedPayload;
use crate::hub::Subscriber;

/// The outside of a connection.
#[derive(Debug)]
pub struct Line {
    pub outbox: Outbox,
    signals: Signals,
    /// Why it is to leave, where somebody said so.
    dismissal: OnceLock<Box<(CloseCode, String)>>,
}

impl Line {
    /// A line with this outbox.
    pub fn new(outbox: Outbox) -> Self {
        Self { outbox, signals: Signals::default(), dismissal: OnceLock::new() }
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

    /// With which code and reason it is to be closed, after [`Signal::Dismissed`].
    pub fn dismissal(&self) -> Option<(CloseCode, String)> {
        self.dismissal.get().map(|dismissal| (**dismissal).clone())
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

impl Subscriber<SharedPayload> for Line {
    fn deliver(&self, push: &SharedPayload) {
        self.outbox.deliver(push);
    }

    fn reserve(&self) {
        self.outbox.reserve();
    }

    fn disconnect(&self, code: CloseCode, reason: &str) {
        // The first reason counts.
        let _ = self.dismissal.set(Box::new((code, reason.to_owned())));
        self.raise(Signal::Dismissed);
    }
}
