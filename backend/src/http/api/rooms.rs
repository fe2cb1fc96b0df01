//! `GET /api/rooms` and `GET /api/rooms/{room}`: rooms and their users.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{Epoch, Offset, RoomName};

use super::responses::{CommonErrors, InvalidParameter};
use super::schemas;
use crate::hooks::handle::RoomInfo;
use crate::http::error::ApiError;
use crate::http::extract::ApiPath;
use crate::http::extract::ApiQuery;
use crate::http::state::AppState;

/// Default and maximum number of rooms in a page.
const DEFAULT_PAGE: usize = 100;
const MAX_PAGE: usize = 1000;

/// Query of a page of rooms.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RoomsQuery {
    /// Return only rooms whose names sort after this one.
    #[param(value_type = Option<String>)]
    after: Option<RoomName>,
    /// Number of rooms, at most 1000. Default: 100.
    #[param(value_type = Option<u64>, maximum = 1000)]
    limit: Option<usize>,
}

/// A page of rooms.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomsResponse {
    /// Rooms, sorted by name.
    rooms: Vec<RoomInfo>,
    /// True if more rooms follow this page.
    more: bool,
}

/// A room with its users.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Room)]
pub struct RoomState {
    /// Name of the room.
    #[schema(value_type = String, example = "chat")]
    room: RoomName,
    /// Epoch of the room's history.
    #[schema(value_type = String, example = "k3f9")]
    epoch: Epoch,
    /// Offset of the latest message; 0 if the room has no messages.
    #[schema(value_type = u64)]
    offset: Offset,
    /// Number of connections in the room.
    members: u64,
    /// Number of messages in the history.
    kept: usize,
    /// Users of these connections, at most `--presence-max`.
    #[schema(value_type = Vec<schemas::PresenceEntry>)]
    users: Vec<PresenceEntry>,
    /// True if the room has more users than are listed.
    more_users: bool,
}

/// Returns the rooms, sorted by name.
///
/// A room exists while it has members or a history. With several nodes (`--redis`), rooms and members are those of all
/// nodes, as a snapshot: a change on another node is visible about a second later, and a room without members and messages
/// remains for some time. If Redis does not answer within five seconds, the response is 503.
#[utoipa::path(
    get,
    path = "/api/rooms",
    operation_id = "rooms",
    tag = "rooms",
    params(RoomsQuery),
    responses((status = 200, description = "A page of rooms.", body = RoomsResponse), InvalidParameter, CommonErrors)
)]
pub async fn list(
    State(app): State<AppState>,
    ApiQuery(page): ApiQuery<RoomsQuery>,
) -> Result<Json<RoomsResponse>, ApiError> {
    let limit = page.limit.unwrap_or(DEFAULT_PAGE).min(MAX_PAGE);
    let (rooms, more) = app.handle().rooms(page.after.as_ref().map(RoomName::as_str), limit).await?;
    Ok(Json(RoomsResponse { rooms, more }))
}

/// Returns a room with its users and its position.
///
/// With several nodes (`--redis`) a snapshot of all nodes, as for the list of rooms. Users are those with connections.
#[utoipa::path(
    get,
    path = "/api/rooms/{room}",
    operation_id = "room",
    tag = "rooms",
    params(("room" = String, Path, description = "Name of the room, percent-encoded.")),
    responses((status = 200, description = "The room.", body = RoomState), InvalidParameter, CommonErrors)
)]
pub async fn one(State(app): State<AppState>, ApiPath(name): ApiPath<RoomName>) -> Result<Json<RoomState>, ApiError> {
    let (info, presence) = app.handle().room(name.as_str()).await?.ok_or_else(|| unknown(&name))?;
    let RoomInfo { room, epoch, offset, members, kept } = info;
    Ok(Json(RoomState { room, epoch, offset, members, kept, users: presence.users, more_users: presence.more }))
}

/// Creates the error for a room that does not exist.
pub fn unknown(room: &RoomName) -> ApiError {
    ApiError::not_found(format!("Room not found: {room}."))
}
