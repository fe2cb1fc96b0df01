//! Requests that are not executed or not answered yet.

use std::fmt;
use std::future::Future;

use yodel_protocol::{Id, RoomName};

use super::approved::ApprovedRequest;
use crate::backplane::HistoryAnswer;
use crate::encode::SharedPayload;
use crate::hooks::error::RequestError;
use crate::hooks::registry::HookFuture;
use crate::hub::PendingJoin;

/// A request for which the connection waits. Dropping it drops a running hook and gives up a join.
pub struct PendingRequest {
    /// Identifier of the request.
    pub id: Id,
    /// Event that the request waits for.
    pub step: PendingStep,
}

/// Event that a request waits for.
pub enum PendingStep {
    /// A hook that approves it.
    Hook(HookFuture<Result<ApprovedRequest, RequestError>>),
    /// Answers to earlier publishes, which it must not overtake.
    Publishes(ApprovedRequest),
    /// The backplane, to join a room.
    Join(Box<PendingJoin<SharedPayload>>),
    /// The backplane, to read the history of a room.
    History(RoomName, HistoryAnswer),
}

impl PendingRequest {
    /// Creates a request whose hook returns the approved request.
    pub fn new(id: Id, approved: impl Future<Output = Result<ApprovedRequest, RequestError>> + Send + 'static) -> Self {
        Self { id, step: PendingStep::Hook(Box::pin(approved)) }
    }
}

impl fmt::Debug for PendingRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingRequest").field("id", &self.id).finish_non_exhaustive()
    }
}
