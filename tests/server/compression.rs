//! Compression (RFC 7692): what is agreed on, and that what arrives is what was sent.

use support::http::{self, frame};
use support::{CompressingClient, TestServer};
use tokio::io::AsyncWriteExt;
use yodel_server::ServerConfig;
use yodel_server::config::Compression;

const TEXT: u8 = 1;
const BINARY: u8 = 2;

/// What the server answers when nothing is kept from message to message.
const APART: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

fn server_with(compression: Compression) -> TestServer {
    TestServer::start(ServerConfig { compression, ..ServerConfig::default() })
}

/// A text that is worth compressing.
fn long() -> String {
    "What is said again and again is said in fewer bytes. ".repeat(10)
}

/// Bytes that cannot be compressed, however far back one looks.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[tokio::test]
async fn section_7_1_an_offer_is_answered_as_the_server_was_told() {
    for (compression, offer, answer) in [
        (Compression::On, "permessage-deflate", APART),
        (Compression::On, "permessage-deflate; client_max_window_bits", APART),
        (Compression::On, "x-unknown, permessage-deflate; client_max_window_bits=10", APART),
        (Compression::On, "permessage-deflate; unknown", ""),
        (Compression::On, "x-webkit-deflate-frame", ""),
        (Compression::Off, "permessage-deflate", ""),
        (Compression::Takeover, "permessage-deflate; client_max_window_bits", "permessage-deflate"),
        (
            Compression::Takeover,
            "permessage-deflate; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover",
        ),
        (
            Compression::Takeover,
            "permessage-deflate; client_no_context_takeover",
            "permessage-deflate; client_no_context_takeover",
        ),
    ] {
        let client = CompressingClient::offer(&server_with(compression), "/ws", offer).await;
        assert_eq!(client.agreed, answer, "{offer} with {compression:?}");
    }
}

#[tokio::test]
async fn section_5_nothing_is_agreed_on_that_was_not_offered() {
    let server = TestServer::start(ServerConfig::default());
    let (_, head) = http::open_with(server.address, "/ws", "").await;
    assert!(!head.contains("sec-websocket-extensions"), "{head}");
    let mut plain = http::open(server.address, "/ws").await;
    plain.write_all(&frame(0x81, long().as_bytes())).await.expect("the connection is open");
    assert_eq!(http::read_frame(&mut plain).await, (0x81, long().into_bytes()));
}

#[tokio::test]
async fn section_6_1_long_echoes_are_compressed_and_short_ones_are_not() {
    for compression in [Compression::On, Compression::Takeover] {
        let server = server_with(compression);
        let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
        for (opcode, message) in [(TEXT, long().into_bytes()), (BINARY, vec![0xff; 100]), (BINARY, vec![0; 60_000])] {
            client.send_compressed(opcode, &message).await;
            let echo = client.receive(opcode).await;
            assert!(echo.compressed && echo.size < message.len() / 2, "{} of {}", echo.size, message.len());
            assert_eq!(echo.message, message);
        }
        for message in [&b""[..], b"short", &[0xff; 99]] {
            client.send_compressed(BINARY, message).await;
            let echo = client.receive(BINARY).await;
            assert!(!echo.compressed);
            assert_eq!(echo.message, message);
        }
    }
}

#[tokio::test]
async fn section_6_2_messages_that_are_not_compressed_are_taken_between_others() {
    for compression in [Compression::On, Compression::Takeover] {
        let server = server_with(compression);
        let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
        for _ in 0..3 {
            client.send(0x81, long().as_bytes()).await;
            assert_eq!(client.receive(TEXT).await.message, long().as_bytes());
            client.send_compressed(TEXT, long().as_bytes()).await;
            assert_eq!(client.receive(TEXT).await.message, long().as_bytes());
        }
    }
}

#[tokio::test]
async fn section_7_1_1_with_takeover_a_repetition_is_shorter_and_without_it_is_not() {
    for (compression, parameters, shorter) in [
        (Compression::On, "", false),
        (Compression::Takeover, "", true),
        (Compression::Takeover, "; client_no_context_takeover", true),
        (Compression::Takeover, "; server_no_context_takeover", false),
    ] {
        let server = server_with(compression);
        let mut client = CompressingClient::connect(&server, "/ws/echo", parameters).await;
        let mut sizes = Vec::new();
        for _ in 0..2 {
            client.send_compressed(BINARY, &noise(1_000)).await;
            let echo = client.receive(BINARY).await;
            assert_eq!(echo.message, noise(1_000));
            sizes.push(echo.size);
        }
        assert_eq!(sizes[1] < sizes[0] / 2, shorter, "{sizes:?} with {compression:?}{parameters}");
    }
}

#[tokio::test]
async fn section_7_1_1_2_a_client_that_agreed_to_begin_anew_and_does_not_is_1007() {
    let server = server_with(Compression::On);
    let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
    // "Hello", and "Hello" as a reference to the one before (sections 7.2.3.1 and 7.2.3.2).
    client.send(0xc1, &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]).await;
    assert_eq!(client.receive(TEXT).await.message, b"Hello");
    client.send(0xc1, &[0xf2, 0x00, 0x11, 0x00, 0x00]).await;
    assert_eq!(closed(&mut client).await, (1007, "cannot be inflated".to_owned()));
}

