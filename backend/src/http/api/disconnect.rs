//! Closes connections.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yodel_protocol::frame::Target;
use yodel_protocol::{ClientId, CloseCode, UserId};

use super::responses::{Refusals, Unreadable};
use crate::hooks::handle::Handle;
use crate::http::error::Problem;
use crate::http::extract::json_object::Object;
use crate::http::state::App;

/// Whose connections are closed, and what they are told. Exactly one of `user` and `client` is there.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Disconnect {
    /// All connections of this user.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255, example = "42")]
    user: Option<UserId>,
    /// This connection.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    client: Option<ClientId>,
    /// The close code: up to 4499 they may come back, from 4500 on they stay away.
    #[serde(default = "kicked")]
    #[schema(value_type = u16, minimum = 4000, maximum = 4999, default = 4503)]
    code: CloseCode,
    /// Why, for people: at most 123 bytes.
    #[serde(default)]
    #[schema(max_length = 123)]
    reason: String,
}

/// What was closed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Disconnected {
    /// How many connections that is.
    #[schema(example = 1)]
    disconnected: usize,
}

fn kicked() -> CloseCode {
    CloseCode::KICKED
}

impl Disconnect {
    /// Closes them.
    pub fn run(self, handle: &Handle) -> Result<Disconnected, Problem> {
        let target = match (self.user, self.client) {
            (Some(user), None) => Target::User(user),
            (None, Some(client)) => Target::Client(client),
            _ => return Err(Problem::bad_request("Either `user` or `client` is needed, and not both.")),
        };
        Ok(Disconnected { disconnected: handle.disconnect(&target, self.code, &self.reason)? })
    }
}

/// Closes all connections of a user, or one connection.
#[utoipa::path(
    post,
    path = "/api/disconnect",
    tag = "connections",
    request_body = Disconnect,
    responses((status = 200, description = "They are being closed.", body = Disconnected), Unreadable, Refusals)
)]
pub async fn disconnect(
    State(app): State<App>,
    Object(disconnect): Object<Disconnect>,
) -> Result<Json<Disconnected>, Problem> {
    disconnect.run(&app.handle()).map(Json)
}
