//! Which rooms there are, and who is in one.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yodel_protocol::frame::Present;
use yodel_protocol::{Epoch, Offset, RoomName};

use super::responses::{Misnamed, Refusals};
use super::schemas;
use crate::hooks::handle::RoomInfo;
use crate::http::error::Problem;
use crate::http::extract::Asked;
use crate::http::extract::Named;
use crate::http::state::App;

/// How many rooms a page has, unless something else is asked for, and at most.
const PAGE: usize = 100;
const LARGEST_PAGE: usize = 1000;

/// Which rooms are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Only rooms whose names come after this one.
    #[param(value_type = Option<String>)]
    after: Option<RoomName>,
    /// How many: at most 1000; 100 without it.
    #[param(value_type = Option<u64>, maximum = 1000)]
    limit: Option<usize>,
}

/// Some rooms.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rooms {
    /// In the order of their names.
    rooms: Vec<RoomInfo>,
    /// Whether there are more after them.
    more: bool,
}

/// A room and who is in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Room)]
pub struct RoomState {
    /// Its name.
    #[schema(value_type = String, example = "chat")]
    room: RoomName,
    /// The life of its history.
    #[schema(value_type = String, example = "k3f9")]
    epoch: Epoch,
    /// The place of the last message; 0 before the first.
    #[schema(value_type = u64)]
    offset: Offset,
    /// How many connections are in it.
    members: u64,
    /// How many messages are in its history.
    kept: usize,
    /// Whose connections they are; at most as many as `--presence-max` says.
    #[schema(value_type = Vec<schemas::Present>)]
    users: Vec<Present>,
    /// Whether there are more than `users` says.
    more_users: bool,
}

/// Which rooms there are, in the order of their names.
///
/// A room is there while somebody is in it or something is kept of it.
#[utoipa::path(
    get,
    path = "/api/rooms",
    operation_id = "rooms",
    tag = "rooms",
    params(Page),
    responses((status = 200, description = "A page of rooms.", body = Rooms), Misnamed, Refusals)
)]
pub async fn list(State(app): State<App>, Asked(page): Asked<Page>) -> Json<Rooms> {
    let most = page.limit.unwrap_or(PAGE).min(LARGEST_PAGE);
    let (rooms, more) = app.handle().rooms(page.after.as_ref().map(RoomName::as_str), most);
    Json(Rooms { rooms, more })
}

/// Who is in a room, and how far it is.
#[utoipa::path(
    get,
    path = "/api/rooms/{room}",
    operation_id = "room",
    tag = "rooms",
    params(("room" = String, Path, description = "Its name, percent-encoded where need be.")),
    responses((status = 200, description = "The room.", body = RoomState), Misnamed, Refusals)
)]
pub async fn one(State(app): State<App>, Named(name): Named<RoomName>) -> Result<Json<RoomState>, Problem> {
    let (info, people) = app.handle().room(name.as_str()).ok_or_else(|| unknown(&name))?;
    let RoomInfo { room, epoch, offset, members, kept } = info;
    Ok(Json(RoomState { room, epoch, offset, members, kept, users: people.users, more_users: people.more }))
}

/// Nobody is in a room of this name, and nothing is kept of it.
pub fn unknown(room: &RoomName) -> Problem {
    Problem::not_found(format!("There is no room {room}."))
}
