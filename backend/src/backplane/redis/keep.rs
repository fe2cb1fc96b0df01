//! Keeps positions of rooms.

use ::redis::Pipeline;
use yodel_protocol::RoomName;

use crate::backplane::shared::store::Partition;

use super::config::RedisConfig;
use super::keys::Keys;
use super::publish::millis;
use super::script::Script;

/// Number of rooms in one script, so that others can run in between.
const BATCH: usize = 500;

/// Creates the calls that keep positions and presence of rooms for another lifetime.
pub(super) fn calls(keys: &Keys, config: &RedisConfig, partition: Partition, rooms: &[RoomName]) -> Pipeline {
    let mut calls = Pipeline::with_capacity(rooms.len().div_ceil(BATCH));
    for batch in rooms.chunks(BATCH) {
        let mut call = Script::Keep.call(&[keys.state(partition)]);
        call.arg(millis(config.position_ttl())).arg(keys.meta(partition, "")).arg(keys.presence(partition, ""));
        for room in batch {
            call.arg(room.as_str());
        }
        calls.add_command(call);
    }
    calls
}
