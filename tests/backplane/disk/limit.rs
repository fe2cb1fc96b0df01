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
const LIMIT: u64 = 2 << 20;
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
    let data = DataConfig { max_bytes: Some(LIMIT), ..DataConfig::new(folder.path()) };
    let server = start_stored(&patient(), data);
    let mut ada = server.connect_envelope("/ws").await;
    let (mut number, mut refused) = (0, 0);
    // Refused twice, with messages in between: the oldest messages make room for new ones.
    while refused < 2 {
        number += 1;
        refused += u64::from(publish(&mut ada, number).await > 0);
        let space = space(folder.path());
        assert!(space <= LIMIT, "{space} bytes after {number} messages");
    }
    assert!(number * SIZE as u64 > LIMIT / 2, "{number} messages");
    ada.request(r#"{"id":1,"type":"echo","data":1}"#, r#"{"id":1,"type":"echo","data":1,"time":"TIME"}"#).await;
}
