//! A connection that sends faster than it may is read later: TCP makes its sender wait.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::{Sleep, sleep_until};

use super::rate::Bucket;

/// The rate of one connection, and the wait for it.
#[derive(Debug)]
pub struct Throttle {
    bucket: Bucket,
    /// Only while it waits: a timer costs more than the rest.
    wait: Option<Pin<Box<Sleep>>>,
}

impl Throttle {
    /// Lets through what the bucket holds.
    pub fn new(bucket: Bucket) -> Self {
        Self { bucket, wait: None }
    }

    /// Counts a message; false when the next one has to wait.
    pub fn take(&mut self) -> bool {
        // The message is here and is taken; the wait comes after it.
        self.bucket.take();
        let more = self.bucket.is_filled();
        if !more {
            self.wait = Some(Box::pin(sleep_until(self.bucket.ready_at())));
        }
        more
    }

    /// Ready when another message may be read.
    pub fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(wait) = &mut self.wait {
            ready!(wait.as_mut().poll(context));
            self.wait = None;
        }
        Poll::Ready(())
    }
}
