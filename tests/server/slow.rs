//! A reader that stalls costs itself the seat, and nobody else anything.

use backend::Config;
use support::http;
use support::{TestClient, TestServer, soon};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

const OTHERS: usize = 200;
const MESSAGES: usize = 100;
const SIZE: usize = 16 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_reader_among_200_others_is_closed_and_they_miss_nothing() {
    let max_queue = 128 * 1024;
    let server = TestServer::start_small(Config { max_queue, ..Config::default() });
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

    let end = [&[0x88, 10][..], &1013_u16.to_be_bytes(), b"too slow"].concat();
    let received = soon("it reads again, and is told why", http::read_until(&mut stalled, &end)).await;
    assert!(received.len() < MESSAGES * SIZE, "it was not sent everything: its seat was gone");
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
    let server = TestServer::start(Config::default());
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
