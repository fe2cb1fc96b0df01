//! `POST /api/broadcast`: sends a message to every connection.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yodel_protocol::EventName;

use super::responses::{CommonErrors, InvalidBody};
use crate::hooks::handle::Handle;
use crate::http::extract::json_object::JsonObject;
use crate::http::state::AppState;
use crate::hub::Reached;

/// A message for every connection.
#[derive(Debug, Deserialize, ToSchema)]
pub struct BroadcastRequest {
    /// Event name.
    #[schema(value_type = String, min_length = 1, max_length = 255, example = "note")]
    event: EventName,
    /// Payload: any JSON, delivered byte for byte.
    #[serde(default)]
    #[schema(value_type = serde_json::Value)]
    data: yodel_protocol::Json,
}

/// Response with the number of receivers.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryResponse {
    /// Number of connections to this node.
    #[schema(example = 2)]
    delivered: usize,
    /// True if the message was also sent to the other nodes (`--redis`), whose connections are not counted; otherwise
    /// absent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    forwarded: bool,
}

impl From<Reached> for DeliveryResponse {
    fn from(reached: Reached) -> Self {
        Self { delivered: reached.here, forwarded: reached.forwarded }
    }
}

impl BroadcastRequest {
    /// Sends the message; waits while a delivery queue is full.
    pub async fn run(self, handle: &Handle) -> DeliveryResponse {
        handle.broadcast_json(self.event, self.data).await.into()
    }
}

/// Sends a message to every connection, independent of rooms. The message is not stored.
#[utoipa::path(
    post,
    path = "/api/broadcast",
    tag = "messages",
    request_body = BroadcastRequest,
    responses((status = 200, description = "The message was queued for delivery.", body = DeliveryResponse), InvalidBody, CommonErrors)
)]
pub async fn broadcast(
    State(app): State<AppState>,
    JsonObject(broadcast): JsonObject<BroadcastRequest>,
) -> Json<DeliveryResponse> {
    Json(broadcast.run(&app.handle()).await)
}
