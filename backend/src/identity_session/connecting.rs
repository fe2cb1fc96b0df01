//! Running `on_connect` hooks.

use std::fmt;
use std::task::{Context, Poll};

use super::context::SessionSubscriber;
use crate::hooks::error::Rejection;
use crate::hooks::registry::HookFuture;

/// A running `on_connect` hook, and the subscriber for broadcasts after it has accepted.
pub struct Connecting {
    hook: HookFuture<Result<(), Rejection>>,
    subscriber: Option<SessionSubscriber>,
}

impl Connecting {
    /// Wraps a running hook. `subscriber` is subscribed to broadcasts when the hook accepts.
    pub fn new(hook: HookFuture<Result<(), Rejection>>, subscriber: Option<SessionSubscriber>) -> Self {
        Self { hook, subscriber }
    }

    /// Polls the hook. Must not be called after it was ready.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Rejection>> {
        self.hook.as_mut().poll(context)
    }

    /// Returns the subscriber for broadcasts.
    pub fn subscriber(self) -> Option<SessionSubscriber> {
        self.subscriber
    }

    /// Runs the hook to its end.
    ///
    /// # Errors
    /// Returns an error if the hook rejects the connection.
    pub async fn finish(self) -> Result<(), Rejection> {
        self.hook.await
    }
}

impl fmt::Debug for Connecting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connecting").finish_non_exhaustive()
    }
}
