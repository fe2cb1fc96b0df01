//! A request that waits for a hook.

use std::fmt;
use std::future::Future;
use std::task::{Context, Poll};

use yodel_protocol::Id;

use super::granted::Granted;
use crate::hooks::error::RequestError;
use crate::hooks::registry::HookFuture;

/// A request that waits for a hook; dropping it drops the hook, and nothing happens.
pub struct Pending {
    /// Number of the request.
    pub id: Id,
    granted: HookFuture<Result<Granted, RequestError>>,
}

impl Pending {
    /// Waits for a hook that decides on a request.
    pub fn new(id: Id, granted: impl Future<Output = Result<Granted, RequestError>> + Send + 'static) -> Self {
        Self { id, granted: Box::pin(granted) }
    }

    /// Ready with the decision. Must not be polled after that.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Granted, RequestError>> {
        self.granted.as_mut().poll(context)
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").field("id", &self.id).finish_non_exhaustive()
    }
}
