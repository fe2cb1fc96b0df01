//! How connections close: each way to break the protocol has its code.

use std::time::Duration;

use support::http::{self, frame};
use support::{TestServer, soon};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::ServerConfig;

/// What the server sends and then closes the socket, when these bytes are all that a client sends.
async fn answer_to(bytes: &[u8]) -> Vec<u8> {
    let server = TestServer::start(ServerConfig { pong: Duration::from_millis(200), ..ServerConfig::default() });
    let mut stream = http::open(server.address, "/ws/echo").await;
    stream.write_all(bytes).await.expect("the socket takes it");
    http::read_to_end(&mut stream).await
}

/// The code of the close frame that is all there is.
fn code(answer: &[u8]) -> u16 {
    assert_eq!(answer.first(), Some(&0x88), "a close frame, not {answer:?}");
    u16::from_be_bytes([answer[2], answer[3]])
}

/// What a server sends that refuses these bytes: nothing but this close frame.
async fn assert_refused(bytes: &[u8], code: u16, reason: &str) {
    let length = u8::try_from(2 + reason.len()).expect("a short reason");
    let close = [&[0x88, length], &code.to_be_bytes()[..], reason.as_bytes()].concat();
    let answer = answer_to(bytes).await;
    assert_eq!(answer, close, "{} after {}", answer.escape_ascii(), bytes.escape_ascii());
}

#[tokio::test]
async fn section_5_5_1_a_close_is_answered_with_its_code() {
    let server = TestServer::start(ServerConfig::default());
    for (sent, answered) in [(1000, 1000), (1001, 1001), (3000, 3000), (4999, 4999)] {
        assert_eq!(server.connect("/ws").await.close(sent).await, answered);
    }
}

#[tokio::test]
async fn section_5_5_1_a_close_without_a_code_is_answered_without_one() {
    assert_eq!(answer_to(&frame(0x88, &[])).await, [0x88, 0]);
}

#[tokio::test]
async fn the_tutorials_client_closes_with_a_sentence_and_is_told_so() {
    // "go" is taken for the code 26479, which RFC 6455, section 7.4.2, does not allow.
    assert_eq!(code(&answer_to(&frame(0x88, b"going to close")).await), 1002);
}

#[tokio::test]
async fn section_5_5_1_a_close_that_is_wrong_is_answered_with_what_is_wrong() {
    for (payload, code, reason) in [
        (&b"\x03"[..], 1002, "half a close code"),
        (b"\x03\xe7", 1002, "invalid close code"),
        (b"\x03\xed", 1002, "invalid close code"),
        (b"\x03\xee", 1002, "invalid close code"),
        (b"\x03\xf7", 1002, "invalid close code"),
        (b"\x03\xe8bye\xff", 1007, "not UTF-8"),
    ] {
        assert_refused(&frame(0x88, payload), code, reason).await;
    }
}

#[tokio::test]
async fn section_5_5_1_nothing_after_a_close_is_answered() {
    let bytes = [frame(0x81, b"before"), frame(0x88, b"\x03\xe8"), frame(0x81, b"after"), frame(0x89, b"?")].concat();
    assert_eq!(answer_to(&bytes).await, b"\x81\x06before\x88\x02\x03\xe8");
    let broken = [frame(0x88, b""), frame(0x83, b"")].concat();
    assert_eq!(answer_to(&broken).await, [0x88, 0]);
}

#[tokio::test]
async fn section_5_5_1_a_close_between_fragments_ends_the_message_unfinished() {
    let bytes = [frame(0x01, b"Hel"), frame(0x88, b"\x03\xe8"), frame(0x80, b"lo")].concat();
    assert_eq!(answer_to(&bytes).await, [0x88, 2, 0x03, 0xe8]);
}

#[tokio::test]
async fn section_5_1_a_frame_without_a_mask_is_1002() {
    assert_refused(&[0x81, 2, b'h', b'i'], 1002, "frame not masked").await;
}

#[tokio::test]
async fn section_5_2_reserved_bits_and_opcodes_are_1002() {
    for first_byte in [0xc1, 0xa1, 0x91, 0xc9] {
        assert_refused(&frame(first_byte, b""), 1002, "reserved bit set").await;
    }
    for first_byte in [0x83, 0x8b] {
        assert_refused(&frame(first_byte, b""), 1002, "reserved opcode").await;
    }
}

#[tokio::test]
async fn section_5_2_a_length_that_could_be_shorter_is_1002() {
    assert_refused(b"\x81\xfe\x00\x05", 1002, "length not minimal").await;
}

#[tokio::test]
async fn section_5_4_fragments_out_of_place_are_1002() {
    assert_refused(&frame(0x80, b"lo"), 1002, "nothing to continue").await;
    let bytes = [frame(0x01, b"Hel"), frame(0x81, b"lo")].concat();
    assert_refused(&bytes, 1002, "message not finished").await;
}

