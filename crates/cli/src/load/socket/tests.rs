//! Messages, control frames and errors of the server, in memory.

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;
use yodel_websocket::decoder::{Inflation, Role};

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// Creates a socket with these pending bytes, and the server's end; the pipe holds `capacity` bytes.
fn socket(pending: &[u8], capacity: usize) -> (Socket, DuplexStream) {
    let (client_end, server_end) = duplex(capacity);
    let decoder = Decoder::new(Role::Client, 1_000, Inflation::PerMessage);
    (Socket::new(Box::new(client_end), KEY, true, decoder, pending.to_vec()), server_end)
}

/// Returns the messages received until the server has sent these bytes, and the error at the end.
async fn receive(pending: &[u8], sent: &'static [u8], capacity: usize) -> (Vec<String>, String) {
    let (mut socket, mut server) = socket(pending, capacity);
    tokio::spawn(async move { server.write_all(sent).await });
    let mut received = Vec::new();
    loop {
        let on_message = |message: &[u8]| {
            received.push(String::from_utf8_lossy(message).into_owned());
            Ok(())
        };
        if let Err(end) = socket.write_and_read(&mut (), on_message).await {
            return (received, end.to_string());
        }
    }
}

#[tokio::test]
async fn receives_messages_split_at_any_byte() {
    let sent =
        b"\x81\x05Hello\x01\x03Hel\x8a\x00\x80\x02lo\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\x82\x00\x88\x02\x03\xe8";
    for capacity in 1..=sent.len() {
        let (received, end) = receive(b"", sent, capacity).await;
        assert_eq!(received, ["Hello", "Hello", "Hello", ""]);
        assert_eq!(end, "the server closed a connection with 1000 (normal)");
    }
}

#[tokio::test]
async fn decodes_bytes_that_followed_the_handshake() {
    let (received, end) = receive(b"\x81\x01!\x81\x05Hel", b"lo\x81\x01?", 9).await;
    assert_eq!(received, ["!", "Hello", "?"]);
    assert_eq!(end, "the server closed a connection without a close frame");
}

#[tokio::test]
async fn reports_protocol_errors_of_the_server() {
    for (sent, reason) in [
        (&b"\x81\x80\0\0\0\0"[..], "frame masked"),
        (b"\x82\x7e\x03\xe9", "message too big"),
        (b"HTTP/1.1 400", "control frame fragmented"),
    ] {
        let (_, end) = receive(b"", sent, 20).await;
        assert_eq!(end, format!("protocol error by the server: {reason}"));
    }
}

#[tokio::test]
async fn answers_a_ping_with_its_payload() {
    let (mut socket, mut server) = socket(b"", 20);
    for sent in [&b"\x89\x05Hello"[..], b"\x81\x00"] {
        server.write_all(sent).await.expect("write to the pipe");
        socket.write_and_read(&mut (), |_| Ok(())).await.expect("read the frames");
    }
    let mut pong = [0; 11];
    server.read_exact(&mut pong).await.expect("the pong precedes further reads");
    assert_eq!(&pong, b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
}
