//! Lists rooms, and the number of their connections.

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

/// Rooms of a partition.
#[derive(Clone, Copy, Debug)]
pub(super) enum RoomSelection<'a> {
    /// Rooms after a name, or all; at most so many.
    After(Option<&'a RoomName>, usize),
    /// One room.
    One(&'a RoomName),
}

/// Creates the call that lists rooms of a partition. Connections to `node` are not counted.
pub(super) fn call(
    keys: &Keys,
    config: &RedisConfig,
    partition: Partition,
    selection: RoomSelection<'_>,
    node: &str,
) -> Cmd {
    let mut call = Script::Rooms.call(&[keys.state(partition), keys.rooms(partition), keys.leases(partition)]);
    match selection {
        RoomSelection::After(after, limit) => {
            call.arg(after.map_or("-".into(), |room| format!("({room}"))).arg("+").arg(count(limit))
        }
        RoomSelection::One(room) => call.arg(format!("[{room}")).arg(format!("[{room}")).arg(1),
    };
    call.arg(millis(config.history_age))
        .arg(keys.meta(partition, ""))
        .arg(keys.stream(partition, ""))
        .arg(keys.presence(partition, ""))
        .arg(node);
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
        records.push(RoomRecord { name, position, messages, members_elsewhere: rooms.number()? });
    }
    Ok(records)
}
