//! Probes: whether messages can be published.

use std::time::Duration;

use ::redis::{Cmd, Value};

use crate::backplane::shared::store::Partition;

use super::fault::Fault;
use super::keys::Keys;
use super::publish::{self, millis};
use super::script::Script;

/// Lifetime of what a probe writes.
const LIFETIME: Duration = Duration::from_secs(60);

/// Generation that no partition has.
const NO_GENERATION: u64 = 0;

/// Creates the call of a probe. It runs the script of a publish with keys and a channel of its own, so that the server
/// refuses it for the same reasons. With another generation than that of the partition, the script writes nothing.
pub(super) fn call(keys: &Keys, partition: Partition, generation: Option<u64>) -> Cmd {
    let [meta, stream, rooms] = ["meta", "stream", "rooms"].map(|name| keys.probe(partition, name));
    let changes = rooms.clone();
    let mut call = Script::Publish.call(&[keys.state(partition), meta, stream, changes, rooms]);
    call.arg(generation.unwrap_or(NO_GENERATION))
        .arg("probe")
        .arg("probe")
        .arg("")
        .arg(keys.probe(partition, "channel"));
    // Messages to retain, then lifetimes of messages, position and key.
    call.arg(1).arg(millis(LIFETIME)).arg(millis(LIFETIME)).arg(millis(LIFETIME));
    call
}

/// Reads the answer to such a call.
///
/// # Errors
/// Returns an error if a probe with a generation has written nothing, because the generation is another one.
pub(super) fn parse(answer: Value, generation: Option<u64>) -> Result<(), Fault> {
    match publish::parse(answer)? {
        Err(_) if generation.is_some() => Err(Fault::Refused("the generation has changed".into())),
        _ => Ok(()),
    }
}
