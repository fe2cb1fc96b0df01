//! permessage-deflate (RFC 7692): negotiation and lossless delivery.

use std::collections::BTreeSet;

use support::http::{self, frame};
use support::{CompressingClient, RandomData, SplitMix, TestServer, patient, retry_until};
use tokio::io::AsyncWriteExt;
use yodel_server::ServerConfig;
use yodel_server::config::Compression;

const TEXT: u8 = 1;
const BINARY: u8 = 2;

/// Negotiated extension without context takeover in either direction.
const NO_CONTEXT_TAKEOVER: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

fn server_with(compression: Compression) -> TestServer {
    TestServer::start(ServerConfig { compression, ..ServerConfig::default() })
}

/// Returns a text long and repetitive enough to be compressed.
fn compressible_text() -> String {
    "What is said again and again is said in fewer bytes. ".repeat(10)
}

/// Returns the same pseudorandom bytes at each call.
fn incompressible_bytes(length: usize) -> Vec<u8> {
    SplitMix(1).bytes(length)
}

#[tokio::test]
async fn section_7_1_negotiates_according_to_the_settings() {
    for (compression, offer, answer) in [
        (Compression::On, "permessage-deflate", NO_CONTEXT_TAKEOVER),
        (Compression::On, "permessage-deflate; client_max_window_bits", NO_CONTEXT_TAKEOVER),
        (Compression::On, "x-unknown, permessage-deflate; client_max_window_bits=10", NO_CONTEXT_TAKEOVER),
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
        assert_eq!(client.extensions, answer, "{offer} with {compression:?}");
    }
}

#[tokio::test]
async fn section_5_negotiates_nothing_without_an_offer() {
    let server = TestServer::start(ServerConfig::default());
    let (_, head) = http::open_with(server.address, "/ws", "").await;
    assert!(!head.contains("sec-websocket-extensions"), "{head}");
    let mut plain = http::open(server.address, "/ws").await;
    plain.write_all(&frame(0x81, compressible_text().as_bytes())).await.expect("connection is open");
    assert_eq!(http::read_frame(&mut plain).await, (0x81, compressible_text().into_bytes()));
}

#[tokio::test]
async fn section_6_1_compresses_long_messages_only() {
    for compression in [Compression::On, Compression::Takeover] {
        let server = server_with(compression);
        let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
        for (opcode, message) in
            [(TEXT, compressible_text().into_bytes()), (BINARY, vec![0xff; 100]), (BINARY, vec![0; 60_000])]
        {
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
async fn section_6_2_accepts_uncompressed_messages_between_compressed_ones() {
    for compression in [Compression::On, Compression::Takeover] {
        let server = server_with(compression);
        let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
        for _ in 0..3 {
            client.send(0x81, compressible_text().as_bytes()).await;
            assert_eq!(client.receive(TEXT).await.message, compressible_text().as_bytes());
            client.send_compressed(TEXT, compressible_text().as_bytes()).await;
            assert_eq!(client.receive(TEXT).await.message, compressible_text().as_bytes());
        }
    }
}

#[tokio::test]
async fn section_7_1_1_refers_to_earlier_messages_only_with_context_takeover() {
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
            client.send_compressed(BINARY, &incompressible_bytes(1_000)).await;
            let echo = client.receive(BINARY).await;
            assert_eq!(echo.message, incompressible_bytes(1_000));
            sizes.push(echo.size);
        }
        assert_eq!(sizes[1] < sizes[0] / 2, shorter, "{sizes:?} with {compression:?}{parameters}");
    }
}

#[tokio::test]
async fn section_7_1_1_2_rejects_declined_context_takeover() {
    let server = server_with(Compression::On);
    let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
    // "Hello", and "Hello" as a reference to the first (sections 7.2.3.1 and 7.2.3.2).
    client.send(0xc1, &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]).await;
    assert_eq!(client.receive(TEXT).await.message, b"Hello");
    client.send(0xc1, &[0xf2, 0x00, 0x11, 0x00, 0x00]).await;
    assert_eq!(closed(&mut client).await, (1007, "invalid compressed data".to_owned()));
}

