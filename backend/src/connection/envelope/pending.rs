//! Requests that wait for a hook.

use std::fmt;
use std::future::Future;
use std::task::{Context, Poll};

use yodel_protocol::Id;

use super::approved::ApprovedRequest;
use crate::hooks::error::RequestError;
use crate::hooks::registry::HookFuture;

/// A request that waits for a hook. Dropping it drops the hook, and the request is not executed.
pub struct PendingRequest {
    /// Identifier of the request.
    pub id: Id,
    approved: HookFuture<Result<ApprovedRequest, RequestError>>,
}

impl PendingRequest {
    /// Creates a request whose hook returns the approved request.
    pub fn new(id: Id, approved: impl Future<Output = Result<ApprovedRequest, RequestError>> + Send + 'static) -> Self {
        Self { id, approved: Box::pin(approved) }
    }

    /// Polls the hook. Must not be called after it was ready.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<ApprovedRequest, RequestError>> {
        self.approved.as_mut().poll(context)
    }
}

impl fmt::Debug for PendingRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingRequest").field("id", &self.id).finish_non_exhaustive()
    }
}
