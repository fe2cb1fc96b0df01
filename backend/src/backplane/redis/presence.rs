//! Presence of rooms.
//!
//! A field is the name of the node, a line feed and the key. Names of nodes have no line feed.

use ::redis::{Cmd, Value};
use bytes::Bytes;
use yodel_protocol::RoomName;

use crate::backplane::shared::store::{Partition, PresenceRecord, StoreError};

use super::config::RedisConfig;
use super::fault::Fault;
use super::keys::Keys;
use super::publish::millis;
use super::push::Push;
use super::reply::ScriptReply;
use super::script::Script;

/// Creates the call that replaces entries of a node.
pub(super) fn set_call(
    keys: &Keys,
    config: &RedisConfig,
    room: &RoomName,
    node: &str,
    entries: &[(Bytes, Option<Bytes>)],
) -> Cmd {
    let partition = keys.partition_of(room);
    let mut call = Script::SetPresence.call(&[keys.state(partition), keys.presence(partition, room.as_str())]);
    call.arg(millis(config.position_ttl()))
        .arg(keys.room_channel(partition, room))
        .arg(Push::encode_presence(node, entries));
    for (key, value) in entries {
        let field = [node.as_bytes(), b"\n", key].concat();
        call.arg(if value.is_some() { "+" } else { "-" }).arg(field).arg(value.as_deref().unwrap_or_default());
    }
    call
}

/// Creates the call that reads the entries of all nodes.
pub(super) fn get_call(keys: &Keys, partition: Partition, room: &RoomName) -> Cmd {
    Script::Presence.call(&[keys.state(partition), keys.presence(partition, room.as_str()), keys.leases(partition)])
}

/// Reads the answer to [`get_call`].
pub(super) fn parse(answer: Value) -> Result<Vec<PresenceRecord>, Fault> {
    let (_, mut reply) = ScriptReply::of_script(answer)?;
    let mut entries = reply.list()?;
    let mut records = Vec::new();
    while !entries.is_empty() {
        let mut node = entries.bytes()?;
        let end = node.iter().position(|byte| *byte == b'\n').ok_or_else(|| Fault::malformed("a field of presence"))?;
        let key = node.split_off(end + 1);
        node.truncate(end);
        let node = String::from_utf8(node).map_err(|_| Fault::malformed("the name of a node"))?;
        records.push(PresenceRecord { node, key: key.into(), value: entries.bytes()?.into() });
    }
    Ok(records)
}

/// Checks that the name of a node can be a part of a field.
pub(super) fn check_node(node: &str) -> Result<(), StoreError> {
    if node.is_empty() || node.contains('\n') {
        return Err(StoreError("the name of a node is not empty and has no line feed".into()));
    }
    Ok(())
}
