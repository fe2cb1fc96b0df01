//! `POST /api/publish`: publishes a message into a room.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yodel_protocol::{Epoch, EventName, IdempotencyKey, Offset, RoomName};

use super::responses::{CommonErrors, ConflictingKey, InvalidBody};
use crate::hooks::handle::Handle;
use crate::http::error::ApiError;
use crate::http::extract::json_object::JsonObject;
use crate::http::state::AppState;

/// A message to publish into a room.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PublishRequest {
    /// Name of the room. It is created if it does not exist.
    #[schema(value_type = String, min_length = 1, max_length = 255, example = "chat")]
    room: RoomName,
    /// Event name.
    #[schema(value_type = String, min_length = 1, max_length = 255, example = "msg")]
    event: EventName,
    /// Payload: any JSON, delivered byte for byte.
    #[serde(default)]
    #[schema(value_type = serde_json::Value)]
    data: yodel_protocol::Json,
    /// Idempotency key: within five minutes, a room publishes each key of the API once, so the request is safe to
    /// repeat. Another message with the same key is rejected with 409.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    key: Option<IdempotencyKey>,
}

/// Position of a published message.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishResponse {
    /// Epoch of the room's history.
    #[schema(value_type = String, example = "k3f9")]
    epoch: Epoch,
    /// Offset of the message.
    #[schema(value_type = u64, example = 45)]
    offset: Offset,
    /// True if the key was used before, for the message at this position; otherwise absent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    duplicate: bool,
}

impl PublishRequest {
    /// Publishes the message; waits while the room's delivery queue is full.
    pub async fn run(self, handle: &Handle) -> Result<PublishResponse, ApiError> {
        let Self { room, event, data, key } = self;
        let published = handle.publish_json(&room, event, data, key).await?;
        let (epoch, offset) = (published.position.epoch, published.position.offset);
        Ok(PublishResponse { epoch, offset, duplicate: published.duplicate })
    }
}

/// Publishes a message into a room, without a sender.
///
/// When the response arrives, the message has its offset, is in the history and is queued for every member of the
/// room.
#[utoipa::path(
    post,
    path = "/api/publish",
    tag = "messages",
    request_body = PublishRequest,
    responses((status = 200, description = "The message is published, by this request or an earlier one with the same key.", body = PublishResponse), ConflictingKey, InvalidBody, CommonErrors)
)]
pub async fn publish(
    State(app): State<AppState>,
    JsonObject(publish): JsonObject<PublishRequest>,
) -> Result<Json<PublishResponse>, ApiError> {
    publish.run(&app.handle()).await.map(Json)
}
