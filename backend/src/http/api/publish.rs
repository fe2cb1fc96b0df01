//! Puts a message into a room.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yodel_protocol::{Epoch, EventName, Key, Offset, RoomName};

use super::responses::{Refusals, Unreadable};
use crate::hooks::handle::Handle;
use crate::http::error::Problem;
use crate::http::extract::json_object::Object;
use crate::http::state::App;

/// A message for a room.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Publish {
    /// Which room; it is made if there is none.
    #[schema(value_type = String, min_length = 1, max_length = 255, example = "chat")]
    room: RoomName,
    /// What the message is about.
    #[schema(value_type = String, min_length = 1, max_length = 255, example = "msg")]
    event: EventName,
    /// The message: any JSON, passed on byte for byte.
    #[serde(default)]
    #[schema(value_type = serde_json::Value)]
    data: yodel_protocol::Json,
    /// Makes it safe to repeat: for five minutes the same key in the same room is not published again.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    key: Option<Key>,
}

/// Where a message is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Published {
    /// In which life of the room's history.
    #[schema(value_type = String, example = "k3f9")]
    epoch: Epoch,
    /// Its place there.
    #[schema(value_type = u64, example = 45)]
    offset: Offset,
    /// It had been published before, there; otherwise absent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    duplicate: bool,
}

impl Publish {
    /// Publishes; waits while the room has too much on its way.
    pub async fn run(self, handle: &Handle) -> Result<Published, Problem> {
        let Self { room, event, data, key } = self;
        let published = handle.publish_json(&room, event, data, key).await?;
        let (epoch, offset) = (published.position.epoch, published.position.offset);
        Ok(Published { epoch, offset, duplicate: published.duplicate })
    }
}

/// Puts a message into a room, from nobody: the server itself.
///
/// It has its place when this is answered: it is in the history and on its way to everybody in the room.
#[utoipa::path(
    post,
    path = "/api/publish",
    tag = "messages",
    request_body = Publish,
    responses((status = 200, description = "It is published, now or before.", body = Published), Unreadable, Refusals)
)]
pub async fn publish(State(app): State<App>, Object(publish): Object<Publish>) -> Result<Json<Published>, Problem> {
    publish.run(&app.handle()).await.map(Json)
}
