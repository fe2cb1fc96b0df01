//! Reads positions and histories.

use ::redis::{Cmd, Value};
use yodel_protocol::{Epoch, Offset, RoomName};

use crate::backplane::shared::store::{Page, Partition, Range};

use super::config::RedisConfig;
use super::epoch::proposal;
use super::fault::Fault;
use super::keys::Keys;
use super::publish::millis;
use super::reply::ScriptReply;
use super::script::Script;

/// Creates the call that reads the position of a room and a part of its history.
pub(super) fn call(
    keys: &Keys,
    config: &RedisConfig,
    partition: Partition,
    room: &RoomName,
    new_epoch: &Epoch,
    range: Range,
) -> Cmd {
    let room = room.as_str();
    let names =
        [keys.state(partition), keys.meta(partition, room), keys.stream(partition, room), keys.rooms(partition)];
    let mut call = Script::Read.call(&names);
    call.arg(room).arg(proposal(new_epoch)).arg(millis(config.history_age)).arg(millis(config.position_ttl()));
    match range {
        Range::After(Offset(offset), limit) => call.arg("after").arg(format!("({offset}-0")).arg(count(limit)),
        Range::Before(None, limit) => call.arg("before").arg("+").arg(count(limit)),
        // Before the first message, there is nothing; and no range may end before 0-0.
        Range::Before(Some(Offset(0..=1)), _) => call.arg("before").arg("+").arg(0),
        Range::Before(Some(Offset(offset)), limit) => call.arg("before").arg(format!("({offset}-0")).arg(count(limit)),
    };
    call
}

/// Reads the answer to such a call.
pub(super) fn parse(answer: Value) -> Result<Page, Fault> {
    let (_, mut reply) = ScriptReply::of_script(answer)?;
    let position = reply.position()?;
    let more = reply.number()? == 1;
    let mut offset = Offset(reply.number()?);
    let mut payloads = reply.list()?;
    let mut messages = Vec::new();
    while !payloads.is_empty() {
        messages.push((offset, payloads.bytes()?.into()));
        offset = offset.next();
    }
    Ok(Page { position, messages, more })
}

/// Returns a number of entries, as commands take it.
pub(super) fn count(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}
