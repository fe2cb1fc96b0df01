//! What was said in a room.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yodel_protocol::{Epoch, Offset, RoomName};

use super::responses::{Misnamed, Refusals};
use super::rooms;
use super::schemas;
use crate::encode;
use crate::http::error::Problem;
use crate::http::extract::Asked;
use crate::http::extract::Named;
use crate::http::state::App;

/// How many messages a page has, unless something else is asked for.
const PAGE: usize = 50;

/// Which messages are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Before {
    /// Only what is older than this place; without it the latest.
    #[param(value_type = Option<u64>)]
    before: Option<Offset>,
    /// How many: at most as many as `--recover-max` says; 50 without it.
    #[param(value_type = Option<u64>)]
    limit: Option<usize>,
}

/// A page of what was said in a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// Which room.
    #[schema(value_type = String, example = "chat")]
    room: RoomName,
    /// The life of its history.
    #[schema(value_type = String, example = "k3f9")]
    epoch: Epoch,
    /// The place of the last message; 0 before the first.
    #[schema(value_type = u64)]
    offset: Offset,
    /// Oldest first.
    #[schema(value_type = Vec<schemas::Message>)]
    messages: Vec<yodel_protocol::Json>,
    /// Whether older ones are kept.
    more: bool,
}

/// What was said in a room lately, backwards in pages.
#[utoipa::path(
    get,
    path = "/api/rooms/{room}/history",
    tag = "rooms",
    params(("room" = String, Path, description = "Its name, percent-encoded where need be."), Before),
    responses((status = 200, description = "A page of its history.", body = History), Misnamed, Refusals)
)]
pub async fn history(
    State(app): State<App>,
    Named(room): Named<RoomName>,
    Asked(asked): Asked<Before>,
) -> Result<Json<History>, Problem> {
    let most = asked.limit.unwrap_or(PAGE).min(app.shared.config.recover_max);
    let (info, page) = app.handle().history(&room, asked.before, most).ok_or_else(|| rooms::unknown(&room))?;
    let messages = page.messages.iter().map(|message| encode::message::json(message).clone()).collect();
    Ok(Json(History { room, epoch: info.epoch, offset: info.offset, messages, more: page.more }))
}
