//! Close frames: each protocol error has its own code and reason (RFC 6455).

use std::time::Duration;

use support::http::{self, frame};
use support::{TestServer, before_default, with_timeout};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::ServerConfig;
use yodel_server::config::defaults;

/// Sends these bytes to `/ws/echo` and returns everything until the server closes the socket.
async fn response_to(bytes: &[u8]) -> Vec<u8> {
    let server = TestServer::start(ServerConfig { pong: Duration::from_millis(200), ..ServerConfig::default() });
    let mut stream = http::open(server.address, "/ws/echo").await;
    http::write(&mut stream, bytes).await;
    before_default(defaults::PONG, "the end of the socket", http::read_to_end(&mut stream)).await
}

/// Returns the code of a close frame, which must be the whole response.
fn code(response: &[u8]) -> u16 {
    assert_eq!(response.first(), Some(&0x88), "not a close frame: {response:?}");
    u16::from_be_bytes([response[2], response[3]])
}

/// Asserts that the server responds to these bytes with this close frame only.
async fn assert_closed_with(bytes: &[u8], code: u16, reason: &str) {
    let length = u8::try_from(2 + reason.len()).expect("a short reason");
    let close = [&[0x88, length], &code.to_be_bytes()[..], reason.as_bytes()].concat();
    let response = response_to(bytes).await;
    assert_eq!(response, close, "{} after {}", response.escape_ascii(), bytes.escape_ascii());
}

#[tokio::test]
async fn section_5_5_1_echoes_the_close_code() {
    let server = TestServer::start(ServerConfig::default());
    for (sent, answered) in [(1000, 1000), (1001, 1001), (3000, 3000), (4999, 4999)] {
        assert_eq!(server.connect("/ws").await.close(sent).await, answered);
    }
}

#[tokio::test]
async fn section_5_5_1_answers_a_close_without_a_code_without_one() {
    assert_eq!(response_to(&frame(0x88, &[])).await, [0x88, 0]);
}

#[tokio::test]
async fn closes_with_1002_for_a_close_payload_that_is_only_text() {
    // "go" is read as the code 26479, which RFC 6455 §7.4.2 does not permit.
    assert_eq!(code(&response_to(&frame(0x88, b"going to close")).await), 1002);
}

#[tokio::test]
async fn section_5_5_1_rejects_an_invalid_close_payload() {
    for (payload, code, reason) in [
        (&b"\x03"[..], 1002, "truncated close code"),
        (b"\x03\xe7", 1002, "invalid close code"),
        (b"\x03\xed", 1002, "invalid close code"),
        (b"\x03\xee", 1002, "invalid close code"),
        (b"\x03\xf7", 1002, "invalid close code"),
        (b"\x03\xe8bye\xff", 1007, "not UTF-8"),
    ] {
        assert_closed_with(&frame(0x88, payload), code, reason).await;
    }
}

#[tokio::test]
async fn section_5_5_1_ignores_frames_after_a_close() {
    let bytes = [frame(0x81, b"before"), frame(0x88, b"\x03\xe8"), frame(0x81, b"after"), frame(0x89, b"?")].concat();
    assert_eq!(response_to(&bytes).await, b"\x81\x06before\x88\x02\x03\xe8");
    let broken = [frame(0x88, b""), frame(0x83, b"")].concat();
    assert_eq!(response_to(&broken).await, [0x88, 0]);
}

#[tokio::test]
async fn section_5_5_1_discards_an_unfinished_message_on_close() {
    let bytes = [frame(0x01, b"Hel"), frame(0x88, b"\x03\xe8"), frame(0x80, b"lo")].concat();
    assert_eq!(response_to(&bytes).await, [0x88, 2, 0x03, 0xe8]);
}

#[tokio::test]
async fn section_5_1_rejects_an_unmasked_frame() {
    assert_closed_with(&[0x81, 2, b'h', b'i'], 1002, "frame not masked").await;
}

#[tokio::test]
async fn section_5_2_rejects_reserved_bits_and_opcodes() {
    for first_byte in [0xc1, 0xa1, 0x91, 0xc9] {
        assert_closed_with(&frame(first_byte, b""), 1002, "reserved bit set").await;
    }
    for first_byte in [0x83, 0x8b] {
        assert_closed_with(&frame(first_byte, b""), 1002, "reserved opcode").await;
    }
}

#[tokio::test]
async fn section_5_2_rejects_a_length_that_is_not_minimal() {
    assert_closed_with(b"\x81\xfe\x00\x05", 1002, "length not minimal").await;
}

#[tokio::test]
async fn section_5_4_rejects_fragments_out_of_sequence() {
    assert_closed_with(&frame(0x80, b"lo"), 1002, "unexpected continuation frame").await;
    let bytes = [frame(0x01, b"Hel"), frame(0x81, b"lo")].concat();
    assert_closed_with(&bytes, 1002, "expected continuation frame").await;
}

