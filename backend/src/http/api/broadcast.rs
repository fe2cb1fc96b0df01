//! Tells everybody.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yodel_protocol::EventName;

use super::responses::{Refusals, Unreadable};
use crate::hooks::handle::Handle;
use crate::http::extract::json_object::Object;
use crate::http::state::App;

/// A message for everybody.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Broadcast {
    /// What the message is about.
    #[schema(value_type = String, min_length = 1, max_length = 255, example = "note")]
    event: EventName,
    /// The message: any JSON, passed on byte for byte.
    #[serde(default)]
    #[schema(value_type = serde_json::Value)]
    data: yodel_protocol::Json,
}

/// To whom a message went.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delivered {
    /// How many connections that is.
    #[schema(example = 2)]
    pub delivered: usize,
}

impl Broadcast {
    /// Tells everybody; waits while too much is on its way.
    pub async fn run(self, handle: &Handle) -> Delivered {
        Delivered { delivered: handle.broadcast_json(self.event, self.data).await }
    }
}

/// Tells everybody who is connected, whatever room they are in. It is not kept.
#[utoipa::path(
    post,
    path = "/api/broadcast",
    tag = "messages",
    request_body = Broadcast,
    responses((status = 200, description = "It is on its way.", body = Delivered), Unreadable, Refusals)
)]
pub async fn broadcast(State(app): State<App>, Object(broadcast): Object<Broadcast>) -> Json<Delivered> {
    Json(broadcast.run(&app.handle()).await)
}
