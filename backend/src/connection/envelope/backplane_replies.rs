//! Replies to requests that the backplane answers.

use yodel_protocol::frame::{Ack, Presence, ServerFrame};
use yodel_protocol::{ErrorCode, Id, Offset, Position, RoomName, frame};

use super::reply::{Reply, ReplyResult};
use crate::backplane::history::HistoryPage;
use crate::backplane::listing::RoomUsers;
use crate::backplane::publish::{PublishError, PublishOutcome};
use crate::backplane::unavailable::Unavailable;
use crate::encode;
use crate::hooks::error::RequestError;
use crate::hub::JoinError;
use crate::runtime::random;

/// Creates the reply to a publish.
pub(super) fn publish_reply(id: Id, result: Result<PublishOutcome, PublishError>) -> ReplyResult {
    let PublishOutcome { position, duplicate } = result.map_err(not_published)?;
    let (epoch, offset) = (Some(position.epoch), Some(position.offset));
    Ok(Reply::from_frame(&ServerFrame::Ok(Ack { epoch, offset, duplicate, ..Ack::new(id) })))
}

/// Creates the reply with a page of a history; `None` if the room does not exist.
pub(super) fn history_reply(id: Id, room: RoomName, page: Option<(Position, HistoryPage)>) -> Reply {
    // An unused room has a position, too: the start of a history that does not exist yet.
    let empty = || (Position { epoch: random::epoch(), offset: Offset(0) }, HistoryPage::default());
    let (Position { epoch, offset }, page) = page.unwrap_or_else(empty);
    let messages = page.messages.iter().map(|message| encode::message::json(message)).collect();
    Reply::Frame(ServerFrame::History(frame::History { id, room, epoch, offset, messages, more: page.more }).encode())
}

/// Creates the reply with the users of a room.
pub(super) fn users_reply(id: Id, room: RoomName, RoomUsers { clients, users, more }: RoomUsers) -> Reply {
    Reply::from_frame(&ServerFrame::Presence(Presence { id, room, clients, users, more_users: more }))
}

/// Creates the error of a publish.
pub(super) fn not_published(error: PublishError) -> RequestError {
    let code = match error {
        PublishError::RoomLimit | PublishError::HistoryLimit | PublishError::Unavailable(_) => ErrorCode::Unavailable,
        PublishError::KeyConflict => ErrorCode::Conflict,
    };
    RequestError::new(code, error.to_string())
}

/// Creates the error of a join.
pub(super) fn not_joined(error: JoinError) -> RequestError {
    RequestError::new(ErrorCode::Unavailable, error.to_string())
}

/// Creates the error of a request that the backplane did not answer.
pub(super) fn unavailable(error: Unavailable) -> RequestError {
    RequestError::new(ErrorCode::Unavailable, error.to_string())
}