#[tokio::test]
async fn section_5_5_rejects_long_and_fragmented_control_frames() {
    assert_closed_with(&frame(0x89, &[b'?'; 126]), 1002, "control frame too long").await;
    assert_closed_with(&frame(0x09, b"?"), 1002, "control frame fragmented").await;
}

#[tokio::test]
async fn section_7_1_7_answers_only_frames_before_the_protocol_error() {
    let bytes = [frame(0x81, b"one"), frame(0x82, b"two"), frame(0x83, b""), frame(0x81, b"three")].concat();
    assert_eq!(response_to(&bytes).await, b"\x81\x03one\x82\x03two\x88\x11\x03\xeareserved opcode");
}

#[tokio::test]
async fn section_8_1_rejects_text_that_is_not_utf_8() {
    assert_closed_with(&frame(0x81, &[0xff, 0xfe]), 1007, "not UTF-8").await;
    assert_closed_with(&frame(0x81, "é".as_bytes().split_at(1).0), 1007, "not UTF-8").await;
}

#[tokio::test]
async fn section_8_1_rejects_invalid_utf_8_before_the_message_ends() {
    assert_closed_with(&frame(0x01, b"Hel\xff"), 1007, "not UTF-8").await;
    let in_the_second = [frame(0x01, b"Hel\xc3"), frame(0x00, b"lo")].concat();
    assert_closed_with(&in_the_second, 1007, "not UTF-8").await;
    let in_half_a_frame = &frame(0x81, b"Hel\xfflo, and much more")[..6 + 5];
    assert_closed_with(in_half_a_frame, 1007, "not UTF-8").await;
}

#[tokio::test]
async fn section_5_5_2_answers_a_ping_with_its_payload() {
    for payload in [&b""[..], b"are you there", &[0xff; 125]] {
        let length = u8::try_from(payload.len()).expect("length fits into 7 bits");
        let pings = [frame(0x89, payload), frame(0x88, &[])].concat();
        assert_eq!(response_to(&pings).await, [&[0x8a, length], payload, &[0x88, 0]].concat());
    }
}

#[tokio::test]
async fn section_5_4_answers_a_ping_between_fragments_immediately() {
    let server = TestServer::start(ServerConfig::default());
    let mut stream = http::open(server.address, "/ws/echo").await;
    let started = [frame(0x01, b"Hel"), frame(0x89, b"there?")].concat();
    stream.write_all(&started).await.expect("socket accepts data");
    assert_eq!(http::read_frame(&mut stream).await, (0x8a, b"there?".to_vec()));
    stream.write_all(&frame(0x80, b"lo")).await.expect("socket accepts data");
    assert_eq!(http::read_frame(&mut stream).await, (0x81, b"Hello".to_vec()));
}

#[tokio::test]
async fn section_5_5_2_answers_a_ping_after_earlier_echoes() {
    let bytes = [frame(0x81, b"one"), frame(0x89, b"?"), frame(0x81, b"two"), frame(0x88, b"")].concat();
    assert_eq!(response_to(&bytes).await, b"\x81\x03one\x8a\x01?\x81\x03two\x88\x00");
}

#[tokio::test]
async fn section_5_5_3_ignores_an_unsolicited_pong() {
    let bytes = [frame(0x8a, b"unasked"), frame(0x88, b"")].concat();
    assert_eq!(response_to(&bytes).await, [0x88, 0]);
}

#[tokio::test]
async fn section_10_4_delivers_1009_while_input_is_pending() {
    let server = TestServer::start(ServerConfig { max_message: 1000, ..ServerConfig::default() });
    let mut client = server.connect("/ws/echo").await;
    client.send_message(Message::binary(vec![7; 1000])).await;
    assert_eq!(client.receive_message().await.len(), 1000, "a message at the limit is accepted");

    // Far more than the socket buffers hold: closing with unread input would reset the connection and
    // lose the close frame.
    client.send_message(Message::binary(vec![7; 8 << 20])).await;
    assert_eq!(client.closed().await, (1009, "message too big".to_owned()));
}

#[tokio::test]
async fn section_10_4_applies_the_limit_to_the_sum_of_fragments() {
    let server = TestServer::start(ServerConfig { max_message: 1000, ..ServerConfig::default() });
    let mut stream = http::open(server.address, "/ws/echo").await;
    for fragment in [frame(0x02, &[7; 600]), frame(0x80, &[7; 600])] {
        stream.write_all(&fragment).await.expect("socket accepts data");
    }
    assert_eq!(code(&http::read_to_end(&mut stream).await), 1009);
}

#[tokio::test]
async fn section_10_4_rejects_an_oversized_length_before_its_payload() {
    assert_closed_with(b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 1009, "message too big").await;
}

#[tokio::test]
async fn removes_a_connection_whose_socket_is_lost() {
    let server = TestServer::start(ServerConfig::default());
    drop(server.connect("/ws/broadcast").await);
    let mut other = server.connect("/ws/broadcast").await;
    other.send("still here").await;
    assert_eq!(other.receive().await, "still here");
    other.close(1000).await;
    server.stop();
    with_timeout("the shutdown", server.stopped()).await;
}
