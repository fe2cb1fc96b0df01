//! Tells one user, or one connection.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yodel_protocol::EventName;
use yodel_protocol::frame::Target;

use super::broadcast::Delivered;
use super::responses::{Refusals, Unreadable};
use super::schemas;
use crate::hooks::handle::Handle;
use crate::http::extract::json_object::Object;
use crate::http::state::App;

/// A message for one user, or one connection.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Send {
    /// Who gets it.
    #[schema(value_type = schemas::Target)]
    to: Target,
    /// What the message is about.
    #[schema(value_type = String, min_length = 1, max_length = 255, example = "dm")]
    event: EventName,
    /// The message: any JSON, passed on byte for byte.
    #[serde(default)]
    #[schema(value_type = serde_json::Value)]
    data: yodel_protocol::Json,
}

impl Send {
    /// Tells them.
    pub fn run(self, handle: &Handle) -> Delivered {
        Delivered { delivered: handle.send_json(&self.to, self.event, self.data) }
    }
}

/// Tells all connections of a user, or one connection: those that speak `yodel.v1`. It is not kept;
/// `delivered` is 0 when nobody is there.
#[utoipa::path(
    post,
    path = "/api/send",
    tag = "messages",
    request_body = Send,
    responses((status = 200, description = "It is on its way.", body = Delivered), Unreadable, Refusals)
)]
pub async fn send(State(app): State<App>, Object(send): Object<Send>) -> Json<Delivered> {
    Json(send.run(&app.handle()))
}
