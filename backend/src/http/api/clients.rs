//! Connections: those of a user, or one by its name.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yodel_protocol::{ClientId, UserId};

use super::responses::{Misnamed, Refusals};
use crate::hooks::handle::ClientInfo;
use crate::http::error::Problem;
use crate::http::extract::Named;
use crate::http::state::App;

/// How many connections of one user are told.
const MOST: usize = 1000;

/// A user's connections.
#[derive(Debug, Serialize, ToSchema)]
pub struct Connections {
    /// Whose.
    #[schema(value_type = String, example = "42")]
    user: UserId,
    /// None while the user is not connected; at most 1000.
    clients: Vec<ClientInfo>,
    /// Whether there are more.
    more: bool,
}

/// Which connections a user has.
#[utoipa::path(
    get,
    path = "/api/users/{user}",
    operation_id = "user",
    tag = "connections",
    params(("user" = String, Path, description = "The user, percent-encoded where need be.")),
    responses((status = 200, description = "The connections, perhaps none.", body = Connections), Misnamed, Refusals)
)]
pub async fn of_user(State(app): State<App>, Named(user): Named<UserId>) -> Json<Connections> {
    let mut clients = app.handle().clients_of_user(user.as_str());
    let more = clients.len() > MOST;
    clients.truncate(MOST);
    Json(Connections { user, clients, more })
}

/// Whose a connection is, where it calls from, since when.
#[utoipa::path(
    get,
    path = "/api/clients/{client}",
    operation_id = "client",
    tag = "connections",
    params(("client" = String, Path, description = "The connection's name.")),
    responses((status = 200, description = "The connection.", body = ClientInfo), Misnamed, Refusals)
)]
pub async fn one(State(app): State<App>, Named(client): Named<ClientId>) -> Result<Json<ClientInfo>, Problem> {
    let found = app.handle().client(client.as_str());
    found.map(Json).ok_or_else(|| Problem::not_found(format!("There is no connection {client}.")))
}
