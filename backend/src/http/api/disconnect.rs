//! `POST /api/disconnect`: closes connections.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yodel_protocol::frame::Target;
use yodel_protocol::{ClientId, CloseCode, UserId};

use super::responses::{CommonErrors, InvalidBody};
use crate::auth::{BlockList, BlockListFull};
use crate::hooks::handle::Handle;
use crate::http::error::ApiError;
use crate::http::extract::json_object::JsonObject;
use crate::http::state::AppState;
use crate::hub::Reached;

/// Connections to close, with code and reason. Exactly one of `user` and `client` must be present.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DisconnectRequest {
    /// All connections of a user.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255, example = "42")]
    user: Option<UserId>,
    /// A single connection.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    client: Option<ClientId>,
    /// Close code. Clients reconnect after 4000 to 4499, not after 4500 to 4999.
    #[serde(default = "kicked")]
    #[schema(value_type = u16, minimum = 4000, maximum = 4999, default = 4503)]
    code: CloseCode,
    /// Close reason, at most 123 bytes.
    #[serde(default)]
    #[schema(max_length = 123)]
    reason: String,
    /// Time in seconds for which the user cannot connect again, with any token; 0 ends an earlier block. Only with
    /// `user`. A restart of the server ends all blocks.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 31_622_400, example = 600)]
    block: Option<u32>,
}

/// Longest block in seconds: 366 days.
const MAX_BLOCK: u32 = 366 * 24 * 60 * 60;

/// Value of `Retry-After` while no more users can be blocked, in seconds.
const BLOCK_RETRY: u32 = 10;

/// Response of `/api/disconnect`.
#[derive(Debug, Serialize, ToSchema)]
pub struct DisconnectResponse {
    /// Number of connections to this node.
    #[schema(example = 1)]
    disconnected: usize,
    /// True if the other nodes (`--redis`) were told to close theirs, which are not counted; otherwise absent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    forwarded: bool,
}

fn kicked() -> CloseCode {
    CloseCode::KICKED
}

impl DisconnectRequest {
    /// Blocks the user, and closes the connections.
    pub fn run(self, handle: &Handle, blocked: &BlockList) -> Result<DisconnectResponse, ApiError> {
        let target = match (self.user, self.client) {
            (Some(user), None) => Target::User(user),
            (None, Some(client)) => Target::Client(client),
            _ => return Err(ApiError::bad_request("Exactly one of `user` and `client` is required.")),
        };
        Handle::check_close(self.code, &self.reason)?;
        if let Some(seconds) = self.block {
            // Before the connections are closed, so that none comes back in between.
            block(blocked, &target, seconds)?;
        }
        let Reached { here, forwarded } = handle.disconnect(&target, self.code, &self.reason)?;
        Ok(DisconnectResponse { disconnected: here, forwarded })
    }
}

fn block(blocked: &BlockList, target: &Target, seconds: u32) -> Result<(), ApiError> {
    let Target::User(user) = target else {
        return Err(ApiError::bad_request("`block` requires `user`: a connection without a user gets a new `client`."));
    };
    if seconds > MAX_BLOCK {
        return Err(ApiError::bad_request(format!("`block` is a number of seconds, at most {MAX_BLOCK}.")));
    }
    let full = |error: BlockListFull| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, format!("{error}.")).retry_after(BLOCK_RETRY)
    };
    blocked.block(user.as_str(), Duration::from_secs(seconds.into())).map_err(full)
}

/// Closes all connections of a user, or a single connection.
#[utoipa::path(
    post,
    path = "/api/disconnect",
    tag = "connections",
    request_body = DisconnectRequest,
    responses((status = 200, description = "The connections are closing.", body = DisconnectResponse), InvalidBody, CommonErrors)
)]
pub async fn disconnect(
    State(app): State<AppState>,
    JsonObject(disconnect): JsonObject<DisconnectRequest>,
) -> Result<Json<DisconnectResponse>, ApiError> {
    disconnect.run(&app.handle(), app.server.auth.blocked()).map(Json)
}
