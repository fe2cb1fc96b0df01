//! Assertions after the chaos test: no acknowledged message is lost or duplicated, and every gap is reported.

use std::collections::HashMap;

use yodel_protocol::RoomName;

use super::client::ChaosClient;
use super::epoch_log::{EpochLog, epoch_logs};
use super::rooms::ROOMS;

pub fn check(clients: &[ChaosClient]) {
    // The acknowledged message at each position.
    let mut published_at: HashMap<(RoomName, String, u64), String> = HashMap::new();
    for client in clients {
        assert_eq!(client.failed, [""; 0], "client {}", client.number);
        for (room, position, text) in &client.acknowledged {
            let position = (room.clone(), position.epoch.to_string(), position.offset.0);
            let before = published_at.insert(position, text.clone());
            assert!(before.is_none_or(|before| before == *text), "two messages at the same position");
        }
    }
    for client in clients {
        assert_eq!(client.observed.len() as u64, ROOMS, "client {} is in all rooms", client.number);
        for (room, observed) in &client.observed {
            check_room(client, room, &epoch_logs(observed), &published_at);
        }
    }
}

fn check_room(
    client: &ChaosClient,
    room: &RoomName,
    epoch_logs: &[EpochLog],
    published_at: &HashMap<(RoomName, String, u64), String>,
) {
    let label = format!("client {} in {room}", client.number);
    assert_eq!(epoch_logs.len(), 2, "{label}: one epoch before and one after the restart");
    let gaps: Vec<_> = epoch_logs.iter().map(|log| (&log.begin, log.gap)).collect();
    assert!(!epoch_logs[0].gap && epoch_logs[1].gap, "{label}: only the restart is reported as a gap: {gaps:?}");
    for EpochLog { begin, messages, .. } in epoch_logs {
        let own = client.acknowledged.iter().filter(|(to, at, _)| to == room && at.epoch == begin.epoch);
        let own: HashMap<u64, &String> = own.map(|(_, at, text)| (at.offset.0, text)).collect();
        let mut due = begin.offset.0 + 1;
        for (offset, text) in messages {
            // Own messages published with `echo: false` are not delivered.
            while due < *offset {
                assert!(own.contains_key(&due), "{label}: {due} is missing before {offset}");
                due += 1;
            }
            assert_eq!(*offset, due, "{label}: in order and once");
            let position = (room.clone(), begin.epoch.to_string(), *offset);
            assert!(
                published_at.get(&position).is_none_or(|acknowledged| acknowledged == text),
                "{label}: another message at {offset}"
            );
            due += 1;
        }
        check_senders(&label, messages);
    }
}

/// Asserts that the messages of each sender arrive in publishing order.
fn check_senders(label: &str, messages: &[(u64, String)]) {
    let mut latest: HashMap<&str, u64> = HashMap::new();
    for (offset, text) in messages {
        let (sender, number) = text.split_once(':').unwrap();
        let number = number.parse().unwrap();
        let before = latest.insert(sender, number);
        assert!(before.is_none_or(|before| before < number), "{label}: {text} at {offset} after {before:?}");
    }
}
