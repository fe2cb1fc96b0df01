//! Checks at the end of a chaos test.

use std::collections::HashMap;

use yodel_protocol::RoomName;

use super::client::{ChaosClient, PublishedMessage};
use super::epoch_log::EpochLog;

/// The acknowledged message at each position: room, epoch and offset.
type Acknowledged = HashMap<(RoomName, String, u64), PublishedMessage>;

/// Asserts that each member has received each acknowledged message once and in order, up to the end of an epoch, whose
/// loss has to be reported. Call it when everything is delivered.
///
/// # Panics
/// Panics if a message was lost silently, doubled or reordered.
pub fn check_messages(clients: &[ChaosClient]) {
    let acknowledged = acknowledged(clients);
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
                check_log(&label, client, room, log, &acknowledged);
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

fn acknowledged(clients: &[ChaosClient]) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    for (room, position, content) in clients.iter().flat_map(|client| &client.acknowledged) {
        let position = (room.clone(), position.epoch.to_string(), position.offset.0);
        let other = acknowledged.insert(position.clone(), *content).filter(|other| other != content);
        assert_eq!(other, None, "two messages at {position:?}");
    }
    acknowledged
}

/// Checks the messages of an epoch.
fn check_log(label: &str, client: &ChaosClient, room: &RoomName, log: &EpochLog, acknowledged: &Acknowledged) {
    let epoch = log.begin.epoch.to_string();
    let own = client.acknowledged.iter().filter(|(to, at, _)| to == room && at.epoch == log.begin.epoch);
    let own: HashMap<u64, PublishedMessage> = own.map(|(_, at, content)| (at.offset.0, *content)).collect();
    let mut latest: HashMap<u32, u32> = HashMap::new();
    let mut due = log.begin.offset.0 + 1;
    for (offset, content) in &log.messages {
        // Own messages that are not sent back.
        while due < *offset {
            assert!(own.contains_key(&due), "{label}: {due} of {epoch} is missing before {offset}");
            due += 1;
        }
        assert_eq!(*offset, due, "{label}: in order and once in {epoch}");
        let expected = acknowledged.get(&(room.clone(), epoch.clone(), *offset)).unwrap_or(content);
        assert_eq!(content, expected, "{label}: another message at {offset} of {epoch}");
        let before = latest.insert(content.sender, content.number);
        assert!(before.is_none_or(|before| before < content.number), "{label}: {content:?} after {before:?}");
        due += 1;
    }
}
