//! HTTP and WebSocket frames written by hand, for what no well-behaved client sends.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::soon;

/// The lines of a handshake that is as it should be, but for the request line and `Host`.
pub const HANDSHAKE: &str = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// The close frame of a server that stops.
pub const GOODBYE: &[u8] = b"\x88\x0a\x03\xe9shutdown";

/// Sends a request of these lines with `Host` and `Connection: close`, and reads the response.
pub async fn request(address: SocketAddr, lines: &str) -> String {
    let lines = lines.replace('\n', "\r\n");
    let text = format!("{lines}\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let response = exchange(address, text.as_bytes()).await;
    String::from_utf8_lossy(&response).into_owned()
}

/// Asks for a WebSocket and says at once that there is nothing more to say; the response, with what
/// comes after it.
pub async fn handshake(address: SocketAddr, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{HANDSHAKE}\r\n");
    let mut stream = soon("a connection", TcpStream::connect(address)).await.expect("somebody listens");
    stream.write_all(request.as_bytes()).await.expect("the socket takes it");
    stream.shutdown().await.expect("nothing more to say");
    String::from_utf8_lossy(&read_to_end(&mut stream).await).into_owned()
}

/// Sends these bytes and reads until the server closes.
pub async fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = soon("a connection", TcpStream::connect(address)).await.expect("somebody listens");
    stream.write_all(bytes).await.expect("the socket takes it");
    read_to_end(&mut stream).await
}

/// Reads until the server closes; a reset ends it too.
pub async fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut received = Vec::new();
    let _ = soon("the server closes", stream.read_to_end(&mut received)).await;
    received
}

/// Reads until these bytes came.
pub async fn read_until(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let mut received = Vec::new();
    while !received.ends_with(end) {
        let read = stream.read_buf(&mut received).await.expect("the server sends");
        assert_ne!(read, 0, "the server closed after {} bytes", received.len());
    }
    received
}

/// A WebSocket opened by hand, the server's `101` read.
pub async fn open(address: SocketAddr, path: &str) -> TcpStream {
    open_with(address, path, "").await.0
}

/// The same with further lines in the request; says what the server answered.
pub async fn open_with(address: SocketAddr, path: &str, further: &str) -> (TcpStream, String) {
    open_on(TcpSocket::new_v4().expect("a socket"), address, path, further).await
}

/// The same, with a socket that takes little more than 4 KiB before it is read.
pub async fn open_small(address: SocketAddr, path: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4 * 1024).expect("a small buffer");
    open_on(socket, address, path, "").await.0
}

async fn open_on(socket: TcpSocket, address: SocketAddr, path: &str, further: &str) -> (TcpStream, String) {
    let mut stream = soon("a connection", socket.connect(address)).await.expect("somebody listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{HANDSHAKE}{further}\r\n");
    stream.write_all(request.as_bytes()).await.expect("the socket takes it");
    let head = soon("the answer", read_head(&mut stream)).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    (stream, head)
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("the server answers"));
    }
    String::from_utf8(head).expect("headers are ASCII")
}

/// A client's frame (RFC 6455, section 5.2) with a mask of zeros.
pub fn frame(first_byte: u8, payload: &[u8]) -> Vec<u8> {
    masked(first_byte, [0; 4], payload)
}

/// The same with another mask (section 5.3).
pub fn masked(first_byte: u8, key: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first_byte];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | u8::try_from(short).expect("it is short")),
        long => match u16::try_from(long) {
            Ok(length) => frame.extend([&[0xfe], &length.to_be_bytes()[..]].concat()),
            Err(_) => frame.extend([&[0xff], &(long as u64).to_be_bytes()[..]].concat()),
        },
    }
    frame.extend(key);
    frame.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
    frame
}

/// The next frame of the server: its first byte and its payload.
pub async fn read_frame(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    soon("a frame", async {
        let first_byte = stream.read_u8().await.expect("the server sends");
        let length = match stream.read_u8().await.expect("the server sends") {
            0x80.. => panic!("a server masks nothing (section 5.1)"),
            126 => u64::from(stream.read_u16().await.expect("a length")),
            127 => stream.read_u64().await.expect("a length"),
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).expect("it fits into memory")];
        stream.read_exact(&mut payload).await.expect("a payload");
        (first_byte, payload)
    })
    .await
}

/// The frames of a server (RFC 6455, section 5.2), none of them longer than 125 bytes: the first
/// byte and the payload of each.
pub fn short_frames(mut bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut frames = Vec::new();
    while let &[first, length, ref rest @ ..] = bytes {
        assert!(length < 126, "a short frame, not {bytes:?}");
        let (payload, rest) = rest.split_at(length.into());
        frames.push((first, payload));
        bytes = rest;
    }
    frames
}
