//! Lists rooms.

use ::redis::{Cmd, Value};
use yodel_protocol::RoomName;

use crate::backplane::shared::store::{Partition, RoomRecord};

use super::config::RedisConfig;
use super::fault::Fault;
use super::keys::Keys;
use super::publish::millis;
use super::read::count;
use super::reply::ScriptReply;
use super::script::Script;

/// Creates the call that lists rooms of a partition.
pub(super) fn call(
    keys: &Keys,
    config: &RedisConfig,
    partition: Partition,
    after: Option<&RoomName>,
    limit: usize,
) -> Cmd {
    let mut call = Script::Rooms.call(&[keys.state(partition), keys.rooms(partition)]);
    call.arg(after.map_or("-".into(), |room| format!("({room}")))
        .arg(count(limit))
        .arg(millis(config.history_age))
        .arg(keys.meta(partition, ""))
        .arg(keys.stream(partition, ""));
    call
}

/// Reads the answer to such a call.
pub(super) fn parse(answer: Value) -> Result<Vec<RoomRecord>, Fault> {
    let (_, mut reply) = ScriptReply::of_script(answer)?;
    let mut rooms = reply.list()?;
    let mut records = Vec::new();
    while !rooms.is_empty() {
        let (name, position) = (rooms.room()?, rooms.position()?);
        let messages = usize::try_from(rooms.number()?).map_err(|_| Fault::malformed("a number of messages"))?;
        records.push(RoomRecord { name, position, messages });
    }
    Ok(records)
}