#[tokio::test]
async fn section_7_1_2_1_the_window_that_was_asked_for_is_kept() {
    for compression in [Compression::On, Compression::Takeover] {
        for window in 9..15 {
            let server = server_with(compression);
            let parameters = format!("; server_max_window_bits={window}");
            let mut client = CompressingClient::connect(&server, "/ws/echo", &parameters).await;
            assert!(client.agreed.ends_with(&parameters), "{}", client.agreed);
            // It repeats itself just outside the window: that must not be made use of.
            let far = noise((1 << window) + 100).repeat(2);
            client.send_compressed(BINARY, &far).await;
            let echo = client.receive(BINARY).await;
            assert!(echo.message == far && echo.size * 10 > far.len() * 9, "{} of {}, {window}", echo.size, far.len());
            // And just inside.
            let near = noise((1 << window) - 300);
            for again in [false, true] {
                client.send_compressed(BINARY, &near).await;
                let echo = client.receive(BINARY).await;
                let refers = echo.size < near.len() / 2;
                assert!(echo.message == near && refers == (again && compression == Compression::Takeover), "{window}");
            }
        }
    }
}

#[tokio::test]
async fn a_broadcast_is_the_same_for_those_with_compression_and_those_without() {
    for compression in [Compression::On, Compression::Takeover] {
        let server = server_with(compression);
        let mut plain = http::open(server.address, "/ws/broadcast").await;
        let mut small = CompressingClient::connect(&server, "/ws/broadcast", "; server_max_window_bits=9").await;
        let mut large = CompressingClient::connect(&server, "/ws/broadcast", "").await;
        for message in [long().into_bytes(), long().repeat(2).into_bytes(), b"short".to_vec(), vec![b'x'; 60_000]] {
            large.send_compressed(TEXT, &message).await;
            assert_eq!(http::read_frame(&mut plain).await, (0x81, message.clone()));
            let (in_small, in_large) = (small.receive(TEXT).await, large.receive(TEXT).await);
            assert_eq!(in_small.message, message);
            assert_eq!(in_large.message, message);
            assert_eq!(in_large.compressed, message.len() >= 100);
            assert_eq!(
                in_small.compressed,
                (100..=512).contains(&message.len()),
                "it fits into the window or is plain"
            );
        }
    }
}

#[tokio::test]
async fn many_compressed_messages_in_one_packet_are_heard_by_all_in_order() {
    let server = server_with(Compression::On);
    let mut plain = http::open(server.address, "/ws/broadcast").await;
    let mut client = CompressingClient::connect(&server, "/ws/broadcast", "").await;
    let messages: Vec<String> = (0..100).map(|number| format!("{number} {}", &long()[..number * 2])).collect();
    let frames: Vec<u8> =
        messages.iter().flat_map(|message| frame(0xc1, &client.deflated(message.as_bytes()))).collect();
    client.stream.write_all(&frames).await.expect("the connection is open");
    for message in &messages {
        assert_eq!(http::read_frame(&mut plain).await, (0x81, message.clone().into_bytes()));
        assert_eq!(client.receive(TEXT).await.message, message.as_bytes());
    }
}

#[tokio::test]
async fn section_6_1_pings_and_closes_stay_as_they_are() {
    let server = server_with(Compression::On);
    let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
    client.send(0x89, &[b'?'; 125]).await;
    assert_eq!(http::read_frame(&mut client.stream).await, (0x8a, vec![b'?'; 125]));
    let goodbye = [&1000_u16.to_be_bytes()[..], &long().as_bytes()[..120]].concat();
    client.send(0x88, &goodbye).await;
    assert_eq!(closed(&mut client).await.0, 1000);
}

#[tokio::test]
async fn section_6_1_compression_that_was_not_agreed_on_is_1002() {
    for compression in [Compression::On, Compression::Off] {
        let server = server_with(compression);
        let mut stream = http::open(server.address, "/ws/echo").await;
        stream.write_all(&frame(0xc1, &[0x00])).await.expect("the connection is open");
        assert_eq!(http::read_frame(&mut stream).await, (0x88, [&[0x03, 0xea], &b"reserved bit set"[..]].concat()));
    }
}

#[tokio::test]
async fn section_6_1_rsv1_on_a_continuation_or_a_control_frame_is_1002() {
    for second in [0xc0, 0x40, 0xc9] {
        let server = server_with(Compression::On);
        let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
        client.send(0x41, &[0xf2, 0x48, 0xcd]).await;
        client.send(second, &[0xc9, 0xc9, 0x07, 0x00]).await;
        assert_eq!(closed(&mut client).await, (1002, "reserved bit set".to_owned()), "{second:x}");
    }
}

#[tokio::test]
async fn section_7_2_2_what_cannot_be_inflated_is_1007() {
    for compression in [Compression::On, Compression::Takeover] {
        let server = server_with(compression);
        let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
        client.send(0xc2, b"not compressed").await;
        assert_eq!(closed(&mut client).await, (1007, "cannot be inflated".to_owned()));
    }
}

#[tokio::test]
async fn rfc_6455_section_8_1_compressed_text_that_is_not_utf_8_is_1007() {
    let server = server_with(Compression::On);
    let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
    client.send_compressed(TEXT, b"ab\xff").await;
    assert_eq!(closed(&mut client).await, (1007, "not UTF-8".to_owned()));
}

#[tokio::test]
async fn rfc_6455_section_10_4_a_bomb_is_1009() {
    for compression in [Compression::On, Compression::Takeover] {
        let server = server_with(compression);
        let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
        let bomb = client.deflated(&vec![0; 4 << 20]);
        assert!(bomb.len() < 64 * 1024, "in itself it is not too large: {}", bomb.len());
        client.send(0xc2, &bomb).await;
        assert_eq!(closed(&mut client).await, (1009, "message too big".to_owned()));
    }
}

/// The code and the reason of the close frame that is the next one.
async fn closed(client: &mut CompressingClient) -> (u16, String) {
    let (first_byte, payload) = http::read_frame(&mut client.stream).await;
    assert_eq!(first_byte, 0x88, "{payload:x?}");
    (u16::from_be_bytes([payload[0], payload[1]]), String::from_utf8_lossy(&payload[2..]).into_owned())
}
