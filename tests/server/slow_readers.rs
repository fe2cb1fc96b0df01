//! A reader that stalls costs itself the seat, and nobody else anything.

use std::time::Duration;

use support::http::{self, frame};
use support::{TestClient, TestServer, soon};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::ServerConfig;

const OTHERS: usize = 200;

/// More than the kernel keeps for a stalled reader, less than its queue may hold.
const QUEUED: usize = 40;

const MESSAGES: usize = 100;
const SIZE: usize = 16 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_reader_among_200_others_is_closed_and_they_miss_nothing() {
    let max_queue = 128 * 1024;
    let server = TestServer::start_small(ServerConfig { max_queue, ..ServerConfig::default() });
    // It never reads, so the kernel's buffers fill up, and then its queue.
    let mut stalled = http::open_small(server.address, "/ws/broadcast").await;

    let (heard, mut hearing) = mpsc::channel(OTHERS);
    for _ in 0..OTHERS {
        tokio::spawn(listen(server.connect("/ws/broadcast").await, heard.clone()));
    }
    let mut sender = server.connect("/ws/broadcast").await;
    for number in 0..MESSAGES {
        sender.send_message(message(number)).await;
        assert_eq!(sender.receive_message().await, message(number));
        for _ in 0..OTHERS {
            let heard = soon("everybody hears it", hearing.recv()).await;
            assert_eq!(heard, Some(number), "in order, and the stalled one holds nobody up");
        }
    }

    let received = read_until_close(&mut stalled, 1013, "too slow").await;
    assert!(received.len() < MESSAGES * SIZE, "it was not sent everything: its seat was gone");
}

/// A stalled member of the lobby, to whom so many messages were sent that some are still queued.
async fn stalled_with_a_queue(server: &TestServer) -> TcpStream {
    let stalled = http::open_small(server.address, "/ws/broadcast").await;
    let mut sender = server.connect("/ws/broadcast").await;
    for number in 0..QUEUED {
        sender.send_message(message(number)).await;
        assert_eq!(sender.receive_message().await, message(number));
    }
    stalled
}

/// What comes before the close frame, which has to come.
async fn read_until_close(stream: &mut TcpStream, code: u16, reason: &str) -> Vec<u8> {
    let length = u8::try_from(2 + reason.len()).expect("a short reason");
    let close = [&[0x88, length][..], &code.to_be_bytes(), reason.as_bytes()].concat();
    soon("it reads again, and is told why", http::read_until(stream, &close)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_queued_arrives_before_the_server_stops() {
    let server = TestServer::start_small(ServerConfig::default());
    let mut stalled = stalled_with_a_queue(&server).await;
    server.stop();
    let received = read_until_close(&mut stalled, 1001, "shutdown").await;
    assert!(received.len() > QUEUED * SIZE, "{} bytes", received.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_wrong_is_said_after_what_was_being_written() {
    let server = TestServer::start_small(ServerConfig::default());
    let mut stalled = stalled_with_a_queue(&server).await;
    stalled.write_all(&frame(0x83, b"")).await.expect("the socket takes it");
    read_until_close(&mut stalled, 1002, "reserved opcode").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn section_5_5_2_a_ping_is_answered_before_the_close_that_follows_it() {
    let server = TestServer::start_small(ServerConfig::default());
    let mut stalled = stalled_with_a_queue(&server).await;
    let goodbye = [frame(0x89, b"there?"), frame(0x88, b"\x03\xe8")].concat();
    stalled.write_all(&goodbye).await.expect("the socket takes it");
    let received = http::read_to_end(&mut stalled).await;
    let end = received[received.len() - 20..].escape_ascii();
    assert!(received.ends_with(b"\x8a\x06there?\x88\x02\x03\xe8"), "{end}");
}

#[tokio::test(flavor = "multi_thread")]
async fn section_5_5_1_nothing_follows_a_close_frame() {
    let server = TestServer::start_small(ServerConfig { max_queue: 128 * 1024, ..ServerConfig::default() });
    let mut stalled = http::open_small(server.address, "/ws/broadcast").await;
    let mut sender = server.connect("/ws/broadcast").await;
    for number in 0..MESSAGES {
        sender.send_message(message(number)).await;
        assert_eq!(sender.receive_message().await, message(number));
    }
    read_until_close(&mut stalled, 1013, "too slow").await;
    // The server waits for the answer to its close, and others go on.
    sender.send("what the other must not hear").await;
    assert_eq!(sender.receive().await, "what the other must not hear");
    stalled.write_all(&[frame(0x89, b"there?"), frame(0x88, b"")].concat()).await.expect("the socket takes it");
    assert_eq!(http::read_to_end(&mut stalled).await.escape_ascii().to_string(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn section_5_5_3_of_several_pings_the_last_is_answered_when_there_is_room() {
    let server = TestServer::start_small(ServerConfig::default());
    let mut stalled = stalled_with_a_queue(&server).await;
    let pings = [frame(0x89, b"first"), frame(0x89, b"second"), frame(0x89, b"third")].concat();
    stalled.write_all(&pings).await.expect("the socket takes it");
    let received = soon("an answer", http::read_until(&mut stalled, b"\x8a\x05third")).await;
    assert!(!received.windows(5).any(|window| window == b"first"), "only the last");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_that_is_never_read_is_not_kept_in_memory() {
    let short = Duration::from_millis(100);
    let server = TestServer::start_small(ServerConfig { ping: short, pong: short, ..ServerConfig::default() });
    let mut client = http::open_small(server.address, "/ws/echo").await;
    // Far more than kernels buffer. A server that took it all would have to keep it.
    let flood = frame(0x82, &vec![7; 60_000]).repeat(2_000);
    let written = soon("the server stops reading, and lets go", client.write_all(&flood)).await;
    assert!(written.is_err());
}

fn message(number: usize) -> Message {
    let mut payload = vec![0; SIZE];
    payload[..8].copy_from_slice(&number.to_be_bytes());
    Message::binary(payload)
}

async fn listen(mut client: TestClient, heard: mpsc::Sender<usize>) {
    for number in 0..MESSAGES {
        if client.receive_message().await != message(number) || heard.send(number).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_that_is_not_read_slows_down_its_sender_and_loses_nothing() {
    let server = TestServer::start(ServerConfig::default());
    let client = server.connect("/ws/echo").await;
    let (mut writer, mut reader) = client.split();
    let writing = tokio::spawn(async move {
        for number in 0..2 * MESSAGES {
            writer.send(message(number)).await;
        }
        writer
    });
    for number in 0..2 * MESSAGES {
        assert_eq!(reader.receive().await, message(number));
    }
    writing.await.expect("all was written");
}
