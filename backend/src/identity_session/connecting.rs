//! The `on_connect` hook while it runs.

use std::fmt;
use std::task::{Context, Poll};

use super::context::SessionSubscriber;
use crate::hooks::error::Rejection;
use crate::hooks::registry::HookFuture;

/// A running `on_connect` hook, and the connection that receives broadcasts once it has accepted.
pub struct Connecting {
    hook: HookFuture<Result<(), Rejection>>,
    receiver: Option<SessionSubscriber>,
}

impl Connecting {
    /// Waits for a hook.
    pub fn new(hook: HookFuture<Result<(), Rejection>>, receiver: Option<SessionSubscriber>) -> Self {
        Self { hook, receiver }
    }

    /// Ready with the result of the hook. Must not be polled after that.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Rejection>> {
        self.hook.as_mut().poll(context)
    }

    /// Returns the connection that is to receive broadcasts.
    pub fn receiver(self) -> Option<SessionSubscriber> {
        self.receiver
    }

    /// Runs the hook to its end.
    ///
    /// # Errors
    /// When it refuses the connection.
    pub async fn finish(self) -> Result<(), Rejection> {
        self.hook.await
    }
}

impl fmt::Debug for Connecting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connecting").finish_non_exhaustive()
    }
}