#[tokio::test]
async fn section_5_5_control_frames_that_are_long_or_fragmented_are_1002() {
    assert_refused(&frame(0x89, &[b'?'; 126]), 1002, "control frame too long").await;
    assert_refused(&frame(0x09, b"?"), 1002, "control frame fragmented").await;
}

#[tokio::test]
async fn section_7_1_7_what_came_before_is_answered_and_what_comes_after_is_not() {
    let bytes = [frame(0x81, b"one"), frame(0x82, b"two"), frame(0x83, b""), frame(0x81, b"three")].concat();
    assert_eq!(answer_to(&bytes).await, b"\x81\x03one\x82\x03two\x88\x11\x03\xeareserved opcode");
}

#[tokio::test]
async fn section_8_1_text_that_is_not_utf_8_is_1007() {
    assert_refused(&frame(0x81, &[0xff, 0xfe]), 1007, "not UTF-8").await;
    assert_refused(&frame(0x81, "é".as_bytes().split_at(1).0), 1007, "not UTF-8").await;
}

#[tokio::test]
async fn section_8_1_text_is_1007_at_once_although_its_message_is_not_finished() {
    assert_refused(&frame(0x01, b"Hel\xff"), 1007, "not UTF-8").await;
    let in_the_second = [frame(0x01, b"Hel\xc3"), frame(0x00, b"lo")].concat();
    assert_refused(&in_the_second, 1007, "not UTF-8").await;
    let in_half_a_frame = &frame(0x81, b"Hel\xfflo, and much more")[..6 + 5];
    assert_refused(in_half_a_frame, 1007, "not UTF-8").await;
}

#[tokio::test]
async fn section_5_5_2_a_ping_is_answered_with_its_payload() {
    for payload in [&b""[..], b"are you there", &[0xff; 125]] {
        let length = u8::try_from(payload.len()).expect("it is short");
        let pings = [frame(0x89, payload), frame(0x88, &[])].concat();
        assert_eq!(answer_to(&pings).await, [&[0x8a, length], payload, &[0x88, 0]].concat());
    }
}

#[tokio::test]
async fn section_5_4_a_ping_between_fragments_is_answered_before_the_message() {
    let server = TestServer::start(ServerConfig::default());
    let mut stream = http::open(server.address, "/ws/echo").await;
    let begun = [frame(0x01, b"Hel"), frame(0x89, b"there?")].concat();
    stream.write_all(&begun).await.expect("the socket takes it");
    assert_eq!(http::read_frame(&mut stream).await, (0x8a, b"there?".to_vec()));
    stream.write_all(&frame(0x80, b"lo")).await.expect("the socket takes it");
    assert_eq!(http::read_frame(&mut stream).await, (0x81, b"Hello".to_vec()));
}

#[tokio::test]
async fn section_5_5_2_a_ping_is_answered_after_what_came_before_it() {
    let bytes = [frame(0x81, b"one"), frame(0x89, b"?"), frame(0x81, b"two"), frame(0x88, b"")].concat();
    assert_eq!(answer_to(&bytes).await, b"\x81\x03one\x8a\x01?\x81\x03two\x88\x00");
}

#[tokio::test]
async fn section_5_5_3_a_pong_that_nobody_asked_for_is_not_answered() {
    let bytes = [frame(0x8a, b"unasked"), frame(0x88, b"")].concat();
    assert_eq!(answer_to(&bytes).await, [0x88, 0]);
}

#[tokio::test]
async fn section_10_4_a_message_over_the_limit_is_1009_even_while_more_of_it_is_coming() {
    let server = TestServer::start(ServerConfig { max_message: 1000, ..ServerConfig::default() });
    let mut client = server.connect("/ws/echo").await;
    client.send_message(Message::binary(vec![7; 1000])).await;
    assert_eq!(client.receive_message().await.len(), 1000, "the limit itself is taken");

    // Far more than a socket buffers: a server that just closed would reset the connection, and
    // the code would be lost.
    client.send_message(Message::binary(vec![7; 8 << 20])).await;
    assert_eq!(client.closed().await, (1009, "message too big".to_owned()));
}

#[tokio::test]
async fn section_10_4_fragments_add_up_to_the_limit() {
    let server = TestServer::start(ServerConfig { max_message: 1000, ..ServerConfig::default() });
    let mut stream = http::open(server.address, "/ws/echo").await;
    for fragment in [frame(0x02, &[7; 600]), frame(0x80, &[7; 600])] {
        stream.write_all(&fragment).await.expect("the socket takes it");
    }
    assert_eq!(code(&http::read_to_end(&mut stream).await), 1009);
}

#[tokio::test]
async fn section_10_4_a_length_alone_is_enough_for_1009() {
    assert_refused(b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 1009, "message too big").await;
}

#[tokio::test]
async fn a_client_that_vanishes_is_forgotten() {
    let server = TestServer::start(ServerConfig::default());
    drop(server.connect("/ws/broadcast").await);
    let mut other = server.connect("/ws/broadcast").await;
    other.send("still here").await;
    assert_eq!(other.receive().await, "still here");
    other.close(1000).await;
    server.stop();
    soon("nobody is waited for", server.stopped()).await;
}
