//! Connections of users.

use ::redis::{Cmd, Value};
use bytes::Bytes;
use yodel_protocol::UserId;

use crate::backplane::shared::store::UserRecord;

use super::config::RedisConfig;
use super::fault::Fault;
use super::keys::Keys;
use super::publish::millis;
use super::reply::ScriptReply;
use super::script::Script;

/// Creates the call that replaces the list of a node, if there is one, and reads those of all nodes.
pub(super) fn call(keys: &Keys, config: &RedisConfig, user: &UserId, set: Option<(&str, Option<Bytes>)>) -> Cmd {
    let partition = keys.partition_of_user(user);
    let mut call =
        Script::Users.call(&[keys.state(partition), keys.user(partition, user.as_str()), keys.leases(partition)]);
    call.arg(millis(config.position_ttl()));
    if let Some((node, list)) = set {
        call.arg(node).arg(list.as_deref().unwrap_or_default());
    }
    call
}

/// Reads the answer to such a call.
pub(super) fn parse(answer: Value) -> Result<Vec<UserRecord>, Fault> {
    let (_, mut reply) = ScriptReply::of_script(answer)?;
    let mut lists = reply.list()?;
    let mut records = Vec::new();
    while !lists.is_empty() {
        records.push(UserRecord { node: lists.text()?, connections: lists.bytes()?.into() });
    }
    Ok(records)
}
