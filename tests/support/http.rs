//! Raw HTTP requests and WebSocket frames, including those that a conforming client would not send.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::with_timeout;

/// Headers of a valid handshake, without the request line and `Host`.
pub const HANDSHAKE: &str = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// Close frame of a server that shuts down: 1001, `shutdown`.
pub const SHUTDOWN_CLOSE: &[u8] = b"\x88\x0a\x03\xe9shutdown";

/// Sends a request with `Host` and `Connection: close` added to `lines`, and returns the response.
pub async fn request(address: SocketAddr, lines: &str) -> String {
    let lines = lines.replace('\n', "\r\n");
    let text = format!("{lines}\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let response = exchange(address, text.as_bytes()).await;
    String::from_utf8_lossy(&response).into_owned()
}

/// Sends a handshake, shuts down the write half, and returns everything that the server sends.
pub async fn handshake(address: SocketAddr, path: &str) -> String {
    exchange_and_shut_down(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{HANDSHAKE}\r\n")).await
}

/// Sends a request, shuts down the write half, and returns everything that the server sends.
pub async fn exchange_and_shut_down(address: SocketAddr, request: &str) -> String {
    let mut stream = with_timeout("a connection", TcpStream::connect(address)).await.expect("server is listening");
    write(&mut stream, request.as_bytes()).await;
    stream.shutdown().await.expect("write half can be shut down");
    String::from_utf8_lossy(&read_to_end(&mut stream).await).into_owned()
}

/// Sends bytes and returns everything until the server closes the socket.
pub async fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = with_timeout("a connection", TcpStream::connect(address)).await.expect("server is listening");
    write(&mut stream, bytes).await;
    read_to_end(&mut stream).await
}

/// Writes bytes to the socket.
pub async fn write(stream: &mut TcpStream, bytes: &[u8]) {
    with_timeout("sending bytes", stream.write_all(bytes)).await.expect("socket accepts data");
}

/// Reads until the server closes or resets the socket.
pub async fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut received = Vec::new();
    let _ = with_timeout("the end of the socket", stream.read_to_end(&mut received)).await;
    received
}

/// Reads until the received data ends with `end`, and returns all of it.
pub async fn read_until(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let mut received = Vec::new();
    while !received.ends_with(end) {
        let read = with_timeout("more bytes", stream.read_buf(&mut received)).await.expect("socket is readable");
        assert_ne!(read, 0, "the server closed after: {}", received.escape_ascii());
    }
    received
}

/// Opens a WebSocket and returns the socket after the `101` response.
pub async fn open(address: SocketAddr, path: &str) -> TcpStream {
    open_with(address, path, "").await.0
}

/// Opens a WebSocket with additional headers. Returns the socket and the response's head.
pub async fn open_with(address: SocketAddr, path: &str, extra_headers: &str) -> (TcpStream, String) {
    open_on(TcpSocket::new_v4().expect("socket can be created"), address, path, extra_headers).await
}

/// Opens a WebSocket with a receive buffer of about 4 KiB.
pub async fn open_with_small_buffer(address: SocketAddr, path: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("socket can be created");
    socket.set_recv_buffer_size(4 * 1024).expect("a small buffer");
    open_on(socket, address, path, "").await.0
}

async fn open_on(socket: TcpSocket, address: SocketAddr, path: &str, extra_headers: &str) -> (TcpStream, String) {
    let mut stream = with_timeout("a connection", socket.connect(address)).await.expect("server is listening");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{HANDSHAKE}{extra_headers}\r\n");
    write(&mut stream, request.as_bytes()).await;
    let head = with_timeout("the response", read_head(&mut stream)).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    (stream, head)
}

/// Reads the head of a response, including the empty line.
pub async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("socket is readable"));
    }
    String::from_utf8(head).expect("headers are ASCII")
}

/// Returns a loopback address that refuses connections. No other socket can take it until the returned one is dropped.
pub fn refusing_address() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().expect("socket can be created");
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("loopback has a free port");
    let address = socket.local_addr().expect("socket has an address");
    (socket, address)
}

/// Encodes a client frame (RFC 6455 §5.2) with an all-zero masking key.
pub fn frame(first_byte: u8, payload: &[u8]) -> Vec<u8> {
    masked(first_byte, [0; 4], payload)
}

/// Encodes a client frame with this masking key (RFC 6455 §5.3).
pub fn masked(first_byte: u8, key: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first_byte];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | u8::try_from(short).expect("length fits into 7 bits")),
        long => match u16::try_from(long) {
            Ok(length) => frame.extend([&[0xfe], &length.to_be_bytes()[..]].concat()),
            Err(_) => frame.extend([&[0xff], &(long as u64).to_be_bytes()[..]].concat()),
        },
    }
    frame.extend(key);
    frame.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
    frame
}

/// Reads a server frame and returns its first byte and its payload.
pub async fn read_frame(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    with_timeout("a frame", async {
        let first_byte = stream.read_u8().await.expect("socket is readable");
        let length = match stream.read_u8().await.expect("socket is readable") {
            0x80.. => panic!("masked server frame (RFC 6455 §5.1)"),
            126 => u64::from(stream.read_u16().await.expect("a length")),
            127 => stream.read_u64().await.expect("a length"),
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).expect("length fits into usize")];
        stream.read_exact(&mut payload).await.expect("a payload");
        (first_byte, payload)
    })
    .await
}

/// Splits bytes into server frames (RFC 6455 §5.2) with payloads of at most 125 bytes. Returns the first
/// byte and the payload of each.
pub fn short_frames(mut bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut frames = Vec::new();
    while let &[first, length, ref rest @ ..] = bytes {
        assert!(length < 126, "extended length in {bytes:?}");
        let (payload, rest) = rest.split_at(length.into());
        frames.push((first, payload));
        bytes = rest;
    }
    frames
}
