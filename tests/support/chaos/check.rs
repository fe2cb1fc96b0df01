//! Checks at the end of a chaos test.

use std::collections::HashMap;

use yodel_protocol::{Epoch, RoomName};

use super::client::{ChaosClient, PublishedMessage};
use super::epoch_log::EpochLog;

/// The message at each position: room, epoch and offset.
type Positions = HashMap<(RoomName, String, u64), PublishedMessage>;

/// Asserts that each member has received each acknowledged message once and in order, up to the end of an epoch, whose
/// loss has to be reported. Call it when everything is delivered.
///
/// # Panics
/// Panics if a message was lost silently, doubled or reordered.
pub fn check_messages(clients: &[ChaosClient]) {
    let positions = positions(clients);
    for client in clients {
        assert_eq!(client.failed, [""; 0], "client {}", client.number);
        for room in &client.rooms {
            let label = format!("client {} in {room}", client.number);
            let _shown = ShownOnPanic(client, room);
            let logs = client.epoch_logs(room);
            for (index, log) in logs.iter().enumerate() {
                assert_eq!(log.gap, index > 0, "{label}: the end of an epoch is reported, and nothing else: {log:?}");
                let is_last = index + 1 == logs.len();
                assert!(!log.is_incomplete || !is_last, "{label}: a loss that no end of an epoch explains: {log:?}");
                check_log(&label, client, room, log, &positions);
            }
        }
    }
}

/// Shows what a client observed of a room if a check fails.
struct ShownOnPanic<'a>(&'a ChaosClient, &'a RoomName);

impl Drop for ShownOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("client {} observed in {}: {:?}", self.0.number, self.1, self.0.observed(self.1));
        }
    }
}

/// Collects what clients were told about positions. The reply to a message may be lost with its epoch, but then others
/// have received it.
fn positions(clients: &[ChaosClient]) -> Positions {
    let mut positions = Positions::new();
    let mut add = |room: &RoomName, epoch: &Epoch, offset: u64, content: PublishedMessage| {
        let position = (room.clone(), epoch.to_string(), offset);
        let other = positions.insert(position.clone(), content).filter(|other| *other != content);
        assert_eq!(other, None, "two messages at {position:?}");
    };
    for client in clients {
        for (room, position, content) in &client.acknowledged {
            add(room, &position.epoch, position.offset.0, *content);
        }
        for room in &client.rooms {
            for log in client.epoch_logs(room) {
                for (offset, content) in log.messages {
                    add(room, &log.begin.epoch, offset, content);
                }
            }
        }
    }
    positions
}

/// Checks the messages of an epoch.
fn check_log(label: &str, client: &ChaosClient, room: &RoomName, log: &EpochLog, positions: &Positions) {
    let epoch = log.begin.epoch.to_string();
    let at = |offset| positions.get(&(room.clone(), epoch.clone(), offset));
    let mut latest: HashMap<u32, u32> = HashMap::new();
    let mut due = log.begin.offset.0 + 1;
    for (offset, content) in &log.messages {
        while due < *offset {
            let is_silent = at(due).is_some_and(|content| client.is_silent(*content));
            assert!(is_silent, "{label}: {due} of {epoch} is missing before {offset}");
            due += 1;
        }
        assert_eq!(*offset, due, "{label}: in order and once in {epoch}");
        let before = latest.insert(content.sender, content.number);
        assert!(before.is_none_or(|before| before < content.number), "{label}: {content:?} after {before:?}");
        due += 1;
    }
}