#[tokio::test]
async fn section_7_1_2_1_respects_the_requested_window() {
    for compression in [Compression::On, Compression::Takeover] {
        for window in 9..15 {
            let server = server_with(compression);
            let parameters = format!("; server_max_window_bits={window}");
            let mut client = CompressingClient::connect(&server, "/ws/echo", &parameters).await;
            assert!(client.extensions.ends_with(&parameters), "{}", client.extensions);
            // The repetition lies just outside the window and must not be referenced.
            let far = incompressible_bytes((1 << window) + 100).repeat(2);
            client.send_compressed(BINARY, &far).await;
            let echo = client.receive(BINARY).await;
            assert!(echo.message == far && echo.size * 10 > far.len() * 9, "{} of {}, {window}", echo.size, far.len());
            // The repetition lies just inside the window.
            let near = incompressible_bytes((1 << window) - 300);
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
async fn broadcasts_equal_messages_with_and_without_compression() {
    for compression in [Compression::On, Compression::Takeover] {
        let server = server_with(compression);
        let mut plain = http::open(server.address, "/ws/broadcast").await;
        let mut small = CompressingClient::connect(&server, "/ws/broadcast", "; server_max_window_bits=9").await;
        let mut large = CompressingClient::connect(&server, "/ws/broadcast", "").await;
        for message in [
            compressible_text().into_bytes(),
            compressible_text().repeat(2).into_bytes(),
            b"short".to_vec(),
            vec![b'x'; 60_000],
        ] {
            large.send_compressed(TEXT, &message).await;
            assert_eq!(http::read_frame(&mut plain).await, (0x81, message.clone()));
            let (in_small, in_large) = (small.receive(TEXT).await, large.receive(TEXT).await);
            assert_eq!(in_small.message, message);
            assert_eq!(in_large.message, message);
            assert_eq!(in_large.compressed, message.len() >= 100);
            assert_eq!(
                in_small.compressed,
                (100..=512).contains(&message.len()),
                "compressed exactly when it fits into the window"
            );
        }
    }
}

/// The metrics count memory that receivers share once.
#[tokio::test]
async fn compresses_a_room_message_once_for_all_members() {
    let config = ServerConfig { max_message: 2 << 20, max_queue: 2 << 20, ..patient() };
    let server = TestServer::start_with_small_buffers(config);
    let mut members = Vec::new();
    for _ in 0..3 {
        let mut member = CompressingClient::connect(&server, "/ws?protocol=yodel.v1", "").await;
        member.send(0x81, br#"{"id":1,"type":"join","room":"r"}"#).await;
        while !member.receive(TEXT).await.message.starts_with(br#"{"type":"joined""#) {}
        members.push(member.stream);
    }
    let mut publisher = server.connect_envelope("/ws").await;
    publisher.join("r").await;
    // Random letters, each part repeated once: they compress to half the length, far more than the sockets accept.
    let letters = SplitMix(1).bytes(512 << 10).into_iter().map(|byte| b'a' + byte % 26).collect::<Vec<_>>();
    let data: String = letters.chunks(1_500).flat_map(|part| [part, part].concat()).map(char::from).collect();
    publisher.send(&format!(r#"{{"id":1,"type":"publish","room":"r","event":"e","data":"{data}"}}"#)).await;
    // The publisher is the last member: before, the message was queued for the others.
    while publisher.next().await["type"] != "message" {}
    let queued = retry_until("one copy of the compressed message", async || {
        let queued = server.metric("yodel_queue_bytes{queue=\"connections\"}").await;
        usize::try_from(queued).ok().filter(|queued| *queued < data.len())
    })
    .await;
    let mut frames = BTreeSet::new();
    for member in &mut members {
        frames.insert(loop {
            let (first, payload) = http::read_frame(member).await;
            if first == 0xc1 && payload.len() > 1_000 {
                break payload;
            }
        });
    }
    let compressed = frames.first().expect("a message");
    assert!(
        frames.len() == 1 && compressed.len() < data.len() * 2 / 3,
        "all members receive the same compressed bytes: {} bytes",
        compressed.len()
    );
    assert!(
        (compressed.len()..2 * compressed.len()).contains(&queued),
        "{queued} bytes for {} bytes",
        compressed.len()
    );
}

#[tokio::test]
async fn delivers_compressed_messages_of_one_packet_in_order() {
    let server = server_with(Compression::On);
    let mut plain = http::open(server.address, "/ws/broadcast").await;
    let mut client = CompressingClient::connect(&server, "/ws/broadcast", "").await;
    let messages: Vec<String> =
        (0..100).map(|number| format!("{number} {}", &compressible_text()[..number * 2])).collect();
    let frames: Vec<u8> =
        messages.iter().flat_map(|message| frame(0xc1, &client.deflated(message.as_bytes()))).collect();
    client.stream.write_all(&frames).await.expect("connection is open");
    for message in &messages {
        assert_eq!(http::read_frame(&mut plain).await, (0x81, message.clone().into_bytes()));
        assert_eq!(client.receive(TEXT).await.message, message.as_bytes());
    }
}

#[tokio::test]
async fn section_6_1_never_compresses_control_frames() {
    let server = server_with(Compression::On);
    let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
    client.send(0x89, &[b'?'; 125]).await;
    assert_eq!(http::read_frame(&mut client.stream).await, (0x8a, vec![b'?'; 125]));
    let close = [&1000_u16.to_be_bytes()[..], &compressible_text().as_bytes()[..120]].concat();
    client.send(0x88, &close).await;
    assert_eq!(closed(&mut client).await.0, 1000);
}

#[tokio::test]
async fn section_6_1_rejects_compression_that_was_not_negotiated() {
    for compression in [Compression::On, Compression::Off] {
        let server = server_with(compression);
        let mut stream = http::open(server.address, "/ws/echo").await;
        stream.write_all(&frame(0xc1, &[0x00])).await.expect("connection is open");
        assert_eq!(http::read_frame(&mut stream).await, (0x88, [&[0x03, 0xea], &b"reserved bit set"[..]].concat()));
    }
}

#[tokio::test]
async fn section_6_1_rejects_rsv1_on_continuation_and_control_frames() {
    for second in [0xc0, 0x40, 0xc9] {
        let server = server_with(Compression::On);
        let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
        client.send(0x41, &[0xf2, 0x48, 0xcd]).await;
        client.send(second, &[0xc9, 0xc9, 0x07, 0x00]).await;
        assert_eq!(closed(&mut client).await, (1002, "reserved bit set".to_owned()), "{second:x}");
    }
}

#[tokio::test]
async fn section_7_2_2_rejects_invalid_deflate_data() {
    for compression in [Compression::On, Compression::Takeover] {
        let server = server_with(compression);
        let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
        client.send(0xc2, b"not compressed").await;
        assert_eq!(closed(&mut client).await, (1007, "invalid compressed data".to_owned()));
    }
}

#[tokio::test]
async fn rfc_6455_section_8_1_rejects_compressed_text_that_is_not_utf_8() {
    let server = server_with(Compression::On);
    let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
    client.send_compressed(TEXT, b"ab\xff").await;
    assert_eq!(closed(&mut client).await, (1007, "not UTF-8".to_owned()));
}

#[tokio::test]
async fn rfc_6455_section_10_4_rejects_a_decompression_bomb() {
    for compression in [Compression::On, Compression::Takeover] {
        let server = server_with(compression);
        let mut client = CompressingClient::connect(&server, "/ws/echo", "").await;
        let bomb = client.deflated(&vec![0; 4 << 20]);
        assert!(bomb.len() < 64 * 1024, "the compressed size is within the limit: {}", bomb.len());
        client.send(0xc2, &bomb).await;
        assert_eq!(closed(&mut client).await, (1009, "message too big".to_owned()));
    }
}

/// Reads the next frame, which must be a close frame, and returns its code and reason.
async fn closed(client: &mut CompressingClient) -> (u16, String) {
    let (first_byte, payload) = http::read_frame(&mut client.stream).await;
    assert_eq!(first_byte, 0x88, "{payload:x?}");
    (u16::from_be_bytes([payload[0], payload[1]]), String::from_utf8_lossy(&payload[2..]).into_owned())
}
