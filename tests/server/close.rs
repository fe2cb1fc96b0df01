//! How connections close: each way to break the protocol has its code.

use std::time::Duration;

use backend::Config;
use support::http::{self, frame};
use support::{TestServer, soon};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;

/// What the server sends and then closes the socket, when these bytes are all that a client sends.
async fn answer_to(bytes: &[u8]) -> Vec<u8> {
    let server = TestServer::start(Config { pong: Duration::from_millis(200), ..Config::default() });
    let mut stream = http::open(server.address, "/ws/echo").await;
    stream.write_all(bytes).await.expect("the socket takes it");
    http::read_to_end(&mut stream).await
}

/// The code of the close frame that is all there is.
fn code(answer: &[u8]) -> u16 {
    assert_eq!(answer.first(), Some(&0x88), "a close frame, not {answer:?}");
    u16::from_be_bytes([answer[2], answer[3]])
}

#[tokio::test]
async fn a_close_is_answered_with_its_code() {
    let server = TestServer::start(Config::default());
    for (sent, answered) in [(1000, 1000), (1001, 1001), (3000, 3000), (4999, 4999)] {
        assert_eq!(server.connect("/ws").await.close(sent).await, answered);
    }
}

#[tokio::test]
async fn a_close_without_a_code_is_answered_without_one() {
    assert_eq!(answer_to(&frame(0x88, &[])).await, [0x88, 0]);
}

#[tokio::test]
async fn the_tutorials_client_closes_with_a_sentence_and_is_told_so() {
    // "go" is taken for the code 26479, which RFC 6455, section 7.4.2, does not allow.
    assert_eq!(code(&answer_to(&frame(0x88, b"going to close")).await), 1002);
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_1007() {
    assert_eq!(code(&answer_to(&frame(0x81, &[0xff, 0xfe])).await), 1007);
}

#[tokio::test]
async fn a_frame_without_a_mask_is_1002() {
    assert_eq!(code(&answer_to(&[0x81, 2, b'h', b'i']).await), 1002);
}

#[tokio::test]
async fn a_reserved_opcode_is_1002() {
    assert_eq!(code(&answer_to(&frame(0x83, b"")).await), 1002);
}

#[tokio::test]
async fn a_ping_is_answered_with_its_payload() {
    let pings = [frame(0x89, b"are you there"), frame(0x88, &[])].concat();
    assert_eq!(answer_to(&pings).await, [&[0x8a, 13][..], b"are you there", &[0x88, 0]].concat());
}

#[tokio::test]
async fn a_message_over_the_limit_is_1009_even_while_more_of_it_is_coming() {
    let server = TestServer::start(Config { max_message: 1000, ..Config::default() });
    let mut client = server.connect("/ws/echo").await;
    client.send_message(Message::binary(vec![7; 1000])).await;
    assert_eq!(client.receive_message().await.len(), 1000, "the limit itself is taken");

    // Far more than a socket buffers: a server that just closed would reset the connection, and
    // the code would be lost.
    client.send_message(Message::binary(vec![7; 8 << 20])).await;
    assert_eq!(client.closed().await, (1009, "message too big".to_owned()));
}

#[tokio::test]
async fn fragments_add_up_to_the_limit() {
    let server = TestServer::start(Config { max_message: 1000, ..Config::default() });
    let mut stream = http::open(server.address, "/ws/echo").await;
    for fragment in [frame(0x02, &[7; 600]), frame(0x80, &[7; 600])] {
        stream.write_all(&fragment).await.expect("the socket takes it");
    }
    assert_eq!(code(&http::read_to_end(&mut stream).await), 1009);
}

#[tokio::test]
async fn a_client_that_vanishes_is_forgotten() {
    let server = TestServer::start(Config::default());
    drop(server.connect("/ws/broadcast").await);
    let mut other = server.connect("/ws/broadcast").await;
    other.send("still here").await;
    assert_eq!(other.receive().await, "still here");
    other.close(1000).await;
    server.stop();
    soon("nobody is waited for", server.stopped()).await;
}
