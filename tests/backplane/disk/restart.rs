//! A server that stops in order and starts again.

use serde_json::json;
use support::{EnvelopeClient, TestServer, patient};
use tempfile::TempDir;
use yodel_server::{DataConfig, Durability, ServerConfig};

use super::{epoch, join, numbers, publish};
use crate::nodes::start_stored;

fn data(folder: &TempDir, durability: Durability) -> DataConfig {
    DataConfig { durability, ..DataConfig::new(folder.path()) }
}

/// Closes connections, stops a server in order, and waits for its end.
async fn stop<const N: usize>(server: TestServer, clients: [EnvelopeClient; N]) {
    drop(clients);
    server.stop();
    server.stopped().await;
}

#[tokio::test]
async fn rooms_go_on_after_a_restart() {
    for durability in [Durability::Commit, Durability::Relaxed] {
        let folder = tempfile::tempdir().expect("temporary folder");
        let server = start_stored(&patient(), data(&folder, durability));
        let mut ada = server.connect_envelope("/ws").await;
        let first = publish(&mut ada, 1).await;
        publish(&mut ada, 2).await;
        stop(server, [ada]).await;

        let server = start_stored(&patient(), data(&folder, durability));
        let mut bob = server.connect_envelope("/ws").await;
        let joined = join(&mut bob, &epoch(&first), 1).await;
        assert_eq!((&joined["recovered"], &joined["offset"], numbers(&joined)), (&true.into(), &2.into(), vec![2]));
        let mut ada = server.connect_envelope("/ws").await;
        let expected = json!({"id": 1, "type": "ok", "epoch": epoch(&first), "offset": 1, "duplicate": true});
        assert_eq!(publish(&mut ada, 1).await, expected, "{durability}");
        assert_eq!(publish(&mut ada, 3).await["offset"], 3, "{durability}");
        assert_eq!(bob.next_message().await["data"], 3);
    }
}

#[tokio::test]
async fn limits_of_the_history_apply_after_a_restart() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let server = start_stored(&patient(), data(&folder, Durability::Commit));
    let mut ada = server.connect_envelope("/ws").await;
    for number in 1..=9 {
        publish(&mut ada, number).await;
    }
    let first = publish(&mut ada, 10).await;
    stop(server, [ada]).await;
    for history_messages in [4, 9] {
        let config = ServerConfig { history_messages, ..patient() };
        let server = start_stored(&config, data(&folder, Durability::Commit));
        let mut bob = server.connect_envelope("/ws").await;
        let joined = join(&mut bob, &epoch(&first), 6).await;
        assert_eq!((&joined["recovered"], numbers(&joined)), (&true.into(), vec![7, 8, 9, 10]));
        let joined = join(&mut bob, &epoch(&first), 5).await;
        assert_eq!(joined["recovered"], false, "a smaller limit has removed what was before");
        stop(server, [bob]).await;
    }
}

#[tokio::test]
async fn a_copy_of_the_folder_is_a_backup() {
    let [folder, backup] = [(); 2].map(|()| tempfile::tempdir().expect("temporary folder"));
    let server = start_stored(&patient(), data(&folder, Durability::Commit));
    let mut ada = server.connect_envelope("/ws").await;
    let first = publish(&mut ada, 1).await;
    stop(server, [ada]).await;
    for file in std::fs::read_dir(folder.path()).expect("a folder") {
        let file = file.expect("a file");
        std::fs::copy(file.path(), backup.path().join(file.file_name())).expect("the file can be copied");
    }
    drop(folder);
    let server = start_stored(&patient(), data(&backup, Durability::Commit));
    let mut bob = server.connect_envelope("/ws").await;
    let joined = join(&mut bob, &epoch(&first), 0).await;
    assert_eq!((&joined["recovered"], numbers(&joined)), (&true.into(), vec![1]));
}

#[tokio::test]
async fn a_folder_in_use_is_refused() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let server = start_stored(&patient(), data(&folder, Durability::Commit));
    let second = yodel_server::Server::builder().build_with_data(data(&folder, Durability::Commit));
    let error = second.expect_err("the folder is in use").to_string();
    assert!(error.contains(&std::process::id().to_string()), "{error}");
    stop(server, []).await;
    start_stored(&patient(), data(&folder, Durability::Commit));
}

#[tokio::test]
async fn a_folder_above_its_bound_loses_the_oldest_messages() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let bound = DataConfig { max_bytes: Some(100 << 10), ..data(&folder, Durability::Relaxed) };
    let config = ServerConfig { history_messages: 1000, ..patient() };
    let server = start_stored(&config, bound);
    let mut ada = server.connect_envelope("/ws").await;
    let text = "x".repeat(1000);
    let frame = format!(r#"{{"id":1,"type":"publish","room":"chat","event":"msg","data":"{text}"}}"#);
    let mut bob = server.connect_envelope("/ws").await;
    support::retry_until("a history without its first messages", async || {
        ada.send(&frame).await;
        let reply = ada.next_message().await;
        assert!(reply["type"] == "ok" || reply["code"] == "unavailable" && reply["retry"] == true, "{reply}");
        bob.send(r#"{"id":1,"type":"history","room":"chat","limit":1000}"#).await;
        let history = bob.next_message().await;
        let messages = history["messages"].as_array().map_or(0, Vec::len) as u64;
        (messages > 0 && history["offset"].as_u64() > Some(messages)).then_some(())
    })
    .await;
}
