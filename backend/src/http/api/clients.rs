//! `GET /api/users/{user}` and `GET /api/clients/{client}`: connections of a user, or one by its id.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yodel_protocol::{ClientId, UserId};

use super::responses::{CommonErrors, InvalidParameter};
use crate::hooks::handle::ClientInfo;
use crate::http::error::ApiError;
use crate::http::extract::ApiPath;
use crate::http::state::AppState;

/// Maximum number of connections in a response.
const MAX_ITEMS: usize = 1000;

/// Connections of a user.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionsResponse {
    /// Name of the user.
    #[schema(value_type = String, example = "42")]
    user: UserId,
    /// Connections, at most 1000; empty if the user is not connected.
    clients: Vec<ClientInfo>,
    /// True if the user has more connections.
    more: bool,
}

/// Returns the connections of a user, the oldest ones first.
///
/// With several nodes (`--redis`) these are the connections to all nodes, as a snapshot: a change on another node is
/// visible about a second later.
#[utoipa::path(
    get,
    path = "/api/users/{user}",
    operation_id = "user",
    tag = "connections",
    params(("user" = String, Path, description = "Name of the user, percent-encoded.")),
    responses((status = 200, description = "The connections; the list may be empty.", body = ConnectionsResponse), InvalidParameter, CommonErrors)
)]
pub async fn of_user(
    State(app): State<AppState>,
    ApiPath(user): ApiPath<UserId>,
) -> Result<Json<ConnectionsResponse>, ApiError> {
    let mut clients = app.handle().clients_of_user(user.as_str()).await?;
    let more = clients.len() > MAX_ITEMS;
    clients.truncate(MAX_ITEMS);
    Ok(Json(ConnectionsResponse { user, clients, more }))
}

/// Returns the user, the address and the start time of a connection to this node.
#[utoipa::path(
    get,
    path = "/api/clients/{client}",
    operation_id = "client",
    tag = "connections",
    params(("client" = String, Path, description = "Id of the connection.")),
    responses((status = 200, description = "The connection.", body = ClientInfo), InvalidParameter, CommonErrors)
)]
pub async fn one(
    State(app): State<AppState>,
    ApiPath(client): ApiPath<ClientId>,
) -> Result<Json<ClientInfo>, ApiError> {
    let found = app.handle().client(client.as_str());
    found.map(Json).ok_or_else(|| ApiError::not_found(format!("Client not found: {client}.")))
}
