//! Echoes are byte-exact for large messages, fragments, several messages in one packet, and single bytes.

use support::http::{self, frame, masked};
use support::{CompressingClient, TestClient, TestServer, with_timeout};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;
use yodel_server::ServerConfig;
use yodel_server::config::Compression;

const LARGE: usize = 1 << 20;

fn server_for_large_messages() -> TestServer {
    TestServer::start(ServerConfig { max_message: LARGE, ..ServerConfig::default() })
}

/// Returns bytes that differ from their neighbors and from those at power-of-two distances.
fn bytes() -> Vec<u8> {
    (0..LARGE).map(|index| (index * 7 + index / 251 + index / 65_521).to_le_bytes()[0]).collect()
}

/// Returns a text with characters of one to four bytes.
fn text() -> String {
    let numbers = (0..).flat_map(|number: u32| format!("{number} é 你 \u{1f3d4} ").chars().collect::<Vec<_>>());
    let mut text: String = numbers.take(LARGE / 2).collect();
    text.extend(std::iter::repeat_n('.', LARGE - text.len()));
    text
}

#[tokio::test]
async fn echoes_a_mebibyte() {
    let server = server_for_large_messages();
    let mut client: TestClient = server.connect("/ws/echo").await;
    for message in [Message::binary(bytes()), Message::text(text())] {
        client.send_message(message.clone()).await;
        // `assert!` instead of `assert_eq!`, which would print a mebibyte.
        assert!(client.receive_message().await == message);
    }
}

#[tokio::test]
async fn section_5_4_echoes_a_fragmented_mebibyte() {
    let server = server_for_large_messages();
    let mut client = http::open(server.address, "/ws/echo").await;
    for (opcode, message) in [(2, bytes()), (1, text().into_bytes())] {
        for size in [LARGE / 2 + 1, 65_536, 1_001] {
            let mut pieces = message.chunks(size);
            let first = pieces.next().expect("at least one piece");
            let mut frames = masked(opcode, [1, 2, 3, 4], first);
            for (number, piece) in pieces.enumerate() {
                frames.extend(masked(0x00, number.to_le_bytes()[..4].try_into().expect("four"), piece));
            }
            frames.extend(frame(0x80, b""));
            client.write_all(&frames).await.expect("connection is open");
            let (first_byte, echo) = http::read_frame(&mut client).await;
            assert!(first_byte == 0x80 | opcode && echo == message, "in fragments of {size}");
        }
    }
}

#[tokio::test]
async fn rfc_7692_echoes_a_compressed_mebibyte() {
    for compression in [Compression::On, Compression::Takeover] {
        let server = TestServer::start(ServerConfig { max_message: LARGE, compression, ..ServerConfig::default() });
        let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
        for (opcode, message) in [(2, bytes()), (1, text().into_bytes()), (2, bytes())] {
            client.send_compressed(opcode, &message).await;
            let echo = client.receive(opcode).await;
            assert!(echo.compressed && echo.message == message, "{opcode} with {compression:?}");
            let compressed = client.deflated(&message);
            let mut pieces = compressed.chunks(10_007);
            client.send(0x40 | opcode, pieces.next().expect("at least one piece")).await;
            for piece in pieces {
                client.send(0x00, piece).await;
            }
            client.send(0x80, b"").await;
            assert!(client.receive(opcode).await.message == message, "{opcode} in fragments with {compression:?}");
        }
    }
}

#[tokio::test]
async fn section_5_3_unmasks_with_any_key() {
    let server = TestServer::start(ServerConfig::default());
    let mut client = http::open(server.address, "/ws/echo").await;
    let message: Vec<u8> = (0..=255).cycle().take(1_003).collect();
    for key in [[0; 4], [0xff; 4], [0x37, 0xfa, 0x21, 0x3d], [0, 0, 0, 1], [0x80, 0, 0, 0]] {
        client.write_all(&masked(0x82, key, &message)).await.expect("connection is open");
        assert_eq!(http::read_frame(&mut client).await, (0x82, message.clone()), "{key:x?}");
    }
}

#[tokio::test]
async fn echoes_messages_of_one_packet_in_order() {
    let server = TestServer::start(ServerConfig::default());
    let mut client = http::open(server.address, "/ws/echo").await;
    let messages: Vec<String> = (0..1_000).map(|number| "x".repeat(number % 150)).collect();
    let frames: Vec<u8> = messages.iter().flat_map(|message| frame(0x81, message.as_bytes())).collect();
    client.write_all(&frames).await.expect("connection is open");
    for message in messages {
        assert_eq!(http::read_frame(&mut client).await, (0x81, message.into_bytes()));
    }
}

#[tokio::test]
async fn echoes_frames_that_arrive_byte_by_byte() {
    let server = TestServer::start(ServerConfig::default());
    let mut client = http::open(server.address, "/ws/echo").await;
    client.set_nodelay(true).expect("`TCP_NODELAY` can be set");
    let frames = [
        masked(0x81, [1, 2, 3, 4], "whole, 你好".as_bytes()),
        masked(0x01, [5, 6, 7, 8], "in fragments, 你好".as_bytes()),
        masked(0x89, [9, 9, 9, 9], b"between"),
        masked(0x80, [0, 1, 0, 1], &[b'.'; 200]),
    ];
    for byte in frames.concat() {
        client.write_u8(byte).await.expect("connection is open");
    }
    assert_eq!(http::read_frame(&mut client).await, (0x81, "whole, 你好".into()));
    assert_eq!(http::read_frame(&mut client).await, (0x8a, b"between".to_vec()));
    let rest = format!("in fragments, 你好{}", ".".repeat(200));
    assert_eq!(http::read_frame(&mut client).await, (0x81, rest.into_bytes()));
}

#[tokio::test]
async fn echoes_a_frame_sent_with_the_handshake() {
    let server = TestServer::start(ServerConfig::default());
    let request = format!("GET /ws HTTP/1.1\r\nHost: {}\r\n{}\r\n", server.address, http::HANDSHAKE);
    let early = [request.as_bytes(), &frame(0x81, b"early"), &frame(0x88, b"")].concat();
    let response = with_timeout("a response", http::exchange(server.address, &early)).await;
    assert!(response.starts_with(b"HTTP/1.1 101 "));
    assert!(response.ends_with(b"\r\n\r\n\x81\x05early\x88\x00"), "{}", response.escape_ascii());
}
