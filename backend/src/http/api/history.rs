//! `GET /api/rooms/{room}/history`: messages of a room.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yodel_protocol::{Epoch, Offset, Position, RoomName};

use super::responses::{CommonErrors, InvalidParameter};
use super::rooms;
use super::schemas;
use crate::encode;
use crate::http::error::ApiError;
use crate::http::extract::ApiPath;
use crate::http::extract::ApiQuery;
use crate::http::state::AppState;

/// Default number of messages in a page.
const DEFAULT_PAGE: usize = 50;

/// Query of a page of history.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Return only messages with a lower offset. Default: the latest messages.
    #[param(value_type = Option<u64>)]
    before: Option<Offset>,
    /// Number of messages, at most `--recover-max`. Default: 50.
    #[param(value_type = Option<u64>)]
    limit: Option<usize>,
}

/// A page of a room's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryResponse {
    /// Name of the room.
    #[schema(value_type = String, example = "chat")]
    room: RoomName,
    /// Epoch of the room's history.
    #[schema(value_type = String, example = "k3f9")]
    epoch: Epoch,
    /// Offset of the latest message; 0 if the room has no messages.
    #[schema(value_type = u64)]
    offset: Offset,
    /// Messages, oldest first.
    #[schema(value_type = Vec<schemas::RoomMessage>)]
    messages: Vec<yodel_protocol::Json>,
    /// True if the history has older messages.
    more: bool,
}

/// Returns messages of a room, newest page first.
#[utoipa::path(
    get,
    path = "/api/rooms/{room}/history",
    tag = "rooms",
    params(("room" = String, Path, description = "Name of the room, percent-encoded."), HistoryQuery),
    responses((status = 200, description = "A page of the history.", body = HistoryResponse), InvalidParameter, CommonErrors)
)]
pub async fn history(
    State(app): State<AppState>,
    ApiPath(room): ApiPath<RoomName>,
    ApiQuery(query): ApiQuery<HistoryQuery>,
) -> Result<Json<HistoryResponse>, ApiError> {
    let limit = query.limit.unwrap_or(DEFAULT_PAGE).min(app.server.config.recover_max);
    let found = app.handle().history(&room, query.before, limit).await?;
    let (Position { epoch, offset }, page) = found.ok_or_else(|| rooms::unknown(&room))?;
    let messages = page.messages.iter().map(|message| encode::message::json(message).clone()).collect();
    Ok(Json(HistoryResponse { room, epoch, offset, messages, more: page.more }))
}
