//! A folder with a limit.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use support::{EnvelopeClient, patient};
use tokio::time::{Duration, sleep};
use yodel_server::DataConfig;

use crate::nodes::start_stored;

/// Time between the attempts of a publish.
const PAUSE: Duration = Duration::from_millis(20);
const LIMIT: u64 = 4 << 20;
/// Header of the database, and the file with the lock.
const OTHERS: u64 = 16 << 10;
/// Rooms, each of which has to remove messages.
const ROOMS: u64 = 10;
/// Size of a message. A page of the database holds one.
const SIZE: usize = 2100;

/// Returns the space that the files of a folder take.
fn space(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").metadata());
    files.map(|file| file.expect("metadata").blocks() * 512).sum()
}

/// Publishes a message until it is accepted, and returns how often it was refused.
async fn publish(client: &mut EnvelopeClient, number: u64) -> u64 {
    let (room, data) = (number % ROOMS, "x".repeat(SIZE));
    for refusals in 0.. {
        let fields = format!(r#""room":"room {room}","event":"msg","data":"{data}","key":"{number}""#);
        client.send(&format!(r#"{{"id":{number},"type":"publish",{fields}}}"#)).await;
        let reply = client.next_message().await;
        if reply["type"] == "ok" {
            return refusals;
        }
        assert_eq!((&reply["code"], &reply["retry"]), (&"unavailable".into(), &true.into()), "{reply}");
        sleep(PAUSE).await;
    }
    unreachable!("it is accepted at some time")
}

#[tokio::test]
async fn a_folder_stays_below_its_limit() {
    let folder = tempfile::tempdir().expect("temporary folder");
    // What is above a step of the database's size is not used.
    let data = DataConfig { max_bytes: Some(LIMIT / 2 * 3), ..DataConfig::new(folder.path()) };
    let server = start_stored(&patient(), data);
    let mut ada = server.connect_envelope("/ws").await;
    let (mut number, mut refused, mut largest) = (0, 0, 0);
    // Refused three times, with messages in between: the oldest messages make room for new ones.
    while refused < 3 {
        number += 1;
        refused += u64::from(publish(&mut ada, number).await > 0);
        let space = space(folder.path());
        largest = largest.max(space);
        assert!(space <= LIMIT + OTHERS, "{space} bytes after {number} messages");
    }
    assert!(largest > LIMIT / 4 * 3, "{number} messages take at most {largest} bytes");
    ada.request(r#"{"id":1,"type":"echo","data":1}"#, r#"{"id":1,"type":"echo","data":1,"time":"TIME"}"#).await;
}
