//! `POST /api/send`: sends a message to one user or connection.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yodel_protocol::EventName;
use yodel_protocol::frame::Target;

use super::broadcast::DeliveryResponse;
use super::responses::{CommonErrors, InvalidBody};
use super::schemas;
use crate::hooks::handle::Handle;
use crate::http::error::ApiError;
use crate::http::extract::json_object::JsonObject;
use crate::http::state::AppState;

/// A message for one user or connection.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SendRequest {
    /// Recipient.
    #[schema(value_type = schemas::Recipient)]
    to: Target,
    /// Event name.
    #[schema(value_type = String, min_length = 1, max_length = 255, example = "dm")]
    event: EventName,
    /// Payload: any JSON, delivered byte for byte.
    #[serde(default)]
    #[schema(value_type = serde_json::Value)]
    data: yodel_protocol::Json,
}

impl SendRequest {
    /// Sends the message.
    pub fn run(self, handle: &Handle) -> Result<DeliveryResponse, ApiError> {
        Ok(handle.send_json(&self.to, self.event, self.data)?.into())
    }
}

/// Sends a message to all connections of a user, or to one connection. Only connections with `yodel.v1` receive it, and
/// it is not stored. `delivered` is 0 if no such connection to this node is open. If all of them read too slowly, the
/// response is 503.
#[utoipa::path(
    post,
    path = "/api/send",
    tag = "messages",
    request_body = SendRequest,
    responses((status = 200, description = "The message was queued for delivery.", body = DeliveryResponse), InvalidBody, CommonErrors)
)]
pub async fn send(
    State(app): State<AppState>,
    JsonObject(send): JsonObject<SendRequest>,
) -> Result<Json<DeliveryResponse>, ApiError> {
    send.run(&app.handle()).map(Json)
}
