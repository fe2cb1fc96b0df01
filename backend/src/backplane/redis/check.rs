//! Checks partitions.

use ::redis::{Cmd, Value};

use crate::backplane::shared::store::{Check, Lease, Partition};

use super::fault::Fault;
use super::keys::Keys;
use super::publish::millis;
use super::reply::ScriptReply;
use super::script::Script;

/// Creates the call that renews a lease and looks for changes since `number`.
pub(super) fn call(keys: &Keys, partition: Partition, number: u64, lease: Lease<'_>) -> Cmd {
    let names = [keys.state(partition), keys.leases(partition), keys.changes(partition), keys.rooms(partition)];
    let mut call = Script::Check.call(&names);
    call.arg(lease.node).arg(millis(lease.time)).arg(number).arg(keys.meta(partition, ""));
    call
}

/// Reads the answer to such a call.
pub(super) fn parse(answer: Value) -> Result<Check, Fault> {
    let (_, mut reply) = ScriptReply::of_script(answer)?;
    let (generation, number) = (reply.number()?, reply.number()?);
    let mut names = reply.list()?;
    let mut nodes = Vec::new();
    while !names.is_empty() {
        nodes.push(names.text()?);
    }
    let changed = reply.optional_list()?.map(parse_changes).transpose()?;
    Ok(Check { generation, number, changed, nodes })
}

fn parse_changes(mut changes: ScriptReply) -> Result<Vec<(yodel_protocol::RoomName, yodel_protocol::Position)>, Fault> {
    let mut changed = Vec::new();
    while !changes.is_empty() {
        changed.push((changes.room()?, changes.position()?));
    }
    Ok(changed)
}
