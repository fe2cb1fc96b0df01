//! Publishes messages.

use std::time::Duration;

use ::redis::{Cmd, Value};

use crate::backplane::shared::store::{Partition, Refusal, StoreMessage, StorePublication};

use super::config::RedisConfig;
use super::epoch::proposal;
use super::fault::Fault;
use super::keys::Keys;
use super::reply::ScriptReply;
use super::script::Script;

const MISMATCH: i64 = 0;
const DONE: i64 = 1;
const DUPLICATE: i64 = 2;
const CONFLICT: i64 = 3;

/// Creates the call that publishes a message.
pub(super) fn call(
    keys: &Keys,
    config: &RedisConfig,
    partition: Partition,
    generation: u64,
    message: &StoreMessage,
) -> Cmd {
    let room = message.room.as_str();
    let mut names: Vec<Vec<u8>> = [
        keys.state(partition),
        keys.meta(partition, room),
        keys.stream(partition, room),
        keys.changes(partition),
        keys.rooms(partition),
    ]
    .map(String::into_bytes)
    .into();
    names.extend(message.key.as_ref().map(|key| keys.idempotency(partition, &message.room, key)));
    let mut call = Script::Publish.call(&names);
    call.arg(generation)
        .arg(proposal(&message.new_epoch))
        .arg(room)
        .arg(&message.payload[..])
        .arg(keys.room_channel(partition, &message.room))
        .arg(config.retained_messages())
        .arg(millis(config.history_age))
        .arg(millis(config.position_ttl()))
        .arg(millis(config.key_ttl));
    if let Some(key) = &message.key {
        call.arg(key.digest);
    }
    call
}

/// Reads the answer to such a call.
pub(super) fn parse(answer: Value) -> Result<Result<StorePublication, Refusal>, Fault> {
    let (status, mut reply) = ScriptReply::of_script(answer)?;
    Ok(match status {
        MISMATCH => Err(Refusal::Generation(reply.number()?)),
        DONE | DUPLICATE => Ok(StorePublication { position: reply.position()?, duplicate: status == DUPLICATE }),
        CONFLICT => Err(Refusal::KeyConflict),
        _ => return Err(Fault::malformed("the status of a publish")),
    })
}

/// Returns the answer for a message that was not published because the generation is another one.
pub(super) fn mismatch(generation: u64) -> Value {
    Value::Array(vec![Value::Int(MISMATCH), Value::BulkString(generation.to_string().into_bytes())])
}

/// Returns a lifetime in milliseconds, as commands take it: at least one, and no more than a century.
pub(super) fn millis(time: Duration) -> u64 {
    const CENTURY: u64 = 100 * 365 * 24 * 60 * 60 * 1000;
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).clamp(1, CENTURY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mismatch_is_refused_with_the_generation() {
        assert_eq!(parse(mismatch(u64::MAX)), Ok(Err(Refusal::Generation(u64::MAX))));
    }

    #[test]
    fn lifetimes_are_in_the_range_of_the_server() {
        assert_eq!(millis(Duration::ZERO), 1);
        assert_eq!(millis(Duration::MAX), 3_153_600_000_000);
    }
}
